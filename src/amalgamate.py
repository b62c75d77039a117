# SPDX-License-Identifier: BSD-3-Clause
"""Writes descry as files that any build can take: descry.c, descry.h, declare.h, schema.h, descry.hpp and more.

    amalgamate.py FOLDER [ROOT FILE...]

The files are the sources of all stages and every header, by their paths from ROOT; those beside this
script where none are named, and then the licence too. What a source keeps to itself may not have
the name of what another one does: all end up in one file.
"""

import argparse
import collections
import pathlib
import re
import shutil
import sys

INCLUDE = re.compile(r'#include (?:"(src/[^"]+)"|<(descry/[^>]+)>)')
SYSTEM_INCLUDE = re.compile(r"#include <")
# Once at the head of each output is enough.
LICENCE = "// SPDX-License-Identifier: BSD-3-Clause\n"
GUARD = re.compile(r"#ifndef DESCRY_\w+_(H|HPP)_$")

# What a source declares for itself, at the beginning of a line. Macros are undefined at its end.
LOCAL_NAMES = [
    re.compile(r"^(?:__attribute__\(\([^\n]*?\)\) )?static (?:[^\n;={(]|\n(?=  ))*?\b(\w+)(?:\[[^\n]*\])?(?:\(| =|;)", re.M),
    re.compile(r"^(?:typedef )?(?:struct|union|enum) (\w+) \{", re.M),
    re.compile(r"^\} (\w+)(?:\[[^\n]*\])?(?:;| =)", re.M),
    re.compile(r"^typedef [^\n{]*?\b(\w+);", re.M),
    re.compile(r"^typedef [^\n{]*?\(\*(\w+)\)", re.M),
]
ENUM_BODY = re.compile(r"^(?:typedef )?enum[^{\n]*\{(.*?)\}", re.M | re.S)
MACRO = re.compile(r"^#define (\w+)", re.M)

# Headers that bring descry.hpp to a library of its user's.
BINDINGS = ["nanobind.hpp", "pybind11.hpp"]

HEAD = """\
// descry in one source file. Compile it together with your own sources, against CPython's headers:
//
//   cc -c -fPIC $(python3-config --includes) descry.c
//
// With -DPy_LIMITED_API=0x03090000, for it and for your sources, the extension module serves every
// CPython from 3.9. With -DDESCRY_PLAIN_APART it leaves out what is in descry_plain.c, for builds
// that link both. BSD-3-Clause: see LICENSE.
#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Wunused-function"  // inline ones, that headers brought
#endif
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE  // flock, also with -std=c11
#endif
#define PY_SSIZE_T_CLEAN
"""

PLAIN_HEAD = """\
// descry without Python in one source file: what declares types, makes them at run time, and writes
// and reads .npy files. For programs that never load Python; beside descry.c it is not needed.
//
//   cc -c descry_plain.c
//
// BSD-3-Clause: see LICENSE.
#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Wunused-function"  // inline ones, that headers brought
#endif
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
"""

# With this macro descry.c leaves out what descry_plain.c has.
APART = "DESCRY_PLAIN_APART"

# The functions are for the extension module that they are linked into, and for nobody else.
VISIBILITY = """
#if defined(__GNUC__) && !defined(_WIN32)
#pragma GCC visibility %s
#endif
"""


class Output:
    """One file being written, and what it includes already.

    A file is left out where an earlier #include of it holds: one at the same place or further out
    in the nest of conditionals. The guards of the headers make up for the rest.
    """

    def __init__(self, files, provided=()):
        self.files = files
        self.provided = dict(provided)  # path -> the header that has it
        self.included = {}  # path or system header -> the conditionals around it
        self.conditionals = []
        self.lines = []
        self.around_system_include = []

    def holds(self, name):
        now = self.around()
        return any(now[:len(around)] == around for around in self.included.get(name, ()))

    def note(self, name):
        self.included.setdefault(name, []).append(self.around())

    def around(self):
        return [each for each in self.conditionals if each is not None]

    def add_include(self, path):
        header = self.provided.get(path)
        name = header or path
        if self.holds(name) and not path.endswith(".inc"):
            return
        self.note(name)
        if header:
            self.lines.append('#include "%s"' % header)
        else:
            self.add_text(self.files[path])

    def headers(self):
        return [path for path in self.included if path in self.files and not path.endswith(".inc")]

    def add_text(self, text):
        for line in text.splitlines():
            if line == LICENCE.strip():
                continue
            include = INCLUDE.match(line)
            if include:
                self.add_include(include[1] or "include/" + include[2])
            elif SYSTEM_INCLUDE.match(line) and self.holds(line):
                pass
            else:
                self.add_line(line)

    def add_line(self, line):
        self.follow(line)
        if SYSTEM_INCLUDE.match(line):
            self.note(line)
            self.lines += self.around_system_include[:1] + [line] + self.around_system_include[1:]
        else:
            self.lines.append(line)

    def follow(self, line):
        """Keeps count of the conditionals; None stands for a header's guard, which is not one."""
        if re.match(r"#\s*if", line):
            self.conditionals.append(None if GUARD.match(line) else (line, len(self.lines)))
        elif re.match(r"#\s*el", line):
            self.conditionals[-1] = (line, len(self.lines))
        elif re.match(r"#\s*endif", line):
            self.conditionals.pop()

    def text(self):
        return LICENCE + re.sub(r"\n{3,}", "\n\n", "\n".join(self.lines)) + "\n"


