# SPDX-License-Identifier: BSD-3-Clause
"""The tar of //:dist, unpacked: pkg-config and CMake find what is in it."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import unittest

BASIC = os.path.realpath("tests/abi3/basic.c")
PYTHON = sysconfig.get_path("include")

PROJECT = """
cmake_minimum_required(VERSION 3.13)
project(basic C)
find_package(descry %%s CONFIG REQUIRED)
add_library(basic MODULE "%s")
set_target_properties(basic PROPERTIES PREFIX "")
target_include_directories(basic PRIVATE "%s")
target_link_libraries(basic PRIVATE descry::descry)
file(WRITE plain.c "%%s")
add_executable(plain plain.c)
target_link_libraries(plain PRIVATE descry::declare descry::schema descry::npy)
""" % (BASIC, PYTHON)


PLAIN = """
#include <descry/declare.h>
typedef struct { int64_t id; double position; } particle;
DESCRY_DECLARE(particle);
DESCRY_RECORD(particle, id, position);
int main(void) { return descry_type_size(DESCRY_TYPE(particle)) == 16 ? 0 : 1; }
"""


def run(*command, **environment):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True,
                          env=dict(os.environ, **environment)).stdout


class DistTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = temporary.name
        with tarfile.open("descry.tar.gz") as tar:
            tar.extractall(self.folder)
        (name,) = os.listdir(self.folder)
        self.root = os.path.join(self.folder, name)

    def need(self, program):
        if not shutil.which(program):
            self.skipTest("there is no " + program)

    def check_module(self, folder):
        made = run(sys.executable, "-c", "import basic; print(len(basic.make(3)))", PYTHONPATH=folder)
        self.assertEqual(made, "3\n")

    def test_has_its_licence(self):
        self.assertIn("LICENSE", os.listdir(self.root))

    def test_pkg_config_finds_it(self):
        self.need("pkg-config")
        flags = run("pkg-config", "--cflags", "--libs", "descry",
                    PKG_CONFIG_PATH=os.path.join(self.root, "lib", "pkgconfig")).split()
        run("cc", "-shared", "-fPIC", "-I" + PYTHON, BASIC, *flags,
            "-o", os.path.join(self.folder, "basic.so"))
        self.check_module(self.folder)

    def configure(self, asked):
        """Runs CMake on a project that asks for this version; returns whether it found one."""
        self.need("cmake")
        project = os.path.join(self.folder, "asks for " + (asked or "any"))
        os.mkdir(project)
        with open(os.path.join(project, "CMakeLists.txt"), "w") as file:
            file.write(PROJECT % (asked, PLAIN))
        build = os.path.join(project, "build")
        done = subprocess.run(["cmake", "-S", project, "-B", build, "-DCMAKE_PREFIX_PATH=" + self.root],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            self.assertIn("compatible with requested version", " ".join(done.stdout.split()))
        return done.returncode == 0 and build

    def test_cmake_finds_it(self):
        build = self.configure("")
        run("cmake", "--build", build)
        self.check_module(build)
        run(os.path.join(build, "plain"))

    def test_cmake_takes_versions_that_do(self):
        for asked in ["0", "0.1", "0.1.0", "0.1.0 EXACT", "0.1...0.2", "0.0...<1"]:
            with self.subTest(asked):
                self.assertTrue(self.configure(asked))

    def test_cmake_refuses_other_versions(self):
        for asked in ["0.0", "0.1.1", "0.2", "1", "0.2...1", "0.0...<0.1.0", "0.10"]:
            with self.subTest(asked):
                self.assertFalse(self.configure(asked))


if __name__ == "__main__":
    unittest.main()
