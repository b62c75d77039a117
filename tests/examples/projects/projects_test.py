# SPDX-License-Identifier: BSD-3-Clause
"""docs/examples/setuptools_project and meson_project: built by pip from an index that has descry, installed, tried."""

import os
import shutil
import sys
import tempfile
import unittest

from package_index import Index, run

EXAMPLES = os.path.abspath("docs/examples")


def copy_files(source, target):
    """Copies what links in the runfiles point to."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("BUILD"))
    for folder, _, files in os.walk(target):
        for name in files:
            os.chmod(os.path.join(folder, name), 0o644)


class ProjectsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = temporary.name
        cls.index = Index(cls.folder)

    def build(self, name, needs, *options):
        """Builds the project into a wheel, installs that, and runs its tests; returns the wheel's name."""
        project = os.path.join(self.folder, name)
        installed = os.path.join(self.folder, "installed", name)
        copy_files(os.path.join(EXAMPLES, name), project)
        wheel = self.index.wheel(project, os.path.join(self.folder, "made"), [*needs, "descry"], *options)
        self.index.install(wheel, installed)
        (test,) = [file[:-len(".py")] for file in os.listdir(project) if file.startswith("test_")]
        status, output = run(sys.executable, "-m", "unittest", test, cwd=project,
                             env=dict(os.environ, PYTHONPATH=installed))
        self.assertEqual(status, 0, output)
        self.assertRegex(output, r"Ran [2-9] tests")
        return os.path.basename(wheel)

    def test_setuptools_makes_a_wheel_for_every_python(self):
        wheel = self.build("setuptools_project", ["setuptools", "wheel"])
        self.assertRegex(wheel, r"^orbits-1\.0-cp39-abi3-\w+\.whl$")

    def test_meson_makes_a_wheel(self):
        wheel = self.build("meson_project", ["meson-python"], "--config-settings=setup-args=-Dbuildtype=debug")
        self.assertRegex(wheel, r"^tides-1\.0-cp3\d+-abi3-\w+\.whl$")


if __name__ == "__main__":
    unittest.main()