def local_names(text):
    names = {name for pattern in LOCAL_NAMES for name in pattern.findall(text)}
    for body in ENUM_BODY.findall(text):
        names.update(re.findall(r"^\s*(\w+)", re.sub(r"//[^\n]*|=[^,\n]*", "", body).replace(",", "\n"), re.M))
    return {name for name in names if not name.lower().startswith("descry")}


def check_names(sources):
    """Exits where a name is what more than one source keeps to itself."""
    found = collections.defaultdict(list)
    for path, text in sources.items():
        for name in local_names(text):
            found[name].append(path)
    problems = ["  %s: %s" % (name, ", ".join(paths)) for name, paths in sorted(found.items()) if len(paths) > 1]
    if problems:
        sys.exit("\n".join(["amalgamate.py: sources have a name in common, which in one file is not possible:",
                            *problems]))


def undefine(text):
    return "".join("#undef %s\n" % name for name in sorted(set(MACRO.findall(text))))


def add_source(output, path, text):
    output.lines += ["", "// " + path, ""]
    output.add_text(text)
    output.add_text(undefine(text))


def write_headers(files):
    """Returns the texts of the headers, and the name of the one for C that has each path."""
    declare = Output(files)
    declare.add_include("include/descry/declare.h")
    provided = {path: "declare.h" for path in declare.headers()}
    schema = Output(files, provided)
    schema.add_include("include/descry/schema.h")
    provided.update({path: "schema.h" for path in schema.headers()})
    npy = Output(files, provided)
    npy.add_include("include/descry/npy.h")
    provided.update({path: "npy.h" for path in npy.headers()})
    descry = Output(files, provided)
    descry.add_include("include/descry/descry.h")
    provided.update({path: "descry.h" for path in descry.headers()})
    cxx = Output(files, provided)
    cxx.add_include("include/descry/descry.hpp")
    provided_cxx = {**{path: "descry.hpp" for path in cxx.headers()}, **provided}
    standard = Output(files, provided)
    standard.add_include("include/descry/standard.hpp")
    outputs = {"declare.h": declare, "schema.h": schema, "npy.h": npy, "descry.h": descry, "descry.hpp": cxx,
               "standard.hpp": standard}
    for name in BINDINGS:
        outputs[name] = Output(files, provided_cxx)
        outputs[name].add_include("include/descry/" + name)
    return outputs, provided


def plain_stages():
    """The stages that know no Python: those before "base"."""
    listed = {}
    exec((pathlib.Path(__file__).parent / "stages.bzl").read_text(), listed)
    names = [name for name, _ in listed["STAGES"]]
    return names[:names.index("base")]


def write_plain_source(files, provided):
    """The stages without Python alone, for programs that never load one."""
    stages = plain_stages()
    plain = {path: text for path, text in files.items() if path.split("/")[1] in stages or not path.endswith(".c")}
    return write_source(plain, provided, PLAIN_HEAD, None)


def write_source(files, provided, head, first):
    sources = {path: text for path, text in files.items() if path.endswith(".c")}
    output = Output(files, provided)
    output.lines += head.splitlines()
    # Not what belongs to CPython, or to the system.
    if first:
        output.add_include(first)
    output.lines += (VISIBILITY % "push(hidden)").splitlines()
    output.around_system_include = [VISIBILITY % "push(default)", VISIBILITY % "pop"]
    plain = plain_stages() if first else []
    for path, text in sources.items():
        apart = path.split("/")[1] in plain
        if apart:
            output.add_line("#ifndef %s" % APART)
        add_source(output, path, text)
        if apart:
            output.add_line("#endif")
    output.lines += (VISIBILITY % "pop").splitlines()
    return output


def find_files(root):
    found = [*root.glob("src/*/*.[ch]"), *root.glob("src/*/*.inc"), *root.glob("include/descry/**/*")]
    return [path.relative_to(root).as_posix() for path in found if path.is_file()]


def read_arguments():
    """Returns the folder to write to and the texts of the files by their paths."""
    parser = argparse.ArgumentParser(
        description="Writes descry as one source file and its headers, for any build.")
    parser.add_argument("folder", metavar="FOLDER", type=pathlib.Path, help="where to write them; made if need be")
    parser.add_argument("root", metavar="ROOT", nargs="?", type=pathlib.Path,
                        help="the folder that the files are in (default: of this script)")
    parser.add_argument("files", metavar="FILE", nargs="*",
                        help="sources and headers, by their paths from ROOT (default: all of them, and the licence)")
    given = parser.parse_args()
    root, paths = given.root, given.files
    if not root:
        root = pathlib.Path(__file__).resolve().parent.parent
        paths = find_files(root)
        given.folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / "LICENSE", given.folder / "LICENSE")
    return given.folder, {path: (root / path).read_text() for path in sorted(paths)}


def main():
    folder, files = read_arguments()
    check_names({path: text for path, text in files.items() if path.endswith(".c")})
    outputs, provided = write_headers(files)
    outputs["descry.c"] = write_source(files, provided, HEAD, "src/base/python.h")
    outputs["descry_plain.c"] = write_plain_source(files, provided)
    for name, output in outputs.items():
        (folder / name).write_text(output.text())


if __name__ == "__main__":
    main()
