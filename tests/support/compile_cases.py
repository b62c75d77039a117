# SPDX-License-Identifier: BSD-3-Clause
"""The cases of a test made by tests/compile_test.bzl: each source with each compiler and level.

The rule describes them in the JSON file that COMPILE_CASES names.
"""

import glob
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]


def newest_clang():
    """Returns the path of clang, or of the newest clang-<version>, or None."""
    versioned = [path for folder in os.get_exec_path() for path in glob.glob(folder + "/clang-[0-9]*")
                 if re.fullmatch(r"clang-\d+", os.path.basename(path))]
    newest = max(versioned, key=lambda path: int(path.rpartition("-")[2]), default=None)
    return shutil.which("clang") or newest


def compilers():
    return {"gcc": shutil.which("gcc") or shutil.which("cc"), "clang": newest_clang()}


def standards_of(source):
    """The standards by which a file is compiled unless the test says otherwise."""
    extension = source.rpartition(".")[2]
    return {"c": ["c11"], "h": ["c11", "c++17"]}.get(extension, ["c++17"])


def command(spec, compiler, standard, level, source, output):
    language = "c++" if "++" in standard else "c"
    return (
        [compiler, "-x", language, "-std=" + standard, level] + WARNINGS + spec["flags"]
        + ["-iquote", "."]
        + ["-I" + folder for folder in spec["includes"]]
        + [flag for folder in spec["system_includes"] for flag in ("-isystem", folder)]
        + ["-c", source, "-o", output])


def compile_source(spec, compiler, standard, level, source):
    """Returns the compiler's exit status and all that it printed."""
    with tempfile.TemporaryDirectory() as folder:
        if source.endswith(".h"):
            # Through a file of its own: a compiler treats the file that it is given otherwise.
            alone = os.path.join(folder, "alone.c")
            with open(alone, "w") as file:
                file.write('#include "%s"\nextern int not_empty;\n' % source)
            source = alone
        done = subprocess.run(
            command(spec, compiler, standard, level, source, os.path.join(folder, "out.o")),
            env=dict(os.environ, LC_ALL="C"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            universal_newlines=True)
        return done.returncode, done.stdout


class CompileTest(unittest.TestCase):
    """Has a method for each run of a compiler; see add_cases."""

    def check(self, status, output, message, most_lines):
        if not message:
            self.assertEqual(status, 0, output)
        else:
            self.assertNotEqual(status, 0, "it compiles")
            self.assertIn(message, output)
            self.assertLessEqual(output.count("\n"), most_lines, output)


def new_case(spec, name, compiler, standard, level, source):
    def run(self):
        if not compiler:
            self.skipTest("there is no " + name)
        self.check(*compile_source(spec, compiler, standard, level, source), spec["message"],
                   spec["most_lines"])
    return run


def add_cases(spec):
    for source in spec["sources"]:
        for standard in spec["standards"] or standards_of(source):
            for name, compiler in compilers().items():
                for level in spec["levels"]:
                    case = new_case(spec, name, compiler, standard, level, source)
                    file = os.path.basename(source).replace(".", "_")
                    setattr(CompileTest, " ".join(["test", file, name, standard, level]), case)


# Other tests only use the functions.
if "COMPILE_CASES" in os.environ:
    with open(os.environ["COMPILE_CASES"]) as cases:
        add_cases(json.load(cases))
