# SPDX-License-Identifier: BSD-3-Clause
"""The stage asks for nothing of Python, nor does a program that links it."""

import pathlib
import subprocess
import unittest

ARCHIVES = ["src/npy/libnpy.a"]
PROGRAM = "tests/npy/plain"


def names(path, *options):
    listing = subprocess.run(["nm", "--format=posix", *options, path], check=True,
                             stdout=subprocess.PIPE, text=True).stdout
    return {line.split()[0] for line in listing.splitlines() if " " in line}


class WithoutPythonTest(unittest.TestCase):
    def test_archives_and_program_name_nothing_of_python(self):
        for path in ARCHIVES + [PROGRAM]:
            found = names(path)
            self.assertTrue(any(name.startswith("descry") for name in found), path)
            self.assertEqual({name for name in found if name.lstrip("_").startswith("Py")}, set())

    def test_archives_hide_what_is_not_descry_s(self):
        for path in ARCHIVES:
            self.assertEqual({name for name in names(path, "--defined-only", "--extern-only")
                              if not name.startswith("descry")}, set())

    def test_program_runs(self):
        self.assertEqual(subprocess.run([str(pathlib.Path(PROGRAM).resolve())]).returncode, 0)

    def test_program_loads_no_libpython(self):
        dynamic = subprocess.run(["readelf", "--dynamic", PROGRAM], check=True,
                                 stdout=subprocess.PIPE, text=True).stdout
        self.assertNotIn("libpython", dynamic)


if __name__ == "__main__":
    unittest.main()
