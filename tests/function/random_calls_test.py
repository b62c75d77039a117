# SPDX-License-Identifier: BSD-3-Clause
"""Random calls of functions over numbers, beside the same calls of NumPy's ufuncs.

Shapes, strides, broadcasting, masks, overlaps and methods are random; the results, their shapes,
the order of their axes, their dtypes and whether there is an error have to be the same.
"""

import os
import random
import unittest

import numpy as np

import functions
import functions_abi3

CALLS = 100_000 if os.environ.get("DESCRY_LONG_RUN") else 4_000
OLD = tuple(map(int, np.__version__.split(".")[:2])) < (1, 23)


def random_view(random, base, shape):
    """A view of the given shape somewhere in `base`, a long 1-d array; steps, order and direction vary."""
    order = list(range(len(shape)))
    if random.random() < .5:
        random.shuffle(order)
    strides, step = [0] * len(shape), random.choice([1, 1, 2])
    for axis in reversed(order):
        strides[axis] = step
        step *= shape[axis] or 1
    low = high = 0
    for axis, length in enumerate(shape):
        if random.random() < .2:
            strides[axis] = -strides[axis]
        reach = (max(length, 1) - 1) * strides[axis]
        low, high = low + min(reach, 0), high + max(reach, 0)
    start = random.randrange(-low, len(base) - high)
    return np.lib.stride_tricks.as_strided(
        base[start:], shape, [stride * base.itemsize for stride in strides])


class Case:
    """One call, which can be made twice on equal memory."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.shape = [self.random.choice([1, 2, 3, 4, 0] if self.random.random() < .1 else [1, 2, 3, 4])
                      for _ in range(self.random.choice([0, 1, 1, 2, 2, 3, 4]))]
        self.state = self.random.getstate()

    def restart(self):
        """Random choices from here on, and memory, are as they were."""
        self.random.setstate(self.state)
        numbers = np.random.RandomState(self.random.randrange(2 ** 31)).randint(-9, 9, 1500)
        self.base = numbers.astype(self.random.choice(["f8", "f8", "f8", "i8"]))
        self.other = numbers[::-1].astype(self.random.choice(["f8", "f8", "i8", ">f8"]))

    def operand(self):
        shape = [1 if self.random.random() < .2 else length for length in self.shape]
        if self.random.random() < .1 and shape:
            shape = shape[1:]
        if self.random.random() < .01 and shape:
            shape[-1] += 1
        if self.random.random() < .05:
            return self.random.choice([2.5, 3, np.float64(1.5), np.int64(7), [1.0, 2.0]])
        base = self.base if self.random.random() < .7 else self.other
        return random_view(self.random, base, shape)

    def keywords(self):
        found = {}
        if self.random.random() < .4:
            found["out"] = random_view(self.random, self.base, self.shape)
            if self.random.random() < .1:
                found["out"] = found["out"][..., :1]
        if self.random.random() < .25 and "out" in found:
            mask = np.random.RandomState(self.random.randrange(2 ** 31)).rand(*self.shape) < .5
            found["where"] = np.asarray(mask if self.random.random() < .8 else mask[..., :1])
        return found

    def call(self, function):
        operands = [self.operand() for _ in range(function.nin)]
        keywords = self.keywords()
        if self.random.random() < .2 and isinstance(operands[0], np.ndarray):
            keywords["out"] = operands[0]  # in place
        if isinstance(function, np.ufunc) and "where" in keywords:
            # Where operands share memory with `out`, NumPy writes garbage to what the mask leaves out.
            operands = [each.copy() if isinstance(each, np.ndarray) else each for each in operands]
        out = keywords.get("out")
        if OLD and isinstance(function, np.ufunc) and out is not None:
            # NumPy 1.22 crashes where an array without dimensions is to take several results.
            if any(len(np.shape(each)) > out.ndim for each in operands):
                raise unittest.SkipTest
        return function(*operands, **keywords), out

    def method(self, function):
        array = random_view(self.random, self.base, self.shape)
        method = self.random.choice(["reduce", "reduce", "accumulate", "outer", "at"])
        if method == "outer":
            return function.outer(array, random_view(self.random, self.other, [2, 1])), None
        if method == "at":
            array = np.ascontiguousarray(array)
            index = self.random.choice([0, -1, slice(None, None, 2), [0, 0, -1], np.array([[0], [0]]), (..., 0)])
            function.at(array, index, self.random.choice([2.5, 3, np.float64(4)]) if array.dtype == "f8" else 3)
            return array, None
        keywords = {"axis": self.random.randrange(-len(self.shape) - (self.random.random() < .05), len(self.shape) or 1)}
        if method == "reduce":
            keywords["keepdims"] = self.random.random() < .5
            if self.random.random() < .3:
                keywords["initial"] = self.random.choice([3, 100])
                if self.random.random() < .5:
                    keywords["where"] = np.random.RandomState(
                        self.random.randrange(2 ** 31)).rand(*self.shape) < .5
        return getattr(function, method)(array, **keywords), None


def steps(array):
    """Strides in elements, but for axes of length 1, which may have any."""
    return [stride // array.itemsize for stride, length in zip(array.strides, array.shape) if length > 1]


class RandomCallsTest(unittest.TestCase):
    error = None  # the last one

    def outcome(self, case, kind, function):
        case.restart()
        try:
            result, out = getattr(case, kind)(function)
        except (ValueError, TypeError, IndexError) as error:
            kind = next(each for each in (ValueError, TypeError, IndexError) if isinstance(error, each))
            self.error = error
            return kind, None, None, None, case.base.copy(), case.other.copy()
        results = result if isinstance(result, tuple) else (result,)
        described = [(np.shape(each), np.asarray(each).dtype.str,
                      steps(np.asarray(each)) if np.size(each) and kind == "call" else None, type(each).__name__,
                      np.array(each, "f8").tolist()) for each in results]
        return None, described, out is None or result is out, None, case.base.copy(), case.other.copy()

    def check(self, seed, kind, function, ufunc):
        case = Case(seed)
        actual = self.outcome(case, kind, function)
        try:
            expected = self.outcome(case, kind, ufunc)
        except unittest.SkipTest:
            return
        for one, other in zip(actual[:4], expected[:4]):
            self.assertEqual(one, other, (seed, kind, function, self.error))
        for one, other in zip(actual[4:], expected[4:]):
            np.testing.assert_array_equal(one, other, str((seed, kind, function)))

    def run_all(self, module, seeds):
        pairs = [(module.add, np.add), (module.subtract, np.subtract), (module.less, np.less),
                 (module.negative, np.negative), (module.subtract_backwards, np.subtract)]
        binary = [(module.add, np.add), (module.subtract, np.subtract), (module.subtract_backwards, np.subtract)]
        for seed in seeds:
            if seed % 4:
                self.check(seed, "call", *pairs[seed % len(pairs)])
            else:
                self.check(seed, "method", *binary[seed % len(binary)])

    def test_calls_are_as_those_of_ufuncs(self):
        self.run_all(functions, range(CALLS))

    def test_calls_against_the_limited_api_are_too(self):
        self.run_all(functions_abi3, range(CALLS, CALLS + CALLS // 10))
