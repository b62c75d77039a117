# SPDX-License-Identifier: BSD-3-Clause
"""Runs rows_properties.py, with hypothesis from the package index where it is not installed."""

import importlib.util
import subprocess
import sys
import tempfile
import unittest

# Where pip reaches no package index, it shall not take long to say so.
INSTALL_SECONDS = 120


def install(folder):
    """Has pip put hypothesis into a folder. Returns why it could not, or None."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1",
               "--target", folder, "hypothesis"]
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True,
                              timeout=INSTALL_SECONDS)
    except subprocess.TimeoutExpired:
        return "it took too long"
    return (done.stdout.strip().splitlines() or ["?"])[-1] if done.returncode else None


def load_tests(loader, tests, pattern):
    problem = None
    if not importlib.util.find_spec("hypothesis"):
        folder = tempfile.TemporaryDirectory()
        unittest.addModuleCleanup(folder.cleanup)
        problem = install(folder.name)
        sys.path.append(folder.name)
    if problem:
        class Skipped(unittest.TestCase):
            def test_rows(self):
                self.skipTest("skipped: pip cannot install hypothesis: " + problem)

        return loader.loadTestsFromTestCase(Skipped)
    import rows_properties
    return loader.loadTestsFromModule(rows_properties)


if __name__ == "__main__":
    unittest.main()
