# SPDX-License-Identifier: BSD-3-Clause
"""The interpreter's life around descry: imports in any order, forks, signals, threads, the end.

Each case is a process of its own, which has to end well and print what is expected.
"""

import os
import subprocess
import sys
import tempfile
import textwrap
import unittest

SECONDS = 120

# Time enough for several copies while signals come in; no need for more than 100 MB.
COPY_ELEMENTS = 500000


def run(code, *folders, status=0):
    """Runs `code` in a process of its own; returns what it printed.

    Args:
      code: Python statements.
      folders: folders that come first on its sys.path.
      status: what the process must end with.
    """
    environment = dict(os.environ)
    environment["PYTHONPATH"] = os.pathsep.join([*folders, environment["PYTHONPATH"]])
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", textwrap.dedent(code)], env=environment,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=SECONDS)
    if done.returncode != status:
        raise AssertionError("ended with %d:\n%s%s" % (done.returncode, done.stdout, done.stderr))
    return done.stdout.strip() if status == 0 else done.stderr.strip()


def numpy_that_is(source):
    """A folder with a package `numpy` whose __init__.py is `source`."""
    folder = tempfile.TemporaryDirectory()
    os.mkdir(os.path.join(folder.name, "numpy"))
    with open(os.path.join(folder.name, "numpy", "__init__.py"), "w") as file:
        file.write(source)
    return folder


class ImportOrderTest(unittest.TestCase):
    def test_descry_before_numpy(self):
        self.assertEqual(run("""
            import sys, probe
            assert "numpy" not in sys.modules
            made = probe.dtype()
            import numpy
            print(isinstance(made, numpy.dtype), probe.zeros(2).shape)
            """), "True (2,)")

    def test_numpy_before_descry(self):
        self.assertEqual(run("""
            import numpy, probe
            print(probe.zeros(2).dtype is probe.dtype())
            """), "True")

    def test_layout_needs_no_numpy(self):
        self.assertEqual(run("""
            import sys
            sys.modules["numpy"] = None
            import probe
            print("label" in probe.layout())
            """), "True")

    def test_numpy_missing_and_then_there(self):
        self.assertEqual(run("""
            import sys
            sys.modules["numpy"] = None
            import probe
            for ask in probe.dtype, probe.named_dtype, lambda: probe.view(1, True):
                try:
                    ask()
                    print("no error")
                except ImportError as error:
                    assert "install it with" in str(error), error
                    assert isinstance(error.__cause__, ImportError), error.__cause__
            del sys.modules["numpy"]
            print(probe.zeros(3).size, probe.borrows())
            """), "3 []")

    def check_broken(self, source):
        with numpy_that_is(source) as folder:
            self.assertEqual(run("""
                import sys
                import probe
                try:
                    probe.dtype()
                except ImportError as error:
                    print("could not import it" in str(error),
                          "sys.executable %r, sys.prefix %r" % (sys.executable, sys.prefix) in str(error))
                """, folder), "True True")

    def test_numpy_without_its_core(self):
        self.check_broken("")

    def test_numpy_that_raises(self):
        self.check_broken("raise RuntimeError('broken')")
        self.check_broken("raise ImportError('broken')")

    def test_numpy_with_something_else_for_a_table(self):
        for table in ["3", "None", "()"]:
            with self.subTest(table):
                self.check_broken(textwrap.dedent("""
                    import sys, types
                    for core in "numpy._core", "numpy.core":
                        sys.modules[core] = types.ModuleType(core)
                        inner = types.ModuleType(core + "._multiarray_umath")
                        inner._ARRAY_API = %s
                        sys.modules[inner.__name__] = inner
                    """) % table)

    def test_interrupted_import_is_no_import_error(self):
        with numpy_that_is("raise KeyboardInterrupt") as folder:
            self.assertEqual(run("""
                import sys
                import probe
                try:
                    probe.dtype()
                except KeyboardInterrupt:
                    print("interrupted")
                """, folder), "interrupted")


