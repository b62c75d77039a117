# SPDX-License-Identifier: BSD-3-Clause
"""descry for builds and at the command line: where its headers and sources are, and its tools.

    python -m descry --help
"""

__version__ = "0.1.0"

import pathlib

_FOLDER = pathlib.Path(__file__).resolve().parent


def get_include():
    """The folder to search for headers: #include <descry/descry.h>."""
    return str(_FOLDER / "include")


def get_sources():
    """The sources to compile along with an extension module's own."""
    return [str(_FOLDER / "include" / "descry" / "descry.c")]


def get_plain_sources():
    """The sources for a program without Python: what declares structs, makes types, and has .npy files."""
    return [str(_FOLDER / "include" / "descry" / "descry_plain.c")]


def get_cmake_dir():
    """The folder of descry-config.cmake."""
    return str(_FOLDER / "share" / "cmake" / "descry")


def get_pkgconfig_dir():
    """The folder of descry.pc."""
    return str(_FOLDER / "share" / "pkgconfig")
