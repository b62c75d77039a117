# SPDX-License-Identifier: BSD-3-Clause
"""A page of the documentation, followed to the letter: its files written, its commands run.

Blocks ```kind title="path"``` are files, written when the reader comes to them; blocks ```console``` are
commands behind "$ ", each followed by what it prints, in which "..." stands for anything.
"""

import doctest
import os
import pathlib
import re
import subprocess

HEADING = re.compile(r"^## (.*)$", re.M)
FENCE = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.M | re.S)
COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.M)


class CommandFailed(AssertionError):
    """Carries what the command printed."""


def sections(text):
    """Yields the heading and the text of each section."""
    parts = HEADING.split(text)
    yield "", parts[0]
    yield from zip(parts[1::2], parts[2::2])


class Reader:
    """Follows pages in a folder, which `cd` changes."""

    def __init__(self, folder, environment):
        self.folder = pathlib.Path(folder)
        self.environment = environment
        self.commands = []

    def read(self, text, leave_out=()):
        """Follows every block but the files named in `leave_out`."""
        for kind, title, body in FENCE.findall(text):
            if title and title not in leave_out:
                (self.folder / title).write_text(body)
            elif kind == "console":
                for command, expected in COMMAND.findall(body):
                    self.run(command, expected)

    def run(self, command, expected):
        place = self.folder / ".place"
        done = subprocess.run(
            ["bash", "-c", "trap 'pwd >\"%s\"' EXIT\n%s" % (place, command)],
            cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True)
        self.folder = pathlib.Path(place.read_text().strip())
        place.unlink()
        self.commands.append(command)
        may_fail = "error:" in expected
        matches = doctest.OutputChecker().check_output(expected, done.stdout, doctest.ELLIPSIS)
        if not matches or (done.returncode != 0) != may_fail:
            raise CommandFailed("$ %s\n%s\n(exit status %d), expected:\n%s" % (
                command, done.stdout, done.returncode, expected))


def environment(**more):
    """What a user's shell has, without what the Bazel around a test has put there."""
    inherited = "CC", "LANG", "PATH", "PYTHON_BIN_PATH", "USER"
    kept = {name: os.environ[name] for name in inherited if name in os.environ}
    return dict(kept, LC_ALL="C.UTF-8", **more)
