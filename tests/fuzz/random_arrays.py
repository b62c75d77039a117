# SPDX-License-Identifier: BSD-3-Clause
"""Arrays of random geometry from a fuzzer's bytes, and what NumPy says of them.

The oracle is what NumPy says: flags, strides, and the addresses of elements that it indexed itself.
"""

import dtype_pairs
import numpy as np
import random_dtypes
from choices import Choices

READ, WRITE, C_ORDER, F_ORDER, CONTIGUOUS = 0x1, 0x2, 0x4, 0x8, 0x10
BY_LAYOUT, CONVERT, UNALIGNED, CHECK_OBJECTS, UNBORROWED = 0x20, 0x40, 0x80, 0x100, 0x200
_FLAGS = [C_ORDER, F_ORDER, CONTIGUOUS, BY_LAYOUT, CONVERT, UNALIGNED, CHECK_OBJECTS, UNBORROWED]
_ANY_NDIM = -1
_BUFFER_SIZE = 1024

# The types: (dtype, alignment). Set by the target.
types = []


def _address(array):
    return array.__array_interface__["data"][0]


def _buffer():
    """Bytes of which every element can be made: truth values, numbers that are not NaN."""
    return np.arange(_BUFFER_SIZE, dtype="u1") % 2


# Making an array.


def _fresh(choices, dtype, shape):
    return np.zeros(shape, dtype, order=choices.choice("CF"))


def _in_buffer(choices, dtype, shape):
    order = choices.choice("CF")
    return np.ndarray(shape, dtype, _buffer(), choices.randrange(64), order=order)


def _strided(choices, dtype, shape):
    width = 2 * dtype.itemsize + 2
    strides = [choices.randrange(2 * width) - width for _ in shape]
    return np.ndarray(shape, dtype, _buffer(), choices.randrange(_BUFFER_SIZE), strides)


def _field_of_packed(choices, dtype, shape):
    spec = {"names": ["it"], "formats": [dtype], "offsets": [choices.randrange(9)]}
    spec["itemsize"] = spec["offsets"][0] + dtype.itemsize + choices.randrange(5)
    return np.ndarray(shape, np.dtype(spec), _buffer(), choices.randrange(16))["it"]


_MAKERS = [_fresh, _in_buffer, _strided, _field_of_packed]


def _array_of(choices, dtype):
    shape = [choices.randrange(5) for _ in range(choices.randrange(4))]
    try:
        return choices.choice(_MAKERS)(choices, dtype, shape)
    except (ValueError, TypeError):  # past the end of the buffer
        return np.zeros(shape, dtype)


# Cutting it.


def _slice(choices, array):
    keys = []
    for length in array.shape:
        start, stop = choices.randrange(length + 2), choices.randrange(length + 2)
        keys.append(slice(start, stop, choices.choice([1, 2, 3])))
    return array[tuple(keys) + (...,)]


def _flip(choices, array):
    steps = [choices.choice([1, -1, -2]) for _ in array.shape]
    return array[tuple(slice(None, None, step) for step in steps) + (...,)]


def _index(choices, array):
    if not array.ndim or not array.shape[0]:
        return array
    return array[choices.randrange(array.shape[0]), ...]


def _transpose(choices, array):
    axes = list(range(array.ndim))
    choices.shuffle(axes)
    return array.transpose(axes)


def _grow(choices, array):
    return array[(None,) * choices.choice([1, 2, 9]) + (...,)]


def _repeat(choices, array):
    return np.broadcast_to(array, (choices.randrange(3),) + array.shape)


def _flatten(choices, array):
    return array.reshape(-1, order=choices.choice("CF"))


def _freeze(choices, array):
    array = array[...]
    array.flags.writeable = False
    return array


_CUTS = [_slice, _slice, _flip, _index, _transpose, _grow, _repeat, _flatten, _freeze]


def _cut(choices, array):
    for _ in range(choices.randrange(5)):
        shorter = choices.choice(_CUTS)(choices, array)
        if shorter.ndim <= 20:
            array = shorter
    return array


def _dtype_like(choices, own):
    """The type's dtype, or one like it that holds no objects, which a buffer cannot."""
    dtype = own
    for _ in range(choices.choice([0, 0, 0, 1, 2])):
        dtype = dtype_pairs.variant(dtype, choices)
    return own if dtype.hasobject or not 0 < dtype.itemsize <= 256 else dtype


# What has to come of it.


def _class_of(dtype):
    return "n" if dtype.kind in "biufc" else dtype.kind


def _innermost(dtype):
    while dtype.subdtype:
        dtype = dtype.base
    return dtype


def _lengths(dtype):
    """The lengths of sub-arrays, and of those in their elements, axes of length 1 apart."""
    lengths = []
    while dtype.subdtype:
        lengths += [length for length in dtype.shape if length != 1]
        dtype = dtype.base
    return lengths


def _is_record(dtype):
    return dtype.kind == "V" and dtype.names is not None


def _overlaps(record):
    taken = set()
    for name in record.names:
        dtype, offset = record.fields[name][:2]
        field = set(range(offset, offset + dtype.itemsize))
        if taken & field:
            return True
        taken |= field
    return False


