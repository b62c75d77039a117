# SPDX-License-Identifier: BSD-3-Clause
"""Appending structs in blocks of 1 000, and opening the file, beside fwrite, h5py and np.save.

    bazel run -c opt //tests/bench:npy_append

Prints medians of runs that take turns. h5py is left out where it is not on PYTHONPATH.
"""

import os
import statistics
import sys
import tempfile
import time

import numpy as np

import npy_files

try:
    import h5py
except ImportError:
    h5py = None

BLOCKS, RUNS = 1000, 11


def timed(call):
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def append_h5py(path):
    block = np.zeros(1000, npy_files.sample)
    with h5py.File(path, "w") as file:
        data = file.create_dataset("samples", (0,), block.dtype, maxshape=(None,), chunks=(1000,))
        for i in range(BLOCKS):
            data.resize((1000 * (i + 1),))
            data[-1000:] = block


def save_blocks(folder):
    block = np.zeros(1000, npy_files.sample)
    for i in range(BLOCKS):
        np.save(os.path.join(folder, "block%d.npy" % i), block)


def main():
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as folder:
        path = os.path.join(folder, "file")
        rows = {"descry_npy_write": lambda: npy_files.append_descry(path, BLOCKS),
                "fwrite": lambda: npy_files.append_fwrite(path, BLOCKS),
                "np.save of each block": lambda: timed(lambda: save_blocks(folder))}
        if h5py:
            rows["h5py, chunks of a block"] = lambda: timed(lambda: append_h5py(path + ".h5"))
        times = {name: [] for name in rows}
        for _ in range(RUNS):
            for name, call in rows.items():
                times[name].append(call())
        ours = statistics.median(times["descry_npy_write"])
        for name, each in times.items():
            median = statistics.median(each)
            print("%-26s %7.1f ms  %.2f" % (name, median * 1e3, median / ours))
        npy_files.append_descry(path, BLOCKS)
        for count in 1, 100, 1000:
            npy_files.append_descry(path, count)
            print("open, map, check, close: %d elements: %.1f us" % (1000 * count, min(npy_files.open_map(path, 1000) for _ in range(5)) * 1e6))


if __name__ == "__main__":
    sys.exit(main())
