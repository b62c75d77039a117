# SPDX-License-Identifier: BSD-3-Clause
"""Borrows of two modules, each with its own copy of descry, over all the ways in which memory is reached from Python."""

import subprocess
import sys
import threading
import unittest
import warnings

import borrower_one as one
import borrower_two as two
import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view

record = np.dtype([("a", "f8"), ("b", "f8")])
union = np.dtype({"names": ["i", "f"], "formats": ["i4", "f4"], "offsets": [0, 0], "itemsize": 8})


def pairs():
    """Yields (what, two arrays, whether they share a byte); NumPy has the last word."""
    records = np.zeros(10, record)
    yield "a record and its field", records, records["b"]
    yield "two fields", records["a"], records["b"]
    yield "two fields, stepped", records["a"][::2], records["b"][1::3]
    unions = np.zeros(4, union)
    yield "two members of a union", unions["i"], unions["f"]
    z = np.zeros(10, "c16")
    yield "complex and its imaginary part", z, z.imag
    yield "both parts", z.real, z.imag
    u = np.zeros(40, "u4")
    yield "every second and halves of them", u[::2], u.view("u2")[1::4]
    yield "even and odd", u[::2], u[1::2]
    yield "an array and its first element", u, u[0:1].reshape(())
    yield "an array and an element of it", u, as_strided(u[7:], (), ())
    yield "halves", u[:20], u[20:]
    yield "halves that overlap", u[:20], u[19:]
    yield "turned round", u[:20][::-1], u[20:][::-1]
    yield "as_strided past a gap", as_strided(u, (5,), (32,)), u[1:8]
    yield "as_strided", as_strided(u, (5, 2), (32, 4)), u[9:11]
    yield "windows", sliding_window_view(u[:10], 3), u[9:12]
    yield "windows and the rest", sliding_window_view(u[:10], 3), u[10:]
    buffer = bytearray(128)
    yield "two frombuffer", np.frombuffer(buffer, "u4"), np.frombuffer(buffer, "u8")[3:]
    yield "two parts by frombuffer", np.frombuffer(buffer, "u4", 16), np.frombuffer(buffer, "u4", 16, 64)
    yield "an ndarray over a memoryview", np.asarray(memoryview(buffer)), np.frombuffer(buffer, "u8")
    m = np.zeros((7, 10))
    yield "columns by threes", m[:, ::3], m[:, 1::3]
    yield "columns by threes and twos", m[:, ::3], m[:, 1::2]
    yield "blocks", m[:4, :5], m[:4, 5:]
    yield "blocks that overlap", m[:4, :5], m[3:, 4:]
    yield "a matrix and its transpose", m, m.T
    yield "rows", m[::2], m[1::2]
    yield "broadcast", np.broadcast_to(m[0], (3, 10)), m[0, 9:]
    yield "broadcast and another row", np.broadcast_to(m[0], (3, 10)), m[1]
    yield "zero strides of two sizes", as_strided(u, (5,), (0,)), as_strided(u.view("u2"), (5,), (0,))
    yield "an empty part", m, m[3:3]
    yield "elements of no size", np.zeros(5, "S0"), np.zeros(5, "S0")


