# SPDX-License-Identifier: BSD-3-Clause
"""Pairs of dtypes from a fuzzer's bytes, and NumPy's answer whether they match."""

import pickle

import dtype_pairs
import numpy as np
from choices import Choices

_ELEMENTS = (
    "? i1 u1 <i2 >i2 <u4 >u4 l q >q <f4 >f8 g >g e F >D O S0 S1 S5 U0 <U2 >U2 V0 V1 V8 "
    "M8[s] >M8[s] M8[ns] M8 m8[25us] m8[1000ns] m8[us] m8"
).split()

# Larger ones are cut down: what the oracle does takes time for each element.
_LARGEST = 2048


def _subarray(choices, depth):
    shape = tuple(choices.randrange(5) for _ in range(choices.randrange(4)))
    dtype = np.dtype((_any(choices, depth - 1), shape))
    return dtype if dtype.itemsize <= _LARGEST else dtype.base


def _offsets(choices, formats):
    """Offsets that leave holes, overlap, or come in any order."""
    room = sum(dtype.itemsize for dtype in formats) + 8
    offsets = [choices.randrange(room) for _ in formats]
    ends = [offset + dtype.itemsize for offset, dtype in zip(offsets, formats)]
    return {"offsets": offsets, "itemsize": max(ends, default=0) + choices.randrange(8)}


def _titles(choices, names):
    return [choices.choice([None, "Title of " + name]) for name in names]


def _record(choices, depth):
    formats = [_any(choices, depth - 1) for _ in range(choices.randrange(6))]
    names = ["abcdef"[i] for i in range(len(formats))]
    spec = {"names": names, "formats": formats}
    if choices.randrange(3) == 0:
        spec.update(_offsets(choices, formats))
    if choices.randrange(4) == 0:
        spec["titles"] = _titles(choices, names)
    # An empty record made with align=True has alignment 0 in NumPy up to 1.24, which divides by it
    # in the next record that is aligned.
    return np.dtype(spec, align=bool(formats) and choices.randrange(2) == 1)


def _disguised(choices, depth):
    """Dtypes that NumPy calls equal to a plainer one, or that have fields and are no record."""
    dtype = _any(choices, depth - 1)
    way = choices.randrange(4)
    if way == 0 and dtype.names is not None:
        return np.dtype((np.record, dtype))
    if way == 1 and dtype.subdtype is None:
        return np.dtype(dtype, metadata={"said": "so"})
    if way == 2:
        return np.dtype(("<i4", [("low", "<u2"), ("high", "<i2")]))
    return dtype.newbyteorder()


def _any(choices, depth):
    makers = [_record, _record, _subarray, _disguised]
    way = choices.randrange(8)
    if depth > 0 and way < len(makers):
        try:
            return makers[way](choices, depth)
        except (TypeError, ValueError):  # an object that is overlapped, offsets that do not fit
            pass
    return np.dtype(choices.choice(_ELEMENTS))


def _vary(choices, dtype):
    """A dtype that is new, and equal to another one or nearly so."""
    for _ in range(choices.randrange(4)):
        varied = dtype_pairs.variant(dtype, choices)
        if varied.itemsize <= 2 * _LARGEST:
            dtype = varied
    return pickle.loads(pickle.dumps(dtype))


def _records_in(dtype):
    if dtype.subdtype:
        return _records_in(dtype.base)
    if dtype.kind != "V" or dtype.names is None:
        return []
    return [dtype] + [found for name in dtype.names for found in _records_in(dtype[name])]


def rename(data, dtype):
    """Gives the fields of a record in `dtype` other names, in place."""
    choices = Choices(data[::-1])
    records = [record for record in _records_in(dtype) if record.names]
    if records:
        record = choices.choice(records)
        names = list(record.names)
        if choices.randrange(4) == 0:
            names[choices.randrange(len(names))] = "renamed"
        else:
            choices.shuffle(names)
        try:
            record.names = names
        except ValueError:  # a name that is there already
            pass


def _times(dtype):
    """The units of what is in it, in order."""
    if dtype.subdtype:
        return _times(dtype.base)
    if dtype.kind == "V" and dtype.names is not None:
        return [unit for name in dtype.names for unit in _times(dtype[name])]
    return [np.datetime_data(dtype)] if dtype.kind in "mM" else []


def equivalent(own, other):
    # The other order as well: NumPy's == is not symmetric for datetimes.
    return own == other and _times(own) == _times(other)


def same_layout(own, other):
    if own.itemsize != other.itemsize:
        return False
    return dtype_pairs.leaves(own) == dtype_pairs.leaves(other)


def answers(own, other):
    """What descry_matches() has to say at its two levels."""
    return equivalent(own, other), same_layout(own, other)


def variation(data, dtype):
    """A new dtype, mostly one like `dtype`."""
    choices = Choices(data)
    if choices.randrange(8) == 0:
        dtype = _any(choices, 3)
    return _vary(choices, dtype)


def pair(data):
    """Any two dtypes, mostly alike."""
    choices = Choices(data)
    own = _any(choices, 3)
    other = _any(choices, 3) if choices.randrange(8) == 0 else own
    return own, _vary(choices, other)
