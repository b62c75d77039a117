# SPDX-License-Identifier: BSD-3-Clause
"""Random types, from np.save to descry and from descry to np.load, with this NumPy and others.

With DESCRY_PAIRS=FOLDER also with each NumPy of the virtual environments in FOLDER. As a program,
`random_types_test.py PROGRAM SEED COUNT` does the walk with the interpreter that runs it.
"""

import glob
import os
import random
import subprocess
import sys
import tempfile
import unittest

import numpy as np

PROGRAM = os.path.abspath("tests/npy/copy_files")
COUNT = 20000 if os.environ.get("DESCRY_LONG_RUN") else 500

ELEMENTS = ("? i1 u1 <i2 >i2 <u4 >u4 <i8 >u8 <f2 >f2 <f4 >f8 <f8 g <c8 >c16 S1 S5 <U2 >U3 V1 V8 "
            "M8[s] >M8[ns] m8[us] M8[D] m8[Y]").split()
NAMES = ["a", "b", "with space", "it's", 'quote"', "back\\slash", "\u00e9", "\u6e29", "\U0001f40d", "line\nend", "x" * 40, "descr"]


def random_dtype(choose, depth=3):
    if depth == 0 or choose.random() < 0.5:
        return np.dtype(choose.choice(ELEMENTS))
    fields = []
    for name in choose.sample(NAMES, choose.randrange(1, 6)):
        if choose.random() < 0.2:
            name = ("Title of " + name, name)
        shape = tuple(choose.randrange(1, 4) for _ in range(choose.randrange(3)))
        fields.append((name, random_dtype(choose, depth - 1), shape) if choose.random() < 0.4 else (name, random_dtype(choose, depth - 1)))
    dtype = np.dtype(fields, align=choose.random() < 0.5)
    if choose.random() < 0.2:
        # Holes in front, between and behind.
        offsets, at = [], 0
        for name in dtype.names:
            at += choose.randrange(4)
            offsets.append(at)
            at += dtype[name].itemsize
        dtype = np.dtype({"names": list(dtype.names), "formats": [dtype[name] for name in dtype.names], "offsets": offsets,
                          "itemsize": at + choose.randrange(9)})
    return dtype


def values(array):
    """The bytes of each field by itself: what lies between them is nobody's, and so are titles."""
    if array.dtype.names is None:
        # Some bytes of a long double are nobody's, either.
        return array.tolist() if array.dtype.char in "gG" else array.tobytes()
    return [values(np.ascontiguousarray(array[name])) for name in array.dtype.names]


def random_array(choose, dtype):
    shape = tuple(choose.randrange(4) for _ in range(choose.randrange(1, 4)))
    array = np.zeros(shape, dtype)
    fill(choose, array)
    return array


def fill(choose, array):
    if array.dtype.names is not None:
        for name in array.dtype.names:
            part = array[name]
            fill(choose, part)
        return
    kind = array.dtype.kind
    if kind in "SU":
        array[...] = choose.choice(["", "a", "ab"])
    elif kind == "V":
        array[...] = np.void(bytes(choose.randrange(256) for _ in range(array.dtype.itemsize)))
    elif kind in "Mm":
        array[...] = np.array(choose.randrange(-10**6, 10**6)).astype(array.dtype)
    else:
        numbers = np.array([choose.randrange(2 if kind == "b" else 100) for _ in range(array.size)], "i8")
        array[...] = numbers.reshape(array.shape).astype(array.dtype)


def load(path):
    return np.load(path, **({"max_header_size": 1 << 20} if np.lib.NumpyVersion(np.__version__) >= "1.24.0" else {}))


def walk(program, seed, count):
    """Returns what is wrong, as texts."""
    choose = random.Random(seed)
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        arrays = [random_array(choose, random_dtype(choose)) for _ in range(count)]
        for i, array in enumerate(arrays):
            np.save(os.path.join(folder, "%d.npy" % i), array)
            np.savez(os.path.join(folder, "%d.npz" % i), a=array)
        done = subprocess.run([program, folder, str(count)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            return [done.stdout]
        for i, array in enumerate(arrays):
            copies = [load(os.path.join(folder, "%d.copy.npy" % i))]
            with load(os.path.join(folder, "%d.copy.npz" % i)) as file:
                copies.append(file["a"])
            for copy in copies:
                if not (copy.dtype == array.dtype and copy.shape == array.shape and values(copy) == values(array)):
                    wrong.append("%r became %r, or its values did" % (array.dtype, copy.dtype))
                elif copy.dtype.fields != array.dtype.fields:
                    wrong.append("%r became %r" % (array.dtype.fields, copy.dtype.fields))
    return wrong


class RandomTypesTest(unittest.TestCase):
    def test_this_numpy(self):
        for seed in range(COUNT // 500):
            self.assertEqual(walk(PROGRAM, seed, 500), [])

    def test_other_numpys(self):
        pythons = sorted(glob.glob(os.path.join(os.environ.get("DESCRY_PAIRS", "/nonexistent"), "*", "bin", "python")))
        if not pythons:
            self.skipTest("skipped: DESCRY_PAIRS names no folder of virtual environments")
        for python in pythons:
            with self.subTest(python=python):
                done = subprocess.run([python, "-W", "ignore", os.path.abspath(__file__), PROGRAM, "1", "500"], stderr=subprocess.PIPE, text=True)
                self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    if len(sys.argv) == 4:
        sys.exit("\n".join(walk(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))) or 0)
    unittest.main()
