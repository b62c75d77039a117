# SPDX-License-Identifier: BSD-3-Clause
"""The runner reports every case, and failures as failures."""

import os
import subprocess
import sys
import tempfile
import unittest
from xml.etree import ElementTree

import run_unittest

CASES = """
import unittest

class Cases(unittest.TestCase):
    def test_passes(self): pass
    def test_fails(self): self.fail("because \\x01")
    def test_errs(self): raise KeyError("k")
    def test_skips(self): self.skipTest("no reason")
    def test_fails_in_part(self):
        for i in range(3):
            with self.subTest(i=i): self.assertNotEqual(i, 1)
"""

FIXTURE = """
import unittest

class Cases(unittest.TestCase):
    @classmethod
    def setUpClass(cls): raise OSError("no disk")
    def test_never_runs(self): pass
"""


class RunnerTest(unittest.TestCase):
    def run_file(self, text):
        """Returns the exit status and {case: [kinds of result]}."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "cases.py")
            xml = os.path.join(folder, "test.xml")
            with open(path, "w") as file:
                file.write(text)
            done = subprocess.run(
                [sys.executable, run_unittest.__file__, path],
                env=dict(os.environ, XML_OUTPUT_FILE=xml), stderr=subprocess.DEVNULL)
            cases = ElementTree.parse(xml).iter("testcase")
            return done.returncode, {c.get("name"): [kind.tag for kind in c] for c in cases}

    def test_reports_every_case(self):
        status, cases = self.run_file(CASES)
        self.assertEqual(status, 1)
        self.assertEqual(cases, {
            "test_passes": [], "test_fails": ["failure"], "test_errs": ["error"],
            "test_skips": ["skipped"], "test_fails_in_part": ["failure"]})

    def test_reports_fixtures_that_fail(self):
        status, cases = self.run_file(FIXTURE)
        self.assertNotEqual(status, 0)
        self.assertEqual(list(cases.values()), [["error"]])

    def test_refuses_a_file_without_cases(self):
        status, cases = self.run_file("import unittest")
        self.assertNotEqual(status, 0)
        self.assertEqual(cases, {})


if __name__ == "__main__":
    unittest.main()
