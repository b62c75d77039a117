# SPDX-License-Identifier: BSD-3-Clause
"""What a Bazel that a test starts itself needs on Debian: see third_party/bazel/debian."""

import pathlib
import shutil


def find_bazel():
    return shutil.which("bazel") or shutil.which("bazelisk")


def module_options(descry):
    """Options by which Debian's Bazel 7 builds by MODULE.bazel without the network; `descry` is the folder of its sources."""
    bazelrc = pathlib.Path("/etc/bazel/bazelrc")
    text = bazelrc.read_text() if bazelrc.exists() else ""
    if find_bazel() != "/usr/bin/bazel" or "override_module=rules_cc=/usr/share/bazel/" not in text:
        return []
    modules = sorted(pathlib.Path(descry, "third_party/bazel/debian").resolve().glob("*/MODULE.bazel"))
    overrides = ["--override_module=%s=%s" % (path.parent.name, path.parent) for path in modules]
    # Beside the modules it would look for repositories of its own, also where there is no WORKSPACE.
    return ["--noenable_workspace", *overrides]
