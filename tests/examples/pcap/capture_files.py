# SPDX-License-Identifier: BSD-3-Clause
"""Capture files made here, byte by byte, and how Python's struct reads them."""

import struct

MICROSECONDS = 0xA1B2C3D4
NANOSECONDS = 0xA1B23C4D


def file_header(order="<", magic=MICROSECONDS, link=1):
    return struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 262144, link)


def record(data, order="<", seconds=1, fraction=2, length=None):
    return struct.pack(order + "IIII", seconds, fraction, len(data), length or len(data)) + data


def ethernet(data, kind=0x0800):
    return bytes.fromhex("0a0b0c0d0e0f 010203040506") + struct.pack(">H", kind) + data


def ipv4(data, protocol, options=b"", flags_and_fragment=0x4000, version=4):
    words = 5 + len(options) // 4
    return struct.pack(">BBHHHBBH4s4s", version << 4 | words, 0, 4 * words + len(data), 7,
                       flags_and_fragment, 64, protocol, 0xBEEF, bytes([10, 0, 0, 1]),
                       bytes([192, 168, 1, 254])) + options + data


def tcp(source=1024, destination=443, sequence=0x01020304, data=b""):
    return struct.pack(">HHIIBBHHH", source, destination, sequence, 5, 5 << 4, 0x12, 512, 9, 0) + data


def udp(source=5353, destination=53, data=b""):
    return struct.pack(">HHHH", source, destination, 8 + len(data), 0) + data


def tcp_packet(**options):
    return ethernet(ipv4(tcp(**options), 6))


def udp_packet(**options):
    return ethernet(ipv4(udp(**options), 17))


def capture(packets, order="<", magic=MICROSECONDS, link=1):
    return file_header(order, magic, link) + b"".join(
        record(data, order, seconds=i, fraction=10 * i) for i, data in enumerate(packets))


def read_records(data):
    """An independent reader: (seconds, fraction, captured, length, bytes) of each packet."""
    order = "<" if data[:1] in (b"\xd4", b"\x4d") else ">"
    found, offset = [], 24
    while offset < len(data):
        numbers = struct.unpack_from(order + "IIII", data, offset)
        offset += 16
        found.append((*numbers, data[offset:offset + numbers[2]]))
        offset += numbers[2]
    return found
