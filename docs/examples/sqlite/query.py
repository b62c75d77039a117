# SPDX-License-Identifier: BSD-3-Clause
"""Shows the result of an SQLite query as a record array: its dtype, its first rows; or saves it."""

import argparse
import sys

import numpy as np
import sqlite_records


def show_progress(rows):
    print("\r%d rows " % rows, end="", file=sys.stderr, flush=True)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database")
    parser.add_argument("sql")
    parser.add_argument("--objects", action="store_true", help="texts as str, blobs as bytes")
    parser.add_argument("--rows", type=int, default=10, help="how many rows to print (10)")
    parser.add_argument("--save", metavar="FILE.npy")
    options = parser.parse_args(arguments)
    progress = show_progress if sys.stderr.isatty() else None
    try:
        result = sqlite_records.query(options.database, options.sql, objects=options.objects,
                                      progress=progress)
        if options.save:
            np.save(options.save, result)
    except (OSError, ValueError) as error:
        sys.exit("%s: %s" % (options.database, error))
    for name in result.dtype.names:
        print("%s: %s" % (name, result.dtype[name]))
    for row in result[:max(options.rows, 0)]:
        print(*row.item(), sep="\t")
    print("%d rows" % len(result))


if __name__ == "__main__":
    main()