class EndTest(unittest.TestCase):
    def test_exit_with_everything_open(self):
        self.assertEqual(run("""
            import probe
            array = probe.zeros(8)
            probe.leave(array[:4], array[4:])
            reader = probe.view(probe.zeros(3), False)
            adopted = probe.adopt(array)
            print(len(probe.borrows()))
            """), "3\nreleased")

    def test_exit_with_adopted_memory_in_a_cycle(self):
        # NumPy's arrays take no part in garbage collection: nobody ever breaks it.
        self.assertEqual(run("""
            import probe
            cycle = []
            cycle.append(probe.adopt(cycle))
            del cycle
            """), "")

    def test_exit_with_a_view_kept_by_a_module(self):
        self.assertEqual(run("""
            import sys, types, probe
            sys.modules["keeper"] = types.ModuleType("keeper")
            sys.modules["keeper"].view = probe.view(probe.zeros(3), True)
            sys.modules["keeper"].array = probe.adopt(None)
            """), "released")

    def test_use_by_objects_that_die_last(self):
        self.assertEqual(run("""
            import builtins, probe
            class Late:
                def __init__(self):
                    self.probe = probe
                def __del__(self):
                    try:
                        self.probe.copy(self.probe.zeros(2))
                    except BaseException:
                        pass
            probe.dtype()
            builtins.late = Late()
            """), "")

    def test_exit_by_exception_and_by_os_exit(self):
        kept = "import os, probe; a = probe.zeros(8); probe.leave(a[:4], a[4:]); "
        self.assertIn("SystemError: end", run(kept + "raise SystemError('end')", status=1))
        run(kept + "os._exit(3)", status=3)

    def test_exit_with_threads_that_still_work(self):
        """Daemon threads are in every part of descry when the interpreter finalises: no abort, no crash."""
        for module in ["probe", "probe_abi3"] * 3:
            with self.subTest(module):
                self.assertEqual(run("""
                    import os, threading, time, %s as probe
                    threading.excepthook = lambda raised: os._exit(9)
                    array = probe.zeros(1000)
                    several = [probe.zeros(4) for _ in range(4)]
                    started = threading.Barrier(7)
                    def work(call):
                        started.wait()
                        while True:
                            call()
                    for call in [lambda: probe.copy(array), lambda: probe.borrows(), lambda: probe.zeros(10),
                                 lambda: probe.dtype(), lambda: probe.layout(),
                                 lambda: probe.release_detached(several, 20)]:
                        threading.Thread(target=work, args=(call,), daemon=True).start()
                    started.wait()
                    time.sleep(0.1)
                    print("end")
                    """ % module), "end")


class LateReleaseTest(unittest.TestCase):
    """Views, borrows and types that are released without a thread state, or without an interpreter."""

    def test_releases_after_the_interpreter_do_nothing(self):
        for module in "probe", "probe_abi3":
            with self.subTest(module):
                self.assertEqual(run("""
                    import %s as probe
                    probe.release_late(probe.zeros(4))
                    print("end")
                    """ % module), "end")

    def test_releases_by_threads_without_a_state_keep_reference_counts(self):
        for module in "probe", "probe_abi3":
            with self.subTest(module):
                self.assertEqual(run("""
                    import sys, threading, numpy, %s as probe
                    many = [[probe.zeros(4) for _ in range(4)] for _ in range(3)]
                    counts = lambda: [sys.getrefcount(array) for arrays in many for array in arrays]
                    alone = counts()
                    others = [threading.Thread(target=probe.release_detached, args=(arrays, 100))
                              for arrays in many[:2]]
                    for other in others: other.start()
                    for other in others: other.join()
                    probe.release_detached([array[:4] for array in many[2]], 100)
                    owns = {array.flags.owndata for arrays in many for array in arrays}
                    print(counts() == alone, owns, probe.borrows())
                    """ % module), "True {True} []")


@unittest.skipUnless(hasattr(os, "fork"), "there is no fork here")
class ForkTest(unittest.TestCase):
    def test_child_uses_what_its_parent_built(self):
        self.assertEqual(run("""
            import os, probe
            array = probe.zeros(4)
            writer = probe.view(array, True)
            child = os.fork()
            if child == 0:
                try:
                    probe.view(array, False)
                    os._exit(1)
                except BufferError:
                    pass
                del writer
                ok = probe.borrows() == [] and probe.copy(array).dtype is probe.dtype()
                os._exit(0 if ok else 2)
            assert os.waitpid(child, 0)[1] == 0
            print(len(probe.borrows()))
            """), "1")

    def test_child_is_the_first_to_use_it(self):
        self.assertEqual(run("""
            import os, probe
            child = os.fork()
            if child == 0:
                os._exit(0 if len(probe.zeros(4)) == 4 else 1)
            assert os.waitpid(child, 0)[1] == 0
            print(len(probe.zeros(4)))
            """), "4")

    def test_forks_while_threads_borrow(self):
        self.assertEqual(run("""
            import os, threading, warnings, probe
            warnings.simplefilter("ignore")
            probe.dtype()  # a child would wait for an import that a thread had begun
            stop = threading.Event()
            def borrow():
                array = probe.zeros(4)
                while not stop.is_set():
                    probe.view(array, True)
            threads = [threading.Thread(target=borrow) for _ in range(4)]
            for thread in threads:
                thread.start()
            for _ in range(40):
                child = os.fork()
                if child == 0:
                    probe.view(probe.zeros(4), True)
                    os._exit(0)
                assert os.waitpid(child, 0)[1] == 0
            stop.set()
            for thread in threads:
                thread.join()
            print(probe.borrows())
            """), "[]")


