# SPDX-License-Identifier: BSD-3-Clause
"""Repositories of descry, for MODULE.bazel."""

load("//third_party/googletest:repository.bzl", "googletest_repository")
load("//third_party/python:headers_repository.bzl", "headers_repository")
load("//third_party/python:other_python.bzl", "other_python")
load("//third_party/python:python_configure.bzl", "python_configure")

_headers = tag_class(
    attrs = {
        "numpy": attr.label(doc = "A cc_library of NumPy's headers; descry itself needs none."),
        "python": attr.label(mandatory = True, doc = "A cc_library of CPython's headers."),
    },
    doc = "Builds with these targets rather than with a Python of this machine.",
)

_local = tag_class(
    attrs = {
        "python": attr.string(doc = "Path or name of the interpreter."),
    },
    doc = "Builds with a Python of this machine, which is the default.",
)

def _root_tags(module_ctx):
    """The tags of the main project: no other module may choose a Python for it."""
    for module in module_ctx.modules:
        if module.is_root:
            return module.tags.headers, module.tags.local
    return [], []

def _descry_impl(module_ctx):
    headers, local = _root_tags(module_ctx)
    if headers:
        headers_repository(
            name = "descry_python",
            numpy = str(headers[0].numpy) if headers[0].numpy else "",
            python = str(headers[0].python),
        )
    else:
        python_configure(
            name = "descry_python",
            python = local[0].python if local else "",
        )

descry = module_extension(
    implementation = _descry_impl,
    tag_classes = {
        "headers": _headers,
        "local": _local,
    },
)

def _descry_dev_impl(_module_ctx):
    googletest_repository(name = "com_google_googletest")
    other_python(name = "descry_other_python", chosen = "@descry_python//:python3")

descry_dev = module_extension(
    implementation = _descry_dev_impl,
    doc = "What descry's own tests need.",
)
