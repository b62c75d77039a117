# SPDX-License-Identifier: BSD-3-Clause
"""docs/examples/nanobind with the newest nanobind, the last of 2, and the distribution's."""

import os
import sys
import sysconfig
import unittest

from flock_build import FlockTestCase

SOURCE = "docs/examples/nanobind/flock.cc"
SYSTEM = "/usr/share/nanobind"


class NanobindTest(FlockTestCase):
    def check_release(self, folder, *include):
        robin_map = os.path.join(folder, "ext/robin_map/include")
        self.check(SOURCE, [os.path.join(folder, "include"), robin_map, *include],
                   os.path.join(folder, "src/nb_combined.cpp"))

    def test_newest(self):
        self.check_release(os.path.join(self.install("nanobind"), "nanobind"))

    def test_stable_abi(self):
        if sys.version_info < (3, 12) or sysconfig.get_config_var("Py_GIL_DISABLED"):
            self.skipTest("skipped: nanobind's stable ABI begins with CPython 3.12, with a GIL")
        self.options = ["-DPy_LIMITED_API=0x030C0000"]
        self.check_release(os.path.join(self.install("nanobind"), "nanobind"))

    def test_last_of_2(self):
        self.check_release(os.path.join(self.install("nanobind<3"), "nanobind"))

    def test_of_the_distribution(self):
        if not os.path.exists(SYSTEM + "/src/nb_combined.cpp"):
            self.skipTest("skipped: there is no nanobind in " + SYSTEM)
        self.check_release(SYSTEM)


if __name__ == "__main__":
    unittest.main()