def _converts(own, dtype):
    """Whether DESCRY_CONVERT takes it: by field name, safe casts only."""
    if _lengths(own) != _lengths(dtype):
        return False
    own, dtype = _innermost(own), _innermost(dtype)
    if _is_record(own) != _is_record(dtype):
        return False
    if not _is_record(own):
        return _class_of(own) == _class_of(dtype) and np.can_cast(dtype, own, "safe")
    if _overlaps(own) or _overlaps(dtype):
        return random_dtypes.equivalent(own, dtype)
    return set(own.names) == set(dtype.names) and all(
        _converts(own[name], dtype[name]) for name in own.names
    )


def _arrives(array, own):
    """Whether each value of an array that converts is exactly one of the type's."""
    if own.names is not None:
        return all(_arrives(array[name], _innermost(own[name])) for name in own.names)
    if own.kind in "Mm":
        try:
            back = array.astype(own).astype(array.dtype)
        except OverflowError:
            return False
        return np.array_equal(back.view("i8"), array.view("i8"))
    if array.dtype.kind in "iu" and own.kind in "fc":
        pairs = zip(array.ravel().tolist(), array.astype(own).ravel())
        return all(n == (int(x.real) if np.isfinite(x.real) else None) for n, x in pairs)
    return True


def _contiguity(array, own):
    """The bits of contiguity that it has. NumPy's flags are about the smaller elements where a
    type's own dtype is a sub-array."""
    if own.subdtype:
        outer = array.ndim - len(own.shape)
        array = np.lib.stride_tricks.as_strided(
            np.empty(0, "V%d" % own.itemsize), array.shape[:outer], array.strides[:outer]
        )
    c, f = array.flags.c_contiguous, array.flags.f_contiguous
    return (C_ORDER if c else 0) | (F_ORDER if f else 0) | (CONTIGUOUS if c or f else 0)


def _is_aligned(array, alignment, outer):
    if array.size == 0:
        return True
    steps = [s for n, s in zip(array.shape[:outer], array.strides) if n > 1]
    return all(number % alignment == 0 for number in steps + [_address(array)])


def _inner_problem(array, own):
    """What is wrong with the dimensions that are inside the elements of a type."""
    inner = own.shape
    if not inner:
        return None
    outer = array.ndim - len(inner)
    if array.shape[outer:] != inner:
        return "shape that ends with"
    element = np.ndarray(inner, array.dtype)
    gaps = [n > 1 and s != t for n, s, t in zip(inner, array.strides[outer:], element.strides)]
    return "leave gaps inside" if any(gaps) and array.size else None


def _lie_apart(array, own, outer):
    """Whether each axis steps over all that those with smaller strides reach."""
    reach = array.itemsize * int(np.prod(own.shape, dtype=int))
    steps = sorted((abs(step), length) for step, length in zip(array.strides, array.shape[:outer]) if length > 1)
    for step, length in steps if array.size else ():
        if step < reach:
            return False
        reach += (length - 1) * step
    return True


def _dtype_verdict(array, own, flags):
    matches = random_dtypes.same_layout if flags & BY_LAYOUT else random_dtypes.equivalent
    if matches(own.base, array.dtype):
        return "matches"
    return "converts" if flags & CONVERT and _converts(own.base, array.dtype) else "differs"


def _expected(array, own, alignment, ndim, flags, conflict):
    """Part of the message of the first check that fails, in the order that view.h promises; or
    "open", or "converted"."""
    verdict = _dtype_verdict(array, own, flags)
    if verdict == "differs":
        return "got dtype"
    outer = array.ndim - len(own.shape)
    if outer < 0 or ndim not in (outer, _ANY_NDIM):
        return "-d array"
    problem = _inner_problem(array, own)
    if problem:
        return problem
    if flags & WRITE and not array.flags.writeable:
        return "read-only"
    copies = verdict == "converts"
    if not copies:
        wanted = flags & (C_ORDER | F_ORDER | CONTIGUOUS)
        contiguous = wanted & ~_contiguity(array, own) == 0
        aligned = flags & UNALIGNED or _is_aligned(array, alignment, outer)
        copies = flags & CONVERT and not (contiguous and aligned)
        if not copies and not contiguous:
            return "ontiguous array"
        if not copies and not aligned:
            return "misaligned"
    if copies and flags & WRITE and not _lie_apart(array, own, outer):
        return "overlap, which only DESCRY_READ allows"
    if conflict and not flags & UNBORROWED:
        return "cannot borrow"
    if copies and verdict == "converts" and not _arrives(array, _innermost(own)):
        return "cannot hold exactly"
    return "converted" if copies else "open"


_CLASSES = {
    "got dtype": TypeError,
    "-d array": TypeError,
    "shape that ends with": TypeError,
    "leave gaps inside": ValueError,
    "read-only": ValueError,
    "ontiguous array": ValueError,
    "misaligned": ValueError,
    "overlap, which only DESCRY_READ allows": ValueError,
    "cannot borrow": BufferError,
    "got an object": TypeError,
    "flags of a view": ValueError,
    "cannot hold exactly": OverflowError,
    "ndim must be": ValueError,
}


