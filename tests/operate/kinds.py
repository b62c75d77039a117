# SPDX-License-Identifier: BSD-3-Clause
"""Arrays of every kind of element, with equal ones among them and whatever comes last."""

import numpy as np

NUMBERS = ["?", "i1", "u1", "i2", ">i2", "i4", ">i4", "i8", ">i8", "u2", ">u2", "u4", ">u4", "u8", ">u8",
           "f2", ">f2", "f4", ">f4", "f8", ">f8", "g", ">g", "c8", ">c8", "c16", ">c16", "G", ">G"]
UNITS = ["Y", "M", "W", "D", "h", "m", "s", "ms", "us", "ns", "ps", "fs", "as"]
TIMES = [order + kind + "8[%s]" % unit for kind in "Mm" for unit in UNITS for order in "<>"]
TEXTS = ["S1", "S3", "S8", "S9", "S20", "U1", "U3", ">U3", "V1", "V4", "V8", "V9", "V17"]
KINDS = NUMBERS + TIMES + TEXTS + ["O"]


def random_column(random, dtype, shape):
    """Values of `dtype`, many of them twice; `random` is a np.random.RandomState."""
    dtype = np.dtype(dtype)
    small = np.asarray(random.randint(0, 12, shape))
    if dtype.kind == "O":
        return np.array(list(map(int, small.flat)) + [None], "O")[:-1].reshape(shape)
    if dtype.kind in "SUV":
        letters = np.array([b"", b"a", b"b", b"\xff", b"ab", b"ba", b"aaaaaaaa", b"aaaaaaaab", b"aaaaaaaaa", b"b\0a",
                            b"zz", b"aaaaaaaa"], "S" + str(dtype.itemsize))
        if dtype.kind == "U":
            letters = np.array(["", "a", "b", "\U0001f600", "ab", "\xe4b", "aaa", "aab", "\u0130", "ba", "zz", "\uffff"])
            return letters[small].astype(dtype) if shape != () else np.array(letters[small], dtype)
        chosen = letters[np.ravel(small)].reshape(shape)
        return chosen if dtype.kind == "S" else np.frombuffer(chosen.tobytes(), dtype).reshape(shape)
    if dtype.kind in "Mm":
        counts = random.choice([0, 1, -1, 5, -9, 2 ** 62, -2 ** 63, 2 ** 63 - 1, -2 ** 63 + 1, 7], shape)
        return counts.astype("i8").view(dtype.newbyteorder("=")).astype(dtype)
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        return random.choice(np.array([0, 1, 2, 100, limits.max, limits.min, limits.max - 1], dtype), shape)
    if dtype.kind == "b":
        return small > 5
    values = np.array([0., -0., 1, -1, 2.5, -2.5, np.inf, -np.inf, np.nan, -np.nan, 6e4, 6e-5])
    if dtype.kind == "c":
        other = values[random.randint(0, 12, shape)]
        column = np.empty(shape, dtype)
        column.real, column.imag = values[small], other
        return column
    return values[small].astype(dtype)


def comes_last(column):
    """Which elements are NaN or NaT."""
    if column.dtype.kind in "Mm":
        return np.isnat(column)
    return np.isnan(column.astype(column.dtype.newbyteorder("="))) if column.dtype.kind in "fc" else np.zeros(column.shape, bool)


def strided(array):
    """The same elements in other places: behind gaps, backwards, and misaligned."""
    wide = np.empty(array.shape + (2,), array.dtype)
    wide[..., 1] = array
    back = wide[..., 1][..., ::-1].copy()[..., ::-1] if array.ndim else wide[..., 1]
    yield wide[..., 1]
    yield back
    if array.dtype.hasobject:
        return
    memory = np.empty(array.nbytes + 1, "u1")[1:]
    shifted = np.ndarray(array.shape, array.dtype, memory)
    shifted[...] = array
    yield shifted
    fixed = array.copy()
    fixed.flags.writeable = False
    yield fixed
