// SPDX-License-Identifier: BSD-3-Clause
// What stands in a capture file, declared to descry: the file's own headers in the byte order of
// the machine that wrote it, the packets' in network byte order. All are packed, for a header
// begins at any address. Nothing of Python here.

#ifndef DOCS_EXAMPLES_PCAP_HEADERS_H_
#define DOCS_EXAMPLES_PCAP_HEADERS_H_

#include <descry/declare.h>
#include <stdint.h>

typedef struct __attribute__((packed)) {
  uint32_t magic;
  uint16_t version_major, version_minor;
  int32_t zone;          // always 0
  uint32_t accuracy;     // always 0
  uint32_t snap_length;  // the most bytes that are kept of a packet
  uint32_t link_type;    // 1: Ethernet
} file_header;

typedef struct __attribute__((packed)) {
  uint32_t seconds, fraction;  // since 1970; micro- or nanoseconds
  uint32_t captured;           // bytes that follow in the file
  uint32_t length;             // bytes that the packet had
} record_header;

// The same in either byte order: the file's magic says which.
typedef file_header file_header_le, file_header_be;
typedef record_header record_header_le, record_header_be;

typedef struct __attribute__((packed)) {
  uint8_t destination[6], source[6];
  uint16_t type;
} ethernet_header;

typedef struct __attribute__((packed)) {
  uint8_t version_and_length;  // 4 bits each, the length in words of 4 bytes
  uint8_t service;
  uint16_t total_length, id;
  uint16_t flags_and_fragment;  // 3 and 13 bits
  uint8_t time_to_live, protocol;
  uint16_t checksum;
  uint8_t source[4], destination[4];
} ipv4_header;

typedef struct __attribute__((packed)) {
  uint16_t source_port, destination_port;
  uint32_t sequence, acknowledgement;
  uint8_t data_offset;  // in the upper 4 bits, in words of 4 bytes
  uint8_t flags;
  uint16_t window, checksum, urgent;
} tcp_header;

typedef struct __attribute__((packed)) {
  uint16_t source_port, destination_port;
  uint16_t length, checksum;
} udp_header;

// Where the headers of one packet are: offsets in the file, or -1 where the packet has no such
// header, or not the whole of it.
typedef struct {
  int64_t record, ethernet, ipv4, tcp, udp;
} packet;

DESCRY_DECLARE(file_header_le);
DESCRY_DECLARE(file_header_be);
DESCRY_DECLARE(record_header_le);
DESCRY_DECLARE(record_header_be);
DESCRY_DECLARE(ethernet_header);
DESCRY_DECLARE(ipv4_header);
DESCRY_DECLARE(tcp_header);
DESCRY_DECLARE(udp_header);
DESCRY_DECLARE(packet);

#endif  // DOCS_EXAMPLES_PCAP_HEADERS_H_
