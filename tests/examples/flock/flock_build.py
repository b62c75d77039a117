# SPDX-License-Identifier: BSD-3-Clause
"""Builds docs/examples/pybind11 or docs/examples/nanobind with one release of that library, and runs the suite on it."""

import os
import subprocess
import sys
import sysconfig
import tempfile
import unittest

AMALGAMATION = os.path.abspath("amalgamation")
SUITE = os.path.abspath("tests/examples/flock")
WARNINGS = ["-Wall", "-Wextra", "-Werror"]

# Where pip reaches no package index, it shall not take long to say so.
INSTALL_SECONDS = 120


def run(*command, **options):
    """Returns the exit status and all that the command printed."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          stdin=subprocess.DEVNULL, text=True, **options)
    return done.returncode, done.stdout


class FlockTestCase(unittest.TestCase):
    options = []  # more, for all that is compiled

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = temporary.name

    def install(self, *packages):
        """Has pip put the packages into a folder, which is returned, or skips the test."""
        target = os.path.join(self.folder, "installed")
        try:
            status, output = run(
                sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                "--retries", "1", "--no-deps", "--target", target, *packages,
                timeout=INSTALL_SECONDS)
        except subprocess.TimeoutExpired:
            status, output = 1, "it took too long"
        if status:
            last = (output.strip().splitlines() or ["?"])[-1]
            self.skipTest("skipped: pip cannot install %s: %s" % (" ".join(packages), last))
        return target

    def compile(self, made, *arguments):
        path = os.path.join(self.folder, made)
        status, output = run(*arguments, *self.options, "-O0", "-fPIC", "-fvisibility=hidden", "-I" + AMALGAMATION,
                             "-isystem", sysconfig.get_path("include"), "-o", path)
        self.assertEqual(status, 0, output)
        return path

    def check(self, source, include, *library):
        """The module of `source`, compiled where `include` are the library's headers, does what it should.

        Of `library`, sources of others, no compiler's warnings are asked for."""
        cxx = ["c++", "-std=c++17"] + [word for path in include for word in ("-isystem", path)]
        descry = self.compile("descry.o", "cc", "-c", os.path.join(AMALGAMATION, "descry/descry.c"))
        flock = self.compile("flock.o", *cxx, *WARNINGS, "-c", os.path.abspath(source))
        others = [self.compile(os.path.basename(path) + ".o", *cxx, "-c", path) for path in library]
        self.compile("flock.so", "c++", "-shared", flock, descry, *others)
        path = os.pathsep.join([self.folder, SUITE])
        status, output = run(sys.executable, "-m", "unittest", "flock_suite",
                             env=dict(os.environ, PYTHONPATH=path, PYTHONDONTWRITEBYTECODE="1"))
        self.assertEqual(status, 0, output)
        self.assertRegex(output, r"Ran \d\d tests")
