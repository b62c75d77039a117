# SPDX-License-Identifier: BSD-3-Clause
"""The version is the same wherever it stands."""

import pathlib
import re
import tarfile
import unittest

PARTS = re.compile(r"^#define DESCRY_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)$", re.M)
VERSION = ".".join(PARTS.findall(pathlib.Path("include/descry/version.h").read_text()))


class VersionTest(unittest.TestCase):
    def check(self, text, pattern):
        """Every match of `pattern` is the version, and there is one."""
        self.assertEqual(set(re.findall(pattern, text, re.M)), {VERSION})

    def test_has_three_parts(self):
        self.assertRegex(VERSION, r"^\d+\.\d+\.\d+$")

    def test_of_the_module(self):
        self.check(pathlib.Path("MODULE.bazel").read_text(), r'name = "descry",\n    version = "([^"]+)",')

    def test_of_the_newest_changes(self):
        newest = re.search(r"^## .*$", pathlib.Path("CHANGELOG.md").read_text(), re.M)[0]
        self.check(newest, r"^## ([\d.]+)")

    def test_of_the_pages(self):
        pages = [pathlib.Path("README.md"), *pathlib.Path("docs").rglob("*.md")]
        text = "".join(page.read_text() for page in pages)
        self.check(text, r'bazel_dep\(name = "descry", version = "([^"]+)"\)')

    def test_of_the_tar(self):
        with tarfile.open("descry.tar.gz") as tar:
            files = {name: tar.extractfile(name).read().decode() for name in tar.getnames()
                     if name.endswith((".pc", ".cmake"))}
            self.assertEqual({name.split("/")[0] for name in tar.getnames()}, {"descry-" + VERSION})
        self.assertEqual(len(files), 3)
        self.check("".join(files.values()), r'^(?:Version: |set\((?:descry|PACKAGE)_VERSION ")([\d.]+)')


if __name__ == "__main__":
    unittest.main()
