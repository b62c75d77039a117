# SPDX-License-Identifier: BSD-3-Clause
"""Tests in C++ with GoogleTest."""

load("@rules_cc//cc:defs.bzl", "cc_test")

TEST_COPTS = [
    "-std=c++17",
    "-Wall",
    "-Wextra",
    "-Wpedantic",
    "-Werror",
]

def descry_cc_test(name, srcs, deps = [], copts = [], size = "small", **kwargs):
    """A GoogleTest program that embeds Python; see //tests/support.

    Args:
      name: as for cc_test: <file>_test.
      srcs: C++ sources; C sources go into a cc_library of their own.
      deps: more libraries; the library under test is one of them.
      copts: more options for the compiler.
      size: as for cc_test.
      **kwargs: as for cc_test.
    """
    cc_test(
        name = name,
        size = size,
        srcs = srcs,
        copts = TEST_COPTS + copts,
        deps = deps + ["//tests/support"],
        **kwargs
    )
