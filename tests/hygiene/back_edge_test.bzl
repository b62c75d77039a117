# SPDX-License-Identifier: BSD-3-Clause
"""A test that a stage's library cannot see the headers of later stages."""

load("//tests:compile_test.bzl", "compiles_test")

_SEEN = """\
#if !__has_include(<descry/{header}>)
#error "a stage does not see <descry/{header}>, which is its own or of an earlier stage"
#endif
"""

_UNSEEN = """\
#if __has_include(<descry/{header}>)
#error "a stage sees <descry/{header}>, which is of a later stage"
#endif
"""

def _stage_source_impl(ctx):
    text = "".join(
        [_SEEN.format(header = header) for header in ctx.attr.seen] +
        [_UNSEEN.format(header = header) for header in ctx.attr.unseen],
    )
    ctx.actions.write(ctx.outputs.out, text + "extern int not_empty;\n")

_stage_source = rule(
    implementation = _stage_source_impl,
    attrs = {
        "out": attr.output(mandatory = True),
        "seen": attr.string_list(),
        "unseen": attr.string_list(),
    },
)

def back_edge_tests(name, stages):
    """Makes <stage>_back_edge_test for every stage, with what Bazel gives its compiler.

    Args:
      name: a test suite of all of them.
      stages: (stage, its public header or None), in their order.
    """
    headers = [header for _, header in stages]
    tests = []
    for index, (stage, header) in enumerate(stages):
        test = stage + "_back_edge_test"
        tests.append(test)
        _stage_source(
            name = test + "_source",
            out = test + ".c",
            seen = [header] if header else [],
            unseen = [later for later in headers[index + 1:] if later],
        )
        compiles_test(
            name = test,
            srcs = [test + ".c"],
            levels = ["-O0"],
            deps = ["//src/" + stage],
        )
    native.test_suite(
        name = name,
        tests = tests,
    )
