# SPDX-License-Identifier: BSD-3-Clause
"""elf.File: errors that name the file and the fact, arrays that are the mapped file."""

import errno
import gc
import os
import pathlib
import statistics
import sys
import tempfile
import time
import unittest

import elf
import numpy as np
from elf_files import LIBC, LS, MODULE, header_of, index_of, read, sections_of, symbols_of, write


class FileTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(os.path.realpath(folder.name), "a.so")

    def write(self, data):
        write(self.path, data)
        return self.path


class ErrorTest(FileTest):
    def assertRefused(self, data, fact):
        with self.assertRaises(ValueError) as context:
            elf.File(self.write(data))
        self.assertEqual(str(context.exception), f"{self.path}: {fact}")

    def test_empty_file(self):
        self.assertRefused(b"", "has 0 bytes, an Elf64_Ehdr has 64")

    def test_truncated_file(self):
        data = read(LS)
        start = int(header_of(data)["e_shoff"][0])
        count = int(header_of(data)["e_shnum"][0])
        self.assertRefused(
            data[:-1],
            f"the section table, {count} x 64 bytes at offset {start}, runs past the end of the"
            f" file, which has {len(data) - 1} bytes",
        )

    def test_wrong_magic(self):
        self.assertRefused(
            b"#!/bin/sh\n" + 60 * b"#",
            "begins with the bytes 23 21 2f 62, expected 7f 45 4c 46 (ELF)",
        )

    def test_32_bit_file(self):
        data = read(LS)
        data[4] = 1
        self.assertRefused(data, "e_ident[EI_CLASS] is 1, expected 2 (64-bit)")

    @unittest.skipUnless(sys.byteorder == "little", "a big-endian file is native here")
    def test_big_endian_file(self):
        data = read(LS)
        data[5] = 2
        self.assertRefused(data, "e_ident[EI_DATA] is 2, expected 1 (little-endian)")

    def test_section_table_past_the_end(self):
        data = read(LS)
        header_of(data)["e_shnum"] = 50000
        self.assertRefused(
            data,
            f"the section table, 50000 x 64 bytes at offset {header_of(data)['e_shoff'][0]}, runs"
            f" past the end of the file, which has {len(data)} bytes",
        )

    def test_symbol_table_past_the_end(self):
        data = read(LS)
        index = index_of(data, elf.SHT_DYNSYM)
        sections_of(data)["sh_size"][index] = 24000000
        self.assertRefused(
            data,
            f"section {index}, 24000000 bytes at offset {sections_of(data)['sh_offset'][index]},"
            f" runs past the end of the file, which has {len(data)} bytes",
        )

    def test_entry_size_that_is_not_the_structs(self):
        data = read(LS)
        header_of(data)["e_shentsize"] = 40
        self.assertRefused(data, "e_shentsize is 40, an Elf64_Shdr has 64 bytes")

    def test_symbol_size_that_is_not_the_structs(self):
        data = read(LS)
        index = index_of(data, elf.SHT_DYNSYM)
        sections_of(data)["sh_entsize"][index] = 16
        self.assertRefused(data, f"sh_entsize of section {index} is 16, an Elf64_Sym has 24 bytes")

    def test_misaligned_program_headers(self):
        data = read(LS)
        header_of(data)["e_phoff"] = 65
        self.assertRefused(
            data,
            "the program header table is at offset 65, no multiple of the 8 that an Elf64_Phdr"
            " needs",
        )

    def test_misaligned_symbols(self):
        data = read(LS)
        index = index_of(data, elf.SHT_DYNSYM)
        offset = int(sections_of(data)["sh_offset"][index]) + 4
        sections_of(data)["sh_offset"][index] = offset
        self.assertRefused(
            data,
            f"sh_offset of section {index} is {offset}, no multiple of the 8 that an Elf64_Sym"
            " needs",
        )

    def test_name_past_the_end(self):
        data = read(LS)
        section = sections_of(data)[index_of(data, elf.SHT_DYNSYM)]
        size = sections_of(data)["sh_size"][section["sh_link"]]
        symbols_of(data, elf.SHT_DYNSYM)["st_name"][3] = 4000000000
        file = elf.File(self.write(data))
        self.assertEqual(len(file.dynsym_names(file.dynsym[:3])), 3)
        with self.assertRaises(ValueError) as context:
            file.dynsym_names(file.dynsym)
        self.assertEqual(
            str(context.exception),
            f"{self.path}: a name is at offset 4000000000 of a string table that has {size} bytes",
        )

    def test_directory(self):
        with self.assertRaisesRegex(ValueError, "^/: is a directory, not a regular file$"):
            elf.File("/")

    def test_pipe_without_a_writer(self):
        os.mkfifo(self.path)
        with self.assertRaisesRegex(ValueError, "a.so: is a pipe, not a regular file$"):
            elf.File(self.path)

    def test_missing_file(self):
        with self.assertRaises(FileNotFoundError) as context:
            elf.File(self.path)
        self.assertEqual(context.exception.errno, errno.ENOENT)
        self.assertEqual(context.exception.filename, self.path)

    def test_link_to_itself(self):
        os.symlink(self.path, self.path)
        with self.assertRaises(OSError) as context:
            elf.File(self.path)
        self.assertEqual(context.exception.errno, errno.ELOOP)

    def test_file_name_that_is_no_utf8(self):
        path = os.fsencode(self.path) + b"\xff"
        write(path, b"no ELF file")
        with self.assertRaises(ValueError) as context:
            elf.File(path)
        self.assertEqual(
            str(context.exception), f"{os.fsdecode(path)}: has 11 bytes, an Elf64_Ehdr has 64"
        )

    def test_arguments(self):
        self.assertRaises(TypeError, elf.File)
        self.assertRaises(TypeError, elf.File, 3)
        self.assertRaises(TypeError, elf.File, LS, LS)
        self.assertRaises(ValueError, elf.File, "a\0b")

    def test_names_of_anything_but_symbols(self):
        file = elf.File(LS)
        symbols = file.dynsym
        for wrong in (file.sections, symbols["st_name"], symbols[:1].tolist(), symbols[0]):
            self.assertRaises(TypeError, file.dynsym_names, wrong)


