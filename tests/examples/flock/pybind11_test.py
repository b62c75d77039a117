# SPDX-License-Identifier: BSD-3-Clause
"""docs/examples/pybind11 with the newest pybind11 and with the distribution's."""

import os
import re
import unittest

from flock_build import FlockTestCase

SOURCE = "docs/examples/pybind11/flock.cc"
SYSTEM = "/usr/include"


def version(include):
    """The release whose headers these are."""
    with open(os.path.join(include, "pybind11/detail/common.h")) as file:
        numbers = re.findall(r"define PYBIND11_VERSION_(?:MAJOR|MINOR)\s+(\d+)", file.read())
    return ".".join(numbers)


class Pybind11Test(FlockTestCase):
    def test_newest(self):
        include = os.path.join(self.install("pybind11"), "pybind11/include")
        print("pybind11", version(include))
        self.check(SOURCE, [include])

    def test_of_the_distribution(self):
        if not os.path.exists(SYSTEM + "/pybind11/pybind11.h"):
            self.skipTest("skipped: there is no pybind11 in " + SYSTEM)
        print("pybind11", version(SYSTEM))
        self.check(SOURCE, [])


if __name__ == "__main__":
    unittest.main()
