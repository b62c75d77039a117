# SPDX-License-Identifier: BSD-3-Clause
"""The program that people run: what it prints, and what it says when it can't."""

import contextlib
import io
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

import elf
import numpy as np
import symbols
from elf_files import LIBC, LS, MODULE, header_of, read, sections_of, symbols_of, write

HERE = os.path.dirname(symbols.__file__)
PROGRAM = os.path.join(HERE, "symbols.sh")


def run_here(*arguments):
    """Runs the program in this process. Returns its status, its output and its complaints."""
    out, problems = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(problems):
        status = symbols.main(list(arguments))
    return status, out.getvalue(), problems.getvalue()


def readelf(options, path):
    return subprocess.run(
        ["readelf", options, path], check=True, stdout=subprocess.PIPE, encoding="utf-8"
    ).stdout


def number(printed):
    return int(printed.replace(",", ""))


def has_matplotlib():
    try:
        import matplotlib.pyplot
    except ImportError:
        return False
    return bool(matplotlib.pyplot)


class OutputTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = os.path.realpath(folder.name)

    def spoiled(self, data):
        path = os.path.join(self.folder, "spoiled")
        write(path, data)
        return path

    def test_sections_are_those_of_readelf(self):
        theirs = [
            (int(index), name, flags, address, int(offset, 16), int(size, 16))
            for index, name, address, offset, size, flags in re.findall(
                r"^ +\[ *(\d+)\] (\.\S+) +\S+ +(\w{16}) (\w+) (\w+) \w+ +([A-Z]*) +\d+ +\d+ +\d+$",
                readelf("-SW", LIBC),
                re.MULTILINE,
            )
        ]
        status, output, _ = run_here(LIBC)
        ours = [
            (int(index), name, flags, address, number(offset), number(size))
            for index, name, flags, address, offset, size in re.findall(
                r"^ *(\d+)  (\.\S+) +\S+ +([A-Z]*) +(\w{16}) +([\d,]+) +([\d,]+)$",
                output,
                re.MULTILINE,
            )
        ]
        self.assertEqual(status, 0)
        self.assertGreater(len(theirs), 20)
        self.assertEqual(ours, theirs)

    def largest_of_readelf(self, path, table, count):
        """The sizes and addresses of the largest functions, as readelf has them."""
        tables = readelf("-sW", path)
        part = tables.partition(f"Symbol table '{table}'")[2].partition("Symbol table '")[0]
        function = r"^ *\d+: (\w{16}) +(\w+) (?:FUNC|IFUNC) +\w+ +\w+ +\d+ "
        found = re.findall(function, part, re.MULTILINE)
        sized = {(int(size, 0), address) for address, size in found if int(size, 0)}
        return sorted(sized, key=lambda entry: (-entry[0], entry[1]))[:count]

    def check_functions(self, path, table):
        _, output, _ = run_here(path, "--count", "25")
        rows = re.findall(r"^ *([\d,]+)  (\w{16})  \.\S+ +\S+$", output, re.MULTILINE)
        ours = [(number(size), address) for size, address in rows]
        self.assertGreater(len(ours), 10)
        self.assertEqual(ours, self.largest_of_readelf(path, table, 25))

    def test_functions_are_those_of_readelf(self):
        self.check_functions(LIBC, ".dynsym")
        self.check_functions(MODULE, ".symtab")

    def test_header_line(self):
        _, output, _ = run_here(LS)
        file = elf.File(LS)
        self.assertRegex(output.splitlines()[0], rf"^{LS}: DYN for \w+, {file.size:,} bytes$")
        self.assertEqual(
            output.splitlines()[1],
            f"{len(file.sections)} sections, {len(file.segments)} segments, "
            f"{len(file.symtab):,} symbols in .symtab, {len(file.dynsym):,} in .dynsym",
        )

    def test_file_without_functions(self):
        data = read(LS)
        symbols_of(data, elf.SHT_DYNSYM)["st_size"] = 0
        status, output, _ = run_here(self.spoiled(data))
        self.assertEqual(status, 0)
        self.assertIn("\nNo functions in .dynsym.\n", output)

    def test_one_line_for_each_function(self):
        table = np.zeros(5, elf.Elf64_Sym)
        table["st_info"] = [elf.STT_FUNC, elf.STT_FUNC, elf.STT_OBJECT, elf.STT_FUNC, elf.STT_FUNC]
        table["st_shndx"] = [1, 1, 1, elf.SHN_UNDEF, 1]
        table["st_value"] = [64, 32, 96, 128, 64]
        table["st_size"] = [10, 20, 99, 99, 10]
        table["st_name"] = [1, 2, 3, 4, 5]
        self.assertEqual(symbols.functions(table)["st_name"].tolist(), [2, 1])

    def test_names_that_would_upset_a_terminal(self):
        data = read(LS)
        names = sections_of(data)[int(header_of(data)["e_shstrndx"][0])]
        start = int(names["sh_offset"]) + int(sections_of(data)["sh_name"][1])
        data[start : start + 3] = b"\x1b[\xff"
        _, output, _ = run_here(self.spoiled(data))
        # Which section is the first depends on the linker.
        self.assertRegex(output, r" 1  \\x1b\[\\udcff[a-z.-]+ ")
        self.assertNotIn("\x1b", output)

    def test_layout_draws_every_record(self):
        status, output, _ = run_here("--layout")
        self.assertEqual(status, 0)
        for record in (elf.Elf64_Ehdr, elf.Elf64_Shdr, elf.Elf64_Phdr, elf.Elf64_Sym):
            for name, (dtype, offset) in record.fields.items():
                self.assertRegex(output, rf"(?m)^ +{offset} +{dtype.itemsize} +{name} +\w+")

    def test_refused_file(self):
        path = self.spoiled(b"hello")
        self.assertEqual(
            run_here(path), (1, "", f"symbols: {path}: has 5 bytes, an Elf64_Ehdr has 64\n")
        )

    def test_missing_file(self):
        path = os.path.join(self.folder, "missing")
        self.assertEqual(run_here(path), (1, "", f"symbols: {path}: No such file or directory\n"))

    @unittest.skipUnless(has_matplotlib(), "matplotlib is not there")
    def test_plot(self):
        path = os.path.join(self.folder, "sizes.png")
        status, output, problems = run_here(LS, "--plot", path)
        self.assertEqual((status, problems), (0, ""))
        self.assertIn(f"Sizes by section: {path}\n", output)
        self.assertEqual(read(path)[:8], b"\x89PNG\r\n\x1a\n")
        self.assertGreater(os.path.getsize(path), 5000)

    @unittest.skipUnless(has_matplotlib(), "matplotlib is not there")
    def test_plot_of_a_file_without_sections(self):
        data = read(LS)[:64]
        for field in ("e_phoff", "e_phnum", "e_shoff", "e_shnum", "e_shstrndx"):
            header_of(data)[field] = 0
        path = os.path.join(self.folder, "sizes.png")
        self.assertEqual(run_here(self.spoiled(data), "--plot", path)[0], 0)
        self.assertTrue(os.path.exists(path))

    def test_plot_without_matplotlib(self):
        path = os.path.join(self.folder, "sizes.png")
        with mock.patch.dict(sys.modules, {"matplotlib": None}):
            status, output, problems = run_here(LS, "--plot", path)
        self.assertEqual(status, 1)
        self.assertIn(".dynsym", output)
        self.assertRegex(problems, "^symbols: no plot without matplotlib: .*matplotlib")
        self.assertFalse(os.path.exists(path))

    def test_negative_count(self):
        with self.assertRaises(SystemExit), contextlib.redirect_stderr(io.StringIO()) as problems:
            symbols.main(["--count", "-1", LS])
        self.assertIn("argument --count: -1 is negative", problems.getvalue())


