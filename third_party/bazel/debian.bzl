"""What Debian's Bazel (bazel-bootstrap) would otherwise download.

Bazel up to 7 declares rules_cc, rules_java and remote_coverage_tools itself and downloads them as
soon as a C++ target or a test is analysed. Debian's Bazel does so too, although its users expect to
build offline, and the rules_cc that Debian packages does not load in it. These stand-ins forward to
the native rules, which every Bazel without a release number of that age has.
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

def _forwarding_repository_impl(repository_ctx):
    for path, names in repository_ctx.attr.files.items():
        repository_ctx.file(path.rpartition("/")[0] + "/BUILD", "")
        repository_ctx.file(path, "".join([
            "{name} = native.{name}\n".format(name = name)
            for name in names
        ]))
    repository_ctx.file("BUILD", "".join([
        "filegroup(name = \"%s\", visibility = [\"//visibility:public\"])\n" % name
        for name in repository_ctx.attr.filegroups
    ]))

_forwarding_repository = repository_rule(
    implementation = _forwarding_repository_impl,
    attrs = {
        "filegroups": attr.string_list(doc = "Empty targets of the root package."),
        "files": attr.string_list_dict(doc = ".bzl file -> native rules that it passes on."),
    },
)

def debian_bazel_repositories():
    """Declares the stand-ins where this Bazel has no release number; else nothing."""
    if native.bazel_version:
        return
    if not native.existing_rule("rules_cc"):
        _forwarding_repository(name = "rules_cc", files = {"cc/defs.bzl": _CC_RULES})
    if not native.existing_rule("rules_java"):
        _forwarding_repository(name = "rules_java", files = {"java/defs.bzl": _JAVA_RULES})
    if not native.existing_rule("remote_coverage_tools"):
        _forwarding_repository(
            name = "remote_coverage_tools",
            filegroups = [
                "coverage_report_generator",
                "lcov_merger",
            ],
        )
