# SPDX-License-Identifier: BSD-3-Clause
"""What goes from process to process: dtypes, arrays, scalars and functions, pickled, copied, forked."""

import copy
import multiprocessing
import os
import pickle
import tempfile
import threading
import unittest

import numpy as np

import tracks


def make(count):
    array = np.zeros(count, tracks.track)
    array["event"] = np.arange(count)
    array["momentum"] = np.arange(3 * count).reshape(count, 3)
    array["mass"] = 0.5
    array["detector"] = b"inner"
    return array


def expected(array):
    momentum = array["momentum"]
    return np.sqrt((momentum**2).sum(axis=1) + array["mass"]**2)


def compare_dtypes(pair):
    """Whether a dtype that was sent is that of this process's module, and still fits C."""
    dtype, array = pair
    tracks.measure(array.astype(dtype))
    return dtype == tracks.track and array.dtype == tracks.track and os.getpid()


def try_wrong(array):
    try:
        tracks.measure(array)
    except TypeError as error:
        return str(error)


def measure_mapped(path):
    return tracks.measure(np.load(path, mmap_mode="r"))["energy"].sum()


class ProcessesTest(unittest.TestCase):
    def everything(self):
        array = make(5)
        return [tracks.track, tracks.measured, array, array[::2], array[0], array[["event", "mass"]], array["momentum"], tracks.measure(array)]

    def assert_same(self, one, other):
        self.assertIs(type(one), type(other))
        if isinstance(one, np.dtype):
            self.assertEqual(one, other)
            self.assertEqual((one.itemsize, one.names, one.type), (other.itemsize, other.names, other.type))
        else:
            self.assertEqual(one.dtype, other.dtype)
            self.assertTrue(np.array_equal(one, other))

    def test_pickled(self):
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            for each in self.everything():
                self.assert_same(pickle.loads(pickle.dumps(each, protocol)), each)
            self.assertIs(pickle.loads(pickle.dumps(tracks.measure, protocol)), tracks.measure)

    def test_pickled_out_of_band(self):
        buffers = []
        array = make(1000)
        sent = pickle.dumps(array, 5, buffer_callback=buffers.append)
        self.assertEqual(len(buffers), 1)
        got = pickle.loads(sent, buffers=[bytearray(buffers[0].raw())])
        self.assert_same(tracks.measure(got), tracks.measure(array))

    def test_what_was_pickled_fits_c(self):
        array = make(5)
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            got = pickle.loads(pickle.dumps(array, protocol))
            self.assertEqual(tracks.measure(got)["energy"].tolist(), expected(array).tolist())

    def test_copied(self):
        for each in self.everything():
            self.assert_same(copy.copy(each), each)
            self.assert_same(copy.deepcopy(each), each)
        self.assertIs(copy.deepcopy(tracks.measure), tracks.measure)
        self.assertIs(copy.copy(tracks.measure), tracks.measure)
        # As cloudpickle looks: by the module that it says, under the name that it says.
        self.assertEqual((tracks.measure.__module__, tracks.measure.__qualname__), ("tracks", "measure"))

    def test_a_function_that_is_nowhere_is_not_pickled(self):
        kept = tracks.measure
        del tracks.measure
        try:
            with self.assertRaises((pickle.PicklingError, AttributeError)):
                pickle.dumps(kept)
        finally:
            tracks.measure = kept

    def test_other_processes(self):
        array = make(1000)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "tracks.npy")
            np.save(path, array)
            for method in multiprocessing.get_all_start_methods():
                with self.subTest(method=method):
                    with multiprocessing.get_context(method).Pool(2) as pool:
                        parts = pool.map(tracks.measure, np.array_split(array, 7))
                        for part, sent in zip(parts, np.array_split(array, 7)):
                            self.assert_same(part, tracks.measure(sent))
                        processes = pool.map(compare_dtypes, [(tracks.track, array)] * 2)
                        self.assertNotIn(os.getpid(), processes)
                        self.assertNotIn(False, processes)
                        self.assertEqual(pool.apply(measure_mapped, (path,)), tracks.measure(array)["energy"].sum())
                        wrong = array.astype([(name, "f4" if name == "mass" else array.dtype[name]) for name in array.dtype.names])
                        self.assertEqual(pool.apply(try_wrong, (wrong,)),
                                         "measure(): operand 0 does not fit: field 'mass' at offset 32: expected float64, got float32")

    def test_shared_memory(self):
        """An array over memory that parent and child share: what the child is told to fill is there."""
        from multiprocessing import shared_memory
        array = make(100)
        memory = shared_memory.SharedMemory(create=True, size=array.nbytes)
        self.addCleanup(memory.unlink)
        shared = np.ndarray(array.shape, tracks.track, memory.buf)
        shared[:] = array
        self.assert_same(tracks.measure(shared), tracks.measure(array))
        del shared
        memory.close()

    def fork(self, work):
        """Runs `work` in a fork of this process; it has to return True."""
        child = os.fork()
        if child == 0:
            status = 1
            try:
                status = 0 if work() else 2
            finally:
                os._exit(status)
        self.assertEqual(os.waitpid(child, 0)[1], 0)

    def test_forked_while_arrow_has_the_array(self):
        array = tracks.measure(make(100))
        sent = tracks.arrow(array)

        def work():
            # The child has the same borrow, of its own copy: gone with the object.
            nonlocal sent
            try:
                np.add(array["energy"], 1, out=array["energy"])  # NumPy knows no borrows
                tracks.arrow(array)
                sent = None
                return len(tracks.measure(make(3))) == 3
            except Exception:
                return False
        self.fork(work)
        self.assertEqual(array["energy"].tolist(), expected(make(100)).tolist())
        del sent

    def test_forked_while_other_threads_work(self):
        """Locks that a thread holds at the fork are not held for ever in the child."""
        stop = threading.Event()
        array = make(100)

        def use():
            while not stop.is_set():
                tracks.measure(array)
                tracks.arrow(tracks.measure(array[:3]))
        threads = [threading.Thread(target=use) for _ in range(3)]
        for thread in threads:
            thread.start()
        try:
            for _ in range(20):
                self.fork(lambda: len(tracks.measure(array)) == 100 and tracks.arrow(tracks.measure(array)) is not None)
        finally:
            stop.set()
            for thread in threads:
                thread.join()


if __name__ == "__main__":
    unittest.main()
