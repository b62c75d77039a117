# SPDX-License-Identifier: BSD-3-Clause
"""A shell script that runs a Python file with the interpreter that descry is built against."""

# The runfiles are found as a test, under `bazel run`, by hand, or from a test that runs this.
_SCRIPT = """\
#!/bin/sh
[ -d "$0.runfiles" ] && found=$0.runfiles
runfiles=${{TEST_SRCDIR:-${{found:-$RUNFILES_DIR}}}}
cd "$runfiles/{workspace}" || exit 1
root=$PWD
export PYTHONPATH="{path}${{PYTHONPATH:+:$PYTHONPATH}}"
export PYTHONDONTWRITEBYTECODE=1
{environment}\
[ -z "$BUILD_WORKING_DIRECTORY" ] || cd "$BUILD_WORKING_DIRECTORY" || exit 1
exec {prefix}"$root/{python}" {arguments} "$@"
"""

# An interpreter built without AddressSanitizer must load its library before all others.
_ASAN_ENVIRONMENT = """\
export ASAN_OPTIONS="${ASAN_OPTIONS:-detect_leaks=0}" PYTHONMALLOC=malloc
preload=$(${CC:-cc} -print-file-name=libasan.so)
"""
_ASAN_PREFIX = "env LD_PRELOAD=\"$preload\" "

def _in_root(file):
    return "\"$root/%s\"" % file.short_path

def _folder(file):
    return "$root/" + file.short_path.rpartition("/")[0]

def python_launcher(ctx, files, data = [], environment = {}, transitive = depset()):
    """Makes a program that runs the first of `files` with the names of the others.

    Args:
      ctx: the context of a rule with PYTHON_TOOL_ATTRS or PYTHON_ATTRS.
      files: the Python file to run and the files to name to it as arguments.
      data: files whose folders are put on sys.path.
      environment: variable -> file.
      transitive: a depset of more runfiles.

    Returns:
      the program's DefaultInfo.
    """
    asan = ctx.var.get("asan") == "true"
    folders = {_folder(file): None for file in files + data}
    variables = ["export %s=%s\n" % (name, _in_root(file)) for name, file in environment.items()]
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    ctx.actions.write(
        script,
        _SCRIPT.format(
            arguments = " ".join([_in_root(file) for file in files]),
            environment = "".join(variables) + (_ASAN_ENVIRONMENT if asan else ""),
            path = ":".join(folders.keys()),
            prefix = _ASAN_PREFIX if asan else "",
            python = ctx.file._python.short_path,
            workspace = ctx.workspace_name,
        ),
        is_executable = True,
    )
    return DefaultInfo(
        executable = script,
        runfiles = ctx.runfiles(
            files = files + data + [ctx.file._python],
            transitive_files = transitive,
        ),
    )

# For every rule that starts the interpreter.
PYTHON_TOOL_ATTRS = {
    "_python": attr.label(
        allow_single_file = True,
        default = "//third_party/python:interpreter",
    ),
}

# For rules that run a Python file of their user's.
PYTHON_ATTRS = dict(
    PYTHON_TOOL_ATTRS,
    data = attr.label_list(
        allow_files = True,
        doc = "Extension modules, Python modules and other files; their folders are on sys.path.",
    ),
    src = attr.label(
        allow_single_file = [".py"],
        doc = "The Python file to run.",
        mandatory = True,
    ),
)

def _transitive(ctx):
    """What the targets in `data` need themselves when they run."""
    return depset(transitive = [
        target[DefaultInfo].default_runfiles.files
        for target in ctx.attr.data
        if target[DefaultInfo].default_runfiles
    ])

def run_python_file(ctx, runner = []):
    """Returns the DefaultInfo of a program that runs ctx.attr.src, by `runner` if given."""
    return python_launcher(
        ctx,
        runner + [ctx.file.src],
        data = ctx.files.data,
        transitive = _transitive(ctx),
    )

def _python_binary_impl(ctx):
    return [run_python_file(ctx)]

python_binary = rule(
    implementation = _python_binary_impl,
    doc = "A program for `bazel run`: `src` run in the folder in which the user called Bazel.",
    attrs = PYTHON_ATTRS,
    executable = True,
)
