# SPDX-License-Identifier: BSD-3-Clause
"""A font of the system against Python's struct and, where pip has it, fontTools; and fonts that are damaged."""

import gc
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import unittest

import fonts
import numpy as np

PROGRAM = pathlib.Path("docs/examples/fonts/metrics.py")


def system_font():
    """The path of a font that a package of the system brought; skips where there is none."""
    for folder in ("/usr/share/fonts/truetype/dejavu", "/usr/share/fonts"):
        found = sorted(pathlib.Path(folder).rglob("*.ttf"))
        if found:
            return found[0]
    raise unittest.SkipTest("skipped: there is no font (Debian: fonts-dejavu-core)")


def font(tables, version=0x00010000, count=None):
    """A file with these tables."""
    offset = 12 + 16 * len(tables)
    directory, bodies = b"", b""
    for tag, body in tables.items():
        directory += struct.pack(">4sIII", tag.encode(), 7, offset + len(bodies), len(body))
        bodies += body
    return struct.pack(">IHHHH", version, len(tables) if count is None else count, 0, 0, 0) + directory + bodies


def hhea(count):
    return struct.pack(">34xH", count)


class SystemFontTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.path = system_font()
        cls.data = cls.path.read_bytes()

    def struct_tables(self):
        count, = struct.unpack_from(">H", self.data, 4)
        return [struct.unpack_from(">4sIII", self.data, 12 + 16 * i) for i in range(count)]

    def test_the_directory(self):
        expected = [(tag.rstrip(b"\0"), *numbers) for tag, *numbers in self.struct_tables()]
        self.assertEqual(fonts.tables(self.data).tolist(), expected)

    def test_metrics(self):
        at = {tag: offset for tag, _, offset, _ in self.struct_tables()}
        count, = struct.unpack_from(">H", self.data, at[b"hhea"] + 34)
        expected = list(struct.iter_unpack(">Hh", self.data[at[b"hmtx"]:at[b"hmtx"] + 4 * count]))
        self.assertEqual(fonts.metrics(self.data).tolist(), expected)

    def test_arrays_lie_over_the_file(self):
        for array in (fonts.tables(self.data), fonts.head(self.data), fonts.metrics(self.data)):
            self.assertTrue(np.shares_memory(array, np.frombuffer(self.data, "u1")))
            self.assertFalse(array.flags.writeable)

    def test_what_fonttools_reads(self):
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--target", folder, "fonttools"],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if done.returncode:
                self.skipTest("skipped: pip cannot install fonttools")
            sys.path.insert(0, folder)
            try:
                from fontTools.ttLib import TTFont
                read = TTFont(str(self.path))
                head, measures = fonts.head(self.data), fonts.hhea(self.data)
                self.assertEqual(head["units_per_em"], read["head"].unitsPerEm)
                self.assertEqual(head["created"], read["head"].created)
                self.assertEqual([head[each] for each in ("x_min", "y_min", "x_max", "y_max")],
                                 [getattr(read["head"], each) for each in ("xMin", "yMin", "xMax", "yMax")])
                self.assertEqual(measures["ascender"], read["hhea"].ascent)
                self.assertEqual(measures["descender"], read["hhea"].descent)
                metrics = fonts.metrics(self.data)
                for number, name in enumerate(read.getGlyphOrder()[:len(metrics)]):
                    self.assertEqual(tuple(metrics[number]), read["hmtx"][name], name)
            finally:
                sys.path.remove(folder)

    def test_the_program(self):
        done = subprocess.run([sys.executable, str(PROGRAM), str(self.path)], stdout=subprocess.PIPE, text=True,
                              env=dict(os.environ, PYTHONPATH=str(pathlib.Path(fonts.__file__).parent)))
        self.assertEqual(done.returncode, 0)
        self.assertIn("hmtx", done.stdout)
        self.assertIn("%d units per em" % fonts.head(self.data)["units_per_em"], done.stdout)


class DamagedFontTest(unittest.TestCase):
    def refused(self, function, data, text):
        with self.assertRaisesRegex(ValueError, text):
            function(data)

    def test_what_is_no_font(self):
        self.refused(fonts.tables, b"\x7fELF" + bytes(100), "not a TrueType or OpenType font: it begins with 7f454c46")

    def test_a_file_that_ends_too_early(self):
        whole = font({"hhea": hhea(2), "hmtx": struct.pack(">HhHh", 1, -1, 2, -2)})
        self.assertEqual(fonts.metrics(whole).tolist(), [(1, -1), (2, -2)])
        for length in range(len(whole)):
            with self.assertRaises(ValueError, msg=length):
                fonts.metrics(whole[:length])

    def test_more_metrics_than_the_table_has(self):
        self.refused(fonts.metrics, font({"hhea": hhea(3), "hmtx": bytes(8)}),
                     "the font has no table 'hmtx' of at least 12 bytes")

    def test_a_directory_longer_than_the_file(self):
        self.refused(fonts.tables, font({}, count=65535), "")

    def test_a_table_that_is_missing(self):
        self.refused(fonts.head, font({"hhea": hhea(0)}), "the font has no table 'head'")

    def test_a_buffer_is_kept_as_long_as_its_arrays(self):
        data = bytearray(font({"hhea": hhea(1), "hmtx": struct.pack(">Hh", 500, 20)}))
        metrics = fonts.metrics(data)
        with self.assertRaises(BufferError):
            data.clear()
        del metrics
        gc.collect()
        data.clear()

    def test_what_has_no_buffer(self):
        with self.assertRaises(TypeError):
            fonts.tables(3)


if __name__ == "__main__":
    unittest.main()
