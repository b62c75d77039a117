# SPDX-License-Identifier: BSD-3-Clause
"""docs/examples/cluster on a scheduler and two workers, processes of their own on the loopback."""

import glob
import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import numpy as np

import tracks

# Where pip reaches no package index, it shall not take long to say so.
INSTALL_SECONDS = 400
FILES, TRACKS = 16, 1000

# pyarrow does not say which NumPy it needs: from 18 on, 2.0.
PACKAGES = ["numpy==" + np.__version__, "pyarrow<18" if np.__version__ < "2" else "pyarrow", "dask[array,distributed]"]

packages = None


def setUpModule():
    """Has pip put the packages behind what there is already, or skips everything with a word."""
    global packages, process, distributed, pa
    given = os.environ.get("DESCRY_CLUSTER_PACKAGES")
    packages = tempfile.TemporaryDirectory()
    target = given or packages.name
    if not given:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1",
                   "--only-binary", ":all:", "--target", target, *PACKAGES]
        try:
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True,
                                  timeout=INSTALL_SECONDS)
            status, output = done.returncode, done.stdout
        except subprocess.TimeoutExpired:
            status, output = 1, "it took too long"
        if status:
            last = (output.strip().splitlines() or ["?"])[-1]
            raise unittest.SkipTest("skipped: pip cannot install %s: %s" % (" ".join(PACKAGES), last))
    sys.path.append(target)
    process = importlib.import_module("process")
    distributed = importlib.import_module("distributed")
    pa = importlib.import_module("pyarrow")


def tearDownModule():
    packages.cleanup()


def make(count, seed):
    random = np.random.RandomState(seed)
    array = np.zeros(count, tracks.track)
    array["event"] = np.arange(seed * count, (seed + 1) * count)
    # Multiples of 1/4: sums are exact, in whatever order they are made.
    array["momentum"][:, 2] = random.randint(0, 1000, count) / 4
    array["momentum"][:, 0] = random.randint(0, 1000, count) / 4
    array["detector"] = b"inner"
    return array


def slowly(block):
    time.sleep(0.25)
    return tracks.measure(block)


class ClusterTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.data, self.results = os.path.join(self.folder, "data"), os.path.join(self.folder, "results")
        os.mkdir(self.data)
        os.mkdir(self.results)
        self.tracks = [make(TRACKS, i) for i in range(FILES)]
        for i, array in enumerate(self.tracks):
            np.save(os.path.join(self.data, "%03d.npy" % i), array)
        self.measured = np.concatenate([tracks.measure(array) for array in self.tracks])
        self.scheduler_file = os.path.join(self.folder, "scheduler.json")
        self.environment = dict(os.environ, PYTHONPATH=os.pathsep.join(filter(None, map(os.path.abspath, sys.path))),
                                DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="10",
                                DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT="60s", PYTHONDONTWRITEBYTECODE="1")
        self.start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show", "--scheduler-file", self.scheduler_file)
        self.wait_for(lambda: os.path.exists(self.scheduler_file) and os.path.getsize(self.scheduler_file), "the scheduler")
        self.workers = {name: self.start_worker(name) for name in ("first", "second")}
        self.client = distributed.Client(scheduler_file=self.scheduler_file, timeout="60s")
        self.addCleanup(self.client.close)
        self.client.wait_for_workers(2, timeout=120)

    def start(self, command, *arguments):
        with open(os.path.join(self.folder, "%s-%d.log" % (command, time.monotonic_ns())), "w") as log:
            started = subprocess.Popen([sys.executable, "-m", "distributed.cli." + command, *arguments], cwd=self.folder,
                                       env=self.environment, stdout=log, stderr=subprocess.STDOUT)
        self.addCleanup(started.wait)
        self.addCleanup(started.kill)
        return started

    def start_worker(self, name):
        # Without a nanny nobody starts it again when it is killed.
        return self.start("dask_worker", "--scheduler-file", self.scheduler_file, "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny",
                          "--no-dashboard", "--name", name, "--local-directory", self.folder)

    def wait_for(self, condition, what):
        end = time.monotonic() + 120
        while not condition():
            if time.monotonic() > end:
                logs = "".join(open(path).read()[-2000:] for path in glob.glob(os.path.join(self.folder, "*.log")))
                self.fail("%s did not come: %s" % (what, logs))
            time.sleep(0.01)

    def check_results(self):
        """The Parquet files hold what one process makes of all tracks, in their order."""
        self.assertEqual(len(glob.glob(os.path.join(self.results, "*.parquet"))), FILES)
        got = process.read(self.results)
        self.assertEqual(got.dtype, tracks.measured)
        for name in got.dtype.names:
            self.assertEqual(got[name].tobytes(), self.measured[name].tobytes(), name)

    def test_workers_measure_what_one_process_does(self):
        count, energy, transverse = process.process(self.data, self.results, self.client)
        self.assertEqual(count, FILES * TRACKS)
        self.assertEqual(transverse, self.measured["transverse"].sum())
        self.assertTrue(np.isclose(energy, self.measured["energy"].sum(), rtol=1e-14))
        self.check_results()
        # Both had a share in it, and the module is theirs.
        modules = self.client.run(lambda: (os.getpid(), sys.modules["tracks"].__file__))
        self.assertEqual({pid for pid, _ in modules.values()}, {worker.pid for worker in self.workers.values()})
        self.assertEqual({path for _, path in modules.values()}, {tracks.__file__})

    def test_record_arrays_come_back(self):
        array = process.measure(process.load_all(sorted(glob.glob(os.path.join(self.data, "*.npy")))))
        self.assertEqual((array.shape, array.dtype, array.numblocks), ((FILES * TRACKS,), tracks.measured, (FILES,)))
        got = self.client.compute(array).result(timeout=120)
        self.assertEqual(got.dtype, tracks.measured)
        self.assertTrue(np.array_equal(got, self.measured))
        # dtypes and functions alone, and what is wrong, by its field.
        self.assertEqual(self.client.submit(lambda dtype: dtype == tracks.track, tracks.track).result(timeout=120), True)
        got = self.client.submit(tracks.measure, self.tracks[0]).result(timeout=120)
        self.assertTrue(np.array_equal(got, self.measured[:TRACKS]))
        wrong = self.tracks[0].astype([(name, "f4" if name == "mass" else tracks.track[name]) for name in tracks.track.names])
        with self.assertRaisesRegex(TypeError, "field 'mass' at offset 32: expected float64, got float32"):
            self.client.submit(tracks.measure, wrong).result(timeout=120)

    def test_a_worker_that_is_killed(self):
        plain = process.measure
        process.measure = lambda array: array.map_blocks(slowly, dtype=tracks.measured, meta=np.empty(0, tracks.measured))
        self.addCleanup(setattr, process, "measure", plain)
        killed = self.kill_in_the_middle()
        count, energy, transverse = process.process(self.data, self.results, self.client)
        killed.join(timeout=60)
        self.assertEqual(self.workers["first"].wait(timeout=60), -signal.SIGKILL)
        self.assertTrue(0 < self.parts_then < FILES, self.parts_then)
        self.assertEqual(len(self.client.scheduler_info()["workers"]), 1)
        self.assertEqual((count, transverse), (FILES * TRACKS, self.measured["transverse"].sum()))
        self.assertTrue(np.isclose(energy, self.measured["energy"].sum(), rtol=1e-14))
        self.check_results()

    def kill_in_the_middle(self):
        """Kills the first worker once some results are there, and some not yet."""
        def kill():
            self.wait_for(lambda: glob.glob(os.path.join(self.results, "*.parquet")), "the first result")
            self.workers["first"].send_signal(signal.SIGKILL)
            self.parts_then = len(glob.glob(os.path.join(self.results, "*.parquet")))
        thread = threading.Thread(target=kill)
        thread.start()
        return thread

    def test_the_program(self):
        done = subprocess.run([sys.executable, os.path.abspath(process.__file__), self.data, self.results, "--scheduler-file", self.scheduler_file],
                              env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertRegex(done.stdout, "(?m)^%d tracks, energy .*, transverse .*%r" % (FILES * TRACKS, float(self.measured["transverse"].sum())))
        self.check_results()
        with open(self.scheduler_file) as file:
            self.assertTrue(json.load(file)["address"].startswith("tcp://127.0.0.1:"))


if __name__ == "__main__":
    unittest.main()
