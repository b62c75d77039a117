# SPDX-License-Identifier: BSD-3-Clause
"""`python -m descry layout`: tables and pictures of dtypes, with NumPy as the oracle of what lies where."""

import contextlib
import io
import os
import random
import sys
import tempfile
import unittest
import xml.etree.ElementTree

import numpy as np

sys.path.insert(0, "src/python")
from descry import __main__ as command  # noqa: E402
from descry import layout  # noqa: E402

POINT = np.dtype([("x", "f8"), ("y", ">f4")], align=True)
WHOLE = np.dtype([("id", "i8"), ("points", POINT, (2,)), (("a title", "name"), "S5"), ("letters", "U2")], align=True)
TABLE = """\
WHOLE: 56 bytes, alignment 8
  offset  size  field
       0     8  id        int64
       8    32  points    record (2,)
       8     8    x       float64
      16     4    y       >f4
      20     4    (hole)
      40     5  name      S5, title 'a title'
      45     3  (hole)
      48     8  letters   U2
"""
SVG = "{http://www.w3.org/2000/svg}"


def random_dtype(random, depth=0):
    names, formats, offsets, past = [], [], [], 0
    for index in range(random.randrange(1, 5)):
        field = np.dtype(random.choice(["i1", "<f8", ">u2", "S3", "U1", "M8[s]", "V5", "?"]))
        if depth < 3 and random.random() < 0.3:
            field = random_dtype(random, depth + 1)
        if random.random() < 0.3:
            field = np.dtype((field, random.choice([(2,), (1, 3), (20,)])))
        past += random.choice([0, 0, 0, 1, 7])
        names.append("f%d" % index)
        formats.append(field)
        offsets.append(past)
        past += field.itemsize
    return np.dtype({"names": names, "formats": formats, "offsets": offsets, "itemsize": past + random.choice([0, 3])})


class LayoutTest(unittest.TestCase):
    def run_command(self, *arguments):
        out, err = io.StringIO(), io.StringIO()
        sys.argv = ["descry", "layout", *arguments]
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = command.main()
        return status, out.getvalue(), err.getvalue()

    def test_draws_a_table(self):
        self.assertEqual(self.run_command(__name__ + ".WHOLE"), (0, TABLE, ""))
        self.assertEqual(self.run_command("numpy.pi")[0], 1)

    def test_draws_what_is_no_record(self):
        self.assertEqual(layout.text("reals", np.dtype(("f8", (2, 3)))),
                         "reals: 48 bytes, alignment 8\n  stands for float64 (2, 3)\n")
        xml.etree.ElementTree.fromstring(layout.svg("reals", np.dtype("f8")))
        xml.etree.ElementTree.fromstring(layout.svg("nothing", np.dtype([])))

    def test_says_what_overlaps(self):
        union = np.dtype({"names": ["whole", "half"], "formats": ["u4", "u2"], "offsets": [0, 2]})
        self.assertIn("half   uint16, overlaps", layout.text("union", union))

    def test_the_boxes_of_a_picture_are_all_bytes_once(self):
        chance = random.Random(2)
        for _ in range(200):
            dtype = random_dtype(chance)
            covered = np.zeros(dtype.itemsize, int)
            for piece in layout.pieces(dtype):
                covered[piece.offset:piece.offset + piece.size] += 1
                self.assertEqual(sum(count for _, count in layout.cut(piece.offset, piece.size)), piece.size)
            self.assertTrue((covered == 1).all(), dtype)

    def test_the_picture_is_well_formed_whatever_the_names(self):
        odd = np.dtype([("<&>\"'", "i4"), ("\u6e29\u5ea6", "f8"), ("long" * 100, "S1")])
        picture = xml.etree.ElementTree.fromstring(layout.svg("odd & <more>", odd))
        titles = [title.text for title in picture.iter(SVG + "title")]
        self.assertEqual(titles[0], "<&>\"'  int32")
        self.assertIn("long" * 100 + "  S1", titles)

    def test_writes_a_file(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "whole.svg")
            self.assertEqual(self.run_command(__name__ + ".WHOLE", "--svg", "-o", path), (0, "", ""))
            with open(path) as file:
                self.assertEqual(file.read(), layout.svg("WHOLE", WHOLE))

    def test_says_what_is_wrong(self):
        for name, message in [("no_such_module.x", "there is no module for no_such_module.x"),
                              (__name__ + ".MISSING", __name__ + " has no MISSING"),
                              ("os.path", "os.path is neither a dtype nor has one: it is of class module"),
                              ("plain", "there is no module for plain")]:
            self.assertEqual(self.run_command(name), (1, "", "descry: %s\n" % message))


if __name__ == "__main__":
    unittest.main()
