# SPDX-License-Identifier: BSD-3-Clause
"""Fuzz targets, as tests and as fuzzers."""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_test")
load("//tests:cc_test.bzl", "TEST_COPTS")

def fuzz_target(name, deps, data = []):
    """Makes `name`_test, which any compiler builds, and the libFuzzer program `name`.

    Args:
      name: the target; LLVMFuzzerTestOneInput() is in <name>.cc, inputs are in corpus/<name>.
      deps: what it needs.
      data: files that it reads.
    """
    corpus = native.glob(["corpus/%s/*" % name])
    cc_test(
        name = name + "_test",
        size = "small",
        srcs = [
            name + ".cc",
            "standalone_main.cc",
        ],
        args = [
            "--seconds=1",
            "tests/fuzz/corpus/" + name,
        ],
        copts = TEST_COPTS,
        data = data + corpus,
        tags = ["long"],
        deps = deps + ["//tests/support:rounds"],
    )
    cc_binary(
        name = name,
        testonly = True,
        srcs = [name + ".cc"],
        copts = TEST_COPTS,
        data = data + corpus,
        linkopts = ["-fsanitize=fuzzer"],
        tags = ["manual"],
        deps = deps,
    )
