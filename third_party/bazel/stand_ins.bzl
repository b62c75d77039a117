# SPDX-License-Identifier: BSD-3-Clause
"""Repositories that Bazel itself asks for, without a download.

Bazel up to 7 declares rules_cc, rules_java and remote_coverage_tools itself and downloads them as
soon as a C++ target or a test is analysed. Debian's Bazel (bazel-bootstrap) does so too, although
its users expect to build offline, and the rules_cc that Debian packages does not load in it. These
stand-ins forward to the native rules, which those Bazels have.
"""

_CC_RULES = [
    "cc_binary",
    "cc_import",
    "cc_library",
    "cc_proto_library",
    "cc_test",
    "cc_toolchain",
    "cc_toolchain_suite",
    "objc_library",
]

_JAVA_RULES = [
    "java_binary",
    "java_import",
    "java_library",
    "java_runtime",
    "java_test",
    "java_toolchain",
]

def _forward(names):
    """The text of a .bzl file that passes native rules on."""
    return "".join(["{name} = native.{name}\n".format(name = name) for name in names])

# A file that assigns CcInfo can no longer read Bazel's own: hence two files.
_CC_FILES = {
    "cc/common/builtin.bzl": "cc_info = CcInfo\n",
    "cc/common/cc_info.bzl": "load(\":builtin.bzl\", \"cc_info\")\n\nCcInfo = cc_info\n",
    "cc/defs.bzl": _forward(_CC_RULES),
}

_JAVA_FILES = {"java/defs.bzl": _forward(_JAVA_RULES)}

_COVERAGE_FILEGROUPS = [
    "coverage_report_generator",
    "lcov_merger",
]

def _forwarding_repository_impl(repository_ctx):
    for path, text in repository_ctx.attr.files.items():
        repository_ctx.file(path.rpartition("/")[0] + "/BUILD", "")
        repository_ctx.file(path, text)
    repository_ctx.file("BUILD", "".join([
        "filegroup(name = \"%s\", visibility = [\"//visibility:public\"])\n" % name
        for name in repository_ctx.attr.filegroups
    ]))

_forwarding_repository = repository_rule(
    implementation = _forwarding_repository_impl,
    attrs = {
        "filegroups": attr.string_list(doc = "Empty targets of the root package."),
        "files": attr.string_dict(doc = ".bzl file -> its text."),
    },
)

def _declare(name, **kwargs):
    if not native.existing_rule(name):
        _forwarding_repository(name = name, **kwargs)

def debian_stand_ins():
    """Declares the stand-ins where this Bazel has no release number, as Debian's has none."""
    if not native.bazel_version:
        _declare("rules_cc", files = _CC_FILES)
        _declare("rules_java", files = _JAVA_FILES)
        _declare("remote_coverage_tools", filegroups = _COVERAGE_FILEGROUPS)

def rules_cc_stand_in():
    """Declares rules_cc for Bazel up to 7, which declares one without CcInfo itself."""
    if native.bazel_version[:2] in ["", "4.", "5.", "6.", "7."]:
        _declare("rules_cc", files = _CC_FILES)
