# SPDX-License-Identifier: BSD-3-Clause
"""docs/examples/ring: what Python reads while another process writes as fast as it can."""

import gc
import os
import random
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest

import numpy as np

import ring
import watch

RINGD = os.path.abspath("docs/examples/ring/ringd")
WATCH = os.path.abspath("docs/examples/ring/watch.py")
CAPACITY = 4096
HEADER = struct.Struct("<8sQQQ")
SLOT = 8 + ring.reading.itemsize

# How many readings are looked at while the writer runs.
READINGS = 10**7 if os.environ.get("DESCRY_LONG_RUN") else 10**6


def torn(readings):
    """Which of them do not have the sum that they say."""
    words = np.ascontiguousarray(readings).view(np.dtype("u8")).reshape(len(readings), -1)
    return words[:, :-1].sum(axis=1, dtype="u8") != words[:, -1]


class RingTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "readings")

    def run_daemon(self, *arguments):
        return subprocess.run([RINGD, self.path, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def start(self, microseconds="0", former=0):
        """A daemon, and its ring once that has more readings than those of former ones."""
        process = subprocess.Popen([RINGD, self.path, microseconds])
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                mapped = ring.Ring(self.path)
                if mapped.written > former:
                    return process, mapped
            except (OSError, ValueError):
                pass
            time.sleep(0.001)
        self.fail("no readings came")

    def edit(self, offset, data):
        with open(self.path, "r+b") as file:
            file.seek(offset)
            file.write(data)

    def slot(self, number):
        return HEADER.size + number % CAPACITY * SLOT

    def test_snapshot_of_a_ring_at_rest(self):
        for written, numbers in (5, range(5)), (CAPACITY - 5, range(CAPACITY)), (10, range(10, CAPACITY + 10)):
            self.assertEqual(self.run_daemon("0", str(written)).returncode, 0)
            readings = ring.Ring(self.path).snapshot()
            self.assertEqual(readings.dtype, ring.reading)
            self.assertEqual(readings["number"].tolist(), list(numbers))
            self.assertFalse(torn(readings).any())
            self.assertTrue((np.diff(readings["when"]) >= np.timedelta64(0, "ns")).all())

    def test_torn_readings_are_told_from_whole_ones(self):
        self.run_daemon("0", "100")
        readings = ring.Ring(self.path).snapshot()
        for name in "number", "when", "position", "velocity":
            mixed = readings[:2].copy()
            mixed[name][0] = readings[name][99]
            self.assertEqual(torn(mixed).tolist(), [True, False], name)

    def test_snapshot_leaves_out_what_is_being_written(self):
        self.run_daemon("0", "100")
        mapped = ring.Ring(self.path)
        # As if the writer had come round as far as 40, and were in the middle of it.
        self.edit(self.slot(40), struct.pack("<Q", 2 * (40 + CAPACITY) + 1))
        self.assertEqual(mapped.snapshot()["number"].tolist(), list(range(41, 100)))
        # And where it is the newest.
        self.edit(self.slot(99), struct.pack("<Q", 2 * 99 + 1))
        self.assertEqual(mapped.snapshot().tolist(), [])

    def test_no_reading_is_torn(self):
        process, mapped = self.start()
        seen = snapshots = lost = 0
        last = -1
        end = time.monotonic() + 600
        while seen < READINGS and time.monotonic() < end:
            before = mapped.written
            readings = mapped.snapshot()
            after = mapped.written
            snapshots += 1
            if not len(readings):
                continue
            numbers = readings["number"].astype("i8")
            self.assertEqual(np.count_nonzero(torn(readings)), 0)
            self.assertTrue((np.diff(numbers) == 1).all())
            self.assertGreaterEqual(numbers[-1], before - 1)
            self.assertLess(numbers[-1], after)
            seen += np.count_nonzero(numbers > last)
            lost += len(readings) < min(before, CAPACITY)
            last = int(numbers[-1])
        self.assertIsNone(process.poll())
        self.assertGreaterEqual(seen, READINGS)
        print("%d readings in %d snapshots, of which %d are shorter than the ring: none is torn" % (seen, snapshots, lost))

    def test_live_array_is_the_ring(self):
        process, mapped = self.start("100")
        live = mapped.live()
        self.assertEqual((live.shape, live.dtype.names, live.dtype["value"]), ((CAPACITY,), ("sequence", "value"), ring.reading))
        first = int(live["value"]["number"].max())
        end = time.monotonic() + 30
        while int(live["value"]["number"].max()) < first + 10 and time.monotonic() < end:
            time.sleep(0.001)
        self.assertGreaterEqual(int(live["value"]["number"].max()), first + 10)
        process.terminate()
        self.assertEqual(process.wait(), 0)
        written = mapped.written
        self.assertEqual(live["sequence"].max(), 2 * written)
        self.assertEqual(live["value"][:4].tobytes(), ring.Ring(self.path).live()["value"][:4].tobytes())

    def test_live_array_cannot_be_written(self):
        self.run_daemon("0", "10")
        live = ring.Ring(self.path).live()
        for array in live, live["value"], live[3:], live.view("u8"):
            self.assertFalse(array.flags.writeable)
            with self.assertRaises(ValueError):
                array.flags.writeable = True
        with self.assertRaises(ValueError):
            live["value"]["number"] = 0

    def test_live_array_keeps_the_map(self):
        self.run_daemon("0", "10")
        live = ring.Ring(self.path).live()
        gc.collect()
        os.unlink(self.path)
        self.assertEqual(live["value"]["number"][:10].tolist(), list(range(10)))
        del live
        gc.collect()
        with open("/proc/self/maps") as maps:
            self.assertNotIn(self.path, maps.read())

    def test_killed_and_started_again(self):
        choose = random.Random(3)
        least = 0
        for _ in range(30):
            process, mapped = self.start(former=least)
            time.sleep(choose.random() / 200)
            process.send_signal(signal.SIGKILL)
            process.wait()
            written = mapped.written
            self.assertGreater(written, least)
            least = written
            readings = mapped.snapshot()
            self.assertFalse(torn(readings).any())
            self.assertEqual(readings["number"][-1], written - 1)
            self.assertTrue((np.diff(readings["number"].astype("i8")) == 1).all())
            # One slot at most is in the middle of something.
            self.assertLessEqual(np.count_nonzero(mapped.live()["sequence"] % 2), 1)

    def test_goes_on_where_it_was_killed_in_the_middle(self):
        self.run_daemon("0", "10")
        self.edit(self.slot(10), struct.pack("<Q", 2 * 10 + 1) + b"\xff" * 40)
        self.assertEqual(ring.Ring(self.path).snapshot()["number"].tolist(), list(range(10)))
        self.run_daemon("0", "2")
        readings = ring.Ring(self.path).snapshot()
        self.assertEqual(readings["number"].tolist(), list(range(12)))
        self.assertFalse(torn(readings).any())

    def test_one_writer_at_a_time(self):
        process, _ = self.start("1000")
        refused = self.run_daemon("0", "1")
        self.assertEqual((refused.returncode, refused.stdout), (1, "ringd: %s: another process writes to it\n" % self.path))
        process.terminate()
        self.assertEqual(process.wait(), 0)
        self.assertEqual(self.run_daemon("0", "1").returncode, 0)

    def test_refuses_what_is_not_such_a_ring(self):
        self.run_daemon("0", "10")
        with open(self.path, "rb") as file:
            good = file.read()
        other_slots = good[:8] + struct.pack("<QQ", SLOT + 8, CAPACITY) + good[24:]
        too_many = good[:16] + struct.pack("<Q", CAPACITY + 1) + good[24:]
        for content in b"", b"ring", b"x" * 1000, bytes(1000), good[:-SLOT], good[:HEADER.size], other_slots, too_many:
            with open(self.path, "wb") as file:
                file.write(content)
            with self.assertRaises(ValueError) as caught:
                ring.Ring(self.path)
            self.assertEqual(str(caught.exception), "%s: it is not a ring of readings" % self.path)
        with self.assertRaises(FileNotFoundError):
            ring.Ring(self.path + "x")

    def test_watch(self):
        self.run_daemon("100", "50")
        done = subprocess.run([sys.executable, WATCH, self.path, "--once"], stdout=subprocess.PIPE, text=True,
                              env=dict(os.environ, PYTHONPATH=os.path.dirname(ring.__file__)))
        self.assertRegex(done.stdout, r"^0 to 49: \d+ a second, position between \[.*\] and \[.*\]\n$")
        self.assertEqual(watch.line(ring.Ring(self.path).snapshot()[:1]), "1 readings")


if __name__ == "__main__":
    unittest.main()
