# SPDX-License-Identifier: BSD-3-Clause
"""The arrays hold what readelf prints."""

import os
import re
import subprocess
import unittest

import elf
from elf_files import REAL_FILES


def readelf(options, path):
    command = ["readelf", options, path]
    environment = dict(os.environ, LC_ALL="C")
    return subprocess.run(
        command, env=environment, check=True, stdout=subprocess.PIPE, encoding="utf-8"
    ).stdout


def matches(pattern, text):
    return [match.groups() for match in re.finditer(pattern, text, re.MULTILINE)]


def numbers(prefix, names):
    """The numbers of <elf.h> for what readelf prints."""
    newer = {"SHT_RELR": 19, "SHT_X86_64_UNWIND": 0x70000001}  # not in every <elf.h>
    known = {**newer, **{name.upper(): value for name, value in vars(elf).items()}}
    return [known[prefix + name] for name in names]


SECTION = (
    r"^ +\[ *(\d+)\] (\S*) +([\w.]+) +([0-9a-f]{16}) ([0-9a-f]{6,}) ([0-9a-f]{6,}) ([0-9a-f]{2,})"
    r" +([A-Za-z]*) +(\d+) +(\d+) +(\d+)$"
)
SYMBOL = r"^ *(\d+): ([0-9a-f]{16}) +(\w+) (\w+) +(\w+) +(\w+) +(?:\[.*?\] +)?(\w+) ?(.*)$"
SEGMENT = (
    r"^  (\S+) +0x([0-9a-f]{6,}) 0x([0-9a-f]{16}) 0x([0-9a-f]{16}) 0x([0-9a-f]{6,})"
    r" 0x([0-9a-f]{6,}) ([R ][W ][E ]) 0x([0-9a-f]+)$"
)

# What readelf calls otherwise than elf.h does.
SECTION_TYPES = {"VERSYM": "GNU_VERSYM", "VERNEED": "GNU_VERNEED", "VERDEF": "GNU_VERDEF"}
SYMBOL_TYPES = {"IFUNC": "GNU_IFUNC"}
SECTION_INDICES = {"UND": "UNDEF", "ABS": "ABS", "COM": "COMMON"}
VISIBILITIES = ("DEFAULT", "INTERNAL", "HIDDEN", "PROTECTED")


class ReadelfTest(unittest.TestCase):
    def test_at_least_three_files(self):
        self.assertGreaterEqual(len(set(REAL_FILES)), 3)

    def test_header(self):
        fields = {
            "Entry point address": "e_entry",
            "Start of program headers": "e_phoff",
            "Start of section headers": "e_shoff",
            "Flags": "e_flags",
            "Size of this header": "e_ehsize",
            "Size of program headers": "e_phentsize",
            "Number of program headers": "e_phnum",
            "Size of section headers": "e_shentsize",
            "Number of section headers": "e_shnum",
            "Section header string table index": "e_shstrndx",
        }
        for path in REAL_FILES:
            with self.subTest(path):
                file = elf.File(path)
                printed = dict(matches(r"^  ([^:]+): +(.*)$", readelf("-hW", path)))
                magic = bytes.fromhex(printed["Magic"])
                self.assertEqual(file.header["e_ident"].tobytes(), magic)
                for label, field in fields.items():
                    number = int(printed[label].split()[0].rstrip(","), 0)
                    self.assertEqual(int(file.header[field]), number, field)
                kind = printed["Type"].split()[0]
                self.assertEqual(int(file.header["e_type"]), getattr(elf, "ET_" + kind))

    def check_columns(self, records, base, columns):
        """Compares fields of `records` with columns of numbers in that base."""
        for field, column in columns.items():
            self.assertEqual(records[field].tolist(), [int(cell, base) for cell in column], field)

    def test_sections(self):
        for path in REAL_FILES:
            with self.subTest(path):
                file = elf.File(path)
                columns = list(zip(*matches(SECTION, readelf("-SW", path))))
                index, name, kind, address, offset, size, entry, _, link, info, align = columns
                sections = file.sections
                kinds = numbers("SHT_", [SECTION_TYPES.get(word, word) for word in kind])
                self.assertEqual(list(range(len(sections))), [int(i) for i in index])
                self.assertEqual(file.section_names(sections), list(name))
                self.assertEqual(sections["sh_type"].tolist(), kinds)
                self.check_columns(
                    sections,
                    16,
                    {"sh_addr": address, "sh_offset": offset, "sh_size": size, "sh_entsize": entry},
                )
                self.check_columns(
                    sections, 10, {"sh_link": link, "sh_info": info, "sh_addralign": align}
                )

    def test_segments(self):
        for path in REAL_FILES:
            with self.subTest(path):
                file = elf.File(path)
                columns = list(zip(*matches(SEGMENT, readelf("-lW", path))))
                _, offset, address, physical, stored, size, flags, align = columns
                permissions = [4 * ("R" in f) + 2 * ("W" in f) + ("E" in f) for f in flags]
                self.assertEqual(file.segments["p_flags"].tolist(), permissions)
                self.check_columns(
                    file.segments,
                    16,
                    {
                        "p_offset": offset,
                        "p_vaddr": address,
                        "p_paddr": physical,
                        "p_filesz": stored,
                        "p_memsz": size,
                        "p_align": align,
                    },
                )

    def check_symbols(self, printed, symbols, names):
        columns = list(zip(*matches(SYMBOL, printed)))
        index, value, size, kind, binding, visibility, section, printed_names = columns
        kinds = numbers("STT_", [SYMBOL_TYPES.get(word, word) for word in kind])
        bindings = numbers("STB_", binding)
        places = [
            int(word) if word.isdigit() else getattr(elf, "SHN_" + SECTION_INDICES[word])
            for word in section
        ]
        self.assertEqual([int(i) for i in index], list(range(len(symbols))))
        self.check_columns(symbols, 16, {"st_value": value})
        self.check_columns(symbols, 0, {"st_size": size})
        self.assertEqual(symbols["st_info"].tolist(), [16 * b + k for b, k in zip(bindings, kinds)])
        self.assertEqual(
            (symbols["st_other"] & 3).tolist(), [VISIBILITIES.index(word) for word in visibility]
        )
        self.assertEqual(symbols["st_shndx"].tolist(), places)
        for name, theirs, kind in zip(names, printed_names, kinds):
            # readelf appends a version to some, and names section symbols after their section.
            if not theirs.startswith(name + "@") and (name or kind != elf.STT_SECTION):
                self.assertEqual(name, theirs)

    def test_symbols(self):
        for path in REAL_FILES:
            with self.subTest(path):
                file = elf.File(path)
                text = readelf("-sW", path)
                tables = re.split(r"^Symbol table '([^']*)'.*$", text, flags=re.MULTILINE)
                printed = dict(zip(tables[1::2], tables[2::2]))
                self.assertEqual(".symtab" in printed, len(file.symtab) > 0)
                self.assertIn(".dynsym", printed)
                self.check_symbols(printed[".dynsym"], file.dynsym, file.dynsym_names(file.dynsym))
                if ".symtab" in printed:
                    names = file.symtab_names(file.symtab)
                    self.check_symbols(printed[".symtab"], file.symtab, names)

    def test_some_file_has_a_symtab(self):
        self.assertTrue(any(len(elf.File(path).symtab) > 0 for path in REAL_FILES))


if __name__ == "__main__":
    unittest.main()
