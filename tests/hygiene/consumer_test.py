# SPDX-License-Identifier: BSD-3-Clause
"""tests/consumer, a project that depends on descry, builds and passes its tests in a Bazel of its own."""

import os
import shutil
import subprocess
import tempfile
import unittest

from debian_bazel import find_bazel, module_options

# A link to the file in the source tree, which is the repository that the project names.
WORKSPACE = os.path.dirname(os.path.realpath("tests/consumer/WORKSPACE"))


def environment():
    """What a user's shell has, without what the Bazel around this test has put there."""
    inherited = "CC", "HOME", "LANG", "PATH", "PYTHON_BIN_PATH", "USER"
    return {name: os.environ[name] for name in inherited if name in os.environ}


class ConsumerTest(unittest.TestCase):
    def setUp(self):
        if not find_bazel():
            self.skipTest("there is no bazel on PATH")
        self.root = tempfile.mkdtemp(prefix="consumer")
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        self.addCleanup(self.bazel, "shutdown")

    def bazel(self, command, *options):
        """Returns the exit status and what Bazel printed."""
        done = subprocess.run(
            [find_bazel(), "--output_user_root=" + self.root, "--max_idle_secs=60", command, *options],
            cwd=WORKSPACE, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True)
        return done.returncode, done.stdout

    def test_builds_and_passes(self):
        # Sandboxes would take half of the time, and are no matter of this test.
        status, output = self.bazel("test", "--symlink_prefix=/", "--spawn_strategy=local",
                                    "--noshow_progress", *module_options(os.path.join(WORKSPACE, "../..")), "//...")
        self.assertEqual(status, 0, output)
        self.assertRegex(output, r"//test:modules_test +PASSED")


if __name__ == "__main__":
    unittest.main()
