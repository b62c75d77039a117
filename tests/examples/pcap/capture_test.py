# SPDX-License-Identifier: BSD-3-Clause
"""pcap.Capture on files made here; Python's struct is the other reader."""

import gc
import mmap
import random
import struct
import tempfile
import unittest
import weakref

import numpy as np
import pcap
from capture_files import (
    NANOSECONDS, capture, ethernet, file_header, ipv4, read_records, record, tcp, tcp_packet, udp,
    udp_packet,
)


class HeadersTest(unittest.TestCase):
    def test_dtypes_are_packed_and_in_their_byte_order(self):
        self.assertEqual(pcap.tcp_header, np.dtype(
            [("source_port", ">u2"), ("destination_port", ">u2"), ("sequence", ">u4"),
             ("acknowledgement", ">u4"), ("data_offset", "u1"), ("flags", "u1"), ("window", ">u2"),
             ("checksum", ">u2"), ("urgent", ">u2")]))
        self.assertEqual(pcap.record_header_le, np.dtype(
            [(name, "<u4") for name in ("seconds", "fraction", "captured", "length")]))
        self.assertEqual(pcap.record_header_be, pcap.record_header_le.newbyteorder(">"))
        sizes = [pcap.file_header_le.itemsize, pcap.ethernet_header.itemsize,
                 pcap.ipv4_header.itemsize, pcap.udp_header.itemsize]
        self.assertEqual(sizes, [24, 14, 20, 8])

    def test_either_byte_order_and_resolution(self):
        packets = [tcp_packet(), udp_packet(data=b"abc")]
        for order in "<>":
            for magic in (0xA1B2C3D4, NANOSECONDS):
                with self.subTest(order=order, magic=magic):
                    data = capture(packets, order, magic)
                    found = pcap.Capture(data)
                    self.assertEqual(int(found.header["magic"]), magic)
                    self.assertEqual(int(found.header["snap_length"]), 262144)
                    self.assertEqual(found.header["link_type"].dtype, np.dtype(order + "u4"))
                    self.assertEqual(found.nanoseconds, magic == NANOSECONDS)
                    self.assertEqual(found.records.tolist(), [each[:4] for each in read_records(data)])

    def test_headers_are_those_of_struct(self):
        packets = [tcp_packet(source=i, sequence=i * 1000, data=bytes(i)) for i in range(1, 5)]
        packets += [udp_packet(data=b"x" * 9), ethernet(b"arp", 0x0806), b"short"]
        found = pcap.Capture(capture(packets))
        self.assertEqual([len(found.records), len(found.ethernet), len(found.ipv4)], [7, 6, 5])
        for header, packet in zip(found.ethernet, packets):
            self.assertEqual(header.tobytes(), packet[:14])
        theirs = [struct.unpack_from(">HHIIBBHHH", packet, 34) for packet in packets[:4]]
        self.assertEqual(found.tcp.tolist(), theirs)
        self.assertEqual(found.udp.tolist(), [struct.unpack_from(">HHHH", packets[4], 34)])
        self.assertEqual(found.ipv4["source"].tolist(), [[10, 0, 0, 1]] * 5)
        self.assertEqual((found.index["tcp"] >= 0).tolist(), [True] * 4 + [False] * 3)

    def test_options_tags_and_fragments(self):
        tagged = ethernet(bytes.fromhex("0001 88a8 0002 0800") + ipv4(udp(7), 17), 0x8100)
        packets = [ethernet(ipv4(tcp(9), 6, options=bytes(8))), tagged,
                   ethernet(ipv4(tcp(), 6, flags_and_fragment=0x2001)),
                   ethernet(ipv4(tcp(), 6, version=6))]
        found = pcap.Capture(capture(packets))
        self.assertEqual(found.tcp["source_port"].tolist(), [9])
        self.assertEqual(found.udp["source_port"].tolist(), [7])
        self.assertEqual((found.index["ipv4"] >= 0).tolist(), [True, True, True, False])

    def test_other_link_types_have_records_only(self):
        found = pcap.Capture(capture([tcp_packet()] * 2, link=101))
        self.assertEqual([len(found.records), len(found.ethernet), len(found.tcp)], [2, 0, 0])
        with_checksums = pcap.Capture(capture([tcp_packet()] * 2, link=1 | 5 << 28))
        self.assertEqual(len(with_checksums.tcp), 2)


