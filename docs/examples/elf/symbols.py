# SPDX-License-Identifier: BSD-3-Clause
"""Prints the section table and the largest functions of an ELF file.

The tables are NumPy arrays over the mapped file (see elf_module.c): selecting, sorting and counting
are NumPy's, and nothing of the file is read that is not shown.
"""

import argparse
import os
import signal
import sys

import elf
import numpy as np


def constants(prefix):
    """The constants of <elf.h> that begin with `prefix`: {value: rest of the name}."""
    return {
        value: name[len(prefix):] for name, value in vars(elf).items() if name.startswith(prefix)
    }


FILE_TYPES = constants("ET_")
MACHINES = constants("EM_")
SECTION_TYPES = constants("SHT_")
FLAG_LETTERS = {
    elf.SHF_WRITE: "W",
    elf.SHF_ALLOC: "A",
    elf.SHF_EXECINSTR: "X",
    elf.SHF_MERGE: "M",
    elf.SHF_STRINGS: "S",
    elf.SHF_INFO_LINK: "I",
    elf.SHF_LINK_ORDER: "L",
    elf.SHF_GROUP: "G",
    elf.SHF_TLS: "T",
    elf.SHF_COMPRESSED: "C",
    elf.SHF_GNU_RETAIN: "R",
}


def interpreter_file():
    """The file with the code of this interpreter: its shared library if it has one."""
    try:
        with open("/proc/self/maps") as maps:
            paths = [line.split(maxsplit=5)[5].strip() for line in maps if "/" in line]
    except OSError:
        paths = []
    libraries = [path for path in paths if os.path.basename(path).startswith("libpython")]
    return libraries[0] if libraries else sys.executable


def printable(name):
    """The name, with anything that would upset a terminal written as an escape."""
    return name if name.isprintable() else ascii(name)[1:-1]


def named(names, number):
    """The name of a number, or the number."""
    return names.get(number, f"{number:#x}")


def print_table(heading, rows):
    """Prints rows of str in columns: right-aligned where the heading says ">", else left."""
    columns = list(zip(*([tuple(title.lstrip(">") for title in heading)] + rows)))
    widths = [max(map(len, column)) for column in columns]
    alignments = [">" if title.startswith(">") else "<" for title in heading]
    for row in zip(*columns):
        cells = [f"{cell:{a}{w}}" for cell, a, w in zip(row, alignments, widths)]
        print("  ".join(cells).rstrip())


def section_names(file):
    return [printable(name) for name in file.section_names(file.sections)]


def flags_of(number):
    return "".join(letter for flag, letter in FLAG_LETTERS.items() if number & flag)


def print_header(file):
    header = file.header
    kind = named(FILE_TYPES, int(header["e_type"]))
    machine = named(MACHINES, int(header["e_machine"]))
    print(f"{printable(file.path)}: {kind} for {machine}, {file.size:,} bytes")
    print(
        f"{len(file.sections):,} sections, {len(file.segments):,} segments, "
        f"{len(file.symtab):,} symbols in .symtab, {len(file.dynsym):,} in .dynsym"
    )


def print_sections(file):
    sections = file.sections
    rows = [
        (
            str(number),
            name,
            named(SECTION_TYPES, section_type),
            flags_of(flags),
            f"{address:016x}",
            f"{offset:,}",
            f"{size:,}",
        )
        for number, (name, section_type, flags, address, offset, size) in enumerate(
            zip(
                section_names(file),
                sections["sh_type"].tolist(),
                sections["sh_flags"].tolist(),
                sections["sh_addr"].tolist(),
                sections["sh_offset"].tolist(),
                sections["sh_size"].tolist(),
            )
        )
    ]
    print_table((">Nr", "Section", "Type", "Flags", "Address", ">Offset", ">Size"), rows)


