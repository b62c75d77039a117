# SPDX-License-Identifier: BSD-3-Clause
"""`python -m descry declare`: writes the declarations of a header's structs, as the compiler sees them."""

import argparse
import difflib
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

from descry import declarations
from descry.debug_info import Struct, Typedef

# The types of a header are all wanted, used or not.
DEBUG = ["-g", "-O0", "-fno-eliminate-unused-debug-types", "-w", "-c"]
SUFFIXES = {"c": ".c", "c++": ".cc"}


class Problem(Exception):
    """What the user is told, with exit 1."""


def add_arguments(parser):
    parser.add_argument("header", metavar="HEADER", help="a path, or what stands between < > in an #include")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--struct", metavar="NAME,...", help="tags or typedefs of structs, unions or classes")
    which.add_argument("--all", action="store_true", help="every struct and union that the header itself defines")
    parser.add_argument("--lang", choices=sorted(SUFFIXES), default="c", help="the header's language (default: c)")
    parser.add_argument("--include", metavar="HEADER", action="append", default=[],
                        help="a header that has to come before; may be repeated")
    parser.add_argument("--as", metavar="TEXT", dest="included_as",
                        help="what the written header includes, with its quotes (default: HEADER)")
    parser.add_argument("--by", metavar="TEXT", help="what is said to have written it (default: this command)")
    parser.add_argument("--cflags", metavar="FLAGS", default="", help="options for the compiler, in one word")
    out = parser.add_mutually_exclusive_group(required=True)
    out.add_argument("-o", metavar="FILE", dest="output",
                     help="the header to write, such as types.h; the lists go into types.c or types.cc beside it")
    out.add_argument("--check", metavar="FILE", help="a source with lists: whether it still fits the header")


def include_of(header):
    """What stands behind #include, and an absolute path where it is a file."""
    path = pathlib.Path(header)
    return ('"%s"' % header, str(path.resolve())) if path.is_file() else ("<%s>" % header, header)


def compiler(lang):
    return shlex.split(os.environ.get("CXX", "c++") if lang == "c++" else os.environ.get("CC", "cc"))


def preamble(given):
    """The #include lines, each by an absolute path where there is a file."""
    lines = []
    for header in [*given.include, given.header]:
        _, found = include_of(header)
        lines.append('#include "%s"' % found if os.path.isabs(found) else "#include <%s>" % found)
    return lines


def run_compiler(given, lines, folder, *options):
    source = pathlib.Path(folder, "wanted" + SUFFIXES[given.lang])
    source.write_text("\n".join(lines) + "\n")
    command = [*compiler(given.lang), *shlex.split(given.cflags), *options, str(source)]
    try:
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    except OSError as error:
        raise Problem("%s could not be run: %s (CC and CXX name the compilers)" % (command[0], error.strerror))


def debug_options(given):
    """What makes the compiler describe classes, too, whose functions other sources define."""
    if given.lang == "c":
        return DEBUG
    is_clang = "clang" in os.path.basename(compiler(given.lang)[0])
    return [*DEBUG, "-fstandalone-debug" if is_clang else "-femit-class-debug-always"]


def wanted_names(given):
    return [name.strip() for name in (given.struct or "").split(",") if name.strip()]


def read_types(given, folder):
    from descry import debug_info

    lines = preamble(given)
    if given.lang == "c++":  # templates exist only where they are used
        lines += ["static_assert(sizeof(%s) > 0, \"\");" % name for name in wanted_names(given) if "<" in name]
        lines += ["%s* descry_wanted_%d;" % (name, index) for index, name in enumerate(wanted_names(given))]
    try:
        return debug_info.read(compile_types(given, lines, folder))
    except KeyError:  # older pyelftools do not know all of DWARF 5
        return debug_info.read(compile_types(given, lines, folder, "-gdwarf-4"))