class MemoryTest(unittest.TestCase):
    def test_packets_of_one_length_are_not_copied(self):
        data = capture([tcp_packet(source=i) for i in range(1, 9)])
        found = pcap.Capture(data)
        for array, offset in ((found.records, 24), (found.ethernet, 40), (found.ipv4, 54), (found.tcp, 74)):
            self.assertEqual(array.ctypes.data, found.address + offset)
            self.assertEqual(array.strides, (16 + 54,))
            self.assertFalse(array.flags.writeable)
        self.assertEqual(found.tcp["source_port"].tolist(), list(range(1, 9)))

    def test_one_packet_is_not_copied(self):
        found = pcap.Capture(capture([udp_packet()]))
        self.assertEqual(found.udp.ctypes.data, found.address + 74)

    def test_packets_of_several_lengths_are(self):
        found = pcap.Capture(capture([tcp_packet(data=bytes(i)) for i in (0, 1, 5)]))
        begin, end = found.address, found.address + 1000
        self.assertFalse(begin <= found.tcp.ctypes.data < end)
        self.assertTrue(found.tcp.flags.c_contiguous)

    def test_no_packets(self):
        found = pcap.Capture(file_header())
        self.assertEqual([len(found.records), len(found.tcp), len(found.index)], [0, 0, 0])

    def test_the_buffer_stays_as_long_as_an_array(self):
        with tempfile.TemporaryFile() as file:
            file.write(capture([tcp_packet()] * 3))
            file.flush()
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        found = pcap.Capture(mapped)
        tcp_headers = found.tcp
        del found
        gc.collect()
        self.assertRaises(BufferError, mapped.close)
        self.assertEqual(tcp_headers["destination_port"].tolist(), [443] * 3)
        gone = weakref.ref(tcp_headers)
        del tcp_headers
        gc.collect()
        self.assertIsNone(gone())
        mapped.close()


class RefusalTest(unittest.TestCase):
    def test_what_is_no_capture(self):
        for data, message in [
            (b"", "has 0 bytes, the header of a pcap has 24"),
            (file_header()[:23], "has 23 bytes, the header of a pcap has 24"),
            (b"\x7fELF" + bytes(60), "begins with the bytes 7f 45 4c 46, which is no pcap$"),
            (b"\n\r\r\n" + bytes(60), "pcapng, which `editcap -F pcap` converts"),
        ]:
            with self.subTest(message), self.assertRaisesRegex(ValueError, message):
                pcap.Capture(data)
        self.assertRaises(TypeError, pcap.Capture, "text")
        self.assertRaises(TypeError, pcap.Capture)

    def test_every_truncation(self):
        data = capture([tcp_packet(), udp_packet()])
        ends = {24, 24 + 70, len(data)}
        for size in range(len(data) + 1):
            if size in ends:
                pcap.Capture(data[:size])
            else:
                self.assertRaises(ValueError, pcap.Capture, data[:size])

    def test_packet_that_runs_past_the_end(self):
        data = file_header() + record(b"x" * 8) + struct.pack("<IIII", 0, 0, 2**32 - 1, 1) + b"end"
        with self.assertRaisesRegex(
                ValueError, "packet 1, at offset 48, is cut short: it has 4294967295 bytes, the file 67"):
            pcap.Capture(data)

    def test_every_snap_length(self):
        whole = tcp_packet(data=b"payload")
        for size in range(len(whole) + 1):
            found = pcap.Capture(capture([whole[:size]]))
            self.assertEqual([len(found.ethernet), len(found.ipv4), len(found.tcp)],
                             [size >= 14, size >= 34, size >= 54])

    def test_garbled_files(self):
        chance = random.Random(11)
        packets = [tcp_packet(data=bytes(i)) for i in range(5)] + [udp_packet()] * 3
        opened = refused = 0
        for _ in range(3000):
            data = bytearray(capture(packets, chance.choice("<>")))
            for _ in range(chance.randrange(1, 12)):
                data[chance.randrange(24, len(data))] = chance.randrange(256)
            try:
                found = pcap.Capture(bytes(data))
            except ValueError:
                refused += 1
                continue
            opened += 1
            for name, dtype in (("record", "record_header_le"), ("ethernet", "ethernet_header"),
                                ("ipv4", "ipv4_header"), ("tcp", "tcp_header"), ("udp", "udp_header")):
                offsets = found.index[name][found.index[name] >= 0]
                headers = getattr(found, name + "s" * (name == "record"))
                size = getattr(pcap, dtype).itemsize
                self.assertEqual([each.tobytes() for each in headers],
                                 [bytes(data[at:at + size]) for at in offsets.tolist()])
        self.assertGreater(opened, 100)
        self.assertGreater(refused, 100)


if __name__ == "__main__":
    unittest.main()
