# SPDX-License-Identifier: BSD-3-Clause
"""Shows what ringd writes: python3 watch.py FILE [--once]."""

import argparse
import sys
import time

import numpy as np

import ring


def line(readings):
    """One line of text for a snapshot."""
    if len(readings) < 2:
        return "%d readings" % len(readings)
    seconds = (readings["when"][-1] - readings["when"][0]) / np.timedelta64(1, "s")
    return "%d to %d: %.0f a second, position between %s and %s" % (
        readings["number"][0], readings["number"][-1], (len(readings) - 1) / seconds,
        np.round(readings["position"].min(axis=0), 3), np.round(readings["position"].max(axis=0), 3))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file")
    parser.add_argument("--once", action="store_true")
    options = parser.parse_args()
    mapped = ring.Ring(options.file)
    while True:
        print(line(mapped.snapshot()), flush=True)
        if options.once:
            return 0
        time.sleep(1)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        pass
