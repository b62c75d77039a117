// SPDX-License-Identifier: BSD-3-Clause
#include "packets.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  ETHERNET = 1,   // the link type
  IPV4 = 0x0800,  // types of what is in an Ethernet frame
  VLAN = 0x8100,
  PROVIDER_VLAN = 0x88A8,
  VLAN_TAG_SIZE = 4,
  TCP = 6,  // protocols of what is in an IPv4 packet
  UDP = 17,
};

static const uint32_t kMicroseconds = 0xA1B2C3D4;
static const uint32_t kNanoseconds = 0xA1B23C4D;
static const uint32_t kNextGeneration = 0x0A0D0D0A;

typedef struct reader {
  const unsigned char* data;
  size_t size;
  bool ethernet;
  packets* found;
  size_t room;
} reader;

static uint16_t get_16(const unsigned char* at) { return (uint16_t)(at[0] << 8 | at[1]); }

static uint32_t get_32(const unsigned char* at, bool big_endian) {
  const uint32_t a = at[0], b = at[1], c = at[2], d = at[3];
  return big_endian ? a << 24 | b << 16 | c << 8 | d : d << 24 | c << 16 | b << 8 | a;
}

static bool fits(size_t begin, size_t size, size_t end) {
  return begin <= end && size <= end - begin;
}

static int read_magic(packets* found, const unsigned char* data) {
  for (int big_endian = 0; big_endian < 2; ++big_endian) {
    const uint32_t magic = get_32(data, big_endian);
    if (magic == kMicroseconds || magic == kNanoseconds) {
      found->big_endian = big_endian;
      found->nanoseconds = magic == kNanoseconds;
      return 0;
    }
  }
  const char* const advice = get_32(data, true) == kNextGeneration
                                 ? ": this is pcapng, which `editcap -F pcap` converts"
                                 : "";
  (void)snprintf(found->problem, sizeof found->problem,
                 "begins with the bytes %02x %02x %02x %02x, which is no pcap%s", data[0], data[1],
                 data[2], data[3], advice);
  return -1;
}

// Skips the tags of virtual networks. Sets `*type` to that of what follows, and returns its offset.
static size_t skip_vlan_tags(const reader* in, size_t begin, size_t end, uint16_t* type) {
  while ((*type == VLAN || *type == PROVIDER_VLAN) && fits(begin, VLAN_TAG_SIZE, end)) {
    *type = get_16(in->data + begin + 2);
    begin += VLAN_TAG_SIZE;
  }
  return begin;
}

// Only the first fragment of a datagram has the header of what is in it.
static void find_transport(const reader* in, size_t ip, size_t end, packet* row) {
  const unsigned char* header = in->data + ip;
  const size_t begin = ip + 4 * (size_t)(header[0] & 0xF);
  const bool first = (get_16(header + offsetof(ipv4_header, flags_and_fragment)) & 0x1FFF) == 0;
  const int protocol = header[offsetof(ipv4_header, protocol)];
  if (first && protocol == TCP && fits(begin, sizeof(tcp_header), end)) row->tcp = (int64_t)begin;
  if (first && protocol == UDP && fits(begin, sizeof(udp_header), end)) row->udp = (int64_t)begin;
}

static void find_network(const reader* in, size_t begin, size_t end, packet* row) {
  if (!in->ethernet || !fits(begin, sizeof(ethernet_header), end)) return;
  row->ethernet = (int64_t)begin;
  uint16_t type = get_16(in->data + begin + offsetof(ethernet_header, type));
  const size_t ip = skip_vlan_tags(in, begin + sizeof(ethernet_header), end, &type);
  if (type != IPV4 || !fits(ip, sizeof(ipv4_header), end)) return;
  // A version of 4 and at least five words, which may reach past what was captured.
  if (in->data[ip] >> 4 != 4 || (in->data[ip] & 0xF) < 5) return;
  row->ipv4 = (int64_t)ip;
  find_transport(in, ip, end, row);
}

// Returns where the next row goes, or NULL.
static packet* next_row(reader* in) {
  packets* found = in->found;
  if (found->count < in->room) return &found->rows[found->count++];
  const size_t room = in->room ? 2 * in->room : 64;
  packet* rows = realloc(found->rows, room * sizeof *rows);
  if (!rows) {
    (void)snprintf(found->problem, sizeof found->problem, "no memory for %zu packets", room);
    return NULL;
  }
  found->rows = rows;
  in->room = room;
  return &rows[found->count++];
}

// Reads the packet at `offset`. Returns 0, with the offset of the next, or -1.
static int read_packet(reader* in, size_t* offset) {
  packets* found = in->found;
  const size_t begin = *offset + sizeof(record_header);
  if (!fits(*offset, sizeof(record_header), in->size)) {
    (void)snprintf(
        found->problem, sizeof found->problem,
        "packet %zu, at offset %zu, is cut short: its header has %zu bytes, the file %zu",
        found->count, *offset, sizeof(record_header), in->size);
    return -1;
  }
  const uint32_t captured =
      get_32(in->data + *offset + offsetof(record_header, captured), found->big_endian);
  if (!fits(begin, captured, in->size)) {
    (void)snprintf(found->problem, sizeof found->problem,
                   "packet %zu, at offset %zu, is cut short: it has %" PRIu32
                   " bytes, the file %zu",
                   found->count, *offset, captured, in->size);
    return -1;
  }
  packet* row = next_row(in);
  if (!row) return -1;
  *row = (packet){(int64_t)*offset, -1, -1, -1, -1};
  find_network(in, begin, begin + captured, row);
  *offset = begin + captured;
  return 0;
}

int packets_find(packets* found, const unsigned char* data, size_t size) {
  memset(found, 0, sizeof *found);
  if (size < sizeof(file_header)) {
    (void)snprintf(found->problem, sizeof found->problem,
                   "has %zu bytes, the header of a pcap has %zu", size, sizeof(file_header));
    return -1;
  }
  if (read_magic(found, data) < 0) return -1;
  // The upper bits say how long the frames' checksums are.
  const uint32_t link =
      get_32(data + offsetof(file_header, link_type), found->big_endian) & 0x0FFFFFFF;
  reader in = {data, size, link == ETHERNET, found, 0};
  for (size_t offset = sizeof(file_header); offset < size;) {
    if (read_packet(&in, &offset) < 0) {
      free(found->rows);
      found->rows = NULL;
      return -1;
    }
  }
  return 0;
}
