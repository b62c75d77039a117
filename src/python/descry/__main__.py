# SPDX-License-Identifier: BSD-3-Clause
"""The command line: python -m descry --includes, python -m descry declare HEADER ..."""

import argparse
import sys
import sysconfig

import descry
from descry import declare, layout

TOOLS = {
    "declare": (declare, "write declarations for the structs of a header"),
    "layout": (layout, "draw the memory of a dtype"),
}


def includes():
    """What a compiler is told of headers: Python's and descry's."""
    folders = [sysconfig.get_path("include"), sysconfig.get_path("platinclude"), descry.get_include()]
    return " ".join("-I" + folder for folder in dict.fromkeys(folders))


ANSWERS = {
    "--includes": (includes, "options of a compiler: the headers of Python and descry"),
    "--cflags": (lambda: includes() + " -fvisibility=hidden", "the same, and that nothing is visible to other modules"),
    "--includedir": (descry.get_include, "the folder of descry's headers alone"),
    "--sources": (lambda: "\n".join(descry.get_sources()), "what to compile along with a module's own sources"),
    "--plain-sources": (lambda: "\n".join(descry.get_plain_sources()), "the same for a program without Python"),
    "--cmakedir": (descry.get_cmake_dir, "the folder of descry-config.cmake"),
    "--pkgconfigdir": (descry.get_pkgconfig_dir, "the folder of descry.pc"),
}


class Answer(argparse.Action):
    """Prints what was asked and ends, as --help and --version do."""

    def __call__(self, parser, namespace, values, option_string=None):
        print(ANSWERS[option_string][0]())
        parser.exit()


def parser():
    made = argparse.ArgumentParser(prog="python -m descry", description="descry for builds, and its tools")
    made.add_argument("--version", action="version", version=descry.__version__)
    for option, (_, explanation) in ANSWERS.items():
        made.add_argument(option, nargs=0, action=Answer, help=explanation)
    tools = made.add_subparsers(dest="tool", required=True, metavar="TOOL")
    for name, (tool, explanation) in TOOLS.items():
        tool.add_arguments(tools.add_parser(name, help=explanation, description=tool.__doc__))
    return made


def joined(arguments):
    """Options of a compiler begin with a dash, which is no option of ours: --cflags -O2 is --cflags=-O2."""
    arguments = list(arguments)
    while "--cflags" in arguments[1:-1]:
        at = arguments.index("--cflags", 1)
        arguments[at:at + 2] = ["--cflags=" + arguments[at + 1]]
    return arguments


def main():
    given = parser().parse_args(joined(sys.argv[1:]))
    return TOOLS[given.tool][0].main(given)


if __name__ == "__main__":
    sys.exit(main())
