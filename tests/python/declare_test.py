# SPDX-License-Identifier: BSD-3-Clause
"""python -m descry declare: what it writes, what it refuses, what it finds out of date."""

import os
import unittest

from generated import GeneratedTestCase

HEADER = """
#include <stdint.h>
typedef struct { double x, y; } point;
struct tail { int count; char name[12]; };
enum color { RED, GREEN };
typedef struct shape {
  point where[2];
  struct { short a; unsigned char rgb[3]; } inner;
  union { int whole; float part; };
  enum color color;
  struct hidden *owner;
  const char *names[2];
  unsigned seen : 1, kind : 3, : 4, level : 8;
  struct tail tail;
  long long cube[2][3][4];
  int64_t grows[];
} shape;
struct hidden;
int tail(void);
"""


class DeclareTest(GeneratedTestCase):
    def setUp(self):
        super().setUp()
        self.write("shapes.h", HEADER)

    def test_declares_a_struct_and_what_is_in_it(self):
        status, output = self.declare("shapes.h", "--struct", "shape", "-o", "types.h")
        self.assertEqual(status, 0, output)
        self.assertEqual(self.types(), ["point", "shape_inner", "tail_t", "shape"])
        shown = self.compiled("c", "-I" + self.folder)
        self.assertIn("type shape_inner 6\nfield a 0 2\nfield rgb 2 3\n", shown)
        self.assertIn("field whole", shown)
        self.assertIn("field owner", shown)
        self.assertIn("field cube", shown)
        self.assertNotIn("grows", shown)
        self.assertIn("grows has no size of its own: a flexible array", self.read("types.c"))

    def test_writes_the_same_text_each_time(self):
        texts = set()
        for _ in range(2):
            self.declare("shapes.h", "--all", "-o", "types.h")
            texts.add(self.read("types.h") + self.read("types.c"))
        self.assertEqual(len(texts), 1)

    def test_both_compilers_and_both_formats_say_the_same(self):
        texts = set()
        for compiler in ["gcc", "clang"]:
            if not any(os.access(os.path.join(each, compiler), os.X_OK) for each in os.get_exec_path()):
                continue
            for version in ["4", "5"]:
                status, output = self.declare("shapes.h", "--all", "--cflags", "-gdwarf-" + version, "-o", "types.h",
                                              CC=compiler)
                self.assertEqual(status, 0, output)
                texts.add(self.read("types.c"))
        self.assertEqual(len(texts), 1)

    def test_takes_a_cxx_header(self):
        self.write("marks.hpp", """
            namespace survey {
            struct mark { double x; bool seen; };
            template <class T> struct pair_of { T first, second; };
            class counter { public: int count; private: int secret; };
            struct base { int id; };
            struct derived : base { float weight; };
            struct speaker { virtual void speak(); int volume; };
            }
            """)
        status, output = self.declare(
            "marks.hpp", "--lang", "c++", "-o", "types.h", "--struct",
            "survey::mark,survey::pair_of<float>,survey::counter,survey::derived,survey::speaker")
        self.assertEqual(status, 0, output)
        shown = self.compiled("c++", "-I" + self.folder)
        self.assertIn("type survey_mark 16\nfield x 0 8\nfield seen 8 1\n", shown)
        self.assertIn("type survey_pair_of_float 8\nfield first 0 4\nfield second 4 4\n", shown)
        self.assertIn("type survey_counter 8\nfield count 0 4\n", shown)
        self.assertIn("type survey_derived 8\nfield id 0 4\nfield weight 4 4\n", shown)
        self.assertIn("type survey_speaker 16\nfield volume 8 4\n", shown)


class CheckTest(GeneratedTestCase):
    def setUp(self):
        super().setUp()
        self.write("shapes.h", HEADER)
        self.assertEqual(self.declare("shapes.h", "--struct", "shape", "-o", "types.h")[0], 0)

    def check(self):
        return self.declare("shapes.h", "--struct", "shape", "--check", "types.c")

    def test_fits_what_was_just_written(self):
        self.assertEqual(self.check(), (0, "types.c fits shapes.h\n"))

    def test_finds_a_new_member_and_one_that_is_gone(self):
        self.write("shapes.h", HEADER.replace("double x, y;", "double x, z;"))
        self.assertEqual(self.check(), (1, "point: member z is not listed\npoint: there is no member y\n"))

    def test_finds_a_list_that_is_gone(self):
        self.write("types.c", self.read("types.c").replace("DESCRY_RECORD(point, x, y);", ""))
        self.assertEqual(self.check(), (1, "point: not declared\n"))

    def test_takes_lists_that_were_edited(self):
        text = self.read("types.c").replace("(point, x, y)", '(point, DESCRY_NAMED(y, "up"),\n  x /* first */)')
        self.write("types.c", text)
        self.assertEqual(self.check()[0], 0)


class RefusalTest(GeneratedTestCase):
    def setUp(self):
        super().setUp()
        self.write("shapes.h", HEADER)

    def refused(self, *arguments):
        status, output = self.declare(*arguments, "-o", "types.h")
        self.assertEqual(status, 1, output)
        self.assertNotIn("Traceback", output)
        self.assertNotIn("types.h", os.listdir(self.folder))
        return output

    def test_an_unknown_struct_names_those_near_it(self):
        self.assertIn("shapes.h has no struct, union or class shap; near it: shape",
                      self.refused("shapes.h", "--struct", "shap"))

    def test_an_incomplete_struct_says_what_to_name(self):
        self.assertIn("hidden is an incomplete type in shapes.h", self.refused("shapes.h", "--struct", "hidden"))

    def test_a_header_that_does_not_compile_is_the_compilers_to_explain(self):
        self.write("broken.h", "struct broken { unknown a; };\n")
        output = self.refused("broken.h", "--all")
        self.assertIn("broken.h:1", output)
        self.assertIn("does not compile; --include names headers", output)

    def test_a_macro_that_was_not_given(self):
        self.write("chosen.h", "#ifndef WIDTH\n#error \"define WIDTH\"\n#endif\nstruct chosen { char a[WIDTH]; };\n")
        self.assertIn("define WIDTH", self.refused("chosen.h", "--all"))
        self.assertEqual(self.declare("chosen.h", "--all", "--cflags", "-DWIDTH=3", "-o", "types.h")[0], 0)

    def test_a_missing_compiler(self):
        status, output = self.declare("shapes.h", "--all", "-o", "types.h", CC="no-such-compiler")
        self.assertEqual((status, output), (1, "descry: no-such-compiler could not be run: No such file or directory "
                                               "(CC and CXX name the compilers)\n"))

    def test_a_header_without_structs(self):
        self.write("empty.h", "typedef int number;\n")
        self.assertIn("empty.h defines no struct", self.refused("empty.h", "--all"))


if __name__ == "__main__":
    unittest.main()