def _samples(choices, array, outer):
    """Some indices and the addresses that NumPy finds there."""
    if array.size == 0:
        return []
    samples = []
    for _ in range(3):
        index = tuple(choices.randrange(length) for length in array.shape[:outer])
        samples.append((index, _address(array[index + (...,)])))
    return samples


def _paths(dtype, prefix=""):
    if dtype.names is None:
        return
    for name in dtype.names:
        yield prefix + name
        if not dtype[name].subdtype:
            yield from _paths(dtype[name], prefix + name + ".")


def _members(array, own):
    """The members of the elements, as NumPy finds them: (path, address, shape, strides)."""
    if own.names is None:
        return []
    found = []
    records = array.view(own)
    for path in _paths(own):
        member = records
        for name in path.split("."):
            member = member[name]
        found.append((path, _address(member), member.shape, member.strides))
    return found


def _other_borrow(choices, array):
    """Another array over the same memory, perhaps, and whether it is borrowed for writing."""
    way = choices.randrange(6)
    if way > 2 or array.size == 0:
        return None
    other = _cut(choices, array) if way else _cut(choices, array.reshape(-1))
    return other, bool(choices.randrange(2)) and other.flags.writeable


def _conflicts(array, other, flags):
    if other is None or not (flags & WRITE or other[1]):
        return False
    return np.shares_memory(array, other[0])


def describe(case):
    """What a case is, without the contents of its arrays."""
    facts = {key: value for key, value in vars(case).items() if key[0] != "_"}
    for key in "array", "object":
        if isinstance(facts[key], np.ndarray):
            facts[key] = facts[key].dtype, facts[key].shape, facts[key].strides, facts[key].flags
    return facts


class Case:
    """One call of descry_view_acquire(), and what has to come of it."""

    def __init__(self, data):
        choices = Choices(data)
        self.type = choices.randrange(len(types))
        self.own, alignment = types[self.type]
        self.array = _cut(choices, _array_of(choices, _dtype_like(choices, self.own)))
        outer = self.array.ndim - len(self.own.shape)
        self.ndim = choices.choice([_ANY_NDIM, outer, outer, choices.randrange(4)])
        if self.ndim < 0:
            self.ndim = _ANY_NDIM
        self.flags = choices.choice([READ, READ, WRITE])
        for _ in range(choices.randrange(4)):
            self.flags |= choices.choice(_FLAGS)
        self.other = _other_borrow(choices, self.array)
        conflict = _conflicts(self.array, self.other, self.flags)
        self.object = self.array
        self.expected = _expected(
            self.array, self.own, alignment, self.ndim, self.flags, conflict
        )
        self._spoil(choices)
        self.error = _CLASSES.get(self.expected)
        self.shape, self.strides = self.array.shape[: max(outer, 0)], self.array.strides
        self.contiguity, self.samples, self.members = 0, [], []
        if self.expected == "open":
            self.contiguity = _contiguity(self.array, self.own)
            self.samples = _samples(choices, self.array, outer)
            self.members = _members(self.array, self.own)
        self.address = _address(self.array)
        self._before = self._state()

    def _spoil(self, choices):
        """Now and then asks for what nobody can have, or gives a record by itself, which shares
        the memory of its array."""
        way = choices.randrange(32)
        if self.array.ndim == 0 and self.array.dtype.names and way > 24:
            self.object = self.array[()]
        if way == 1:
            self.object, self.expected = choices.choice([None, 1.5, [1]]), "got an object"
        elif way == 2:
            self.flags, self.expected = choices.choice([0, C_ORDER, READ | 0x4000]), "flags of a view"
        elif way == 3:
            self.ndim, self.expected = -2, "ndim must be"

    def _contents(self):
        # NumPy 2.4 copies records field by field, and leaves the copy's padding as it finds it.
        if self.array.dtype.names is None or not self.array.itemsize:
            return self.array.tobytes()
        if self.array.dtype.hasobject:
            return repr(self.array.tolist())
        return self.array.view("V%d" % self.array.itemsize).tobytes()

    def _state(self):
        return self._contents(), self.array.flags.owndata, self.array.base

    def unchanged(self):
        """Whether the array is as it was, after the view is closed."""
        contents, owndata, base = self._state()
        return (contents, owndata, id(base)) == self._before[:2] + (id(self._before[2]),)

    def same_values(self, copy):
        """Whether a converted copy holds what the array does."""
        array = self.array
        if _dtype_verdict(array, self.own, self.flags) == "matches":
            array = array.view(copy.dtype)  # by layout, whatever the names are
        return copy.dtype == _innermost(self.own) and _same_values(copy, array)


def _same_values(copy, array):
    if copy.dtype.names is not None:
        return all(_same_values(copy[name], array[name]) for name in copy.dtype.names)
    return copy.tobytes() == array.astype(copy.dtype).reshape(copy.shape).tobytes()