class ArrayTest(FileTest):
    def arrays(self, file):
        return {
            "header": file.header,
            "sections": file.sections,
            "segments": file.segments,
            "symtab": file.symtab,
            "dynsym": file.dynsym,
        }

    def test_dtypes(self):
        file = elf.File(MODULE)
        self.assertEqual(
            {name: (array.dtype, array.ndim) for name, array in self.arrays(file).items()},
            {
                "header": (elf.Elf64_Ehdr, 0),
                "sections": (elf.Elf64_Shdr, 1),
                "segments": (elf.Elf64_Phdr, 1),
                "symtab": (elf.Elf64_Sym, 1),
                "dynsym": (elf.Elf64_Sym, 1),
            },
        )

    def test_records_are_the_systems_structs(self):
        ident = ("e_ident", "u1", (16,))
        words = ["e_type", "e_machine"]
        self.assertEqual(
            elf.Elf64_Ehdr,
            np.dtype(
                [ident]
                + [(name, "u2") for name in words]
                + [("e_version", "u4"), ("e_entry", "u8"), ("e_phoff", "u8"), ("e_shoff", "u8")]
                + [("e_flags", "u4"), ("e_ehsize", "u2"), ("e_phentsize", "u2"), ("e_phnum", "u2")]
                + [("e_shentsize", "u2"), ("e_shnum", "u2"), ("e_shstrndx", "u2")],
                align=True,
            ),
        )
        self.assertEqual(
            elf.Elf64_Sym,
            np.dtype(
                [("st_name", "u4"), ("st_info", "u1"), ("st_other", "u1"), ("st_shndx", "u2")]
                + [("st_value", "u8"), ("st_size", "u8")],
                align=True,
            ),
        )
        self.assertEqual([elf.Elf64_Shdr.itemsize, elf.Elf64_Phdr.itemsize], [64, 56])

    def test_arrays_are_the_mapped_file(self):
        for path in (LS, LIBC, MODULE):
            file = elf.File(path)
            sections = file.sections
            address = {name: array.ctypes.data for name, array in self.arrays(file).items()}
            self.assertEqual(address["header"], file.address)
            self.assertEqual(address["sections"], file.address + int(file.header["e_shoff"]))
            self.assertEqual(address["segments"], file.address + int(file.header["e_phoff"]))
            for name, kind in (("symtab", elf.SHT_SYMTAB), ("dynsym", elf.SHT_DYNSYM)):
                for offset in sections["sh_offset"][sections["sh_type"] == kind][:1].tolist():
                    self.assertEqual(address[name], file.address + offset)

    def test_arrays_are_read_only(self):
        file = elf.File(MODULE)
        for name, array in self.arrays(file).items():
            with self.subTest(name):
                self.assertFalse(array.flags.writeable)
                with self.assertRaises(ValueError):
                    array.setflags(write=True)
                with self.assertRaises(ValueError):
                    array[...] = array
                with self.assertRaises(ValueError):
                    array.view(np.uint8 if array.ndim else array.dtype).setflags(write=True)
                with self.assertRaises(ValueError):
                    array[array.dtype.names[0]][...] = 0

    def test_missing_tables_are_empty_arrays(self):
        data = read(LS)[:64]
        for field in ("e_phoff", "e_phnum", "e_shoff", "e_shnum", "e_shstrndx"):
            header_of(data)[field] = 0
        file = elf.File(self.write(data))
        shapes = {name: array.shape for name, array in self.arrays(file).items()}
        self.assertEqual(shapes.pop("header"), ())
        self.assertEqual(shapes, dict.fromkeys(("sections", "segments", "symtab", "dynsym"), (0,)))
        self.assertEqual(file.symtab.dtype, elf.Elf64_Sym)
        self.assertEqual(file.dynsym_names(file.dynsym), [])

    def test_names_of_a_selection(self):
        file = elf.File(LIBC)
        everything = file.dynsym_names(file.dynsym)
        self.assertEqual(file.dynsym_names(file.dynsym[::-7]), everything[::-7])
        some = file.dynsym["st_size"] > 500
        picked = [name for name, wanted in zip(everything, some) if wanted]
        self.assertEqual(file.dynsym_names(file.dynsym[some]), picked)
        self.assertIn("qsort_r", everything)

    def test_name_that_is_no_utf8(self):
        data = read(LS)
        header = sections_of(data)[int(header_of(data)["e_shstrndx"][0])]
        data[int(header["sh_offset"]) + int(sections_of(data)["sh_name"][1])] = 0xFF
        file = elf.File(self.write(data))
        # Which section is the first depends on the linker.
        whole = elf.File(LS).section_names(file.sections[1:2])[0]
        self.assertEqual(file.section_names(file.sections[1:2]), ["\udcff" + whole[1:]])

    def test_attributes(self):
        for path in (LS, os.fsencode(LS), pathlib.Path(LS)):
            file = elf.File(path)
            self.assertEqual(file.path, LS)
            self.assertEqual(file.size, os.path.getsize(LS))
            self.assertEqual(repr(file), f"<elf.File {LS!r}>")
        with self.assertRaises(AttributeError):
            file.sections = None


