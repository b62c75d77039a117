# SPDX-License-Identifier: BSD-3-Clause
"""Runs `python -m descry declare` and holds what it writes against the compiler."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from build_extension import find

PACKAGE = str(pathlib.Path("src/python").resolve())
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
INSTALL_SECONDS = 120

# Prints each type's size and its fields' offsets and sizes, as the macros have them.
PROBE = """
#include <stdio.h>
#include "types.h"
static void show(const descry_type *type) {
  printf("type %%s %%zu\\n", descry_type_name(type), descry_type_size(type));
  for (size_t i = 0; i < descry_type_field_count(type); i++) {
    const descry_field *field = descry_type_field(type, i);
    printf("field %%s %%zu %%zu\\n", descry_field_name(field), descry_field_offset(field), descry_field_size(field));
  }
}
int main(void) {
%s
  return 0;
}
"""


def run(*command, **options):
    """Returns the exit status and all that the command printed."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                          text=True, **options)
    return done.returncode, done.stdout


def pyelftools(folder):
    """The folder to import it from; None where it can be had nowhere."""
    if run(sys.executable, "-c", "import elftools")[0] == 0:
        return ""
    try:
        status, _ = run(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries",
                        "1", "--no-deps", "--target", folder, "pyelftools", timeout=INSTALL_SECONDS)
    except subprocess.TimeoutExpired:
        return None
    return folder if status == 0 else None


class GeneratedTestCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.installed = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.installed.cleanup)
        cls.elftools = pyelftools(cls.installed.name)
        if cls.elftools is None:
            raise unittest.SkipTest("skipped: there is no pyelftools, and pip cannot install it")

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = temporary.name

    def declare(self, *arguments, **environment):
        """Runs the tool in the test's folder; returns its exit status and what it printed."""
        path = os.pathsep.join(each for each in [PACKAGE, self.elftools] if each)
        return run(sys.executable, "-m", "descry", "declare", *arguments, cwd=self.folder,
                   env=dict(os.environ, PYTHONPATH=path, PYTHONDONTWRITEBYTECODE="1", **environment))

    def write(self, name, text):
        pathlib.Path(self.folder, name).write_text(text)

    def read(self, name):
        return pathlib.Path(self.folder, name).read_text()

    def types(self, header="types.h"):
        """The names that the header declares."""
        lines = self.read(header).splitlines()
        return [line.partition("(")[2].rstrip(");") for line in lines if line.startswith("DESCRY_DECLARE")]

    def compiled(self, lang, *options):
        """Compiles what was written without a warning, and returns what the probe prints."""
        include = str(find("descry_archive/libdescry.a").parent / "include")
        compiler, standard, suffix = {"c": ("cc", "-std=gnu11", ".c"), "c++": ("c++", "-std=gnu++17", ".cc")}[lang]
        self.write("probe" + suffix, PROBE % "\n".join("  show(DESCRY_TYPE(%s));" % name for name in self.types()))
        status, output = run(
            compiler, standard, *WARNINGS, "-Wno-unused-function", *options, "-I" + include, "-I.", "types" + suffix,
            "probe" + suffix, str(find("descry_archive/libdescry.a")), "-o", "probe", cwd=self.folder)
        self.assertEqual(status, 0, output[:6000])
        status, output = run(os.path.join(self.folder, "probe"))
        self.assertEqual(status, 0, output)
        return output