class ModulesTest(unittest.TestCase):
    def tearDown(self):
        self.assertEqual(one.borrows(), [])

    def test_refuses_exactly_what_shares_memory(self):
        for what, a, b in pairs():
            for first, second in [(one, two), (two, one)]:
                for x, y in [(a, b), (b, a)]:
                    with self.subTest(what):
                        self.check_pair(first, x, second, y, np.shares_memory(x, y))

    def check_pair(self, first, x, second, y, shared):
        take_first = first.exclusive if x.flags.writeable else first.shared
        held = take_first(x)
        take_second = second.exclusive if y.flags.writeable else second.shared
        if shared and (x.flags.writeable or y.flags.writeable):
            self.assertRaises(BufferError, take_second, y)
        else:
            second.release(take_second(y))
        first.release(held)
        second.release(take_second(y))

    def test_readers_share_and_keep_writers_out(self):
        a = np.zeros(10)
        readers = [one.shared(a), two.shared(a), two.shared(a[2:5])]
        self.assertRaises(BufferError, one.exclusive, a[3:])
        for module, reader in zip([one, two, two], readers):
            module.release(reader)
        writer = two.exclusive(a)
        self.assertRaises(BufferError, one.shared, a)
        two.release(writer)
        one.release(one.exclusive(a))

    def test_upgrade_is_refused_and_downgrade_works(self):
        a = np.zeros(10)
        held = one.exclusive(a)
        one.downgrade(held)
        other = two.shared(a)
        two.release(other)
        self.assertRaises(BufferError, one.exclusive, a)
        one.release(held)
        one.downgrade(held)

    def test_release_gives_back_what_was_taken_whatever_became_of_the_array(self):
        # Deprecated in NumPy 2.4 and 2.5, and still done.
        warnings.simplefilter("ignore", DeprecationWarning)
        self.addCleanup(warnings.resetwarnings)
        a = np.zeros(16)
        held = one.exclusive(a)
        a.dtype = "u1"
        a.shape = (8, 16)
        one.release(held)
        two.release(two.exclusive(a))
        b = np.zeros(16)
        held = one.exclusive(b)
        b.resize(100000, refcheck=False)
        one.release(held)
        two.release(two.exclusive(b))

    def test_releasing_twice_or_never(self):
        a = np.zeros(10)
        held = one.exclusive(a)
        one.release(held)
        one.release(held)
        held = one.exclusive(a)
        del held
        two.release(two.exclusive(a))

    def test_says_what_is_wrong(self):
        a = np.zeros(10)
        start = a.__array_interface__["data"][0]
        whole = "bytes 0x%x to 0x%x" % (start, start + 80)
        readers = [one.shared(a), one.shared(a)]
        part = "bytes 0x%x to 0x%x" % (start + 8, start + 16)
        self.check_message(
            two.exclusive, a[1:2],
            f"cannot borrow {part} for writing: 2 borrows for reading of {whole} are still open")
        del readers
        writer = one.exclusive(a)
        self.check_message(
            two.shared, a[1:2],
            f"cannot borrow {part} for reading: 1 borrow for writing of {whole} is still open")
        del writer
        a.flags.writeable = False
        with self.assertRaisesRegex(ValueError, "^the array is read-only and cannot be borrowed for writing$"):
            one.exclusive(a)
        with self.assertRaisesRegex(TypeError, "^expected a NumPy array to borrow, got an object of type list$"):
            one.shared([1, 2])

    def check_message(self, take, array, text):
        with self.assertRaises(BufferError) as caught:
            take(array)
        self.assertEqual(str(caught.exception), text)

    def test_lists_what_is_open(self):
        a = np.zeros(10, record)
        held = [one.shared(a), two.shared(a)]
        start = a.__array_interface__["data"][0]
        expected = {"kind": "read", "type": "V16", "start": start, "stop": start + 160, "count": 2, "where": None}
        self.assertEqual(two.borrows(), [expected])
        del held

    def test_many_borrows_at_once(self):
        a = np.zeros((100, 1000))
        columns = [one.exclusive(a[:, i]) for i in range(1000)]
        self.assertRaises(BufferError, two.shared, a[50])
        self.assertEqual(len(one.borrows()), 1000)
        del columns
        two.release(two.exclusive(a))

    def test_threads_exclude_each_other(self):
        a = np.zeros(64)
        inside, seen = [0] * 8, []

        def work(seed):
            rng = np.random.default_rng(seed)
            for _ in range(2000):
                i = int(rng.integers(0, 8))
                try:
                    held = [one, two][seed % 2].exclusive(a[8 * i : 8 * i + 8])
                except BufferError:
                    continue
                inside[i] += 1
                seen.append(inside[i])
                inside[i] -= 1
                del held

        threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(set(seen), {1})

    def test_first_uses_at_once_end_up_with_one_table(self):
        program = """
import sys, threading
sys.path[:0] = %r
import numpy as np, borrower_one as one, borrower_two as two
sys.setswitchinterval(1e-6)
barrier = threading.Barrier(8)
arrays = [np.zeros(10) for i in range(8)]
held = []
def work(i):
    barrier.wait()
    held.append((one if i & 1 else two).exclusive(arrays[i]))
threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
for t in threads: t.start()
for t in threads: t.join()
assert len(one.borrows()) == len(two.borrows()) == 8
for array in arrays:
    for module in one, two:
        try:
            module.shared(array)
        except BufferError:
            continue
        raise AssertionError
""" % sys.path
        for _ in range(3):
            done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_borrow_left_open_does_no_harm_at_exit(self):
        program = """
import sys
sys.path[:0] = %r
import numpy as np, borrower_one as one, borrower_two as two
a = np.zeros(10)
a_borrow = one.exclusive(a)
forgotten = [two.shared(np.zeros(5))]
forgotten.append(forgotten)
sys.modules["keeper"] = forgotten
print("done")
""" % sys.path
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout), (0, "done\n"), done.stderr)

    @unittest.skipUnless(hasattr(__import__("os"), "fork"), "no fork")
    def test_the_first_use_searches_for_no_module(self):
        # While one thread does, a child that another one forks would wait for that name for ever.
        program = """
import sys
sys.path[:0] = %r
import numpy as np, borrower_one as one
class Watch:
    @staticmethod
    def find_spec(name, path=None, target=None): print(name)
sys.meta_path.insert(0, Watch)
one.release(one.exclusive(np.zeros(3)))
""" % sys.path
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)

    def test_a_child_process_goes_on(self):
        program = """
import os, sys, threading
sys.path[:0] = %r
import numpy as np, borrower_one as one
a = np.zeros((64, 64))
stop = []
def work(i):
    while not stop:
        for j in range(64):
            one.release(one.exclusive(a[i::4, j]))
threads = [threading.Thread(target=work, args=(i,)) for i in range(2)]
for t in threads: t.start()
for _ in range(10):
    child = os.fork()
    if child == 0:
        for i in range(200):
            one.release(one.exclusive(np.zeros(i + 1)))
        os._exit(7)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
stop.append(1)
for t in threads: t.join()
""" % sys.path
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
