# SPDX-License-Identifier: BSD-3-Clause
"""Structs and members may have any name, also those that descry's own headers use inside.

The names are read from the headers: every word of their code, the parameters of macros among them. Each
defines a type in two ways, and in a long run in every way.
"""

import os
import re
import subprocess
import tempfile
import unittest

from compile_cases import compilers

INCLUDE = "include/descry"
HEADERS = ["declare.h", "type.h", "flags.h", "version.h", "private/deduce.h", "private/deduce.hpp", "private/each.h",
           "private/elements.h", "private/record.h"]
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
MEMBERS_AT_ONCE = 40

# The ways to define a type, and to use it as an element by its name. By a typedef, for in C++ a member
# may not have the name of its class.
WAYS = [
    ("typedef struct s_%(name)s { int %(name)s; char skipped_; double other_[2]; } %(name)s;",
     "DESCRY_DECLARE(%(name)s);"
     " DESCRY_RECORD(%(name)s, %(name)s, DESCRY_SKIP(skipped_), DESCRY_AS(other_, float64));"),
    ("typedef struct w_%(name)s { int %(name)s; } %(name)s;", "DESCRY_TRANSPARENT(%(name)s, %(name)s);"),
    ("typedef float %(name)s;", "DESCRY_ALIAS(%(name)s, float32);"),
    ("typedef struct v_%(name)s { int %(name)s; union { int i_; float f_; } u_; } %(name)s;",
     "DESCRY_VARIANT(%(name)s, %(name)s, DESCRY_CASE(1, u_.i_), DESCRY_CASE(2, DESCRY_AS(u_.f_, float32)));"),
    ("typedef struct p_%(name)s { int %(name)s; void *left_; } %(name)s;",
     "DESCRY_RECORD_PARTIAL(%(name)s, DESCRY_NAMED(%(name)s, \"x\"));"),
    ("typedef struct o_%(name)s { int %(name)s; } %(name)s;", "DESCRY_OBJECT(%(name)s, NULL);"),
    ("typedef struct e_%(name)s { int %(name)s; } %(name)s; typedef struct { %(name)s member_; } of_%(name)s;",
     "DESCRY_RECORD(%(name)s, %(name)s); DESCRY_RECORD(of_%(name)s, DESCRY_AS(member_, %(name)s));"),
    ("typedef struct b_%(name)s { int before_ : 3; int %(name)s; void *pointer_; } %(name)s;",
     "DESCRY_RECORD(%(name)s, DESCRY_BITS(\"bits\", , %(name)s), DESCRY_BE(%(name)s), DESCRY_OPAQUE(pointer_));"),
]


def words():
    """Every name in the code of the headers but descry's own and those of the elements."""
    found = set()
    for header in HEADERS:
        with open(os.path.join(INCLUDE, header)) as file:
            code = re.sub(r"//[^\n]*|\"(?:\\.|[^\"\n])*\"|'(?:\\.|[^'\n])*'", " ", file.read())
        found |= set(re.findall(r"\b[A-Za-z]\w*", code))
    with open(os.path.join(INCLUDE, "elements.inc")) as file:
        tags = re.findall(r"^DESCRY_ELEMENT(?:_ORDERED)?\((\w+)", file.read(), re.M)
    tags = {tag + order for tag in tags for order in ["", "_be", "_le"]}
    return sorted(word for word in found - tags if not re.match("(?i)descry", word))


class NamesTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def compile(self, compiler, language, lines):
        """Returns the numbers of the lines with errors or warnings, and what was printed."""
        source = os.path.join(self.folder, "names." + language)
        with open(source, "w") as file:
            file.write("#include <descry/declare.h>\n" + "".join(line + "\n" for line in lines))
        limit = "-ferror-limit=0" if "clang" in compiler else "-fmax-errors=0"
        done = subprocess.run(
            [compiler, "-x", {"c": "c", "cc": "c++"}[language], "-std=" + {"c": "c11", "cc": "c++17"}[language], *WARNINGS,
             limit, "-Iinclude", "-fsyntax-only", source],
            env=dict(os.environ, LC_ALL="C"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        wrong = {int(number) - 2 for number in re.findall(r"^%s:(\d+):" % re.escape(source), done.stdout, re.M)}
        self.assertEqual(done.returncode != 0, bool(wrong), done.stdout)
        return wrong, done.stdout

    def possible(self, compiler, language):
        """The names that the language, and the system's headers, leave to a struct."""
        struct = "typedef struct s_%(name)s { int %(name)s; } %(name)s;"
        names = words()
        while True:
            wrong, _ = self.compile(compiler, language, [struct % {"name": name} for name in names])
            if not wrong:
                return names
            names = [name for at, name in enumerate(names) if at not in wrong]

    def each_compiler(self):
        for compiler in filter(None, compilers().values()):
            for language in "c", "cc":
                names = self.possible(compiler, language)
                self.assertGreater(len(names), 200)
                yield compiler, language, names

    def test_there_are_the_words_that_the_macros_use(self):
        self.assertLessEqual({"kind", "size", "name", "field", "alignment", "offset", "type", "fields", "id",
                               "next", "flags", "element", "member", "T", "e", "M"}, set(words()))
        self.assertGreater(len(words()), 200)

    def test_every_word_names_a_type_and_its_member(self):
        for compiler, language, names in self.each_compiler():
            for way in range(len(WAYS) if os.environ.get("DESCRY_LONG_RUN") else 2):
                with self.subTest(compiler=compiler, language=language, way=way):
                    lines = []
                    for at, name in enumerate(names):
                        lines.append(" ".join(WAYS[(at + way) % len(WAYS)]) % {"name": name})
                    wrong, output = self.compile(compiler, language, lines)
                    self.assertEqual([names[at] for at in sorted(wrong)], [], output[:4000])

    def test_every_word_names_a_member_beside_the_others(self):
        for compiler, language, names in self.each_compiler():
            lines = []
            for at in range(0, len(names), MEMBERS_AT_ONCE):
                some = names[at:at + MEMBERS_AT_ONCE]
                lines.append("typedef struct { %s } all_%d; DESCRY_RECORD(all_%d, %s);" % (
                    "".join("int %s; " % name for name in some), at, at, ", ".join(some)))
            with self.subTest(compiler=compiler, language=language):
                self.assertEqual(self.compile(compiler, language, lines), (set(), ""))


if __name__ == "__main__":
    unittest.main()
