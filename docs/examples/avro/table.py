# SPDX-License-Identifier: BSD-3-Clause
"""Shows an Avro file as a record array: its dtype, its first records; or saves it."""

import argparse
import sys

import avro_records
import numpy as np


def show_progress(done, count):
    print("\r%d of %d records " % (done, count), end="", file=sys.stderr, flush=True)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file")
    parser.add_argument("--fields", nargs="+", help="only these")
    parser.add_argument("--objects", action="store_true", help="strings as str, bytes as bytes")
    parser.add_argument("--rows", type=int, default=10, help="how many records to print (10)")
    parser.add_argument("--save", metavar="FILE.npy")
    options = parser.parse_args(arguments)
    progress = show_progress if sys.stderr.isatty() else None
    try:
        result = avro_records.read(options.file, fields=options.fields, objects=options.objects,
                                   progress=progress)
        symbols = avro_records.symbols(options.file, fields=options.fields)
        if options.save:
            np.save(options.save, result)
    except (OSError, ValueError) as error:
        sys.exit("%s: %s" % (options.file, error))
    for name in result.dtype.names:
        known = " (%s)" % ", ".join(symbols[name]) if name in symbols else ""
        print("%s: %s%s" % (name, result.dtype[name], known))
    for row in result[:max(options.rows, 0)]:
        print(*row.item(), sep="\t")
    print("%d records" % len(result))


if __name__ == "__main__":
    main()
