// SPDX-License-Identifier: BSD-3-Clause
#include "headers.h"

#define FILE_HEADER(T, order)                                                                  \
  DESCRY_RECORD(T, DESCRY_AS(magic, uint32_##order), DESCRY_AS(version_major, uint16_##order), \
                DESCRY_AS(version_minor, uint16_##order), DESCRY_AS(zone, int32_##order),      \
                DESCRY_AS(accuracy, uint32_##order), DESCRY_AS(snap_length, uint32_##order),   \
                DESCRY_AS(link_type, uint32_##order))

#define RECORD_HEADER(T, order)                                                             \
  DESCRY_RECORD(T, DESCRY_AS(seconds, uint32_##order), DESCRY_AS(fraction, uint32_##order), \
                DESCRY_AS(captured, uint32_##order), DESCRY_AS(length, uint32_##order))

FILE_HEADER(file_header_le, le);
FILE_HEADER(file_header_be, be);
RECORD_HEADER(record_header_le, le);
RECORD_HEADER(record_header_be, be);

DESCRY_RECORD(ethernet_header, destination, source, DESCRY_AS(type, uint16_be));
DESCRY_RECORD(ipv4_header, version_and_length, service, DESCRY_AS(total_length, uint16_be),
              DESCRY_AS(id, uint16_be), DESCRY_AS(flags_and_fragment, uint16_be), time_to_live,
              protocol, DESCRY_AS(checksum, uint16_be), source, destination);
DESCRY_RECORD(tcp_header, DESCRY_AS(source_port, uint16_be), DESCRY_AS(destination_port, uint16_be),
              DESCRY_AS(sequence, uint32_be), DESCRY_AS(acknowledgement, uint32_be), data_offset,
              flags, DESCRY_AS(window, uint16_be), DESCRY_AS(checksum, uint16_be),
              DESCRY_AS(urgent, uint16_be));
DESCRY_RECORD(udp_header, DESCRY_AS(source_port, uint16_be), DESCRY_AS(destination_port, uint16_be),
              DESCRY_AS(length, uint16_be), DESCRY_AS(checksum, uint16_be));
DESCRY_RECORD(packet, record, ethernet, ipv4, tcp, udp);
