# SPDX-License-Identifier: BSD-3-Clause
"""The files for the Bazel Central Registry parse, and what they name exists."""

import json
import os
import re
import unittest

FOLDER = "third_party/bazel/registry"
BAZELS = ["7.x", "8.x", "9.x"]


def read(path):
    with open(path) as file:
        return file.read()


def public_targets():
    """The targets of the first BUILD file that everyone may see; descry's come as a pair."""
    found = set()
    for rule in re.split(r"^\)$", read("BUILD"), flags=re.M):
        name = re.search(r'^    name = "(\w+)"', rule, re.M)
        if name and "//visibility:public" in rule:
            found.add(name[1])
            if "descry_stage(" in rule:
                found.add(name[1] + "_abi3")
    return found


class RegistryTest(unittest.TestCase):
    def test_templates_have_what_the_registry_asks_for(self):
        metadata = json.loads(read(FOLDER + "/metadata.template.json"))
        self.assertEqual(set(metadata), {"homepage", "maintainers", "repository", "versions", "yanked_versions"})
        source = json.loads(read(FOLDER + "/source.template.json"))
        self.assertEqual(set(source), {"integrity", "strip_prefix", "url"})
        for value in source["strip_prefix"], source["url"]:
            self.assertLessEqual(set(re.findall(r"\{(\w+)\}", value)), {"OWNER", "REPO", "TAG", "VERSION"})

    def test_one_version_everywhere(self):
        (version,) = re.findall(r'^    version = "([\d.]+)"', read("MODULE.bazel"), re.M)
        self.assertIn('bazel_dep(name = "descry", version = "%s")' % version, read("README.md"))
        self.assertIn("## " + version, read("CHANGELOG.md"))
        self.assertIn("dist.sh) $@ %s " % version, read("BUILD"))


class PresubmitTest(unittest.TestCase):
    def setUp(self):
        try:
            import yaml
        except ImportError:
            self.skipTest("skipped: no PyYAML")
        self.presubmit = yaml.safe_load(read(FOLDER + "/presubmit.yml"))

    def test_every_task_runs_on_something(self):
        for part in self.presubmit, self.presubmit["bcr_test_module"]:
            self.assertLessEqual(set(part["matrix"]["bazel"]), set(BAZELS))
            for task in part["tasks"].values():
                self.assertEqual([task["platform"], task["bazel"]], ["${{ platform }}", "${{ bazel }}"])
                self.assertTrue(task.get("build_targets") or task.get("test_targets"))

    def test_targets_are_public(self):
        for task in self.presubmit["tasks"].values():
            for target in task["build_targets"]:
                self.assertRegex(target, "^@descry//:")
                self.assertIn(target.partition(":")[2], public_targets())

    def test_module_depends_on_descry(self):
        folder = self.presubmit["bcr_test_module"]["module_path"]
        text = read(os.path.join(folder, "MODULE.bazel"))
        self.assertIn('bazel_dep(name = "descry")', text)
        (path,) = re.findall(r'path = "([./]+)"', text)
        self.assertEqual(os.path.normpath(os.path.join(folder, path)), ".")


if __name__ == "__main__":
    unittest.main()
