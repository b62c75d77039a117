# SPDX-License-Identifier: BSD-3-Clause
"""Prints the tables and the glyph metrics of a font: metrics.py FONT [--plot widths.png]."""

import argparse
import mmap
import sys

import numpy as np

import fonts


def print_tables(font):
    print("%-4s  %10s  %10s  %s" % ("tag", "offset", "bytes", "checksum"))
    for table in np.sort(fonts.tables(font), order="offset"):
        print("%-4s  %10d  %10d  %08x" % (table["tag"].decode("latin-1"), table["offset"],
                                          table["length"], table["checksum"]))


def print_metrics(font):
    head, hhea, advance = fonts.head(font), fonts.hhea(font), fonts.metrics(font)["advance"]
    created = np.datetime64("1904-01-01", "s") + head["created"].astype("m8[s]")
    print("created %s, revision %.3f" % (created, head["revision"] / 65536))
    print("%d units per em, from %d below the line to %d above" % (head["units_per_em"], -hhea["descender"],
                                                                  hhea["ascender"]))
    print("%d glyphs with metrics: %d to %d units wide, median %d" % (len(advance), advance.min(), advance.max(),
                                                                     np.median(advance)))


def plot(font, path):
    try:
        import matplotlib
    except ImportError:
        sys.exit("--plot needs matplotlib: python -m pip install matplotlib")
    matplotlib.use("Agg")
    from matplotlib import pyplot
    pyplot.hist(fonts.metrics(font)["advance"].astype(int), bins=80)
    pyplot.xlabel("advance width, in units of %d per em" % fonts.head(font)["units_per_em"])
    pyplot.ylabel("glyphs")
    pyplot.savefig(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("font")
    parser.add_argument("--plot", metavar="FILE", help="draw the advance widths (needs matplotlib)")
    options = parser.parse_args()
    try:
        with open(options.font, "rb") as file:
            font = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        print_tables(font)
        print_metrics(font)
    except (OSError, ValueError) as error:
        sys.exit("%s: %s" % (options.font, error))
    if options.plot:
        plot(font, options.plot)


if __name__ == "__main__":
    main()
