# SPDX-License-Identifier: BSD-3-Clause
"""Rules for extension modules that use descry."""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library")
load("//src/python:declarations.bzl", "generated_declarations")

# As a string, for Bazel 4 takes no Label as a key of a select; through Label, for the caller's
# repository need not see @platforms.
_MACOS = str(Label("@platforms//os:macos"))

# The limited C-API of CPython 3.9.
_ABI3 = ["Py_LIMITED_API=0x03090000"]

def _version_script_impl(ctx):
    text = "{ global: PyInit_%s; local: *; };\n" % ctx.attr.module
    ctx.actions.write(ctx.outputs.out, text)

_version_script = rule(
    implementation = _version_script_impl,
    doc = "A linker script by which a library shows PyInit_<module> and nothing else.",
    attrs = {
        "module": attr.string(mandatory = True),
        "out": attr.output(mandatory = True),
    },
)

def descry_extension(
        name,
        srcs,
        deps = [],
        abi3 = False,
        copts = [],
        linkopts = [],
        local_defines = [],
        tags = [],
        testonly = None,
        visibility = None,
        **kwargs):
    """Builds the extension module `name`, which can use descry.

    Put `name` in the `data` of a py_library, py_binary or py_test, and its folder on their
    `imports`.

    Args:
      name: the module's name: the sources define PyInit_<name>. The file is <name>.so.
      srcs: C or C++ sources.
      deps: more libraries; descry is one of them already.
      abi3: whether to use the limited C-API of CPython 3.9, so that one file, <name>.abi3.so,
        serves every later CPython too.
      copts: more options for the compiler.
      linkopts: more options for the linker.
      local_defines: more macros for the sources.
      tags: as for every rule.
      testonly: as for every rule.
      visibility: as for every rule.
      **kwargs: as for cc_binary: data, features, ...
    """
    file = name + (".abi3.so" if abi3 else ".so")
    script = name + ".lds"
    _version_script(
        name = name + "_version_script",
        module = name,
        out = script,
        tags = tags + ["manual"],
        testonly = testonly,
        visibility = ["//visibility:private"],
    )

    # PyInit_<name> is all that the module shows, however its parts were compiled.
    cc_binary(
        name = file,
        srcs = srcs,
        additional_linker_inputs = [script],
        copts = ["-fvisibility=hidden"] + copts,
        linkopts = linkopts + select({
            _MACOS: [
                "-undefined",
                "dynamic_lookup",
                "-Wl,-exported_symbol,_PyInit_" + name,
            ],
            # As needed: Bazel links libstdc++ to everything, a module in C has no use for it.
            "//conditions:default": [
                "-Wl,--as-needed",
                "-Wl,--version-script=$(location %s)" % script,
            ],
        }),
        linkshared = True,
        linkstatic = True,
        local_defines = local_defines + (_ABI3 if abi3 else []),
        tags = tags,
        testonly = testonly,
        visibility = visibility,
        deps = deps + [Label("//:descry_abi3" if abi3 else "//:descry")],
        **kwargs
    )
    native.filegroup(
        name = name,
        srcs = [file],
        tags = tags,
        testonly = testonly,
        visibility = visibility,
    )

def descry_declarations(
        name,
        hdrs,
        structs = [],
        deps = [],
        language = "c",
        copts = [],
        tags = [],
        testonly = None,
        visibility = None):
    """A library that declares the structs of a header, written by a program that asks the compiler.

    Include it as "<package>/<name>.h". The Python that Bazel finds needs pyelftools: Debian has it as
    python3-pyelftools.

    Args:
      name: the library's name, and that of the header that it makes.
      hdrs: the header, and what it includes of this package.
      structs: tags or typedefs of structs, unions or classes; by default all that the header defines.
      deps: libraries whose headers are included.
      language: "c" or "c++".
      copts: options for the compiler.
      tags: as for every rule.
      testonly: as for every rule.
      visibility: as for every rule.
    """
    is_cxx = language == "c++"
    source = name + (".cc" if is_cxx else ".c")
    generated_declarations(
        name = name + "_declarations",
        copts = copts,
        hdrs = hdrs,
        header = name + ".h",
        is_cxx = is_cxx,
        library = name,
        source = source,
        structs = structs,
        tags = tags + ["manual"],
        testonly = testonly,
        visibility = ["//visibility:private"],
        deps = deps,
    )
    cc_library(
        name = name,
        srcs = [source],
        hdrs = hdrs + [name + ".h"],
        copts = copts,
        tags = tags,
        testonly = testonly,
        visibility = visibility,
        deps = deps + [Label("//:declare")],
    )