def compile_types(given, lines, folder, *options):
    compiled = os.path.join(folder, "wanted.o")
    done = run_compiler(given, lines, folder, *debug_options(given), *options, "-o", compiled)
    if done.returncode:
        sys.stderr.write(done.stderr)
        raise Problem("%s does not compile; --include names headers that have to come before it, --cflags gives "
                      "options such as -I or -D" % given.header)
    return compiled


def names_of(made):
    whole = "::".join(part or "" for part in [*made.scope, made.name or ""])
    return {made.name, whole}


def find(types, name):
    """The struct of that name, or None; a complete one rather than another."""
    bare = re.sub(r"^(struct|union|class)\s+", "", name)
    found = [declarations.strip(made) for made in types if bare in names_of(made)]
    structs = [made for made in found if isinstance(made, Struct)]
    return next((made for made in structs if made.is_complete), structs[0] if structs else None)


def known_names(types):
    return sorted({name for made in types if isinstance(declarations.strip(made), Struct) and made.name
                   for name in names_of(made)})


def find_wanted(given, types):
    found = []
    for name in wanted_names(given):
        struct = find(types, name)
        if struct is None:
            near = difflib.get_close_matches(name, known_names(types), 5, 0.5)
            raise Problem("%s has no struct, union or class %s%s" % (
                given.header, name, "; near it: " + ", ".join(near) if near else ""))
        if not struct.is_complete:
            raise Problem("%s is an incomplete type in %s: it is declared there and defined elsewhere; name the header "
                          "that defines it" % (name, given.header))
        found.append(struct)
    return found


def is_named(struct):
    return struct.name is not None and None not in struct.scope


def find_all(given, types):
    """Every complete struct that the header defines, under its tag or a typedef."""
    _, path = include_of(given.header)
    named = {id(made.target) for made in types if isinstance(made, Typedef)}
    found = [made for made in types if isinstance(made, Struct) and made.is_complete and (made.members or made.bases)
             and os.path.basename(made.file) == os.path.basename(path)
             and (is_named(made) or id(made) in named) and "<" not in (made.name or "")]
    if not found:
        raise Problem("%s defines no struct; what it includes is named by a header of its own" % given.header)
    return found


def collect(types, wanted, is_cxx, rename=None):
    writer = declarations.Writer(types, is_cxx, rename)
    for struct in wanted:
        writer.declare(struct)
    return writer


def taken_names(given, writer, folder):
    """The names of typedefs that the header has for something else, such as a function."""
    made = [each for each in writer.declared.values() if each.spelled and "->" not in each.spelled]
    lines = preamble(given)
    first = len(lines) + 1
    lines += ["typedef %s %s;" % (each.spelled, each.name) for each in made]
    many = "-ferror-limit=0" if "clang" in compiler(given.lang)[0] else "-fmax-errors=0"
    done = run_compiler(given, lines, folder, "-fsyntax-only", "-w", many)
    numbers = {int(number) for number in re.findall(r"wanted\.cc?:(\d+):\d+: error", done.stderr)}
    return [each.name for index, each in enumerate(made) if first + index in numbers]


def collect_with_free_names(given, types, wanted, folder):
    rename = {}
    for suffix in ("_t", "_struct", "_record"):
        writer = collect(types, wanted, given.lang == "c++", rename)
        taken = taken_names(given, writer, folder)
        if not taken:
            return writer
        back = {new: old for old, new in rename.items()}
        rename.update({back.get(name, name): back.get(name, name) + suffix for name in taken})
    return collect(types, wanted, given.lang == "c++", rename)


def macros_of(given, folder):
    """The macros without parameters that stand for something else than themselves."""
    done = run_compiler(given, preamble(given), folder, "-E", "-dM", "-w")
    return {name for name, body in re.findall(r"^#define (\w+) (.*)$", done.stdout, re.M) if name != body}


