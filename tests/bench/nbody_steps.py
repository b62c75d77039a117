# SPDX-License-Identifier: BSD-3-Clause
"""A step of docs/examples/nbody beside the same step on columns by NumPy.

Run by `bazel run --config=opt //tests/bench:nbody_steps`: medians of seven, in turn.
"""

import statistics
import time

import columns
import simulate


def seconds(call, times):
    start = time.thread_time()
    for _ in range(times):
        call()
    return (time.thread_time() - start) / times


for count in (50, 200, 1000):
    bodies = simulate.disc(count)
    beside = columns.Columns(bodies)
    times = max(3, 200_000 // count ** 2)
    pairs = [(seconds(lambda: simulate.step(bodies, 1e-3), times), seconds(lambda: beside.step(1e-3), times))
             for _ in range(7)]
    ours, theirs = (statistics.median(column) for column in zip(*pairs))
    print("%5d bodies: %8.1f us, columns %8.1f us: %.1f times as long" % (count, ours * 1e6, theirs * 1e6, theirs / ours))
