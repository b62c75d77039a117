# SPDX-License-Identifier: BSD-3-Clause
"""Shows what logger writes, while it writes: python3 view.py FILE [--once] [--png PICTURE]."""

import argparse
import sys
import time

import numpy as np

BARS = " .:-=+*#%@"


def busy(samples):
    """The part of the time between samples in which processors worked, 0 to 1."""
    work = np.diff((samples["user"] + samples["system"]).astype("i8"))
    idle = np.diff(samples["idle"].astype("i8"))
    return work / np.maximum(work + idle, 1)


def line(samples, width=60):
    """One line of text for the last samples."""
    last = samples[-1]
    bars = "".join(BARS[int(part * (len(BARS) - 1))] for part in busy(samples[-width - 1:]))
    return "%s  %d samples  load %.2f  memory %3.0f %%  [%s]" % (
        np.datetime_as_string(last["when"], "s"), len(samples), last["load"][0],
        100 * (1 - last["available"] / max(last["total"], 1)), bars)


def draw(samples, path):
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot
    figure, axes = pyplot.subplots(2, sharex=True)
    axes[0].plot(samples["when"][1:], busy(samples))
    axes[0].set_ylabel("busy")
    axes[1].plot(samples["when"], samples["load"])
    axes[1].set_ylabel("load")
    figure.autofmt_xdate()
    figure.savefig(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file")
    parser.add_argument("--once", action="store_true")
    parser.add_argument("--png")
    options = parser.parse_args()
    while True:
        # A map is of what was there when it was made: each look makes a new one, of no bytes copied.
        samples = np.load(options.file, mmap_mode="r")
        if len(samples):
            print(line(samples), flush=True)
        if options.png and len(samples) > 1:
            draw(samples, options.png)
        if options.once:
            return 0
        time.sleep(1)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        pass
