# SPDX-License-Identifier: BSD-3-Clause
"""Spoiled files: each is refused with its name, or opens to arrays that lie in the file."""

import contextlib
import faulthandler
import io
import os
import re
import tempfile
import unittest

import elf
import symbols
from elf_files import LS, MODULE, read, write
from elf_mutations import REFUSED, mutations

faulthandler.enable()  # a crash says where


class MutationTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = os.path.join(self.folder.name, "spoiled")

    def open(self, data):
        """Returns the file, or None where it was refused as it should be."""
        write(self.path, data)
        try:
            return elf.File(self.path)
        except ValueError as error:
            self.assertRegex(str(error), f"^{re.escape(self.path)}: .*[0-9]")
            return None

    def check_consistent(self, file, data):
        """Every array is a piece of the file, every name is there or refused by a ValueError."""
        self.assertEqual(file.size, len(data))
        arrays = (file.header, file.sections, file.segments, file.symtab, file.dynsym)
        for array in arrays:
            if array.size:
                offset = array.ctypes.data - file.address
                self.assertGreaterEqual(offset, 0)
                self.assertLessEqual(offset + array.nbytes, len(data))
                self.assertEqual(array.tobytes(), data[offset : offset + array.nbytes])
        for names_of, records in (
            (file.section_names, file.sections),
            (file.symtab_names, file.symtab),
            (file.dynsym_names, file.dynsym),
        ):
            try:
                self.assertEqual(len(names_of(records)), len(records))
            except ValueError as error:
                fact = "a name is at offset [0-9]+ of a string table that has [0-9]+ bytes"
                self.assertRegex(str(error), f"^{re.escape(self.path)}: {fact}$")

    def check_program(self):
        """The program prints the file, or says what is wrong with it."""
        out, problems = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(problems):
            status = symbols.main([self.path])
        if status == 0:
            self.assertEqual(problems.getvalue(), "")
        else:
            self.assertRegex(problems.getvalue(), f"^symbols: {re.escape(self.path)}: .*\n$")

    def check(self, original):
        opened = refused = 0
        for what, data, outcome in mutations(read(original)):
            with self.subTest(what):
                file = self.open(data)
                if file is None:
                    refused += 1
                else:
                    opened += 1
                    self.assertNotEqual(outcome, REFUSED)
                    self.check_consistent(file, data)
                self.check_program()
        self.assertGreaterEqual(opened + refused, 100)
        self.assertGreaterEqual(opened, 10)

    def test_stripped_program(self):
        self.check(LS)

    def test_module_with_symtab(self):
        self.check(MODULE)


if __name__ == "__main__":
    unittest.main()
