# SPDX-License-Identifier: BSD-3-Clause
"""descry as one source file and its headers, for those who have a build of their own."""

_SourcesInfo = provider(
    doc = "The sources and headers of a library of descry, and of all that it depends on.",
    fields = {"files": "depset of files"},
)

def _sources_impl(target, ctx):
    own = []
    if target.label.workspace_name == ctx.label.workspace_name:
        own = ctx.rule.files.srcs + ctx.rule.files.hdrs
    return [_SourcesInfo(files = depset(own, transitive = [
        dep[_SourcesInfo].files
        for dep in ctx.rule.attr.deps
        if _SourcesInfo in dep
    ]))]

_sources = aspect(
    implementation = _sources_impl,
    attr_aspects = ["deps"],
)

_OUTPUTS = [
    "declare.h",
    "descry.c",
    "descry.h",
    "descry.hpp",
    "descry_plain.c",
    "nanobind.hpp",
    "npy.h",
    "pybind11.hpp",
    "schema.h",
    "standard.hpp",
]

def _amalgamation_impl(ctx):
    root = ctx.label.workspace_root
    files = [
        file
        for file in ctx.attr.library[_SourcesInfo].files.to_list()
        if file.is_source and file.owner.workspace_name == ctx.label.workspace_name
    ]
    folder = ctx.label.name + "/descry/"
    outputs = [ctx.actions.declare_file(folder + name) for name in _OUTPUTS]
    ctx.actions.run(
        executable = ctx.file._python,
        arguments = [ctx.file._script.path, outputs[0].dirname, root or "."] + [
            file.path[len(root) + 1:] if root else file.path
            for file in files
        ],
        inputs = files + [ctx.file._script, ctx.file._stages],
        outputs = outputs,
        tools = [ctx.file._python],
        mnemonic = "Amalgamate",
    )
    licence = ctx.actions.declare_file(folder + "LICENSE")
    ctx.actions.symlink(output = licence, target_file = ctx.file.licence)
    return [DefaultInfo(files = depset(outputs + [licence]))]

amalgamation = rule(
    implementation = _amalgamation_impl,
    doc = "Makes the folder <name>/descry with descry.c, its headers and its licence.",
    attrs = {
        "library": attr.label(
            aspects = [_sources],
            mandatory = True,
        ),
        "licence": attr.label(
            allow_single_file = True,
            mandatory = True,
        ),
        "_python": attr.label(
            allow_single_file = True,
            cfg = "exec",
            default = "//third_party/python:interpreter",
        ),
        "_script": attr.label(
            allow_single_file = True,
            default = "//src:amalgamate.py",
        ),
        "_stages": attr.label(
            allow_single_file = True,
            default = "//src:stages.bzl",
        ),
    },
)