def command_line(given):
    words = ["python", "-m", "descry", "declare", given.header]
    words += ["--all"] if given.all else ["--struct", given.struct]
    words += ["--lang", given.lang] if given.lang != "c" else []
    for header in given.include:
        words += ["--include", header]
    words += ["--cflags", given.cflags] if given.cflags else []
    return " ".join(shlex.quote(word) for word in [*words, "-o", os.path.basename(given.output)])


def write_files(given, writer, macros):
    header = pathlib.Path(given.output)
    source = header.with_suffix(SUFFIXES[given.lang])
    guard = re.sub(r"\W", "_", header.name).upper() + "_"
    includes = [include_of(name)[0] for name in given.include] + [given.included_as or include_of(given.header)[0]]
    what = "the structs" if given.all else given.struct.replace(",", ", ")
    texts = {header: declarations.header_text(writer, "\n#include ".join(includes), guard, what,
                                              given.by or command_line(given)),
             source: declarations.source_text(writer, header.name, macros)}
    for path, text in texts.items():
        beside = path.with_name(path.name + ".new")
        beside.write_text(text)
        beside.replace(path)
    return header, source


LIST = re.compile(r"\bDESCRY_(?:RECORD|RECORD_PARTIAL|VARIANT)\s*\(", re.S)
FORM = re.compile(r"DESCRY_(?:AS|NAMED|FIELD|BE|LE|OPAQUE|SKIP)\s*\(\s*([^,()]+)")


def split_arguments(text, start):
    """The arguments of a macro's call whose parenthesis is right before `start`."""
    depth, at, found = 1, start, [""]
    while depth:
        letter = text[at]
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and depth == 1:
            found.append("")
        elif depth:
            found[-1] += letter
        at += 1
    return [each.strip() for each in found]


def listed_members(text):
    """For each list of a source: the type's name and the members."""
    text = re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.S)
    for match in LIST.finditer(text):
        name, *fields = split_arguments(text, match.end())
        yield name, {(FORM.match(each) or re.match(r"(.*)", each))[1].strip() for each in fields}


def members_of(made):
    expected = {(FORM.match(field.text) or re.match(r"(.*)", field.text))[1].strip() for field in made.fields if field.text}
    return {name for name in expected if not name.startswith("DESCRY_BITS")}


def check(given, writer):
    """Returns what does not fit any more, a line each."""
    by_name = {made.name: made for made in writer.declared.values()}
    said, seen = [], set()
    for name, members in listed_members(pathlib.Path(given.check).read_text()):
        seen.add(name)
        if name not in by_name:
            said.append("%s: %s defines no such struct" % (name, given.header))
            continue
        members = {each for each in members if not each.startswith("DESCRY_BITS")}
        expected = members_of(by_name[name])
        said += ["%s: member %s is not listed" % (name, each) for each in sorted(expected - members)]
        said += ["%s: there is no member %s" % (name, each) for each in sorted(members - expected)]
    return said + ["%s: not declared" % name for name in by_name if name not in seen
                   and declarations.can_be_declared(by_name[name])]


def run(given):
    with tempfile.TemporaryDirectory() as folder:
        types = read_types(given, folder)
        wanted = find_all(given, types) if given.all else find_wanted(given, types)
        writer = collect_with_free_names(given, types, wanted, folder)
        macros = macros_of(given, folder)
    if given.check:
        said = check(given, writer)
        print("\n".join(said) or "%s fits %s" % (given.check, given.header))
        return 1 if said else 0
    header, source = write_files(given, writer, macros)
    print("%s, %s: %d types" % (header, source, sum(map(declarations.can_be_declared, writer.declared.values()))))
    return 0


def main(given):
    try:
        return run(given)
    except ImportError as error:
        if (error.name or "").partition(".")[0] != "elftools":
            raise
        print("descry: declare needs pyelftools: python -m pip install pyelftools", file=sys.stderr)
    except (Problem, OSError) as error:
        print("descry: %s" % error, file=sys.stderr)
    return 1


def parser():
    made = argparse.ArgumentParser(prog="python -m descry declare", description=__doc__)
    add_arguments(made)
    return made
