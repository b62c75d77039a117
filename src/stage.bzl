# SPDX-License-Identifier: BSD-3-Clause
"""The one rule by which every stage of descry is built."""

load("@rules_cc//cc:defs.bzl", "cc_library")

_COPTS = [
    "-std=c11",
    "-Wall",
    "-Wextra",
    "-Wpedantic",
    "-Wconversion",
    "-Wshadow",
    "-Wvla",
    "-fvisibility=hidden",
    # Bazel asks for a section each when it optimises: a quarter more to ship, for a linker that picks
    # by source file anyway. Tables for C++ exceptions, of which none may pass through here, are a
    # tenth more, and the compiler's name in each of a hundred files a twentieth.
    "-fno-asynchronous-unwind-tables",
    "-fno-data-sections",
    "-fno-function-sections",
    "-fno-ident",
]

# A warning of a compiler that we have not seen stops our own builds, never those of a user: there
# descry is an external repository.
_WERROR = [] if Label("//:descry").workspace_root else ["-Werror"]

# The limited C-API of CPython 3.9.
_ABI3 = ["Py_LIMITED_API=0x03090000"]

_PYTHON = "//third_party/python:headers"

def _abi3(label):
    """The label of a stage's library for the limited API."""
    return (label if ":" in label else label + ":" + label.rpartition("/")[2]) + "_abi3"

def descry_stage(
        name,
        srcs = [],
        hdrs = [],
        public_hdrs = [],
        deps = [],
        python = True,
        visibility = None):
    """Builds a stage twice: as `name` for one CPython, and as `name`_abi3 for every later one.

    A stage that knows no Python is one library under both names.

    A stage sees its own headers and those of the stages in `deps`, nothing else.

    Args:
      name: the stage.
      srcs: C sources.
      hdrs: headers for later stages only, which include them as "src/<stage>/x.h".
      public_hdrs: names of files in include/descry, which everyone includes as <descry/x.h>.
      deps: earlier stages, as "//src/<stage>".
      python: whether the stage may include Python.h.
      visibility: of both libraries; default: all of descry.
    """
    headers = name + "_headers"
    cc_library(
        name = headers,
        hdrs = ["//:include/descry/" + header for header in public_hdrs],
        # Not `includes`: that would make ours system headers, which hides their warnings.
        strip_include_prefix = "/include",
        visibility = ["//visibility:private"],
    )

    # Without Python both are one library, so that a program may link it beside either build.
    builds = [("", deps, [])]
    if python:
        builds.append(("_abi3", [_abi3(dep) for dep in deps], _ABI3))
    else:
        native.alias(
            name = name + "_abi3",
            actual = ":" + name,
            visibility = visibility or ["//:__subpackages__"],
        )
    for suffix, stages, defines in builds:
        cc_library(
            name = name + suffix,
            srcs = srcs,
            hdrs = hdrs,
            copts = _COPTS + _WERROR,
            linkstatic = True,
            local_defines = defines,
            visibility = visibility or ["//:__subpackages__"],
            deps = [":" + headers] + stages + ([_PYTHON] if python else []),
        )
