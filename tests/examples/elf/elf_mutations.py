# SPDX-License-Identifier: BSD-3-Clause
"""Spoiled copies of ELF files, always the same ones."""

import random

import elf
import numpy as np
from elf_files import header_of, index_of, sections_of, symbols_of

# What a mutation does to opening the file.
REFUSED = "refused"  # a ValueError
EITHER = "either"  # a ValueError or a consistent file


def largest(column):
    return np.iinfo(column.dtype).max


def truncations(data):
    """Files cut short. A linker writes the section table last, so no part of it may be missing."""
    lengths = [0, 1, 4, 15, 16, 52, 63, 64, 65, 120, len(data) - 64, len(data) - 1]
    lengths += [len(data) * i // 16 for i in range(1, 16)]
    for length in lengths:
        yield f"cut to {length} bytes", data[:length], REFUSED


def identities(data):
    """Wrong magic, class, byte order, version."""
    for index, wrong in [
        (0, 0), (1, 0x65), (2, 0x6C), (3, 0), (4, 0), (4, 1), (4, 255),
        (5, 0), (5, 2), (5, 255), (6, 0), (6, 2),
    ]:
        spoiled = bytearray(data)
        spoiled[index] = wrong
        yield f"e_ident[{index}] = {wrong}", spoiled, REFUSED
    swapped = bytearray(data)
    header_of(swapped)[:] = header_of(data).byteswap()
    swapped[:16] = data[:16]
    swapped[5] = 2
    yield "a big-endian header", swapped, REFUSED
    swapped[5] = 1
    yield "a big-endian header that claims to be little-endian", swapped, REFUSED


def header_fields(data):
    """Every number of the header that leads to a table, as several wrong ones."""
    for field in ("e_ehsize", "e_phentsize", "e_shentsize"):
        for wrong in (0, 1, 32, int(header_of(data)[field][0]) + 1, 0xFFFF):
            yield from with_header(data, field, wrong, REFUSED)
    for field in ("e_phoff", "e_shoff"):
        right = int(header_of(data)[field][0])
        past = (len(data), len(data) - 8, 2**63, 2**64 - 8, 2**64 - 1)
        for wrong in (0, right + 1, right + 4, *past):
            yield from with_header(data, field, wrong, REFUSED)
    for field, wrong, outcome in [
        ("e_phnum", 0, EITHER), ("e_phnum", 0xFFFE, EITHER), ("e_phnum", 0xFFFF, EITHER),
        ("e_shnum", 0, REFUSED), ("e_shnum", 1, REFUSED), ("e_shnum", 0xFFFF, REFUSED),
        ("e_shstrndx", 0, EITHER), ("e_shstrndx", 1, REFUSED), ("e_shstrndx", 0xFF00, REFUSED),
        ("e_shstrndx", 0xFFFF, EITHER),
    ]:
        yield from with_header(data, field, wrong, outcome)


def with_header(data, field, wrong, outcome):
    spoiled = bytearray(data)
    header_of(spoiled)[field] = wrong
    yield f"{field} = {wrong:#x}", spoiled, outcome


def section_fields(data):
    """The sections that the tables are made of: symbols, their names, the sections' names."""
    sections = sections_of(data)
    symbols = index_of(data, elf.SHT_DYNSYM)
    strings = int(sections["sh_link"][symbols])
    names = int(header_of(data)["e_shstrndx"][0])
    for field, wrong, outcome in [
        ("sh_offset", 2**64 - 8, REFUSED), ("sh_offset", len(data), REFUSED),
        ("sh_offset", 1, REFUSED), ("sh_size", 2**64 - 1, REFUSED),
        ("sh_size", 2**64 - 16, REFUSED), ("sh_size", 23, REFUSED),
        ("sh_size", 24 * len(data), REFUSED), ("sh_size", 0, EITHER),
        ("sh_entsize", 0, REFUSED), ("sh_entsize", 16, REFUSED), ("sh_entsize", 2**64 - 1, REFUSED),
        ("sh_link", symbols, REFUSED), ("sh_link", 2**32 - 1, REFUSED), ("sh_link", 0, REFUSED),
    ]:
        yield from with_section(data, symbols, field, wrong, outcome)
    for index in (strings, names):
        for field, wrong, outcome in [
            ("sh_type", 1, REFUSED), ("sh_type", elf.SHT_NOBITS, REFUSED),
            ("sh_offset", 2**64 - 1, REFUSED), ("sh_offset", len(data) + 1, REFUSED),
            ("sh_size", 2**64 - 1, REFUSED), ("sh_size", len(data), REFUSED),
            ("sh_size", 0, EITHER), ("sh_size", 1, EITHER), ("sh_offset", 0, EITHER),
        ]:
            yield from with_section(data, index, field, wrong, outcome)


def with_section(data, index, field, wrong, outcome):
    spoiled = bytearray(data)
    sections_of(spoiled)[field][index] = wrong
    yield f"{field} of section {index} = {wrong:#x}", spoiled, outcome


def names_past_the_end(data):
    """Names that begin after the end of their table: found when somebody asks for the name."""
    for wrong in (2**31, 2**32 - 1):
        spoiled = bytearray(data)
        sections_of(spoiled)["sh_name"][1] = wrong
        yield f"the name of section 1 at {wrong:#x}", spoiled, EITHER
        spoiled = bytearray(data)
        symbols_of(spoiled, elf.SHT_DYNSYM)["st_name"][-1] = wrong
        yield f"the name of the last symbol at {wrong:#x}", spoiled, EITHER


def noise(data):
    """Random bytes in the header, in the section table and anywhere."""
    chance = random.Random(8)
    header = header_of(data)
    table = int(header["e_shoff"][0])
    areas = [(0, 64), (table, table + 64 * int(header["e_shnum"][0])), (0, len(data))]
    for round_ in range(8):
        for start, stop in areas:
            spoiled = bytearray(data)
            for _ in range(1 + 4 * round_):
                spoiled[chance.randrange(start, stop)] = chance.randrange(256)
            yield f"noise {round_} in {start}..{stop}", spoiled, EITHER


def mutations(data):
    """Yields (what was done, the spoiled bytes, REFUSED or EITHER)."""
    for make in (
        truncations, identities, header_fields, section_fields, names_past_the_end, noise,
    ):
        yield from make(data)
