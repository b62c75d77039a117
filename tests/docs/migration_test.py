# SPDX-License-Identifier: BSD-3-Clause
"""docs/migration.md: the module as it was before does what the one that uses descry does."""

import pathlib
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import unittest

import numpy as np
import snippets_test
from build_extension import build_extension, load_extension

PAGE = pathlib.Path("docs/migration.md")


def run(*command):
    """Returns what the command printed if it succeeded, or else None."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.stdout if done.returncode == 0 else None


def compile_module(source, *options):
    """Makes an extension module of one source, without descry; returns its path."""
    compiler = ["c++", "-std=c++17"] if source.suffix == ".cc" else ["cc", "-std=c11"]
    made = source.with_suffix(".so")
    subprocess.run([*compiler, "-shared", "-fPIC", "-fvisibility=hidden", "-isystem",
                    sysconfig.get_path("include"), *options, str(source), "-o", str(made)], check=True)
    return made


class MigrationTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.before = self.folder / "before"
        sources = snippets_test.write_files(PAGE.read_text(), self.folder)
        self.stars = load_extension(build_extension(sources, self.folder, "stars"), "stars")

    def check(self, path):
        before = load_extension(path, path.stem)
        self.assertEqual(before.star, self.stars.star)
        for module, other in (before, self.stars), (self.stars, before):
            array = module.make(5)
            self.assertEqual(array["id"].tolist(), [0, 1, 2, 3, 4])
            other.scale(array[::-2], 4)
            self.assertEqual(module.mass(array), 14)
            self.assertEqual(other.mass(array[1:]), 10)
            array.flags.writeable = False
            with self.assertRaises(ValueError):
                module.scale(array, 2)
        for wrong in np.zeros(3), before.make(4).reshape(2, 2):
            for module in before, self.stars:
                with self.assertRaises((TypeError, ValueError)):
                    module.mass(wrong)

    def test_numpy(self):
        self.check(compile_module(self.before / "stars_numpy.c", "-Wall", "-Wextra", "-Werror",
                                  "-isystem", np.get_include()))

    def test_pybind11(self):
        options = (run(sys.executable, "-m", "pybind11", "--includes") or "").split()
        probe = self.folder / "probe.cc"
        probe.write_text("#include <pybind11/numpy.h>\n")
        if run("c++", "-std=c++17", "-fsyntax-only", "-I" + sysconfig.get_path("include"), *options,
               str(probe)) is None:
            self.skipTest("skipped: there is no pybind11")
        self.check(compile_module(self.before / "stars_pybind11.cc", *options))

    def test_cython(self):
        source = self.before / "stars_cython.pyx"
        if run(sys.executable, "-c", "import Cython") is None:
            self.skipTest("skipped: there is no Cython")
        subprocess.run([sys.executable, "-m", "cython", str(source)], check=True)
        self.check(compile_module(source.with_suffix(".c")))


if __name__ == "__main__":
    unittest.main()
