# SPDX-License-Identifier: BSD-3-Clause
"""C and Rust in one process: a real extension with the crate `numpy` and a module with descry hold borrows against each
other, whichever of them brings the table."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))

# Run by an interpreter of its own for each order.
PROGRAM = """
import sys
import numpy as np
import borrower_one as c
import rust_borrows as rust

def touch_rust():
    rust.while_reading(np.zeros(1), lambda: None)

def touch_c():
    c.release(c.shared(np.zeros(1)))

first, second = (touch_rust, touch_c) if sys.argv[1] == "rust" else (touch_c, touch_rust)
first()
second()

def refused(function, *arguments):
    try:
        held = function(*arguments)
    except BufferError:
        return True
    if held is not None:
        c.release(held)
    return False

def nothing():
    return None

a = np.zeros((6, 5, 4, 3, 2, 1))
z = np.zeros(8, "c16")
records = np.zeros(8, "f8,f8")

# Rust holds, C asks.
assert rust.while_reading(a, lambda: refused(c.exclusive, a))
assert not rust.while_reading(a, lambda: refused(c.shared, a))
assert rust.while_writing(a, lambda: refused(c.shared, a))
assert rust.while_writing(a, lambda: refused(c.shared, a[3]))
assert not rust.while_writing(a[:3], lambda: refused(c.exclusive, a[3:]))
assert not rust.while_writing(a[..., 0, 0], lambda: refused(c.exclusive, a[..., 1, 0]))
assert not rust.while_writing(records["f0"], lambda: refused(c.exclusive, records["f1"]))
assert rust.while_writing(records["f1"], lambda: refused(c.shared, records))
assert rust.while_writing(z.imag, lambda: refused(c.shared, z))
assert not rust.while_writing(a, lambda: refused(c.exclusive, np.zeros(3)))

# C holds, Rust asks.
held = c.exclusive(a)
assert refused(rust.while_reading, a, nothing)
assert refused(rust.while_writing, a[2:], nothing)
c.downgrade(held)
assert not refused(rust.while_reading, a, nothing)
assert refused(rust.while_writing, a, nothing)
c.release(held)
assert not refused(rust.while_writing, a, nothing)
held = c.shared(records)
assert refused(rust.while_writing, records["f1"], nothing)
assert not refused(rust.while_reading, records["f1"], nothing)
c.release(held)
held = c.exclusive(z)
assert refused(rust.while_writing, z.imag, nothing)
c.release(held)

# Arrays on which Rust's own arithmetic divides by zero, or that change while C holds them.
odd = [c.shared(np.broadcast_to(np.zeros(1, t), (5,))) for t in ["f8", "f4", "u1"]]
for held in odd:
    c.release(held)
b = np.zeros(16)
held = c.exclusive(b)
b.shape = (4, 4)
b.dtype = "u1"
c.release(held)
assert not refused(rust.while_writing, b, nothing)

# And while Rust holds them, where the table is descry's; Rust's own would end the process.
if sys.argv[1] == "c":
    def change(array):
        array.dtype = "u1"
    d = np.zeros(16)
    rust.while_writing(d, lambda: change(d))
    rust.while_reading(d, lambda: None)
    e = np.zeros(16)
    rust.while_reading(e, lambda: e.resize(10000, refcheck=False))
    assert not refused(c.exclusive, d) and not refused(c.exclusive, e)
    assert rust.while_writing(z, lambda: refused(rust.while_writing, z.imag, nothing))
    m = np.zeros((7, 10))
    assert not rust.while_writing(m[:, ::3], lambda: refused(rust.while_writing, m[:, 1::3], nothing))

assert c.borrows() == []
print("done")
"""


def find_cargo():
    home = pwd.getpwuid(os.getuid()).pw_dir
    return shutil.which("cargo") or shutil.which("cargo", path=os.path.join(home, ".cargo", "bin"))


def copy_crate(folder):
    """Cargo writes beside its sources."""
    crate = os.path.join(folder, "crate")
    os.makedirs(os.path.join(crate, "src"))
    for name in ["Cargo.toml", "Cargo.lock", "src/lib.rs"]:
        shutil.copyfile(os.path.join(HERE, "rust", name), os.path.join(crate, name))
    return crate


class RustTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(dir=os.environ.get("TEST_TMPDIR"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cargo = find_cargo()
        if not cargo:
            raise unittest.SkipTest("skipped: no cargo")
        cls.build(cargo, copy_crate(cls.folder))

    @classmethod
    def build(cls, cargo, crate):
        environment = dict(
            os.environ,
            HOME=pwd.getpwuid(os.getuid()).pw_dir,
            CARGO_HOME=os.path.join(cls.folder, "cargo"),
            CARGO_TARGET_DIR=os.path.join(cls.folder, "target"),
            PATH=os.path.dirname(cargo) + ":" + os.environ.get("PATH", "/usr/bin:/bin"),
            PYO3_PYTHON=sys.executable,
        )
        environment.pop("LD_PRELOAD", None)

        def run(*command):
            return subprocess.run((cargo,) + command, cwd=crate, env=environment, capture_output=True, text=True)

        fetched = run("fetch", "--locked")
        if fetched.returncode != 0:
            raise unittest.SkipTest("skipped: cargo cannot fetch the crates: " + fetched.stderr.strip()[-300:])
        built = run("build", "--release", "--locked", "--offline")
        if built.returncode != 0:
            raise RuntimeError(built.stderr)
        library = os.path.join(environment["CARGO_TARGET_DIR"], "release", "librust_borrows")
        found = library + (".dylib" if sys.platform == "darwin" else ".so")
        shutil.copyfile(found, os.path.join(cls.folder, "rust_borrows.abi3.so"))

    def run_program(self, order):
        environment = dict(os.environ, PYTHONPATH=os.pathsep.join([self.folder] + sys.path))
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, order], env=environment, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout), (0, "done\n"), done.stderr)

    def test_rust_brings_the_table(self):
        self.run_program("rust")

    def test_descry_brings_the_table(self):
        self.run_program("c")