class ProgramTest(unittest.TestCase):
    """The program as `bazel run` starts it."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = os.path.realpath(folder.name)

    def run_program(self, *arguments, **options):
        environment = dict(os.environ, BUILD_WORKING_DIRECTORY=self.folder)
        return subprocess.run(
            [PROGRAM, *arguments],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            **options,
        )

    def test_paths_are_relative_to_where_the_user_is(self):
        shutil.copy(LS, os.path.join(self.folder, "copy of ls"))
        result = self.run_program("copy of ls")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertRegex(result.stdout, "^copy of ls: DYN")

    def test_shows_its_own_interpreter_by_default(self):
        result = self.run_program()
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertRegex(result.stdout, "^/.*python.*: ")
        self.assertRegex(result.stdout, r"  \.text +_?Py\w+\n")

    def test_ends_quietly_when_nobody_reads(self):
        environment = dict(os.environ, BUILD_WORKING_DIRECTORY=self.folder)
        read_end, write_end = os.pipe()
        os.close(read_end)
        result = subprocess.run(
            [PROGRAM, LS], env=environment, stdout=write_end, stderr=subprocess.PIPE
        )
        os.close(write_end)
        self.assertEqual(result.returncode, -signal.SIGPIPE)
        self.assertEqual(result.stderr, b"")

    def test_refused_file_ends_with_status_1(self):
        write(os.path.join(self.folder, "text"), b"hello")
        result = self.run_program("text")
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stderr, "symbols: text: has 5 bytes, an Elf64_Ehdr has 64\n")


class ReadmeTest(unittest.TestCase):
    def test_snippets_run(self):
        with open(os.path.join(HERE, "README.md")) as stream:
            snippets = re.findall("^```python\n(.*?)^```$", stream.read(), re.MULTILINE | re.DOTALL)
        self.assertEqual(len(snippets), 1)
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(compile(snippets[0], "README.md", "exec"), {})
        self.assertRegex(out.getvalue(), r"^\['\w+'(, '\w+'){4}\]\n$")


if __name__ == "__main__":
    unittest.main()
