# SPDX-License-Identifier: BSD-3-Clause
"""Tests of what compiles and what does not, with every compiler that is there."""

load("@rules_cc//cc/common:cc_info.bzl", "CcInfo")
load("//third_party/python:launcher.bzl", "PYTHON_TOOL_ATTRS", "python_launcher")

def _runfile(path):
    """The path of an include folder from the root of the runfiles' workspace."""
    if path.startswith("bazel-out/"):
        path = path.partition("/bin/")[2]
    return "../" + path[len("external/"):] if path.startswith("external/") else (path or ".")

def _compile_test_impl(ctx):
    contexts = [dep[CcInfo].compilation_context for dep in ctx.attr.deps]
    includes = depset(transitive = [context.includes for context in contexts])
    system = depset(transitive = [context.system_includes for context in contexts])
    headers = depset(transitive = [context.headers for context in contexts])
    cases = ctx.actions.declare_file(ctx.label.name + ".json")
    ctx.actions.write(cases, json.encode({
        "flags": ctx.attr.copts,
        "includes": [_runfile(path) for path in includes.to_list()],
        "levels": ctx.attr.levels,
        "message": ctx.attr.message,
        "most_lines": ctx.attr.most_lines,
        "sources": [file.short_path for file in ctx.files.srcs],
        "standards": ctx.attr.standards,
        "system_includes": [_runfile(path) for path in system.to_list()],
    }))
    return [python_launcher(
        ctx,
        [ctx.file._runner, ctx.file._cases],
        data = ctx.files.srcs + [cases],
        environment = {"COMPILE_CASES": cases},
        transitive = headers,
    )]

_compile_test = rule(
    implementation = _compile_test_impl,
    attrs = dict(
        PYTHON_TOOL_ATTRS,
        copts = attr.string_list(doc = "More options for every compiler."),
        levels = attr.string_list(mandatory = True),
        message = attr.string(doc = "Part of the compiler's message; empty: the sources compile."),
        most_lines = attr.int(default = 40, doc = "How much a compiler may print of one mistake."),
        srcs = attr.label_list(allow_files = True, mandatory = True),
        standards = attr.string_list(doc = "Default: C11 or C++17, by the source's name."),
        deps = attr.label_list(providers = [CcInfo]),
        _cases = attr.label(
            allow_single_file = True,
            default = "//tests/support:compile_cases.py",
        ),
        _runner = attr.label(
            allow_single_file = True,
            default = "//tests/support:run_unittest.py",
        ),
    ),
    test = True,
)

# Nothing that is compiled here is run: see .bazelrc.
_STATIC = ["static"]

def must_not_compile_test(name, src, message, deps = ["//:descry"], tags = [], **kwargs):
    """Checks that gcc and clang refuse `src` and that what they print contains `message`.

    Args:
      name: as for every rule.
      src: a .c file, compiled as C11, or a .cc file, compiled as C++17.
      message: the words that the user must get to see.
      deps: the libraries whose headers it includes.
      tags: as for every rule.
      **kwargs: copts, standards (for example ["c++14", "c++20"]), ...
    """
    _compile_test(
        name = name,
        size = "small",
        srcs = [src],
        levels = ["-O0"],
        message = message,
        tags = tags + _STATIC,
        deps = deps,
        **kwargs
    )

def compiles_test(
        name,
        srcs,
        deps = ["//:descry"],
        levels = ["-O0", "-O2"],
        size = "small",
        tags = [],
        **kwargs):
    """Checks that gcc and clang compile each of `srcs` without a warning.

    Args:
      name: as for every rule.
      srcs: .c, .cc or .h files; a header is compiled alone, as C11 and as C++17.
      deps: the libraries whose headers they include.
      levels: of optimisation.
      size: as for every rule.
      tags: as for every rule.
      **kwargs: copts, standards, ...
    """
    _compile_test(
        name = name,
        size = size,
        srcs = srcs,
        levels = levels,
        tags = tags + _STATIC,
        deps = deps,
        **kwargs
    )
