# SPDX-License-Identifier: BSD-3-Clause
"""descry.c and the headers beside it are all that a build of one's own needs."""

import filecmp
import os
import subprocess
import sys
import sysconfig
import tempfile
import unittest

FOLDER = os.path.realpath("amalgamation")
BASIC = os.path.realpath("tests/abi3/basic.c")
SUITE = os.path.realpath("tests/abi3/basic_suite.py")
# In the source tree, which the script looks for its files in.
SCRIPT = os.path.realpath("src/amalgamate.py")
EVERY_CALL = os.path.realpath("tests/cxx/every_call.cc")

LIMITED = "-DPy_LIMITED_API=0x03090000"
PYTHON = "-I" + sysconfig.get_path("include")
WARNINGS = ["-Wall", "-Wextra", "-Werror"]


PLAIN = """
#include <descry/declare.h>
#include <descry/npy.h>
#include <descry/schema.h>
#include <stdio.h>
typedef struct { int64_t id; double position; float weight; } particle;
DESCRY_DECLARE(particle);
DESCRY_RECORD(particle, id, position, weight);
int main(void) {
  const descry_type *type = DESCRY_TYPE(particle);
  const descry_field *field = descry_type_field(type, 1);
  printf("%s %zu %s %zu\\n", descry_type_name(type), descry_type_size(type), descry_field_name(field),
         descry_field_offset(field));
  descry_schema *schema = descry_schema_new("made", 0);
  descry_schema_add(schema, "id", DESCRY_TYPE(int64), 0, NULL);
  const descry_type *made = descry_schema_build(schema);
  printf("%zu saved\\n", descry_type_field_count(made));
  descry_type_release(made);
  return descry_npy_problem(NULL) != NULL;
}
"""


def run(*command, **options):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **options).stdout


class AmalgamationTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def compile_descry(self, *options):
        """Compiles descry.c where it lies, which says nothing of where the headers are."""
        made = os.path.join(self.folder, "descry.o")
        run("cc", "-c", "-fPIC", *WARNINGS, *options, PYTHON, "descry.c", "-o", made,
            cwd=os.path.join(FOLDER, "descry"))
        return made

    def check_suite(self, *options):
        run("cc", "-shared", "-fPIC", "-std=c11", *WARNINGS, *options, PYTHON, "-I" + FOLDER, BASIC,
            self.compile_descry(*options), "-o", os.path.join(self.folder, "basic.so"))
        path = os.pathsep.join([self.folder, os.path.dirname(SUITE)])
        done = subprocess.run(
            [sys.executable, "-m", "unittest", "basic_suite"],
            env=dict(os.environ, PYTHONPATH=path),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_serves_one_python(self):
        self.check_suite()

    def test_serves_every_python(self):
        self.check_suite(LIMITED)

    def test_an_extension_does_not_show_it(self):
        self.check_suite()
        names = run("nm", "--dynamic", "--defined-only", "--format=posix",
                    os.path.join(self.folder, "basic.so"))
        self.assertEqual({line.split()[0] for line in names.splitlines()}, {"PyInit_basic"})

    def test_the_script_finds_the_files_itself(self):
        folder = os.path.join(self.folder, "new", "descry")
        run(sys.executable, SCRIPT, folder)
        made = os.path.join(FOLDER, "descry")
        self.assertEqual(set(os.listdir(folder)), set(os.listdir(made)))
        self.assertEqual(filecmp.cmpfiles(folder, made, os.listdir(made), shallow=False)[1:], ([], []))

    def test_a_program_without_python_links_and_runs(self):
        source = os.path.join(self.folder, "plain.c")
        with open(source, "w") as file:
            file.write(PLAIN)
        program = os.path.join(self.folder, "plain")
        run("cc", "-std=c11", *WARNINGS, "-I" + FOLDER, source, os.path.join(FOLDER, "descry", "descry_plain.c"), "-o",
            program)
        self.assertEqual(run(program), "particle 24 position 8\n1 saved\n")
        undefined = run("nm", "--undefined-only", "--format=posix", program).split()
        self.assertEqual([name for name in undefined if name.startswith(("Py", "_Py"))], [])

    def test_the_script_explains_itself(self):
        told = run(sys.executable, SCRIPT, "--help", cwd=self.folder)
        self.assertIn("usage: amalgamate.py [-h] FOLDER", told)
        self.assertEqual(os.listdir(self.folder), [])

    def test_the_script_says_what_is_missing(self):
        done = subprocess.run([sys.executable, SCRIPT], stderr=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, 2)
        self.assertIn("the following arguments are required: FOLDER", done.stderr)
        self.assertNotIn("Traceback", done.stderr)

    def test_the_script_refuses_a_name_that_two_sources_have(self):
        root = os.path.join(self.folder, "src")
        for stage in ("dtype", "view"):
            os.makedirs(os.path.join(root, stage))
            with open(os.path.join(root, stage, "walk.c"), "w") as file:
                file.write("static int walk(int from) { return from; }\nint descryi_%s(void) { return walk(0); }\n" % stage)
        out = os.path.join(self.folder, "out")
        os.mkdir(out)
        done = subprocess.run([sys.executable, SCRIPT, out, self.folder, "src/dtype/walk.c", "src/view/walk.c"],
                              stderr=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("  walk: src/dtype/walk.c, src/view/walk.c", done.stderr)
        self.assertEqual(os.listdir(out), [])

    def test_has_the_headers_of_cxx(self):
        run("c++", "-std=c++17", "-fsyntax-only", *WARNINGS, "-Wpedantic", PYTHON, "-I" + FOLDER,
            EVERY_CALL)


if __name__ == "__main__":
    unittest.main()
