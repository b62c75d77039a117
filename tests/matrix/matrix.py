# SPDX-License-Identifier: BSD-3-Clause
"""Runs one binary of an extension module with many NumPys: a table Python x NumPy x passed.

    matrix.py [--quick] [--folder FOLDER] [PYTHON...]

For each CPython that is found, the module of //tests/abi3 is compiled once, and its suite is run
with several NumPys; and once for all of them it is compiled for the limited API. Each pair gets a
virtual environment below FOLDER (by default in the user's cache, kept for the next time), with NumPy
installed by pip. PYTHON: more interpreters, taken with the NumPy that they have. --quick: one
CPython, with the oldest and the newest of its NumPys.
"""

import argparse
import collections
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

# The oldest and the newest NumPy of each CPython, and what lies between.
NUMPYS = {
    "3.9": ["1.22", "2.0"],
    "3.10": ["1.23", "2.2"],
    "3.11": ["1.24", "1.26", "2.4"],
    "3.12": ["1.26", "2.5"],
    "3.13": ["2.1", "2.5"],
}

# For --quick: these have a NumPy 1.x and a recent 2.x.
QUICK = ["3.12", "3.11", "3.10"]

# Where pip reaches no package index, it shall not take long to say so.
INSTALL_SECONDS = 120
SUITE_SECONDS = 120

LIMITED = "-DPy_LIMITED_API=0x03090000"

FACTS = """
import sys, sysconfig, numpy
print("%d.%d%s" % (*sys.version_info[:2], getattr(sys, "abiflags", "").strip("md")))
print(numpy.__version__)
print(sysconfig.get_path("include"))
"""

Row = collections.namedtuple("Row", "python numpy own limited")


# Where Bazel has put the project's files: the folder above that of tests.
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def find(name):
    """The path of a file of the project."""
    return os.path.realpath(os.path.join(ROOT, name))


def run(command, seconds, **options):
    """Returns what `command` printed, or None where it failed."""
    try:
        done = subprocess.run(command, timeout=seconds, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True, **options)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def interpreter(version):
    """The path of a CPython of that version with its headers, or None."""
    pyenv = os.environ.get("PYENV_ROOT", os.path.expanduser("~/.pyenv"))
    candidates = glob.glob("%s/versions/%s.*/bin/python3" % (pyenv, version))
    candidates += ["/usr/bin/python" + version, "/usr/local/bin/python" + version]
    candidates += [path for path in [shutil.which("python" + version)] if path]
    code = "import os, sysconfig, ensurepip; open(sysconfig.get_path('include') + '/Python.h')"
    for path in candidates:
        if os.path.exists(path) and run([path, "-c", code], 20) is not None:
            return path
    return None


def environment(folder, version, numpy):
    """The interpreter of an environment with that NumPy; or None and the reason."""
    path = os.path.join(folder, "py%s-np%s" % (version, numpy))
    python = os.path.join(path, "bin", "python")
    if run([python, "-c", "import numpy"], 60) is not None:
        return python, None
    base = interpreter(version)
    if not base:
        return None, "skipped: there is no CPython " + version
    if run([base, "-m", "venv", "--clear", path], 120) is None:
        return None, "skipped: venv failed"
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
               "--retries", "1", "--only-binary", ":all:", "numpy==%s.*" % numpy]
    if run(install, INSTALL_SECONDS) is None:
        return None, "skipped: NumPy %s is not reachable" % numpy
    return python, None


def build(folder, include, *options):
    """Compiles the extension module against one CPython's headers; returns its folder."""
    os.makedirs(folder, exist_ok=True)
    sources = find("amalgamation")
    command = [os.environ.get("CC", "cc"), "-shared", "-fPIC", "-O1", "-I" + include, "-I" + sources]
    subprocess.run([*command, *options, find("tests/abi3/basic.c"),
                    os.path.join(sources, "descry", "descry.c"),
                    "-o", os.path.join(folder, "basic.so")], check=True)
    return folder


def run_suite(python, folder):
    """Runs the suite with the extension module in `folder`; returns the table's cell."""
    path = os.pathsep.join([folder, os.path.dirname(find("tests/abi3/basic_suite.py"))])
    done = subprocess.run(
        [python, "-m", "unittest", "basic_suite"], timeout=SUITE_SECONDS,
        env=dict(os.environ, PYTHONPATH=path, PYTHONDONTWRITEBYTECODE="1"),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    count = re.search(r"Ran (\d+) tests?", done.stdout)
    if done.returncode == 0 and count:
        return "%s passed" % count.group(1)
    print(done.stdout)
    return "FAILED"


class Matrix:
    """The extension modules that were built, and the rows so far."""

    def __init__(self, folder):
        self.folder = folder
        self.modules = {}
        self.rows = []

    def module(self, key, include, *options):
        if key not in self.modules:
            self.modules[key] = build(os.path.join(self.folder, key), include, *options)
        return self.modules[key]

    def add(self, python):
        """Runs the suite by the interpreter at `python`, with the NumPy that it has."""
        facts = run([python, "-c", FACTS], 60)
        if facts is None:
            self.skip("?", "?", "skipped: %s has no NumPy" % python)
            return
        version, numpy, include = facts.split("\n")[:3]
        own = run_suite(python, self.module(version, include))
        # The limited API is for interpreters with a GIL.
        limited = "-" if version.endswith("t") else run_suite(
            python, self.module("abi3", include, LIMITED))
        self.rows.append(Row(version, numpy, own, limited))

    def skip(self, version, numpy, reason):
        self.rows.append(Row(version, numpy, reason, ""))

    def print(self):
        titles = Row("Python", "NumPy", "built for it", "one abi3 file")
        widths = [max(len(row[i]) for row in [titles, *self.rows]) for i in range(3)]
        for row in [titles, *self.rows]:
            print("  ".join([cell.ljust(width) for cell, width in zip(row, widths)] + [row[3]]).rstrip())


def pairs(quick):
    """Yields the versions of Python and of NumPy to try."""
    if not quick:
        for version, numpys in NUMPYS.items():
            for numpy in numpys:
                yield version, numpy
        return
    version = next(filter(interpreter, QUICK), QUICK[0])
    yield version, NUMPYS[version][0]
    yield version, NUMPYS[version][-1]


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--folder", default=os.path.expanduser("~/.cache/descry-matrix"))
    parser.add_argument("pythons", nargs="*", metavar="PYTHON")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as modules:
        matrix = Matrix(modules)
        for version, numpy in pairs(options.quick):
            python, reason = environment(options.folder, version, numpy)
            if python:
                matrix.add(python)
            else:
                matrix.skip(version, numpy, reason)
        for python in options.pythons:
            matrix.add(python)
    matrix.print()
    return matrix.rows


if __name__ == "__main__":
    sys.exit(any("FAILED" in cell for row in main() for cell in row))
