# SPDX-License-Identifier: BSD-3-Clause
"""docs/examples/embed: one buffer, seen and changed from both sides."""

import os
import re
import subprocess
import tempfile
import unittest

FOLDER = "docs/examples/embed"
PROGRAM = os.path.abspath(FOLDER + "/particles")
WATCH = os.path.abspath(FOLDER + "/watch.py")


def run(*arguments):
    return subprocess.run([PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True)


class ParticlesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.done = run(WATCH)

    def test_runs(self):
        self.assertEqual(self.done.returncode, 0, self.done.stdout)
        self.assertEqual(len(re.findall(r"^time \d: \d+ bounces", self.done.stdout, re.M)), 5)

    def test_python_has_the_memory_that_c_has(self):
        in_c = re.search(r"C has (1000 particles at \w+)", self.done.stdout)[1]
        in_python = re.search(r"Python has (1000 particles at \w+)", self.done.stdout)[1]
        self.assertEqual(in_c, in_python)

    def test_c_sees_what_python_changed(self):
        before, after = re.findall(r"squared speed is ([\d.]+)", self.done.stdout)
        self.assertGreater(float(before), 0.4)
        self.assertEqual(float(after), 0.25)

    def test_an_exception_in_python_ends_the_program(self):
        with tempfile.NamedTemporaryFile("w", suffix=".py") as file:
            file.write("def watch(time, particles, last):\n  particles['mass']\n")
            file.flush()
            done = run(file.name)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, "ValueError: no field of name mass")


if __name__ == "__main__":
    unittest.main()