class LifetimeTest(FileTest):
    def setUp(self):
        super().setUp()
        self.write(read(MODULE))

    def mappings(self):
        gc.collect()
        with open("/proc/self/maps") as maps:
            return sum(self.path in line for line in maps)

    def test_file_is_unmapped_with_its_object(self):
        file = elf.File(self.path)
        self.assertEqual(self.mappings(), 1)
        del file
        self.assertEqual(self.mappings(), 0)

    def test_arrays_outlive_the_object(self):
        file = elf.File(self.path)
        expected = file.symtab.tobytes()
        symtab, header = file.symtab, file.header
        del file
        os.unlink(self.path)
        self.assertEqual(self.mappings(), 1)
        self.assertEqual(symtab.tobytes(), expected)
        del header
        self.assertEqual(self.mappings(), 1)
        del symtab
        self.assertEqual(self.mappings(), 0)

    def test_views_and_scalars_outlive_their_array(self):
        column = elf.File(self.path).symtab[5:]["st_size"][::2]
        record = elf.File(self.path).sections[1]
        self.assertEqual(self.mappings(), 2)
        self.assertEqual(int(record["sh_type"]), int(elf.File(self.path).sections["sh_type"][1]))
        del column
        self.assertEqual(self.mappings(), 1)
        del record
        self.assertEqual(self.mappings(), 0)

    def test_refused_file_is_unmapped(self):
        self.write(read(LS)[:5000])
        self.assertRaises(ValueError, elf.File, self.path)
        self.assertEqual(self.mappings(), 0)

    def test_no_reference_is_lost(self):
        def use():
            file = elf.File(self.path)
            for array in (file.header, file.sections, file.segments, file.symtab, file.dynsym):
                self.assertFalse(array.flags.owndata or array.flags.writeable)
            file.symtab_names(file.symtab[:3])
            self.assertRaises(TypeError, file.symtab_names, file.sections)

        use()
        watched = (elf.File, elf.Elf64_Ehdr, elf.Elf64_Shdr, elf.Elf64_Phdr, elf.Elf64_Sym)
        before = [sys.getrefcount(thing) for thing in watched]
        for _ in range(100):
            use()
        self.assertEqual([sys.getrefcount(thing) for thing in watched], before)
        self.assertEqual(self.mappings(), 0)


class LargeFileTest(unittest.TestCase):
    """The figure: on a library of 50 MB and more the arrays are there within 10 ms."""

    def test_arrays_are_ready_within_10_ms(self):
        path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "large_library.so")
        self.assertGreaterEqual(os.path.getsize(path), 50 * 1000 * 1000)
        times = []
        for _ in range(9):
            start = time.perf_counter()
            file = elf.File(path)
            arrays = (file.header, file.sections, file.segments, file.symtab, file.dynsym)
            times.append(time.perf_counter() - start)
        self.assertGreater(len(file.symtab), 100000)
        self.assertEqual([array.ctypes.data >= file.address for array in arrays], 5 * [True])
        print(f"{file.size:,} bytes: arrays ready after {statistics.median(times) * 1e6:.0f} us")
        self.assertLess(statistics.median(times), 0.010)


if __name__ == "__main__":
    unittest.main()
