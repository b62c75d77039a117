# SPDX-License-Identifier: BSD-3-Clause
"""A repository of aliases to headers that the build has from elsewhere."""

_BUILD = """\
package(default_visibility = ["//visibility:public"])
"""

_ALIAS = """
alias(
    name = "{name}",
    actual = "{actual}",
)
"""

def _headers_repository_impl(repository_ctx):
    build = _BUILD + _ALIAS.format(name = "python_headers", actual = repository_ctx.attr.python)
    if repository_ctx.attr.numpy:
        build += _ALIAS.format(name = "numpy_headers", actual = repository_ctx.attr.numpy)
    repository_ctx.file("BUILD", build)

headers_repository = repository_rule(
    implementation = _headers_repository_impl,
    attrs = {
        "numpy": attr.string(doc = "Label of a cc_library; empty: none."),
        "python": attr.string(doc = "Label of a cc_library.", mandatory = True),
    },
)
