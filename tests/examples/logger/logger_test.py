# SPDX-License-Identifier: BSD-3-Clause
"""docs/examples/logger: killed, started again, looked at meanwhile."""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import numpy as np

import view

LOGGER = os.path.abspath("docs/examples/logger/logger")
VIEW = os.path.abspath("docs/examples/logger/view.py")


class LoggerTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "samples.npy")

    def run_logger(self, *arguments):
        return subprocess.run([LOGGER, self.path, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def start(self):
        process = subprocess.Popen([LOGGER, self.path, "0"])
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def wait_for(self, count):
        """The samples, once there are so many."""
        end = time.monotonic() + 30
        while time.monotonic() < end:
            if os.path.exists(self.path) and os.path.getsize(self.path):
                samples = np.load(self.path, mmap_mode="r")
                if len(samples) >= count:
                    return samples
            time.sleep(0.001)
        self.fail("no samples came")

    def test_samples_are_what_proc_says(self):
        before = np.datetime64("now", "us")
        self.assertEqual(self.run_logger("1", "20").returncode, 0)
        samples = np.load(self.path)
        self.assertEqual(len(samples), 20)
        self.assertTrue((np.diff(samples["when"]) > np.timedelta64(0, "us")).all())
        self.assertLess(abs(samples["when"][0] - before), np.timedelta64(60, "s"))
        with open("/proc/meminfo") as file:
            total = int(file.readline().split()[1])
        self.assertTrue((samples["total"] == total).all() and (samples["available"] <= total).all())
        self.assertTrue((samples["load"] >= 0).all() and (samples["idle"] > 0).all())

    def test_a_second_start_goes_on(self):
        self.run_logger("0", "5")
        first = np.load(self.path)
        self.run_logger("0", "7")
        both = np.load(self.path)
        self.assertEqual(len(both), 12)
        self.assertEqual(both[:5].tobytes(), first.tobytes())

    def test_survives_being_killed(self):
        choose = random.Random(1)
        seen = 0
        for _ in range(20):
            process = self.start()
            # One that Python has seen was flushed.
            least = len(self.wait_for(seen + 1))
            time.sleep(choose.random() / 100)
            process.send_signal(signal.SIGKILL)
            process.wait()
            samples = np.load(self.path)
            self.assertGreaterEqual(len(samples), least)
            self.assertTrue((samples["total"] > 0).all())
            self.assertTrue((np.diff(samples["when"]) >= np.timedelta64(0, "us")).all())
            seen = len(samples)

    def test_only_one_at_a_time(self):
        process = self.start()
        self.wait_for(1)
        refused = self.run_logger("0", "1")
        self.assertEqual(refused.returncode, 1)
        self.assertRegex(refused.stdout, "^logger: .*samples.npy")
        process.terminate()
        self.assertEqual(process.wait(), 0)
        self.assertEqual(self.run_logger("0", "1").returncode, 0)

    def test_a_map_is_there_while_the_file_grows(self):
        self.start()
        samples = self.wait_for(10)
        kept = samples[:10].copy()
        self.wait_for(len(samples) + 100)
        self.assertEqual(samples[:10].tobytes(), kept.tobytes())
        done = subprocess.run([sys.executable, VIEW, self.path, "--once"], stdout=subprocess.PIPE, text=True)
        self.assertRegex(done.stdout, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d  \d+ samples  load \d+\.\d\d  memory +\d+ %  \[.*\]$")
        self.assertEqual(done.returncode, 0)

    def test_busy(self):
        samples = np.zeros(3, [("user", "u8"), ("system", "u8"), ("idle", "u8")])
        samples["user"], samples["idle"] = [10, 13, 13], [5, 6, 10]
        self.assertEqual(view.busy(samples).tolist(), [0.75, 0])

    def test_what_cannot_be_written_is_said(self):
        self.path = "/nonexistent/samples.npy"
        done = self.run_logger("0", "1")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, "^logger: .*/nonexistent/samples.npy")
