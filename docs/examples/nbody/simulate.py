# SPDX-License-Identifier: BSD-3-Clause
"""Moves bodies that attract each other, and shows their orbits: see README.md."""

import argparse
import sys

import numpy as np

import nbody


def acceleration(bodies):
    """What accelerates each body: the sum over all pairs of a source and a target."""
    count = len(bodies)
    pairs = np.broadcast_to(bodies[:, None], (count, count))  # source, target: no copy
    return nbody.attract.reduce(pairs, axis=0, initial=nbody.at_rest(bodies))["acceleration"]


def step(bodies, dt):
    """Goes on by the time `dt`, in place: a leapfrog, which keeps the energy over long times."""
    nbody.drift(bodies, dt / 2, out=bodies)
    nbody.kick(bodies, acceleration(bodies), dt, out=bodies)
    nbody.drift(bodies, dt / 2, out=bodies)


def energy(bodies):
    motion = nbody.kinetic.reduce(bodies, initial=0)
    others = ~np.eye(len(bodies), dtype=bool)  # what is masked is 0
    return motion + nbody.potential.outer(bodies, bodies, where=others).sum() / 2


def disc(count, seed=0):
    """A heavy body in the middle, and light ones that go round it."""
    bodies = nbody.allocate(count)
    numbers = np.random.RandomState(seed)
    radius, angle = numbers.uniform(0.5, 2, count), numbers.uniform(0, 2 * np.pi, count)
    bodies["mass"] = 1e-5
    bodies["at"]["x"], bodies["at"]["y"] = radius * np.cos(angle), radius * np.sin(angle)
    bodies["at"]["z"] = numbers.normal(0, 0.01, count)
    speed = 1 / np.sqrt(radius)
    bodies["velocity"]["x"], bodies["velocity"]["y"] = -speed * np.sin(angle), speed * np.cos(angle)
    bodies[:1] = np.array((1, (0, 0, 0), (0, 0, 0)), nbody.body)
    return bodies


def show_progress(done, of, drift):
    if sys.stderr.isatty():
        bar = "#" * (40 * done // of)
        sys.stderr.write("\r[%-40s] %d of %d, energy off by %.1e" % (bar, done, of, drift))
        if done == of:
            sys.stderr.write("\n")


def plot(orbits, path):
    try:
        import matplotlib
    except ImportError:
        print("no matplotlib, no plot")
        return
    matplotlib.use("Agg")
    from matplotlib import pyplot
    figure, axes = pyplot.subplots(figsize=(6, 6))
    axes.plot(orbits["x"], orbits["y"], linewidth=0.5)
    axes.set_aspect("equal")
    figure.savefig(path)
    print("orbits in", path)


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0] + ".")
    parser.add_argument("--bodies", type=int, default=100)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--dt", type=float, default=0.005)
    parser.add_argument("--png", help="where to draw the orbits, with matplotlib")
    options = parser.parse_args(arguments)
    bodies = disc(options.bodies)
    start = energy(bodies)
    every = max(1, options.steps // 100)
    orbits = []
    for done in range(1, options.steps + 1):
        step(bodies, options.dt)
        if done % every == 0 or done == options.steps:
            orbits.append(bodies["at"].copy())
            show_progress(done, options.steps, abs(energy(bodies) / start - 1))
    print("energy %.6f at first, %.6f at last" % (start, energy(bodies)))
    if options.png and orbits:
        plot(np.array(orbits), options.png)


if __name__ == "__main__":
    main(sys.argv[1:])
