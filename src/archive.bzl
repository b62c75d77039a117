# SPDX-License-Identifier: BSD-3-Clause
"""One static library with its headers, for those who do not use Bazel."""

# Optimised however the rest is built, and fit for shared libraries.
def _release_impl(_settings, _attr):
    return {
        "//command_line_option:compilation_mode": "opt",
        "//command_line_option:force_pic": True,
    }

_release = transition(
    implementation = _release_impl,
    inputs = [],
    outputs = [
        "//command_line_option:compilation_mode",
        "//command_line_option:force_pic",
    ],
)

def _release_folder_impl(ctx):
    files = []
    for file in ctx.attr.files[0][DefaultInfo].files.to_list():
        path = file.path.partition("/%s/" % ctx.attr.files[0].label.name)[2]
        files.append(ctx.actions.declare_file(ctx.label.name + "/" + path))
        ctx.actions.symlink(output = files[-1], target_file = file)
    return [DefaultInfo(files = depset(files))]

_release_folder = rule(
    implementation = _release_folder_impl,
    doc = "The files that a genrule puts into a folder of its own name, built for release.",
    attrs = {
        "files": attr.label(
            cfg = _release,
            mandatory = True,
        ),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
)

def descry_archive(name, stages, hdrs):
    """Makes the folder <name>, with libdescry.a in it and the public headers beside that.

    Args:
      name: the target and the folder.
      stages: the libraries, each linkstatic.
      hdrs: files below include/.
    """
    files = name + "_files"
    native.genrule(
        name = files,
        srcs = stages + hdrs,
        outs = [files + "/libdescry.a"] + [files + "/" + header for header in hdrs],
        cmd = " && ".join([
            "$(execpath //src:merge_archives.sh) $(AR) $(execpath %s/libdescry.a) $(SRCS)" % files,
        ] + [
            "cp $(execpath %s) $(execpath %s/%s)" % (header, files, header)
            for header in hdrs
        ]),
        tags = ["manual"],
        toolchains = ["@bazel_tools//tools/cpp:current_cc_toolchain"],
        tools = ["//src:merge_archives.sh"],
        visibility = ["//visibility:private"],
    )
    _release_folder(
        name = name,
        files = files,
        visibility = ["//visibility:public"],
    )
