# SPDX-License-Identifier: BSD-3-Clause
"""The archive and the headers beside it are all that a user without Bazel needs."""

import os
import subprocess
import sys
import sysconfig
import tempfile
import unittest

SOURCE = "tests/abi3/basic.c"
SUITE = "tests/abi3/basic_suite.py"


def build(folder, archive, *options):
    """Makes the extension module `basic` in `folder`, as its user would by hand."""
    subprocess.run(
        ["cc", "-std=c11", "-shared", "-fPIC", *options, "-I" + archive + "/include",
         "-I" + sysconfig.get_path("include"), SOURCE, archive + "/libdescry.a",
         "-o", os.path.join(folder, "basic.so")],
        check=True)


def exported_names(folder):
    listing = subprocess.run(
        ["nm", "--dynamic", "--defined-only", "--format=posix", os.path.join(folder, "basic.so")],
        check=True, stdout=subprocess.PIPE, text=True).stdout
    return {line.split()[0] for line in listing.splitlines()}


class WithoutBazelTest(unittest.TestCase):
    def check(self, archive, *options):
        with tempfile.TemporaryDirectory() as folder:
            build(folder, archive, *options)
            path = os.pathsep.join([folder, os.path.dirname(SUITE)])
            done = subprocess.run(
                [sys.executable, "-m", "unittest", "basic_suite"],
                env=dict(os.environ, PYTHONPATH=path),
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            self.assertEqual(done.returncode, 0, done.stdout)
            return exported_names(folder)

    def test_for_one_python(self):
        self.check("descry_archive")

    def test_for_every_python(self):
        self.check("descry_archive_abi3", "-DPy_LIMITED_API=0x03090000")

    def test_an_extension_does_not_show_what_it_uses(self):
        names = self.check("descry_archive", "-fvisibility=hidden")
        self.assertEqual({name for name in names if "descry" in name}, set())


if __name__ == "__main__":
    unittest.main()
