# SPDX-License-Identifier: BSD-3-Clause
"""Measures the tracks of a folder of .npy files, on all workers of a Dask cluster.

    python3 process.py FOLDER RESULTS (--scheduler ADDRESS | --scheduler-file FILE)

FOLDER and RESULTS are folders that every worker sees under the same path. Each file becomes one
Parquet file of results; the sums over all of them are printed.
"""

import argparse
import glob
import os
import sys

import dask
import dask.array
import numpy as np
import pyarrow as pa
import pyarrow.parquet
from dask.distributed import Client

import tracks


def load(path):
    """The tracks of a file: mapped, so that a worker reads what it uses and copies nothing."""
    return np.load(path, mmap_mode="r")


def length(path):
    return len(np.load(path, mmap_mode="r"))  # the header alone is read


def load_all(paths):
    """One dask array over all files, a block a file. Nothing is read before a worker needs it."""
    blocks = [dask.array.from_delayed(dask.delayed(load, pure=True)(path), (length(path),), tracks.track) for path in paths]
    return dask.array.concatenate(blocks)


def measure(array):
    """tracks.measure() of each block, by the worker that has it."""
    return array.map_blocks(tracks.measure, dtype=tracks.measured, meta=np.empty(0, tracks.measured))


def write(block, path):
    """Writes a block of results as Parquet. It has its name once it is whole: a worker may be killed."""
    part = "%s.%d.part" % (path, os.getpid())
    pa.parquet.write_table(pa.table(tracks.arrow(block)), part)
    os.replace(part, path)
    return len(block)


def write_all(results, folder):
    """A task for each block, which writes it."""
    blocks = results.to_delayed().ravel()
    return [dask.delayed(write)(block, os.path.join(folder, "%05d.parquet" % i)) for i, block in enumerate(blocks)]


def read(folder):
    """All results that are in a folder, as one record array."""
    return tracks.from_arrow(pa.parquet.read_table(folder))


def process(folder, results, client):
    """Returns the number of tracks, and the sums of their energies and transverse momenta."""
    paths = sorted(glob.glob(os.path.join(folder, "*.npy")))
    measured = measure(load_all(paths))
    sums = [measured["energy"].sum(), measured["transverse"].sum()]
    counts = write_all(measured, results)
    done = client.compute(counts + sums)
    *lengths, energy, transverse = client.gather(done)
    return sum(lengths), energy, transverse


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("results")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--scheduler")
    where.add_argument("--scheduler-file")
    options = parser.parse_args()
    os.makedirs(options.results, exist_ok=True)
    with Client(options.scheduler, scheduler_file=options.scheduler_file) as client:
        print("%d tracks, energy %r, transverse %r" % process(options.folder, options.results, client))


if __name__ == "__main__":
    sys.exit(main())