class ThreadTest(unittest.TestCase):
    def test_eight_threads_start_at_once(self):
        self.assertEqual(run("""
            import sys, threading, probe
            sys.setswitchinterval(1e-6)
            barrier = threading.Barrier(8)
            seen, errors = [], []
            def start():
                try:
                    barrier.wait()
                    made = probe.dtype()
                    array = probe.zeros(100)
                    assert array.dtype is made and probe.copy(array).dtype is made
                    assert probe.mismatch(made) is None
                    probe.view(array, True)
                    seen.append(id(made))
                except BaseException as error:
                    errors.append(repr(error))
            threads = [threading.Thread(target=start) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert not errors, errors
            assert len(seen) == 8 and len(set(seen)) == 1 and probe.borrows() == []
            print("done")
            """), "done")

    def test_eight_threads_share_types_and_dtypes(self):
        self.assertEqual(run("""
            import sys, threading, numpy, probe
            sys.setswitchinterval(1e-5)
            barrier = threading.Barrier(8)
            wanted = probe.dtype()
            # More than a type's cache has room for, so that threads take the ways from each other.
            others = [numpy.dtype(wanted.descr + [("more%d" % i, "i4")]) for i in range(8)]
            shared = probe.zeros(64)
            errors = []
            def work(index):
                try:
                    barrier.wait()
                    for i in range(100):
                        assert probe.dtype() is wanted and probe.mismatch(wanted) is None
                        assert "more" in probe.mismatch(others[(index + i) % 8])
                        made = numpy.dtype(wanted.descr)  # goes while others have it in the cache
                        assert probe.mismatch(made) is None
                        assert probe.zeros_named(3).dtype is probe.named_dtype()
                        held = [probe.view(shared[index::8], True), probe.view(probe.zeros(2), False)]
                        assert len(probe.borrows()) >= 2 and "label" in probe.layout()
                        del held
                except BaseException as error:
                    errors.append(repr(error))
            threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert not errors, errors
            print(probe.borrows())
            """), "[]")

    def test_eight_threads_share_one_array(self):
        self.assertEqual(run("""
            import sys, threading, probe
            sys.setswitchinterval(1e-5)
            array = probe.zeros(64)
            refused = []
            def work(index):
                for i in range(500):
                    try:
                        held = probe.view(array[(index + i) % 8::8], i % 3 == 0)
                        held = probe.copy(array)
                    except BufferError:
                        refused.append(index)
                    held = None
            threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert probe.borrows() == [], probe.borrows()
            print(sys.getrefcount(array))
            """), "2")


@unittest.skipUnless(hasattr(os, "fork"), "there are no signals here")
@unittest.skipIf("TSAN_OPTIONS" in os.environ, "ThreadSanitizer is too slow for such a timer")
class SignalTest(unittest.TestCase):
    def test_handlers_run_between_long_copies(self):
        self.assertEqual(run("""
            import signal, probe
            seen = []
            signal.signal(signal.SIGALRM, lambda *_: seen.append(1))
            array = probe.zeros(%d)[::2]
            array["id"] = range(len(array))
            signal.setitimer(signal.ITIMER_REAL, 0.002, 0.002)
            while len(seen) < 5:
                made = probe.copy(array)
                assert (made["id"] == array["id"]).all()
            signal.setitimer(signal.ITIMER_REAL, 0)
            print(probe.borrows())
            """ % COPY_ELEMENTS), "[]")

    def test_handler_that_raises_during_a_long_copy(self):
        self.assertEqual(run("""
            import signal, probe
            class Stop(Exception):
                pass
            def handle(*_):
                raise Stop
            signal.signal(signal.SIGALRM, handle)
            array = probe.zeros(%d)[::2]
            for _ in range(5):
                try:
                    signal.setitimer(signal.ITIMER_REAL, 0.003)
                    while True:
                        probe.copy(array)
                except Stop:
                    pass
            assert probe.borrows() == []
            print(len(probe.copy(array)) * 2)
            """ % COPY_ELEMENTS), str(COPY_ELEMENTS))


if __name__ == "__main__":
    unittest.main()
