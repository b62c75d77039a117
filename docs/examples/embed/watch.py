# SPDX-License-Identifier: BSD-3-Clause
"""What main.c calls every few steps. sys.argv: this file, and where to draw the end."""

import sys

import numpy as np

LIMIT = 0.25


def brake(particles):
    """Slows those down that are too fast. This is the simulation's own memory."""
    velocity = particles["velocity"]
    squares = (velocity**2).sum(axis=1)
    fast = squares > LIMIT
    velocity[fast] *= np.sqrt(LIMIT / squares[fast])[:, np.newaxis]
    return np.count_nonzero(fast)


def draw(particles, path):
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    pyplot.scatter(*particles["position"].T, c=particles["bounces"], s=4)
    pyplot.colorbar(label="bounces")
    pyplot.savefig(path)


def watch(time, particles, last):
    if time < 1.5:
        print("Python has %d particles at %#x" % (len(particles), particles.ctypes.data))
    print("time %.0f: %d bounces, %d braked" % (time, particles["bounces"].sum(), brake(particles)))
    if last and len(sys.argv) > 1:
        draw(particles, sys.argv[1])
    sys.stdout.flush()
