# SPDX-License-Identifier: BSD-3-Clause
"""Tests in Python, run by the interpreter that descry is built against."""

load("//third_party/python:launcher.bzl", "PYTHON_ATTRS", "run_python_file")

def _python_test_impl(ctx):
    return [run_python_file(ctx, runner = [ctx.file._runner])]

python_test = rule(
    implementation = _python_test_impl,
    doc = "Runs the unittest cases of `src`, with the folders of `data` on sys.path.",
    attrs = dict(
        PYTHON_ATTRS,
        _runner = attr.label(
            allow_single_file = True,
            default = "//tests/support:run_unittest.py",
        ),
    ),
    test = True,
)
