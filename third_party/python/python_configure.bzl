# SPDX-License-Identifier: BSD-3-Clause
"""A repository with the headers of one CPython of this machine, and of the NumPy in it.

Which one: that named by `python` or by PYTHON_BIN_PATH, else the first of the usual names that has
both its own headers and NumPy, else the first that has its own headers.
"""

_USUAL = [
    "python3",
    "python",
    "/usr/bin/python3",
    "/usr/local/bin/python3",
    "python3.14",
    "python3.13",
    "python3.12",
    "python3.11",
    "python3.10",
    "python3.9",
]

_PROBE = """
import json, os, sys, sysconfig

def numpy_include():
    try:
        import numpy
    except ImportError:
        return None
    return numpy.get_include()

def library_flags():
    var = sysconfig.get_config_var
    library = "-lpython" + (var("LDVERSION") or "")
    system = ((var("LIBS") or "") + " " + (var("SYSLIBS") or "")).split()
    if var("Py_ENABLE_SHARED"):
        return ["-L" + var("LIBDIR"), "-Wl,-rpath," + var("LIBDIR"), library] + system
    if var("PYTHONFRAMEWORK"):
        prefix = var("PYTHONFRAMEWORKPREFIX")
        return ["-F" + prefix, "-Wl,-rpath," + prefix, "-framework", var("PYTHONFRAMEWORK")]
    return ["-L" + (var("LIBPL") or ""), "-L" + (var("LIBDIR") or ""), "-rdynamic", library] + system

include = sysconfig.get_path("include")
print(json.dumps({
    "executable": sys.executable,
    "headers": os.path.exists(os.path.join(include, "Python.h")),
    "implementation": sys.implementation.name,
    "include": include,
    "library_flags": library_flags(),
    "numpy_include": numpy_include(),
    "version": list(sys.version_info[:3]),
}))
"""

_BUILD = """\
load("@rules_cc//cc:defs.bzl", "cc_library")

package(default_visibility = ["//visibility:public"])

# `includes`, here and below, makes these system headers: their warnings are not ours.
cc_library(
    name = "python_headers",
    hdrs = glob(
        ["python_include/**/*.h"],
        exclude = ["python_include/numpy/**"],
    ),
    includes = ["python_include"],
)

# descry_python.h: #define DESCRY_PYTHON_EXECUTABLE, which an embedded interpreter gives itself
# out for, so that it finds the modules of a virtual environment.
cc_library(
    name = "python_embed",
    hdrs = ["embed/descry_python.h"],
    includes = ["embed"],
    linkopts = {library_flags},
    deps = [":python_headers"],
)

exports_files(["python3"])
"""

_NUMPY_BUILD = """
cc_library(
    name = "numpy_headers",
    hdrs = glob(["numpy_include/**/*.h"]),
    includes = ["numpy_include"],
    deps = [":python_headers"],
)
"""

_MISSING_BUILD = """\
load("@rules_cc//cc:defs.bzl", "cc_library")

package(default_visibility = ["//visibility:public"])
"""

# What is missing fails where something is compiled with it: a repository that fails to load would
# also stop those who point the label_flags of //third_party/python to targets of their own.
_MISSING_TARGET = """
genrule(
    name = "no_{name}",
    srcs = ["no_{name}.txt"],
    outs = ["no_{name}.h"],
    cmd = "cat $< >&2; exit 1",
)

{rule}(
    name = "{name}",
    {attribute} = ["no_{name}.h"],
)
"""

_REMEDY = """\
Point PYTHON_BIN_PATH to a Python that has them, in the environment or as
--repo_env=PYTHON_BIN_PATH=/path/to/python3. On Debian and Ubuntu:
  apt-get install python3-dev python3-numpy
"""

def _interpreters(repository_ctx):
    """The names to look for, and the paths of those that are there."""
    wanted = repository_ctx.attr.python or repository_ctx.os.environ.get("PYTHON_BIN_PATH", "")
    names = [wanted] if wanted else _USUAL
    paths = []
    for name in names:
        path = repository_ctx.path(name) if "/" in name else repository_ctx.which(name)
        if path and path.exists:
            paths.append(path)
    return names, paths

def _probe(repository_ctx, python):
    """Returns what `python` says of itself, and what it lacks."""
    result = repository_ctx.execute([python, "-c", _PROBE])
    if result.return_code:
        return None, "it does not run: " + result.stderr.strip().rpartition("\n")[2]
    info = json.decode(result.stdout)
    if info["implementation"] != "cpython":
        return None, "it is not CPython but " + info["implementation"]
    if info["version"] < [3, 9]:
        return None, "it is older than 3.9"
    if not info["headers"]:
        return None, "there is no Python.h in " + info["include"]
    if not info["numpy_include"]:
        return info, "it has no NumPy"
    return info, None

def _choose(repository_ctx):
    """Returns the chosen interpreter's description or None, and a report of those refused."""
    names, paths = _interpreters(repository_ctx)
    chosen = None
    report = ["Looked for: " + ", ".join(names)]
    for path in paths:
        info, lack = _probe(repository_ctx, path)
        if not lack:
            return info, ""
        chosen = chosen or info
        report.append("  %s: %s" % (path, lack))
    return chosen, "\n".join(report) + "\n" + _REMEDY

def _missing(repository_ctx, name, message, rule = "cc_library", attribute = "hdrs"):
    """Writes the text of a target that fails to build with `message`; returns its declaration."""
    repository_ctx.file("no_%s.txt" % name, message)
    return _MISSING_TARGET.format(name = name, rule = rule, attribute = attribute)

def _python_configure_impl(repository_ctx):
    info, report = _choose(repository_ctx)
    if not info:
        message = "descry: no CPython with its headers was found.\n" + report
        repository_ctx.file("BUILD", _MISSING_BUILD + "".join([
            _missing(repository_ctx, "python_headers", message),
            _missing(repository_ctx, "python_embed", message),
            _missing(repository_ctx, "numpy_headers", message),
            _missing(repository_ctx, "python3", message, rule = "filegroup", attribute = "srcs"),
        ]))
        return

    build = _BUILD.format(library_flags = repr(info["library_flags"]))
    repository_ctx.symlink(info["include"], "python_include")
    repository_ctx.file(
        "embed/descry_python.h",
        "#define DESCRY_PYTHON_EXECUTABLE \"%s\"\n" % info["executable"],
    )
    repository_ctx.file("python3", "#!/bin/sh\nexec '%s' \"$@\"\n" % info["executable"])
    if info["numpy_include"]:
        repository_ctx.symlink(info["numpy_include"], "numpy_include")
        build += _NUMPY_BUILD
    else:
        message = "descry: no CPython with NumPy and its headers was found.\n" + report
        build += _missing(repository_ctx, "numpy_headers", message)
    repository_ctx.file("BUILD", build)

python_configure = repository_rule(
    implementation = _python_configure_impl,
    attrs = {
        "python": attr.string(
            doc = "Path or name of the interpreter; default: $PYTHON_BIN_PATH, then the usual ones.",
        ),
    },
    configure = True,
    environ = [
        "PATH",
        "PYENV_VERSION",
        "PYTHON_BIN_PATH",
        "VIRTUAL_ENV",
    ],
    local = True,
)
