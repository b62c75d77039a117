# SPDX-License-Identifier: BSD-3-Clause
"""docs/tutorial.md leads from an empty folder to a tested module, by setuptools and by Bazel."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import console
from debian_bazel import find_bazel, module_options

# A link to the file in the source tree, which is what the page calls descry's sources.
SOURCES = pathlib.Path(os.path.realpath("docs/tutorial.md")).parent.parent
TEXT = pathlib.Path("docs/tutorial.md").read_text()
WAYS = "With setuptools", "With Bazel"

NO_INDEX = re.compile(r"No matching distribution|Could not find a version|ConnectionError|Max retries")


class TutorialTest(unittest.TestCase):
    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="tutorial"))
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        (self.home / "descry").symlink_to(SOURCES)
        self.bin = self.home / "bin"
        self.bin.mkdir()
        # The page's python3 is the one that descry is built for.
        self.provide("python3", sys.executable)

    def provide(self, name, *command):
        """Puts a program of that name in front of all others."""
        program = self.bin / name
        program.write_text('#!/bin/sh\nexec %s "$@"\n' % " ".join('"%s"' % word for word in command))
        program.chmod(0o755)

    def follow(self, way, leave_out=()):
        """Reads the page as someone does who takes that way; returns the commands."""
        environment = console.environment(HOME=str(self.home), PYTHON_BIN_PATH=sys.executable)
        # What the optimiser does takes most of the time, and is no matter of this test.
        environment["CFLAGS"] = "-O0"
        environment["PATH"] = "%s:%s" % (self.bin, environment["PATH"])
        reader = console.Reader(self.home, environment)
        for heading, text in console.sections(TEXT):
            if heading == way or heading not in WAYS:
                reader.read(text, leave_out)
        return reader.commands

    def test_has_both_ways(self):
        headings = [heading for heading, _ in console.sections(TEXT)]
        self.assertLessEqual(set(WAYS), set(headings))

    def test_leads_to_a_wheel_by_setuptools(self):
        if subprocess.run([sys.executable, "-c", "import ensurepip, venv"]).returncode:
            self.skipTest("skipped: %s cannot make environments" % sys.executable)
        try:
            commands = self.follow("With setuptools")
        except console.CommandFailed as failed:
            if NO_INDEX.search(str(failed)):
                self.skipTest("skipped: pip reaches no package index")
            raise
        self.assertIn("env/bin/python -m unittest test_tracks", commands)

    def test_leads_to_a_module_by_bazel(self):
        bazel = find_bazel()
        if not bazel:
            self.skipTest("skipped: there is no bazel on PATH")
        # Sandboxes are slow, and no matter of this test either.
        options = ["build --spawn_strategy=local"]
        options += ["common " + option for option in module_options(SOURCES)]
        (self.home / ".bazelrc").write_text("\n".join(options) + "\n")
        startup = "--output_user_root=%s" % (self.home / "bazel"), "--max_idle_secs=60"
        self.provide("bazel", bazel, *startup)
        self.addCleanup(subprocess.run, [self.bin / "bazel", "shutdown"], cwd=self.home,
                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        version = subprocess.run([bazel, "--version"], stdout=subprocess.PIPE, text=True).stdout
        modules = re.search(r"bazel (\d+)", version)
        unread = "WORKSPACE" if modules and int(modules[1]) >= 7 else "MODULE.bazel"
        commands = self.follow("With Bazel", leave_out=[unread])
        self.assertIn("bazel build //:tracks", commands)

    def test_other_builds(self):
        self.read_page("docs/guide/distributing.md")

    def read_page(self, path):
        environment = console.environment(HOME=str(self.home))
        environment["PATH"] = "%s:%s" % (self.bin, environment["PATH"])
        console.Reader(self.home, environment).read(pathlib.Path(path).read_text())


class ReaderTest(unittest.TestCase):
    """The reader notices what does not hold."""

    def read(self, text):
        with tempfile.TemporaryDirectory() as folder:
            console.Reader(folder, console.environment()).read(text)

    def test_writes_files_and_changes_folders(self):
        self.read('```sh title="a"\none\n```\n```console\n$ mkdir b && cd b\n$ cat ../a\none\n```\n')

    def test_refuses_other_output(self):
        with self.assertRaisesRegex(console.CommandFailed, "expected:\ntwo"):
            self.read("```console\n$ echo one\ntwo\n```\n")

    def test_refuses_silence_where_output_is_expected(self):
        with self.assertRaises(console.CommandFailed):
            self.read("```console\n$ true\none...\n```\n")

    def test_refuses_failure(self):
        with self.assertRaisesRegex(console.CommandFailed, "exit status 3"):
            self.read("```console\n$ exit 3\n```\n")


if __name__ == "__main__":
    unittest.main()
