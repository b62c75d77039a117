# SPDX-License-Identifier: BSD-3-Clause
"""docs/reference.md says what the headers say, of every public name there is."""

import pathlib
import re
import subprocess
import sysconfig
import unittest

import reference

INCLUDE = pathlib.Path("descry_archive/include")
HEADERS = INCLUDE / "descry"
PAGE = pathlib.Path("docs/reference.md").read_text()
CXX = re.sub(r"^namespace priv \{.*?^\}  // namespace priv", "",
             "".join((HEADERS / name).read_text() for name in reference.CXX), flags=re.M | re.S)
ANCHORS = set(re.findall(r'<a id="([^"]+)">', PAGE))


def run(*command, text=""):
    return subprocess.run(command, check=True, input=text, stdout=subprocess.PIPE, text=True).stdout


def preprocess(*options):
    """What the compiler makes of all headers of C."""
    python = "-I" + sysconfig.get_path("include")
    text = run("cc", "-std=c11", "-E", "-P", *options, "-I%s" % INCLUDE, python, "-xc", "-",
               text="#include <descry/descry.h>\n")
    return re.sub(r'"[^"\n]*"', "", text)


def public(names):
    return {name for name in names if not reference.PRIVATE.search(name)}


def without_orders(name):
    """descry_type_of_int16_be is in the row of descry_type_of_int16."""
    return re.sub(r"^(descry_type_\w+?)_(?:be|le)$", r"\1", name)


def library_names():
    lines = run("nm", "--extern-only", "--defined-only", "--format=posix", "descry_archive/libdescry.a")
    return public(re.findall(r"^(descry_\w+) ", lines, re.M))


class ReferenceTest(unittest.TestCase):
    def check_names(self, names, but=()):
        self.assertEqual({without_orders(name) for name in names} - ANCHORS - set(but), set())

    def test_is_what_the_headers_say(self):
        self.assertTrue(reference.write(HEADERS) == PAGE, "not up to date: run python3 docs/reference.py")

    def test_no_name_is_without_a_comment(self):
        self.assertEqual(reference.undocumented(reference.read(HEADERS)), [])

    def test_has_every_function_of_the_library(self):
        names = library_names()
        self.assertLessEqual({"descry_dtype", "descry_type_of_int16_be"}, names)
        self.check_names(names)

    def test_has_every_macro(self):
        names = public(re.findall(r"^#define ((?:DESCRY|descry)_\w+)", preprocess("-dM"), re.M))
        self.assertLessEqual({"DESCRY_RECORD", "DESCRY_AT", "descry_borrow_shared"}, names)
        self.check_names(names)

    def test_has_every_other_name_of_c(self):
        # All words of the declarations: functions, types, constants.
        names = public(re.findall(r"\b(?:DESCRY|descry)_\w+", preprocess()))
        self.assertLessEqual({"descry_view", "DESCRY_CONVERT", "descry_kind"}, names)
        self.check_names(names)

    def test_has_every_name_of_cxx(self):
        calls = pathlib.Path("tests/cxx/every_call.cc").read_text()
        used = set(re.findall(r"\bdescry::(\w+)", calls))
        classes = set(re.findall(r"^class (\w+)", CXX, re.M))
        self.assertLessEqual({"view", "array", "object"}, used & classes)
        self.check_names({"descry-" + name for name in used | classes})

    def test_has_every_public_member_of_cxx(self):
        # By indentation: the functions of a class, but for constructors, operators and private ones.
        text = re.sub(r"^ (?:private|protected):.*?^(?= public:|};)", "",
                      CXX, flags=re.M | re.S)
        found = set(re.findall(r"^  (?! |//|explicit|template|static_assert|using|friend|return|priv::check)[^\n(=]*?\b(\w+)\(",
                               text, re.M))
        members = {anchor.split("-")[2] for anchor in ANCHORS if anchor.count("-") == 2}
        classes = {anchor.split("-")[1] for anchor in ANCHORS if anchor.startswith("descry-")}
        self.assertLessEqual({"what", "steal", "close", "stride", "wrap"}, found)
        self.assertEqual(found - members - classes - {"if", "catch"}, set())

    def test_names_every_header(self):
        self.assertEqual(set(reference.HEADERS) | {"descry.h", "elements.inc"},
                         {path.name for path in HEADERS.iterdir() if path.is_file()})


class DetectorTest(unittest.TestCase):
    """What lacks a comment is noticed."""

    def undocumented(self, text):
        return reference.undocumented([("x.h", *reference.read_c("// Intro.\n\n" + text))])

    def test_function(self):
        self.assertEqual(self.undocumented("int descry_bare(void);\n\n// Said.\nint descry_said(void);\n"),
                         ["descry_bare"])

    def test_macro(self):
        self.assertEqual(self.undocumented("#define DESCRY_BARE(x) \\\n  (x)\n"), ["DESCRY_BARE"])

    def test_constant(self):
        self.assertEqual(
            self.undocumented("enum descry_some {\n  DESCRY_ONE = 1,  // said\n  DESCRY_TWO = 2\n};\n"),
            ["descry_some", "DESCRY_TWO"])

    def test_struct(self):
        self.assertEqual(self.undocumented("typedef struct descry_bare {\n  int x;\n} descry_bare;\n"),
                         ["descry_bare"])

    def test_what_is_private_needs_none(self):
        self.assertEqual(self.undocumented("#define DESCRY_PRIV_X 1\nint descry_priv_x(void);\n"), [])


if __name__ == "__main__":
    unittest.main()
