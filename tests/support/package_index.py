# SPDX-License-Identifier: BSD-3-Clause
"""A package index of one's own, with the package `descry` in it, and pip on it."""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

# The repository: in the source tree, which has what the package is made of.
ROOT = os.path.dirname(os.path.dirname(os.path.realpath("src/amalgamate.py")))

# Where pip reaches no package index, it shall not take long to say so.
INSTALL_SECONDS = 240


def run(*command, **options):
    """Returns the exit status and all that the command printed."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                              text=True, timeout=INSTALL_SECONDS, **options)
    except subprocess.TimeoutExpired:
        return 1, "it took too long"
    return done.returncode, done.stdout


def copy_repository(folder):
    """Copies what the package is made of: builds leave files beside their sources."""
    for part in ["src", "include"]:
        shutil.copytree(os.path.join(ROOT, part), os.path.join(folder, part),
                        ignore=shutil.ignore_patterns("build", "*.egg-info", "__pycache__"))
    for name in ["LICENSE", "CMakeLists.txt"]:
        shutil.copyfile(os.path.join(ROOT, name), os.path.join(folder, name))


def skip_where_unreachable(names, environment):
    """Skips where pip cannot have the packages."""
    with tempfile.TemporaryDirectory() as target:
        status, output = run(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", target, *names,
                             env=environment)
    if status:
        last = (output.strip().splitlines() or ["?"])[-1]
        raise unittest.SkipTest("skipped: pip cannot download %s: %s" % (" ".join(names), last))


class Index:
    """A folder with the wheel of descry, which pip finds beside what the public index has."""

    def __init__(self, folder):
        self.folder = os.path.join(folder, "index")
        self.repository = os.path.join(folder, "repository")
        # What the optimiser does takes most of the time, and is no matter of these tests.
        self.environment = dict(os.environ, PIP_FIND_LINKS=self.folder, PIP_DISABLE_PIP_VERSION_CHECK="1",
                                PIP_NO_INPUT="1", PIP_NO_CACHE_DIR="1", PIP_RETRIES="1", CFLAGS="-O0", CXXFLAGS="-O0")
        if not importlib.util.find_spec("pip"):
            raise unittest.SkipTest("skipped: %s has no pip" % sys.executable)
        os.makedirs(self.repository)
        copy_repository(self.repository)
        self.wheel(os.path.join(self.repository, "src", "python"), self.folder, ["setuptools", "wheel"])

    def wheel(self, project, folder, needs, *options):
        """Builds a project's wheel into the folder by what it `needs`; returns its path."""
        there = set(os.listdir(folder)) if os.path.isdir(folder) else set()
        isolation = []
        if all(importlib.util.find_spec(name) for name in needs):
            isolation = ["--no-build-isolation"]
        else:
            skip_where_unreachable(needs, self.environment)
        self.pip("wheel", "--no-deps", *isolation, "--wheel-dir", folder, *options, project)
        (made,) = set(os.listdir(folder)) - there
        return os.path.join(folder, made)

    def install(self, wheel, target):
        self.pip("install", "--no-deps", "--target", target, wheel)

    def pip(self, *arguments):
        status, output = run(sys.executable, "-m", "pip", "--quiet", *arguments, env=self.environment)
        if status:
            raise AssertionError("pip %s: %s" % (" ".join(arguments), output))
