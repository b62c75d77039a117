# SPDX-License-Identifier: BSD-3-Clause
"""docs/from_pybind11.md: its project is built into a wheel, and does what the page shows."""

import doctest
import os
import pathlib
import re
import sys
import tempfile
import unittest

from flock_build import run
from package_index import Index

PAGE = pathlib.Path("docs/from_pybind11.md")
FENCE = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.M | re.S)


class PageTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = temporary.name
        self.text = PAGE.read_text()
        self.project = os.path.join(self.folder, "project")
        os.mkdir(self.project)
        for _, title, body in FENCE.findall(self.text):
            if title:
                pathlib.Path(self.folder, title).write_text(body)

    def check_page(self, folder):
        sys.path.insert(0, folder)
        try:
            python = "\n".join(body for kind, _, body in FENCE.findall(self.text) if kind == "pycon")
            test = doctest.DocTestParser().get_doctest(python, {}, PAGE.name, str(PAGE), 0)
            self.assertGreater(len(test.examples), 15)
            runner = doctest.DocTestRunner()
            runner.run(test)
            self.assertEqual(runner.failures, 0)
        finally:
            sys.path.remove(folder)
        status, output = run(sys.executable, os.path.join(self.project, "test_catalogue.py"),
                             env=dict(os.environ, PYTHONPATH=os.pathsep.join([folder] + sys.path)))
        self.assertEqual(status, 0, output)

    def test_the_wheel_does_what_the_page_shows(self):
        index = Index(self.folder)
        wheel = index.wheel(self.project, os.path.join(self.folder, "made"), ["scikit-build-core", "pybind11", "descry"],
                            "--config-settings=cmake.build-type=Debug")
        target = os.path.join(self.folder, "site")
        index.install(wheel, target)
        self.check_page(target)


if __name__ == "__main__":
    unittest.main()
