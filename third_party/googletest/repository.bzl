# SPDX-License-Identifier: BSD-3-Clause
"""GoogleTest: the distribution's copy of the sources, or a download."""

# Where Debian's package googletest puts the sources.
_SYSTEM = "/usr/src/googletest"
_VERSION = "1.14.0"
_SHA256 = "8ad598c73ad796e0d8280b082cebd82a630d73e73cd3c70057938a6501bba5d7"
_URL = "https://github.com/google/googletest/archive/refs/tags/v%s.tar.gz" % _VERSION

# Both copies are built by googletest.BUILD, so that they build alike.
_OWN_BUILD_FILES = ["BUILD", "BUILD.bazel", "MODULE.bazel", "WORKSPACE"]

def _googletest_repository_impl(repository_ctx):
    build_file = repository_ctx.path(Label("//third_party/googletest:googletest.BUILD"))
    system = repository_ctx.path(_SYSTEM)
    if system.exists:
        for entry in system.readdir():
            if entry.basename not in _OWN_BUILD_FILES:
                repository_ctx.symlink(entry, entry.basename)
    else:
        repository_ctx.download_and_extract(
            url = _URL,
            sha256 = _SHA256,
            stripPrefix = "googletest-" + _VERSION,
        )
        for name in _OWN_BUILD_FILES:
            repository_ctx.delete(name)
    repository_ctx.symlink(build_file, "BUILD.bazel")

googletest_repository = repository_rule(
    implementation = _googletest_repository_impl,
    doc = "Links %s if it exists on this machine and downloads a release otherwise." % _SYSTEM,
)
