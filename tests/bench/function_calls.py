# SPDX-License-Identifier: BSD-3-Clause
"""Calls of a function over records beside np.add, its loop beside a plain C loop, and threads.

Run by `bazel run --config=opt //tests/bench:function_calls`: medians of nine, in turn.
"""

import statistics
import time

import numpy as np

import bare_loop
import functions


def medians(calls, times, clock=time.thread_time):
    """Nanoseconds of each call, and the median of its ratios to the last one."""
    rows = []
    for _ in range(9):
        row = []
        for call in calls:
            start = clock()
            for _ in range(times):
                call()
            row.append((clock() - start) / times * 1e9)
        rows.append(row)
    return [(statistics.median(column), statistics.median(row[k] / row[-1] for row in rows))
            for k, column in enumerate(zip(*rows))]


def show(what, names, found):
    print(what + ": " + ", ".join("%s %.0f ns (%.2f)" % (name, ns, ratio) for name, (ns, ratio) in zip(names, found)))


add = functions.add_vectors
a, b, c = (np.ones(10, functions.vec3) for _ in range(3))
x, y, z = np.ones(10), np.ones(10), np.ones(10)
show("ten elements", ["function", "np.add"], medians([lambda: add(a, b), lambda: np.add(x, y)], 100_000))
show("with out=", ["function", "np.add"], medians([lambda: add(a, b, out=c), lambda: np.add(x, y, out=z)], 100_000))
a, b, c = (np.ones(10 ** 6, functions.vec3) for _ in range(3))
show("a million", ["function", "C loop"], medians([lambda: add(a, b, out=c), lambda: bare_loop.add(a, b, c)], 5))
heavy = np.ones(2 * 10 ** 6, functions.vec3)
lengths = np.ones(len(heavy))
show("a million, of much work", ["two threads", "one"], medians(
    [lambda: functions.length(heavy, out=lengths, threads=2), lambda: functions.length(heavy, out=lengths)], 3,
    time.perf_counter))
