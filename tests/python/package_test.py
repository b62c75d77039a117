# SPDX-License-Identifier: BSD-3-Clause
"""The package `descry`: its wheel and its source distribution, installed and asked, and CMake's targets."""

import importlib.util
import os
import shutil
import sys
import sysconfig
import tarfile
import tempfile
import unittest
import zipfile

from package_index import Index, run

BASIC = os.path.realpath("tests/abi3/basic.c")

PLAIN = """
#include <descry/declare.h>
#include <descry/npy.h>
#include <descry/schema.h>
typedef struct { int64_t id; double position; } particle;
DESCRY_DECLARE(particle);
DESCRY_RECORD(particle, id, position);
int main(void) { return descry_type_size(DESCRY_TYPE(particle)) == 16 && !descry_npy_problem(NULL) ? 0 : 1; }
"""

# A library without Python, a program on it, and modules on the library and on descry, of both kinds.
PROJECT = """
cmake_minimum_required(VERSION 3.18)
project(uses C)
find_package(Python REQUIRED COMPONENTS Interpreter Development.Module)
%s
add_executable(plain plain.c)
target_link_libraries(plain PRIVATE descry::declare descry::npy descry::schema)
add_library(structs STATIC structs.c)
set_target_properties(structs PROPERTIES POSITION_INDEPENDENT_CODE ON)
target_link_libraries(structs PUBLIC descry::declare)
foreach(kind descry descry_abi3)
  add_library(basic_${kind} MODULE "%s")
  set_target_properties(basic_${kind} PROPERTIES PREFIX "" OUTPUT_NAME basic LIBRARY_OUTPUT_DIRECTORY ${kind})
  target_link_libraries(basic_${kind} PRIVATE structs descry::declare descry::${kind})
endforeach()
"""
FIND = "find_package(descry 0.1 CONFIG REQUIRED)"
FETCH = """
include(FetchContent)
FetchContent_Declare(descry SOURCE_DIR "%s")
FetchContent_MakeAvailable(descry)
"""


class PackageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = temporary.name
        cls.index = Index(cls.folder)
        (name,) = os.listdir(cls.index.folder)
        cls.wheel = os.path.join(cls.index.folder, name)
        cls.installed = os.path.join(cls.folder, "installed")
        cls.index.install(cls.wheel, cls.installed)

    def ask(self, *arguments, **options):
        status, output = run(sys.executable, "-m", "descry", *arguments,
                             env=dict(os.environ, PYTHONPATH=self.installed), **options)
        self.assertEqual(status, 0, output)
        return output.strip()

    def test_the_wheel_is_for_every_python(self):
        self.assertRegex(os.path.basename(self.wheel), r"^descry-[0-9.]+-py3-none-any\.whl$")
        names = zipfile.ZipFile(self.wheel).namelist()
        for header in os.listdir(os.path.join(self.index.repository, "include", "descry")):
            if header != "private":
                self.assertIn("descry/include/descry/" + header, names)
        self.assertIn("descry/LICENSE", names)

    def test_it_is_found_by_cmake_and_pkg_config(self):
        (entries,) = [name for name in zipfile.ZipFile(self.wheel).namelist() if name.endswith("entry_points.txt")]
        text = zipfile.ZipFile(self.wheel).read(entries).decode()
        self.assertIn("[cmake.prefix]", text)
        self.assertIn("[pkg_config]", text)

    def test_a_source_distribution_gives_the_same_wheel(self):
        if not importlib.util.find_spec("setuptools"):
            self.skipTest("skipped: %s has no setuptools" % sys.executable)
        made = os.path.join(self.folder, "source")
        status, output = run(sys.executable, "setup.py", "-q", "sdist", "--dist-dir", made,
                             cwd=os.path.join(self.index.repository, "src", "python"))
        self.assertEqual(status, 0, output)
        (name,) = os.listdir(made)
        with tarfile.open(os.path.join(made, name)) as tar:
            tar.extractall(made)
        again = self.index.wheel(os.path.join(made, name[:-len(".tar.gz")]), os.path.join(self.folder, "again"),
                                 ["setuptools", "wheel"])
        first, second = zipfile.ZipFile(self.wheel), zipfile.ZipFile(again)
        self.assertEqual(sorted(first.namelist()), sorted(second.namelist()))
        for name in first.namelist():
            self.assertEqual(first.read(name), second.read(name), name)

    def test_says_where_everything_is(self):
        include = self.ask("--includedir")
        self.assertTrue(os.path.isfile(os.path.join(include, "descry", "descry.h")))
        self.assertEqual(self.ask("--includes").split()[-1], "-I" + include)
        self.assertIn("-I" + sysconfig.get_path("include"), self.ask("--cflags").split())
        for option in ["--sources", "--plain-sources"]:
            self.assertTrue(os.path.isfile(self.ask(option)))
        self.assertIn("descry-config.cmake", os.listdir(self.ask("--cmakedir")))
        self.assertRegex(self.ask("--version"), r"^\d+\.\d+\.\d+$")

    def test_compiles_by_what_it_says(self):
        made = os.path.join(self.folder, "compiled")
        os.mkdir(made)
        status, output = run("cc", "-shared", "-fPIC", "-O0", *self.ask("--cflags").split(), BASIC,
                             *self.ask("--sources").split(), "-o", os.path.join(made, "basic.so"))
        self.assertEqual(status, 0, output)
        self.check_module(made)

    def test_compiles_by_what_pkg_config_says(self):
        if not shutil.which("pkg-config"):
            self.skipTest("skipped: there is no pkg-config")
        status, output = run("pkg-config", "--cflags", "descry",
                             env=dict(os.environ, PKG_CONFIG_PATH=self.ask("--pkgconfigdir")))
        self.assertEqual(status, 0, output)
        source = os.path.join(self.folder, "plain.c")
        with open(source, "w") as file:
            file.write(PLAIN)
        program = os.path.join(self.folder, "plain")
        status, output = run("cc", *output.split(), source, self.ask("--plain-sources"), "-o", program)
        self.assertEqual(status, 0, output)
        self.assertEqual(run(program), (0, ""))

    def check_module(self, folder):
        status, output = run(sys.executable, "-c", "import basic; print(len(basic.make(3)))",
                             env=dict(os.environ, PYTHONPATH=folder))
        self.assertEqual((status, output), (0, "3\n"))

    def check_project(self, name, how, *options):
        if not shutil.which("cmake"):
            self.skipTest("skipped: there is no cmake")
        project = os.path.join(self.folder, name)
        os.mkdir(project)
        for file, text in {"CMakeLists.txt": PROJECT % (how, BASIC), "plain.c": PLAIN,
                           "structs.c": PLAIN.replace("main", "structs")}.items():
            with open(os.path.join(project, file), "w") as opened:
                opened.write(text)
        build = os.path.join(project, "build")
        for command in [["cmake", "-S", project, "-B", build, "-DPython_EXECUTABLE=" + sys.executable, *options],
                        ["cmake", "--build", build]]:
            status, output = run(*command)
            self.assertEqual(status, 0, output)
        self.assertEqual(run(os.path.join(build, "plain")), (0, ""))
        for kind in ["descry", "descry_abi3"]:
            self.check_module(os.path.join(build, kind))

    def test_cmake_finds_its_targets(self):
        self.check_project("finds", FIND, "-DCMAKE_PREFIX_PATH=" + os.path.join(self.installed, "descry"))

    def test_cmake_fetches_the_repository(self):
        self.check_project("fetches", FETCH % self.index.repository)

    def test_cmake_without_c_says_what_to_do(self):
        if not shutil.which("cmake"):
            self.skipTest("skipped: there is no cmake")
        project = os.path.join(self.folder, "without c")
        os.mkdir(project)
        with open(os.path.join(project, "CMakeLists.txt"), "w") as file:
            file.write("cmake_minimum_required(VERSION 3.18)\nproject(uses CXX)\n" + FIND)
        status, output = run("cmake", "-S", project, "-B", os.path.join(project, "build"),
                             "-DCMAKE_PREFIX_PATH=" + os.path.join(self.installed, "descry"))
        self.assertNotEqual(status, 0)
        self.assertIn("project(... LANGUAGES C CXX)", " ".join(output.split()))


if __name__ == "__main__":
    unittest.main()
