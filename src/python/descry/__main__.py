# SPDX-License-Identifier: BSD-3-Clause
"""The command line: python -m descry --includes, python -m descry declare HEADER ..."""

import argparse
import sys

from descry import declare

TOOLS = {"declare": (declare, "write declarations for the structs of a header")}


def parser():
    made = argparse.ArgumentParser(prog="python -m descry", description="descry's tools")
    tools = made.add_subparsers(dest="tool", required=True, metavar="TOOL")
    for name, (tool, explanation) in TOOLS.items():
        tool.add_arguments(tools.add_parser(name, help=explanation, description=tool.__doc__))
    return made


def joined(arguments):
    """Options of a compiler begin with a dash, which is no option of ours: --cflags -O2 is --cflags=-O2."""
    arguments = list(arguments)
    while "--cflags" in arguments[:-1]:
        at = arguments.index("--cflags")
        arguments[at:at + 2] = ["--cflags=" + arguments[at + 1]]
    return arguments


def main():
    given = parser().parse_args(joined(sys.argv[1:]))
    return TOOLS[given.tool][0].main(given)


if __name__ == "__main__":
    sys.exit(main())
