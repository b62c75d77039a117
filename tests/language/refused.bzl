# SPDX-License-Identifier: BSD-3-Clause
"""Declarations that must not compile, each in C and in C++."""

load("//tests:compile_test.bzl", "must_not_compile_test")

def _source_impl(ctx):
    ctx.actions.write(ctx.outputs.out, "#include <descry/declare.h>\n" + ctx.attr.code + "\n")

_source = rule(
    implementation = _source_impl,
    attrs = {
        "code": attr.string(mandatory = True),
        "out": attr.output(mandatory = True),
    },
)

def refused(name, code, message, languages = ("c", "cc"), **kwargs):
    """Checks that `code`, behind #include <descry/declare.h>, is refused with `message`.

    Args:
      name: of the tests, which get the language and "_test" behind it.
      code: a struct and its declaration.
      message: what gcc and clang must print.
      languages: "c", "cc" or both.
      **kwargs: as for must_not_compile_test.
    """
    for language in languages:
        _source(
            name = name + "_" + language,
            testonly = True,
            code = code,
            out = name + "." + language,
        )
        must_not_compile_test(
            name = name + "_" + language + "_test",
            src = name + "." + language,
            message = message,
            deps = ["//src/declare"],
            **kwargs
        )