def functions(symbols):
    """The functions that the file holds, the largest first; of several names for one, the first."""
    kind = symbols["st_info"] & 0xF
    here = (symbols["st_size"] > 0) & (symbols["st_shndx"] != elf.SHN_UNDEF)
    found = symbols[here & np.isin(kind, (elf.STT_FUNC, elf.STT_GNU_IFUNC))]
    found = found[np.lexsort((found["st_value"], found["st_shndx"], ~found["st_size"]))]
    place = found[["st_shndx", "st_value", "st_size"]]
    first = np.ones(len(found), bool)
    first[1:] = place[1:] != place[:-1]
    return found[first]


def print_functions(file, count):
    stripped = len(file.symtab) == 0
    table = ".dynsym" if stripped else ".symtab"
    symbols, names_of = (
        (file.dynsym, file.dynsym_names) if stripped else (file.symtab, file.symtab_names)
    )
    found = functions(symbols)
    if len(found) == 0:
        print(f"No functions in {table}.")
        return
    largest = found[:count]
    sections = dict(enumerate(section_names(file)))
    rows = [
        (f"{size:,}", f"{address:016x}", named(sections, section), printable(name))
        for size, address, section, name in zip(
            largest["st_size"].tolist(),
            largest["st_value"].tolist(),
            largest["st_shndx"].tolist(),
            names_of(largest),
        )
    ]
    print(f"The largest {len(largest):,} of {len(found):,} functions in {table}:")
    print_table((">Size", "Address", "Section", "Function"), rows)


def plot_sections(file, path):
    """Draws the sizes of the sections to `path`. Raises ImportError where matplotlib is missing."""
    from matplotlib import use

    use("Agg")
    from matplotlib import pyplot

    def plain(text):  # "$" begins a formula
        return text.replace("$", r"\$")

    sections = file.sections
    shown = np.argsort(sections["sh_size"], kind="stable")[-40:]
    shown = shown[sections["sh_size"][shown] > 0]
    names = section_names(file)
    stored = sections["sh_type"][shown] != elf.SHT_NOBITS
    figure, axes = pyplot.subplots(figsize=(9, 1.5 + 0.22 * len(shown)))
    axes.barh(
        [f"{plain(names[i])} [{i}]" for i in shown.tolist()],
        sections["sh_size"][shown].astype(float),
        color=np.where(stored, "tab:blue", "tab:gray"),
    )
    axes.set_xscale("log")
    axes.set_xlim(left=1)
    axes.set_xlabel("bytes (gray: only in memory)")
    axes.set_title(f"Sections of {plain(printable(file.path))}")
    figure.savefig(path, bbox_inches="tight")
    pyplot.close(figure)


def report(path, count, plot):
    """Prints what is known of the file. Returns the exit status."""
    file = elf.File(path)
    print_header(file)
    print()
    print_sections(file)
    print()
    print_functions(file, count)
    if plot:
        try:
            plot_sections(file, plot)
        except ImportError as error:
            print(f"symbols: no plot without matplotlib: {error}", file=sys.stderr)
            return 1
        print(f"\nSizes by section: {plot}")
    return 0


def parse(arguments):
    parser = argparse.ArgumentParser(prog="symbols", description=__doc__.split("\n")[0])
    parser.add_argument("file", nargs="?", help="an ELF file; default: this interpreter's library")
    parser.add_argument("--count", type=int, default=20, help="functions to show (default: 20)")
    parser.add_argument("--plot", metavar="FILE.png", help="draw the sizes of the sections")
    parser.add_argument("--layout", action="store_true", help="draw the records' memory, and stop")
    options = parser.parse_args(arguments)
    if options.count < 0:
        parser.error(f"argument --count: {options.count} is negative")
    return options


def main(arguments=None):
    options = parse(arguments)
    if options.layout:
        print("\n\n".join(elf.layouts()))
        return 0
    try:
        return report(options.file or interpreter_file(), options.count, options.plot)
    except OSError as error:
        print(f"symbols: {error.filename}: {error.strerror}", file=sys.stderr)
    except ValueError as error:
        print(f"symbols: {error}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # end quietly, as `ls | head` does
    sys.exit(main())
