# SPDX-License-Identifier: BSD-3-Clause
"""Classes of descry.hpp that are destroyed without the GIL, or after the interpreter's end."""

import os
import subprocess
import sys
import textwrap
import threading
import unittest

import late
import numpy as np

DESCRY_CONVERT = 0x40

OTHER_ORDER = np.dtype([("y", "f8"), ("x", "f8")])


def run(code):
    """Runs statements in a process of its own, which has to end well; returns what it printed."""
    done = subprocess.run([sys.executable, "-X", "faulthandler", "-c", textwrap.dedent(code)],
                          env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise AssertionError("ended with %d:\n%s" % (done.returncode, done.stdout))
    return done.stdout.strip()


class EndTest(unittest.TestCase):
    """Static objects die after the interpreter."""

    def test_everything_in_static_storage(self):
        self.assertEqual(run("""
            import numpy as np, late
            late.keep(np.zeros(2, late.Point), np.zeros(2, late.Point), 0)
            print("kept")
            """), "kept")

    def test_with_many_dimensions(self):
        self.assertEqual(run("""
            import numpy as np, late
            many = np.zeros((1,) * 12, late.Point)
            late.keep(many, many.copy(), 0)
            print("kept")
            """), "kept")

    def test_converted_copies(self):
        self.assertEqual(run("""
            import numpy as np, late
            late.keep(np.zeros(2, late.Point), np.zeros(2, [("y", "f8"), ("x", "f8")]), %d)
            print("kept")
            """ % DESCRY_CONVERT), "kept")

    def test_memory_that_python_owns(self):
        self.assertEqual(run("""
            import numpy as np, late
            late.keep(np.frombuffer(bytes(64), late.Point), np.frombuffer(bytearray(64), late.Point), 0)
            print("kept")
            """), "kept")


class ReleasedTest(unittest.TestCase):
    """Reference counts stay right whoever drops."""

    def setUp(self):
        self.read, self.written = np.zeros(3, late.Point), np.zeros(3, late.Point)

    def counts(self):
        return [sys.getrefcount(each) for each in (self.read, self.written, late.Point)]

    def in_threads(self, work, times):
        failures = []

        def repeat():
            try:
                for _ in range(times):
                    work()
            except Exception as error:
                failures.append(error)

        threads = [threading.Thread(target=repeat) for _ in range(4)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        self.assertEqual(failures, [])

    def test_four_threads_without_the_gil(self):
        late.drop_released(self.read, self.written)
        before = self.counts()
        self.in_threads(lambda: late.drop_released(self.read, self.written), 20000)
        self.assertEqual(self.counts(), before)
        self.written.resize(5, refcheck=False)

    def test_threads_that_python_never_saw(self):
        written = np.zeros(3, OTHER_ORDER)
        late.drop_in_thread(self.read, written)
        before = self.counts(), sys.getrefcount(written)
        for _ in range(500):
            late.drop_in_thread(self.read, written)
        self.assertEqual((self.counts(), sys.getrefcount(written)), before)
        late.drop_in_thread(written.astype(late.Point), written)


if __name__ == "__main__":
    unittest.main()
