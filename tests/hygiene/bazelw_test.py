# SPDX-License-Identifier: BSD-3-Clause
"""bazelw, in a PATH of stand-ins: nothing here installs anything or runs Bazel."""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import unittest

BAZELW = os.path.abspath("bazelw")

BAZEL = '#!/bin/sh\necho "bazel $*"\n'
NOTHING = "#!/bin/sh\n"
NO_NUMPY = "#!/bin/sh\nexit 1\n"
PYTHON = '#!/bin/sh\nexec "%s" "$@"\n' % sys.executable


def id_of(user):
    return "#!/bin/sh\necho %d\n" % user


class BazelwTest(unittest.TestCase):
    def setUp(self):
        self.bin = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.bin)
        for program in "sh", "env", "ls", "cat", "chmod", "dirname", "grep":
            os.symlink(shutil.which(program), os.path.join(self.bin, program))
        self.provide(bazel=BAZEL, gcc=NOTHING, id=id_of(0), python=PYTHON)
        self.provide(**{"g++": NOTHING})

    def provide(self, **programs):
        for name, text in programs.items():
            path = os.path.join(self.bin, name)
            with open(path, "w") as file:
                file.write(text)
            os.chmod(path, 0o755)

    def remove(self, name):
        os.unlink(os.path.join(self.bin, name))

    def provide_apt(self):
        """An apt-get that notes how it is called, and of all packages brings only Bazel."""
        bazel = os.path.join(self.bin, "bazel")
        self.provide(**{"apt-get": '#!/bin/sh\necho "apt-get $*"\ncase "$*" in *bazel-bootstrap*)\n'
                                   "cat >'%s' <<'END'\n%sEND\nchmod +x '%s';; esac\n"
                                   % (bazel, BAZEL, bazel)})

    def place_bazelw(self, bazelrc):
        """A copy of bazelw for which the Bazel of this PATH is Debian's, with that bazelrc."""
        path = os.path.join(self.bin, "bazelrc")
        with open(path, "w") as file:
            file.write(bazelrc)
        with open(BAZELW) as file:
            text = file.read()
        for old, new in ("/usr/bin/bazel", os.path.join(self.bin, "bazel")), ("/etc/bazel/bazelrc", path):
            self.assertEqual(text.count(old), 1)
            text = text.replace(old, new)
        self.provide(bazelw=text)
        return os.path.join(self.bin, "bazelw")

    def run_bazelw(self, *arguments, python=os.path.join("PLACE", "python"), bazelw=BAZELW):
        """Returns the exit status, the standard output and the standard error."""
        python = python.replace("PLACE", self.bin)
        done = subprocess.run(
            [bazelw, *arguments], env={"PATH": self.bin, "PYTHON_BIN_PATH": python},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        return done.returncode, done.stdout, done.stderr

    def test_only_runs_bazel_when_all_is_there(self):
        self.provide(**{"apt-get": "#!/bin/sh\necho apt-get; exit 1\n"})
        self.assertEqual(self.run_bazelw("test", "//a b"), (0, "bazel test //a b\n", ""))

    def test_adds_less_than_a_fifth_of_a_second(self):
        # Of the processor's time: how long it waits for that is not its own fault.
        def seconds():
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            self.run_bazelw("version")
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
        self.assertLess(min(seconds() for _ in range(5)), 0.2)

    def test_runs_bazelisk_where_there_is_no_bazel(self):
        self.remove("bazel")
        self.provide(bazelisk='#!/bin/sh\necho "bazelisk $*"\n')
        self.assertEqual(self.run_bazelw("build"), (0, "bazelisk build\n", ""))

    def test_brings_debians_bazel_7_the_modules_that_it_lacks(self):
        bazelw = self.place_bazelw("common --override_module=rules_cc=/usr/share/bazel/rules/cc\n")
        status, out, err = self.run_bazelw("--batch", "build", bazelw=bazelw)
        self.assertEqual((status, err), (0, ""))
        self.assertEqual(out, "bazel --bazelrc=%s/third_party/bazel/debian.bazelrc --batch build\n" % self.bin)

    def test_leaves_debians_bazel_4_alone(self):
        bazelw = self.place_bazelw("build --sandbox_debug\n")
        self.assertEqual(self.run_bazelw("build", bazelw=bazelw), (0, "bazel build\n", ""))

    def test_installs_what_is_missing_as_root(self):
        self.remove("bazel")
        self.provide_apt()
        status, out, err = self.run_bazelw("build", "//x")
        self.assertEqual((status, out), (0, "bazel build //x\n"), err)
        self.assertTrue(err.startswith("bazelw: missing: Bazel. Installing: bazel-bootstrap\n"), err)
        self.assertIn("apt-get -y install --no-install-recommends bazel-bootstrap", err)

    def test_installs_by_sudo_as_a_plain_user(self):
        self.remove("bazel")
        self.provide_apt()
        self.provide(id=id_of(1000), sudo='#!/bin/sh\necho sudo\nexec "$@"\n')
        status, out, err = self.run_bazelw("build", "//x")
        self.assertEqual((status, out), (0, "bazel build //x\n"), err)
        self.assertIn("sudo\n", err)

    def test_names_the_packages_where_it_has_no_rights(self):
        self.remove("gcc")
        self.remove("bazel")
        self.provide_apt()
        self.provide(id=id_of(1000))
        status, out, err = self.run_bazelw("build")
        self.assertEqual((status, out), (1, ""))
        self.assertEqual(
            err, "bazelw: Installing needs root or sudo. Missing: Bazel, a C++ compiler.\n"
                 "bazelw: On Debian and Ubuntu: apt-get install bazel-bootstrap g++\n")

    def test_names_the_packages_where_there_is_no_apt(self):
        self.remove("g++")
        status, _, err = self.run_bazelw("build")
        self.assertEqual(status, 1)
        self.assertIn("There is no apt-get to install with. Missing: a C++ compiler.\n", err)

    def test_says_so_when_installing_fails(self):
        self.remove("bazel")
        self.provide(**{"apt-get": "#!/bin/sh\nexit 100\n"})
        status, out, err = self.run_bazelw("build")
        self.assertEqual((status, out), (1, ""))
        self.assertIn("bazelw: Installing failed. Missing: Bazel.\n", err)

    def test_says_so_when_installing_did_not_help(self):
        self.remove("g++")
        self.provide_apt()
        status, _, err = self.run_bazelw("build")
        self.assertEqual(status, 1)
        self.assertIn("bazelw: Still not complete. Missing: a C++ compiler.\n", err)

    def test_installs_nothing_for_a_python_of_the_users(self):
        self.provide(other=NO_NUMPY)
        self.provide_apt()
        status, out, err = self.run_bazelw("build", python="PLACE/other")
        self.assertEqual((status, out), (1, ""))
        self.assertIn("%s/other is no Python 3.9 or later" % self.bin, err)
        self.assertIn("/other -m pip install numpy", err)
        self.assertNotIn("apt-get", err)


if __name__ == "__main__":
    unittest.main()
