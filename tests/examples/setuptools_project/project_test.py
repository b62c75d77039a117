# SPDX-License-Identifier: BSD-3-Clause
"""docs/examples/setuptools_project, followed to the letter: copied, built by pip, installed, tried."""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

PROJECT = os.path.abspath("docs/examples/setuptools_project")
AMALGAMATION = os.path.abspath("amalgamation/descry")


def run(*command, **options):
    """Returns the exit status and all that the command printed."""
    done = subprocess.run([sys.executable, *command], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, **options)
    return done.returncode, done.stdout


def copy_files(source, target):
    """Copies what links in the runfiles point to."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("BUILD"))
    for folder, _, files in os.walk(target):
        for name in files:
            os.chmod(os.path.join(folder, name), 0o644)


class ProjectTest(unittest.TestCase):
    def setUp(self):
        if not importlib.util.find_spec("pip"):
            self.skipTest(sys.executable + " has no pip")
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.project = os.path.join(temporary.name, "project")
        self.installed = os.path.join(temporary.name, "installed")
        copy_files(PROJECT, self.project)
        copy_files(AMALGAMATION, os.path.join(self.project, "descry"))

    def pip(self, *arguments):
        # What the optimiser does takes most of the time, and is no matter of this test.
        return run("-m", "pip", "--disable-pip-version-check", *arguments, cwd=self.project,
                   env=dict(os.environ, CFLAGS="-O0"))

    def build_wheel(self):
        """Returns the name of the wheel that pip makes, by the setuptools that are there."""
        isolation = []
        if importlib.util.find_spec("setuptools") and importlib.util.find_spec("wheel"):
            isolation = ["--no-build-isolation"]
        elif self.pip("download", "--no-deps", "--dest", self.installed, "setuptools")[0]:
            self.skipTest("there are no setuptools and wheel, and pip cannot download them")
        status, output = self.pip("wheel", "--no-deps", "--wheel-dir", "dist", *isolation, ".")
        self.assertEqual(status, 0, output)
        (wheel,) = os.listdir(os.path.join(self.project, "dist"))
        return wheel

    def test_makes_a_wheel_for_every_python(self):
        wheel = self.build_wheel()
        self.assertRegex(wheel, r"^orbits-1\.0-cp39-abi3-\w+\.whl$")
        status, output = self.pip("install", "--no-deps", "--target", self.installed, "dist/" + wheel)
        self.assertEqual(status, 0, output)
        status, output = run("-m", "unittest", "test_orbits", cwd=self.project,
                             env=dict(os.environ, PYTHONPATH=self.installed))
        self.assertEqual(status, 0, output)
        self.assertIn("Ran 3 tests", output)


if __name__ == "__main__":
    unittest.main()
