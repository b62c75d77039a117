# SPDX-License-Identifier: BSD-3-Clause
"""What the static library may define, need and weigh."""

import os
import re
import shutil
import subprocess
import sysconfig
import tempfile
import unittest

ARCHIVE = "descry_archive/libdescry.a"
ARCHIVE_ABI3 = "descry_archive_abi3/libdescry.a"
EXTENSION = "tests/abi3/basic.abi3.so"

# They joined the limited API later than 3.9, and every CPython exports them in the same form.
LATER_FUNCTIONS = {"PyObject_CheckBuffer", "PyObject_GetBuffer", "PyBuffer_Release", "PyUnicode_AsUTF8AndSize"}

CONSTRUCTOR_SECTION = re.compile(r"\.(init_array|preinit_array|ctors)\b")
FOREIGN_SYMBOL = re.compile(r"PyArray|NPY|npy_|_Z|__cxa_|__gxx_")


def run(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def symbols(archive, which):
    """The external names that an archive defines, or leaves undefined and needs."""
    lines = run("nm", "--extern-only", "--format=posix", which, archive).splitlines()
    fields = [line.split() for line in lines if " " in line]
    return {name for name, kind, *_ in fields if kind not in "wv"}


def defined(archive):
    return symbols(archive, "--defined-only")


def undefined(archive):
    return symbols(archive, "--undefined-only") - defined(archive)


def alien_names(archive):
    return {name for name in defined(archive) if not re.match(r"descryi?_", name)}


def constructor_sections(archive):
    return set(CONSTRUCTOR_SECTION.findall(run("readelf", "--sections", "--wide", archive)))


def stripped_size(archive):
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, "stripped.a")
        run("strip", "--strip-unneeded", "-o", copy, archive)
        return os.path.getsize(copy)


def limited_api():
    """Every name in Python.h under the limited C-API of CPython 3.9."""
    names = set()
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "python.c")
        with open(source, "w") as file:
            file.write("#include <Python.h>\n")
        # Some functions have another name where PY_SSIZE_T_CLEAN is defined.
        for more in [], ["-DPY_SSIZE_T_CLEAN"]:
            text = run("cc", "-E", "-P", "-DPy_LIMITED_API=0x03090000", *more,
                       "-I" + sysconfig.get_path("include"),
                       "-I" + sysconfig.get_path("platinclude"), source)
            names.update(re.findall(r"\w+", text))
    return names


def outside_limited_api(archive):
    python = {name for name in undefined(archive) if re.match(r"_?Py", name)}
    return python - limited_api() - LATER_FUNCTIONS


class ArchiveTest(unittest.TestCase):
    def test_defines_only_names_of_its_own(self):
        for archive in ARCHIVE, ARCHIVE_ABI3:
            self.assertIn("descry_dtype", defined(archive))
            self.assertEqual(alien_names(archive), set())

    def test_runs_nothing_when_loaded(self):
        for archive in ARCHIVE, ARCHIVE_ABI3:
            self.assertEqual(constructor_sections(archive), set())

    def test_needs_neither_numpy_nor_cpp_at_link_time(self):
        for archive in ARCHIVE, ARCHIVE_ABI3:
            self.assertIn("PyErr_Occurred", undefined(archive))
            self.assertEqual(set(filter(FOREIGN_SYMBOL.match, undefined(archive))), set())

    def test_weighs_less_than_a_megabyte(self):
        for archive in ARCHIVE, ARCHIVE_ABI3:
            self.assertLess(stripped_size(archive), 1_000_000)

    def test_has_the_headers_beside_it(self):
        for archive in ARCHIVE, ARCHIVE_ABI3:
            folder = os.path.join(os.path.dirname(archive), "include", "descry")
            self.assertIn("descry.h", os.listdir(folder))

    def test_abi3_needs_nothing_outside_the_limited_api(self):
        self.assertEqual(outside_limited_api(ARCHIVE_ABI3), set())


class ExtensionTest(unittest.TestCase):
    """What descry_extension makes of it."""

    def test_shows_only_its_init_function(self):
        listing = run("nm", "--dynamic", "--defined-only", "--format=posix", EXTENSION)
        self.assertEqual({line.split()[0] for line in listing.splitlines()}, {"PyInit_basic"})

    def test_needs_no_library_of_cpp(self):
        dynamic = run("readelf", "--dynamic", EXTENSION)
        self.assertIn("libc.so", dynamic)
        self.assertNotIn("libstdc++", dynamic)


class DetectorTest(unittest.TestCase):
    """The checks above find what they look for."""

    SOURCE = """
        extern int PyArray_Something(void), _PyObject_Secret(void);
        int alien(void) { return PyArray_Something() + _PyObject_Secret(); }
        __attribute__((constructor)) static void construct(void) { alien(); }
    """

    def setUp(self):
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        self.archive = os.path.join(folder, "bad.a")
        source, object_file = os.path.join(folder, "bad.c"), os.path.join(folder, "bad.o")
        with open(source, "w") as file:
            file.write(self.SOURCE)
        run("cc", "-c", source, "-o", object_file)
        run("ar", "rc", self.archive, object_file)

    def test_finds_what_is_wrong(self):
        self.assertEqual(alien_names(self.archive), {"alien"})
        self.assertEqual(constructor_sections(self.archive), {"init_array"})
        self.assertEqual(set(filter(FOREIGN_SYMBOL.match, undefined(self.archive))),
                         {"PyArray_Something"})
        self.assertIn("_PyObject_Secret", outside_limited_api(self.archive))


if __name__ == "__main__":
    unittest.main()
