# SPDX-License-Identifier: BSD-3-Clause
"""One extension file, linked to //:descry_abi3, passes the basic suite on two CPythons."""

import json
import os
import subprocess
import sys
import unittest

import run_unittest

SUITE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "basic_suite.py")

# Bazel has put the folders of all that it made for this test there.
FOLDERS = os.environ["PYTHONPATH"].split(os.pathsep)


def other_python():
    """What third_party/python/other_python.bzl found."""
    paths = [os.path.join(folder, "other_python.json") for folder in FOLDERS]
    with open(next(filter(os.path.exists, paths))) as file:
        return json.load(file)


def run_suite(python):
    """Runs the suite by the interpreter at `python`; returns its exit status and its output."""
    environment = {key: value for key, value in os.environ.items() if key != "XML_OUTPUT_FILE"}
    done = subprocess.run(
        [python, run_unittest.__file__, SUITE], env=environment,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


# Opens a view by a module that was built for one CPython.
USE_OTHER = """
try:
    import viewer_one
    viewer_one.open(None)
except (ImportError, TypeError) as error:
    print(type(error).__name__, error)
"""


def use_module_for_one(python):
    done = subprocess.run([python, "-c", USE_OTHER], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


class TwoPythonsTest(unittest.TestCase):
    def test_a_module_for_one_python_says_which(self):
        status, output = use_module_for_one(sys.executable)
        self.assertEqual((status, output.split()[0]), (0, "TypeError"))
        other = other_python()
        if "problem" in other:
            print("skipped: " + other["problem"])
            self.skipTest(other["problem"])
        expected = (
            "ImportError this module was built for Python %d.%d (a build with a GIL) and is imported by Python %d.%d (a build with a GIL): "
            "build it for that one, or with the limited API for all\n" % (*sys.version_info[:2], *other["version"]))
        status, output = use_module_for_one(other["executable"])
        self.assertEqual(status, 0, output)
        # An older one may lack a function that the module needs, and say so before it can be asked.
        if not output.startswith("ImportError") or "undefined symbol" not in output:
            self.assertEqual(output, expected)

    def check_suite(self, python):
        status, output = run_suite(python)
        print(output)
        self.assertEqual(status, 0, output)

    def test_passes_on_the_python_it_was_built_by(self):
        self.check_suite(sys.executable)

    def test_passes_on_another_python(self):
        other = other_python()
        if "problem" in other:
            print("skipped: " + other["problem"])
            self.skipTest(other["problem"])
        print("CPython %d.%d with NumPy %s" % (*other["version"], other["numpy"]))
        self.check_suite(other["executable"])


if __name__ == "__main__":
    unittest.main()
