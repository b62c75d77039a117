# SPDX-License-Identifier: BSD-3-Clause
"""Records to Arrow and back, beside what pyarrow, polars and pandas do with the flat fields.

    bazel run -c opt //tests/bench:arrow_columns

Needs pyarrow, polars and pandas (on PYTHONPATH). Each row is the median of many runs that take turns, in ns a record.
"""

import statistics
import sys
import time

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

import arrows
import blocked

COUNT = 10**6
RUNS = 11

# 7 fields, all of which the others take as well.
FLAT = np.dtype([("id", "i8"), ("x", "f8"), ("y", "f8"), ("z", "f8"), ("mass", "f4"), ("kind", "i4"), ("born", "M8[ns]")])


def flat_records():
    array = np.zeros(COUNT, FLAT)
    for name in FLAT.names:
        array[name] = (np.arange(COUNT) % 10007).astype(FLAT[name])
    return array


def particles():
    array = np.zeros(COUNT, arrows.dtype("particle"))
    array["id"] = np.arange(COUNT)
    array["pos"]["y"] = np.arange(COUNT) / 2
    array["label"] = np.array(["name %d" % (i % 90) for i in range(COUNT)], "S12")
    array["born"] = np.arange(COUNT)
    return array


def pyarrow_columns(array):
    return pa.table({name: pa.array(np.ascontiguousarray(array[name])) for name in array.dtype.names})


def pyarrow_fields(array):
    return pa.table({name: pa.array(array[name]) for name in array.dtype.names})


def pandas_frame(array):
    return pa.Table.from_pandas(pd.DataFrame(array))


def polars_frame(array):
    return pl.from_numpy(array).to_arrow()


def descry_table(array):
    return pa.table(arrows.to_arrow(array.dtype, array))


def measure(rows):
    """The medians, in ns a record, of calls that take turns."""
    times = {name: [] for name in rows}
    for run in range(RUNS + 1):
        for name, call in rows.items():
            begin = time.perf_counter()
            result = call()
            spent = time.perf_counter() - begin
            del result
            if run:
                times[name].append(spent / COUNT * 1e9)
    return {name: statistics.median(each) for name, each in times.items()}


def main():
    flat, nested = flat_records(), particles()
    flat_table, nested_table = descry_table(flat), pa.table(arrows.to_arrow("particle", nested))
    flat_columns = blocked.columns(flat.view("u1"))
    sections = {
        "out: 7 flat fields, 48 bytes": {
            "descry": lambda: descry_table(flat),
            "pa.array of each field": lambda: pyarrow_fields(flat),
            "pa.array of a copy of each field": lambda: pyarrow_columns(flat),
            "pandas, then pyarrow": lambda: pandas_frame(flat),
            "polars, then pyarrow": lambda: polars_frame(flat),
            "blocked copy in C, chunks of 64 k": lambda: blocked.columns(flat.view("u1")),
        },
        "out: particle, nested, 64 bytes": {
            "descry": lambda: pa.table(arrows.to_arrow("particle", nested)),
        },
        "in": {
            "descry, 7 flat fields": lambda: arrows.from_arrow(FLAT, flat_table),
            "blocked copy in C": lambda: blocked.records(flat_columns),
            "descry, particle": lambda: arrows.from_arrow("particle", nested_table),
        },
    }
    print("NumPy %s, pyarrow %s, polars %s, pandas %s" % (np.__version__, pa.__version__, pl.__version__, pd.__version__))
    for title, rows in sections.items():
        print("\n" + title)
        for name, median in measure(rows).items():
            print("  %-36s %7.1f ns a record" % (name, median))


if __name__ == "__main__":
    sys.exit(main())
