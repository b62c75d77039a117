# SPDX-License-Identifier: BSD-3-Clause
"""pcap.Capture and talkers on what tcpdump captures, read by tcpdump and tshark as well."""

import contextlib
import io
import os
import re
import shutil
import socket
import struct
import subprocess
import tempfile
import time
import unittest
from ipaddress import IPv4Address

import talkers


END = b"so it ends"


def talk(server, datagrams):
    """Some packets from and to this machine, of several lengths, with END in the last."""
    with socket.create_connection(server.getsockname()) as client, server.accept()[0] as other:
        for size in (1, 100, 1000):
            client.sendall(b"x" * size)
            other.recv(size)
            other.sendall(b"y" * size)
            client.recv(size)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for data in (b"", b"z" * 10, END):
            sender.sendto(data, datagrams.getsockname())


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    return done.stdout


def address(four_bytes):
    return str(IPv4Address(bytes(four_bytes.tolist())))


class ToolsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not shutil.which("tcpdump"):
            raise unittest.SkipTest("skipped: no tcpdump")
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.path = os.path.join(cls.folder.name, "capture.pcap")
        cls.record()
        cls.capture = talkers.open_capture(cls.path)

    @classmethod
    def record(cls):
        """Has tcpdump capture some talk on the loopback device, and nothing of others."""
        with socket.socket() as server, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
            server.bind(("127.0.0.1", 0))
            server.listen()
            datagrams.bind(("127.0.0.1", 0))
            cls.ports = server.getsockname()[1], datagrams.getsockname()[1]
            with cls.start_tcpdump() as tcpdump:
                try:
                    talk(server, datagrams)
                    cls.wait_for_the_end()
                finally:
                    tcpdump.terminate()

    @classmethod
    def start_tcpdump(cls):
        # With long packets its buffer has room for 32 only, and the rest is lost.
        tcpdump = subprocess.Popen(
            ["tcpdump", "-i", "lo", "-s", "2000", "--immediate-mode", "-U", "-Z", "root", "-w", cls.path,
             "tcp port %d or udp port %d" % cls.ports], stderr=subprocess.PIPE, text=True)
        said, last = tcpdump.stderr.readline(), "it says nothing"
        while said and "listening" not in said:
            last, said = said, tcpdump.stderr.readline()
        if not said:
            tcpdump.communicate()
            raise unittest.SkipTest("skipped: tcpdump may not capture: " + last.strip())
        return tcpdump

    @classmethod
    def wait_for_the_end(cls):
        for _ in range(200):
            with open(cls.path, "rb") as file:
                if END in file.read():
                    return
            time.sleep(0.05)
        raise AssertionError("tcpdump did not write the last packet within 10 s")

    def test_is_what_tcpdump_reads(self):
        lines = run("tcpdump", "-nn", "-tt", "-r", self.path).splitlines()
        self.assertGreater(len(lines), 15)
        self.assertEqual(len(self.capture.records), len(lines))
        theirs = [re.match(r"(\d+)\.(\d{6}) ", line).groups() for line in lines]
        self.assertEqual(self.capture.records[["seconds", "fraction"]].tolist(),
                         [(int(seconds), int(fraction)) for seconds, fraction in theirs])
        segments = re.findall(r"IP ([\d.]+)\.(\d+) > ([\d.]+)\.(\d+): Flags .* win (\d+)",
                              "\n".join(lines))
        here = (self.capture.index["tcp"] >= 0)[self.capture.index["ipv4"] >= 0]
        ours = [(address(ip["source"]), str(tcp["source_port"]), address(ip["destination"]),
                 str(tcp["destination_port"])) for ip, tcp in zip(self.capture.ipv4[here], self.capture.tcp)]
        self.assertEqual(ours, [segment[:4] for segment in segments])

    def test_is_what_tshark_reads(self):
        if not shutil.which("tshark"):
            self.skipTest("skipped: no tshark")
        columns = {
            "frame.len": (self.capture.records, "length"),
            "ip.id": (self.capture.ipv4, "id"),
            "ip.checksum": (self.capture.ipv4, "checksum"),
            "tcp.seq_raw": (self.capture.tcp, "sequence"),
            "tcp.window_size_value": (self.capture.tcp, "window"),
            "udp.dstport": (self.capture.udp, "destination_port"),
            "udp.length": (self.capture.udp, "length"),
        }
        for name, (headers, field) in columns.items():
            # The first of each: an ICMP error quotes the packet that it is about.
            text = run("tshark", "-r", self.path, "-Y", "not icmp", "-T", "fields", "-E", "occurrence=f",
                       "-e", name)
            theirs = [int(word, 0) for word in text.split()]
            self.assertEqual(headers[field].tolist(), theirs, name)

    def test_program(self):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            self.assertEqual(talkers.main([self.path, "--count", "99"]), 0)
        text = out.getvalue()
        tcp, udp = self.ports
        self.assertIn("%d TCP, 3 UDP" % len(self.capture.tcp), text)
        self.assertRegex(text, r"tcp 127\.0\.0\.1:\d+ > 127\.0\.0\.1:%d\n" % tcp)
        # 14, 20 and 8 bytes of headers in each.
        self.assertRegex(text, r" 146 bytes +3 packets  udp 127\.0\.0\.1:\d+ > 127\.0\.0\.1:%d\n" % udp)


class ProgramTest(unittest.TestCase):
    def test_says_what_is_wrong_with_a_file(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "file")
            for data, message in ((None, "No such file"), (b"", "is empty"), (b"x" * 99, "no pcap")):
                if data is not None:
                    with open(path, "wb") as file:
                        file.write(data)
                problems = io.StringIO()
                with contextlib.redirect_stderr(problems):
                    self.assertEqual(talkers.main([path]), 1)
                self.assertRegex(problems.getvalue(), "^talkers: .*%s.*\n$" % message)

    def test_shows_a_file_without_packets(self):
        with tempfile.NamedTemporaryFile() as file:
            file.write(struct.pack(">IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, 1))
            file.flush()
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                self.assertEqual(talkers.main([file.name]), 0)
        self.assertEqual(out.getvalue(), "0 packets, 0 bytes, 0 TCP, 0 UDP\n")


if __name__ == "__main__":
    unittest.main()
