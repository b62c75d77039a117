# SPDX-License-Identifier: BSD-3-Clause
"""src/gdb/descry.py, in a gdb that looks at views while they are open."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

from build_extension import build_extension

PRINTERS = os.path.realpath("src/gdb/descry.py")
SOURCE = os.path.realpath("tests/view/watched.c")

PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
import numpy as np, watched
grains = np.zeros((2, 3), watched.grain)
grains["id"] = np.arange(6).reshape(2, 3)
grains["where"]["x"] = grains["id"] + 0.5
watched.look(grains[:, ::2])
"""

COMMANDS = [
    "set debuginfod enabled off", "set breakpoint pending on", "set print pretty off", "source " + PRINTERS,
    "break stop_here", "run",
    "print *view", "print *view->type", "continue",
    "print *view", "print *view->type", "continue",
    "print *view",
]


class GdbTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not shutil.which("gdb"):
            raise unittest.SkipTest("skipped: no gdb")
        with tempfile.TemporaryDirectory() as folder:
            build_extension([SOURCE], folder)
            cls.output = cls.gdb(folder)
        if "Breakpoint 1, stop_here" not in cls.output:
            raise unittest.SkipTest("skipped: gdb runs no program here: " + cls.output[-200:])
        cls.printed = [line.partition(" = ")[2] for line in cls.output.splitlines()
                       if line.startswith("$")]

    @classmethod
    def gdb(cls, folder):
        """Returns all that gdb printed."""
        words = [word for command in COMMANDS for word in ("-ex", command)]
        done = subprocess.run(
            ["gdb", "-q", "-batch", "-nx", *words, "--args", sys.executable, "-c", PROGRAM, folder],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=50, env=dict(os.environ, HOME=folder))
        return done.stdout

    def test_shows_records(self):
        self.assertEqual(
            self.printed[0],
            "2-d view of grain, shape (2, 2), strides (120, 80), writable = {"
            + ", ".join("{id = %d, where = {x = %d.5, y = 0}, rgb = {0, 0, 0}}" % (i, i) for i in (0, 2, 3, 5))
            + "}", self.output)

    def test_shows_a_member(self):
        self.assertEqual(self.printed[2], "2-d view of float64, shape (2, 2), strides (120, 80), "
                                          "writable = {0.5, 2.5, 3.5, 5.5}", self.output)

    def test_shows_types(self):
        self.assertEqual(self.printed[1], "record grain, 40 bytes = {id = int64 at offset 0, "
                                          "where = spot at offset 8, rgb = float32[3] at offset 24}",
                         self.output)
        self.assertEqual(self.printed[3], "element float64, 8 bytes", self.output)

    def test_shows_a_closed_view(self):
        self.assertEqual(self.printed[4], "closed view", self.output)


if __name__ == "__main__":
    unittest.main()
