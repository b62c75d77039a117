# SPDX-License-Identifier: BSD-3-Clause
"""The files that the tests of the ELF example open: real ones, and spoiled copies of them."""

import os
import re
import shutil

import elf
import numpy as np


def mapped_file(pattern):
    """The path of the first file mapped into this process whose name matches `pattern`."""
    with open("/proc/self/maps") as maps:
        for line in maps:
            path = line.rstrip("\n").partition("/")[1:]
            if re.fullmatch(pattern, os.path.basename("".join(path))):
                return "".join(path)
    raise FileNotFoundError(pattern)


# Files that nobody made for these tests, and the module itself, which has a .symtab.
LS = os.path.realpath(shutil.which("ls"))
LIBC = mapped_file(r"libc[.-].*so.*")
INTERPRETER = os.path.realpath("/proc/self/exe")
MODULE = os.path.realpath(elf.__file__)
REAL_FILES = (LS, LIBC, INTERPRETER, MODULE)


def read(path):
    with open(path, "rb") as stream:
        return bytearray(stream.read())


def write(path, data):
    with open(path, "wb") as stream:
        stream.write(data)


def header_of(data):
    """The header of an ELF file in a bytearray: writing to it spoils the file."""
    return np.frombuffer(data, elf.Elf64_Ehdr, 1)


def sections_of(data):
    """The section table of an ELF file in a bytearray."""
    header = header_of(data)
    return np.frombuffer(data, elf.Elf64_Shdr, int(header["e_shnum"][0]), int(header["e_shoff"][0]))


def index_of(data, section_type):
    """The number of the first section of that type."""
    return int(np.flatnonzero(sections_of(data)["sh_type"] == section_type)[0])


def symbols_of(data, section_type):
    """The first symbol table of that type."""
    section = sections_of(data)[index_of(data, section_type)]
    count = int(section["sh_size"]) // elf.Elf64_Sym.itemsize
    return np.frombuffer(data, elf.Elf64_Sym, count, int(section["sh_offset"]))
