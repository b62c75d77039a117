# SPDX-License-Identifier: BSD-3-Clause
"""Files that real tools made, read through declared structs and by a reader that knows nothing of descry."""

import io
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
import zipfile

import formats
import numpy as np

PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
SWAPPED = {"<": "" if sys.byteorder == "little" else "_swapped", ">": "_swapped" if sys.byteorder == "little" else ""}


def run(*command, **options):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **options).stdout


def tool(name, package):
    found = shutil.which(name, path=PATH)
    if not found:
        raise unittest.SkipTest("skipped: there is no %s (Debian: %s)" % (name, package))
    return found


class FormatsTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = temporary.name

    def install(self, package):
        target = os.path.join(self.folder, "packages")
        done = subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", target, package],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if done.returncode:
            self.skipTest("skipped: pip cannot install %s" % package)
        sys.path.insert(0, target)
        self.addCleanup(sys.path.remove, target)

    def test_tiff_of_both_byte_orders(self):
        self.install("tifffile")
        import tifffile
        for order in "<>":
            path = os.path.join(self.folder, "image.tif")
            tifffile.imwrite(path, np.arange(35, dtype="u2").reshape(5, 7), byteorder=order)
            with open(path, "rb") as file:
                data = file.read()
            header = formats.at("tiff_header" + SWAPPED[order], data, 0, 1)[0]
            self.assertEqual((header["order"], header["magic"]), ({"<": b"II", ">": b"MM"}[order], 42))
            start = int(header["directory"])
            count, = struct.unpack_from(order + "H", data, start)
            entries = formats.at("tiff_entry" + SWAPPED[order], data, start + 2, count)
            with tifffile.TiffFile(path) as read:
                tags = read.pages[0].tags
                self.assertEqual(entries["tag"].tolist(), [tag.code for tag in tags])
                self.assertEqual(entries["type"].tolist(), [int(tag.dtype) for tag in tags])
                self.assertEqual(entries["count"].tolist(), [tag.count for tag in tags])
            self.assertEqual(entries.tolist(), list(struct.iter_unpack(
                order + "HHII", data[start + 2:start + 2 + 12 * count])))

    def test_the_index_of_git(self):
        git = tool("git", "git")
        environment = dict(os.environ, GIT_CONFIG_NOSYSTEM="1", HOME=self.folder)
        run(git, "init", "-q", self.folder, env=environment)
        for name in ("a", "second file.txt", "x" * 40):
            with open(os.path.join(self.folder, name), "w") as file:
                file.write(name * 3)
        run(git, "add", ".", cwd=self.folder, env=environment)
        expected = []
        for line in run(git, "ls-files", "--stage", cwd=self.folder, env=environment).splitlines():
            mode, name, rest = line.split(" ", 2)
            expected.append((int(mode, 8), name, rest.split("\t")[1]))
        with open(os.path.join(self.folder, ".git", "index"), "rb") as file:
            data = file.read()
        header = formats.at("git_header", data, 0, 1)[0]
        self.assertEqual(header["signature"], b"DIRC")
        actual, offset = [], 12
        for _ in range(header["entry_count"]):
            entry = formats.at("git_entry", data, offset, 1)[0]
            length = entry["flags"] & 0xFFF
            path = data[offset + 62:offset + 62 + length].decode()
            self.assertEqual(entry["size"], 3 * len(path))
            actual.append((entry["mode"], entry["name"].tobytes().hex(), path))
            offset += (62 + length + 8) // 8 * 8
        self.assertEqual(actual, expected)

    def test_the_directory_of_a_zip_file(self):
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, when in (("a", (1999, 12, 31, 23, 59, 58)), ("some/odd name", (2026, 1, 2, 3, 4, 6))):
                archive.writestr(zipfile.ZipInfo(name, when), name * 100)
        data = made.getvalue()
        end = formats.at("zip_end", data, len(data) - 22, 1)[0]
        self.assertEqual(end["signature"], 0x06054B50)
        offset = int(end["offset"])
        entries = zipfile.ZipFile(made).infolist()
        self.assertEqual(end["entries"], len(entries))
        odd = 0
        for expected in entries:
            array = formats.at("zip_entry", data, offset, 1)
            odd += offset % 4 != 0
            entry, = formats.dicts("zip_entry", array)
            when = entry["when"]
            self.assertEqual((when["year"] + 1980, when["month"], when["day"], when["hour"], when["minute"],
                              2 * when["second"]), expected.date_time)
            self.assertEqual((entry["crc"], entry["size"], entry["packed_size"], entry["offset"]),
                             (expected.CRC, expected.file_size, expected.compress_size, expected.header_offset))
            offset += int(46 + entry["name_length"] + entry["extra_length"] + entry["comment_length"])
        self.assertGreater(odd, 0)

    def test_the_superblock_of_ext4(self):
        make, dump = tool("mke2fs", "e2fsprogs"), tool("dumpe2fs", "e2fsprogs")
        image = os.path.join(self.folder, "image")
        run(make, "-q", "-F", "-t", "ext4", "-L", "descry", image, "8M", stderr=subprocess.DEVNULL)
        expected = {}
        for line in run(dump, "-h", image, stderr=subprocess.DEVNULL).splitlines():
            key, _, value = line.partition(":")
            expected[key] = value.strip()
        with open(image, "rb") as file:
            data = file.read(4096)
        block = formats.at("ext4_superblock", data, 1024, 1)[0]
        self.assertEqual(block["magic"], 0xEF53)
        self.assertEqual(block["label"], expected["Filesystem volume name"].encode())
        self.assertEqual(block["uuid"].tobytes().hex(), expected["Filesystem UUID"].replace("-", ""))
        for field, key in (("inodes", "Inode count"), ("blocks", "Block count"), ("free_blocks", "Free blocks"),
                           ("free_inodes", "Free inodes"), ("first_block", "First block"),
                           ("inodes_per_group", "Inodes per group"), ("inode_size", "Inode size"),
                           ("blocks_per_group", "Blocks per group"), ("first_inode", "First inode")):
            self.assertEqual(block[field], int(expected[key]), field)
        self.assertEqual(1024 << block["log_block_size"], int(expected["Block size"]))


if __name__ == "__main__":
    unittest.main()
