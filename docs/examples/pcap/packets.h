// SPDX-License-Identifier: BSD-3-Clause
// Finds the packets of a capture file, and in each the headers that it knows. Nothing of Python.

#ifndef DOCS_EXAMPLES_PCAP_PACKETS_H_
#define DOCS_EXAMPLES_PCAP_PACKETS_H_

#include <stdbool.h>
#include <stddef.h>

#include "headers.h"

typedef struct packets {
  packet* rows;  // from malloc; NULL where there are none
  size_t count;
  bool big_endian;    // the file's own headers
  bool nanoseconds;   // else microseconds
  char problem[160];  // why the file was refused
} packets;

// Reads the capture file of `size` bytes at `data`. Returns 0, and `found->rows` is the caller's to
// free; or -1 with `found->problem` set, and nothing to free. Memory that changes meanwhile does no
// harm: no offset lies, with the header there, outside of the file. Any thread may call it.
int packets_find(packets* found, const unsigned char* data, size_t size);

#endif  // DOCS_EXAMPLES_PCAP_PACKETS_H_
