# SPDX-License-Identifier: BSD-3-Clause
"""The rule behind descry_declarations: runs the tool `declare` of the Python package."""

load("@bazel_tools//tools/cpp:toolchain_utils.bzl", "find_cpp_toolchain")

def _flags(ctx):
    """The compiler's options for the headers of `deps` and of this target."""
    found = ["-iquote.", "-iquote" + ctx.bin_dir.path, "-iquote" + ctx.genfiles_dir.path]
    for dep in ctx.attr.deps:
        context = dep[CcInfo].compilation_context  # buildifier: disable=native-cc-info
        found += ["-D" + define for define in context.defines.to_list()]
        found += ["-iquote" + folder for folder in context.quote_includes.to_list()]
        found += ["-I" + folder for folder in context.includes.to_list()]
        found += ["-isystem" + folder for folder in context.system_includes.to_list()]
    return found + ctx.attr.copts

def _generated_declarations_impl(ctx):
    header = ctx.files.hdrs[0]
    language = "c++" if ctx.attr.is_cxx else "c"
    arguments = ctx.actions.args()
    arguments.add_all(["-m", "descry", "declare", header.path, "--lang", language])
    arguments.add_all(["--struct", ",".join(ctx.attr.structs)] if ctx.attr.structs else ["--all"])

    # As every target that has the header in its `hdrs` lets others include it.
    path = header.owner.package + "/" + header.owner.name if header.owner.package else header.owner.name
    arguments.add_all(["--as", "\"%s\"" % path])
    arguments.add_all(["--by", "descry_declarations(name = \"%s\") of //%s" % (ctx.attr.library, ctx.label.package)])
    arguments.add("--cflags", " ".join(_flags(ctx)))
    arguments.add("-o", ctx.outputs.header)
    ctx.actions.run(
        executable = ctx.file._python,
        arguments = [arguments],
        # Bazel before 7 takes either this or the shell's environment.
        env = dict(ctx.configuration.default_shell_env, **{
            "CC": find_cpp_toolchain(ctx).compiler_executable,
            "CXX": find_cpp_toolchain(ctx).compiler_executable,
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": ctx.files._package[0].dirname.rpartition("/")[0],
        }),
        inputs = depset(ctx.files.hdrs + ctx.files._package, transitive = [
            dep[CcInfo].compilation_context.headers  # buildifier: disable=native-cc-info
            for dep in ctx.attr.deps
        ]),
        outputs = [ctx.outputs.header, ctx.outputs.source],
        tools = depset([ctx.file._python], transitive = [find_cpp_toolchain(ctx).all_files]),
        mnemonic = "DescryDeclare",
    )

generated_declarations = rule(
    implementation = _generated_declarations_impl,
    doc = "Writes a header and a source with the declarations of a header's structs.",
    attrs = {
        "copts": attr.string_list(),
        "deps": attr.label_list(providers = [CcInfo]),  # buildifier: disable=native-cc-info
        "hdrs": attr.label_list(
            allow_files = True,
            mandatory = True,
        ),
        "header": attr.output(mandatory = True),
        "is_cxx": attr.bool(),
        "library": attr.string(mandatory = True),
        "source": attr.output(mandatory = True),
        "structs": attr.string_list(),
        "_cc_toolchain": attr.label(default = "@bazel_tools//tools/cpp:current_cc_toolchain"),
        "_package": attr.label(default = "//src/python:sources"),
        "_python": attr.label(
            allow_single_file = True,
            cfg = "exec",
            default = "//third_party/python:interpreter",
        ),
    },
    toolchains = ["@bazel_tools//tools/cpp:toolchain_type"],
)
