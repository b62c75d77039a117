# SPDX-License-Identifier: BSD-3-Clause
"""Dtypes that are nearly another one, and what NumPy knows of their memory."""

import itertools
import pickle

import numpy as np


def has_time(dtype):
    """Whether there is a datetime64 or timedelta64 in it, for which NumPy's == is wrong."""
    if dtype.subdtype:
        return has_time(dtype.base)
    if dtype.kind == "V" and dtype.names is not None:
        return any(has_time(dtype[name]) for name in dtype.names)
    return dtype.kind in "mM"


def _element(dtype):
    unit = np.datetime_data(dtype) if dtype.kind in "mM" else None
    order = {"=": "<", "|": ""}.get(dtype.byteorder, dtype.byteorder)
    return dtype.kind, dtype.itemsize, order, unit


def leaves(dtype, offset=0):
    """The set of (offset, element) that is left when records and sub-arrays are taken apart."""
    if dtype.itemsize == 0:
        return set()
    if dtype.subdtype:
        base = dtype.base
        count = dtype.itemsize // base.itemsize
        parts = (leaves(base, offset + i * base.itemsize) for i in range(count))
    elif dtype.kind == "V" and dtype.names is not None:
        fields = (dtype.fields[name][:2] for name in dtype.names)
        parts = (leaves(field, offset + at) for field, at in fields)
    elif dtype.kind == "S" and dtype.itemsize > 1:
        return leaves(np.dtype(("S1", (dtype.itemsize,))), offset)
    else:
        return {(offset, _element(dtype))}
    return set(itertools.chain.from_iterable(parts))


def _spec(dtype):
    """What np.dtype takes to make a record again."""
    fields = [dtype.fields[name] for name in dtype.names]
    spec = {
        "names": list(dtype.names),
        "formats": [field[0] for field in fields],
        "offsets": [field[1] for field in fields],
        "itemsize": dtype.itemsize,
    }
    if any(len(field) == 3 for field in fields):
        spec["titles"] = [field[2] if len(field) == 3 else None for field in fields]
    return spec


def _rename(spec, random):
    index = random.randrange(len(spec["names"]))
    spec["names"][index] = "other" + str(random.randrange(3))


def _retitle(spec, random):
    titles = spec.setdefault("titles", [None] * len(spec["names"]))
    titles[random.randrange(len(titles))] = random.choice([None, "Title", "Other title"])


def _swap(spec, random):
    i, j = random.randrange(len(spec["names"])), random.randrange(len(spec["names"]))
    key = random.choice([None, "names", "formats"])
    for column in [key] if key else [key for key in spec if key != "itemsize"]:
        spec[column][i], spec[column][j] = spec[column][j], spec[column][i]


def _drop(spec, random):
    index = random.randrange(len(spec["names"]))
    for key in spec:
        if key != "itemsize":
            del spec[key][index]


def _add(spec, random):
    index = random.randrange(len(spec["names"]) + 1)
    spec["names"].insert(index, "added")
    spec["formats"].insert(index, np.dtype(random.choice(["u1", "V0", "S1"])))
    spec["offsets"].insert(index, random.randrange(spec["itemsize"] + 1))
    if "titles" in spec:
        spec["titles"].insert(index, None)
    spec["itemsize"] += random.randrange(2)


def _move(spec, random):
    spec["offsets"][random.randrange(len(spec["offsets"]))] += random.randrange(3)
    spec["itemsize"] += random.randrange(3)


def _unnest(spec, random):
    """Puts the elements of a nested record or sub-array in its place."""
    index = random.randrange(len(spec["names"]))
    parts = sorted(leaves(spec["formats"][index]), key=repr)
    if len(parts) > 50 or any(element[0] not in "biufcSO" for _, element in parts):
        return
    offset = spec["offsets"][index]
    new = {
        "names": ["part%d" % i for i in range(len(parts))],
        "formats": [
            np.dtype(element[2] + element[0] + str(element[1])) if element[0] != "O" else np.dtype("O")
            for _, element in parts
        ],
        "offsets": [offset + at for at, _ in parts],
        "titles": [None] * len(parts),
    }
    for key in spec:
        if key != "itemsize":
            spec[key][index : index + 1] = new[key]


def _inside(spec, random):
    index = random.randrange(len(spec["names"]))
    spec["formats"][index] = variant(spec["formats"][index], random)


_CHANGES = [_rename, _retitle, _swap, _drop, _add, _move, _unnest, _inside, _inside, _inside]


def _vary_record(dtype, random):
    spec = _spec(dtype)
    if spec["names"]:
        random.choice(_CHANGES)(spec, random)
    return np.dtype(spec)


def _vary_subarray(dtype, random):
    shape = list(dtype.shape)
    if random.random() < 0.5:
        return np.dtype((variant(dtype.base, random), dtype.shape))
    random.shuffle(shape)
    if random.random() < 0.5:
        shape = [int(np.prod(shape))]
    return np.dtype((dtype.base, tuple(shape)))


def _vary_element(dtype, random):
    other = np.dtype(random.choice(["i4", "u4", "l", "q", "?", "i1", "f4", "S4", ("S1", (4,)), ("S2", (2,)), "V4", "U1", "F"]))
    return random.choice([other, dtype.newbyteorder(), np.dtype((dtype, (1,)))])


def variant(dtype, random):
    """Returns a dtype that is equal to `dtype` or nearly so."""
    if random.random() < 0.3:
        return pickle.loads(pickle.dumps(dtype))
    try:
        if dtype.subdtype:
            return _vary_subarray(dtype, random)
        if dtype.kind == "V" and dtype.names is not None:
            return _vary_record(dtype, random)
        return _vary_element(dtype, random)
    except (TypeError, ValueError):  # clashing names, an overlapped object
        return dtype
