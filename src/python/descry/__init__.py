# SPDX-License-Identifier: BSD-3-Clause
"""descry for builds and at the command line: where its headers and sources are, and its tools.

    python -m descry --help
"""

import pathlib

__version__ = "0.1.0"

_FOLDER = pathlib.Path(__file__).resolve().parent


def get_include():
    """The folder to search for headers: #include <descry/descry.h>."""
    return str(_FOLDER / "include")


def get_sources():
    """The sources to compile along with an extension module's own."""
    return [str(_FOLDER / "include" / "descry" / "descry.c")]
