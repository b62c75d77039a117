# SPDX-License-Identifier: BSD-3-Clause
"""Repositories of descry, for workspaces that do not use MODULE.bazel."""

load("//third_party/bazel:stand_ins.bzl", "debian_stand_ins", "rules_cc_stand_in")
load("//third_party/googletest:repository.bzl", "googletest_repository")
load("//third_party/python:other_python.bzl", "other_python")
load("//third_party/python:python_configure.bzl", "python_configure")

def descry_dependencies(**kwargs):
    """Declares what @descry//:descry needs, unless the caller has done so.

    Args:
      **kwargs: attributes for python_configure, for example python = "/opt/python/bin/python3".
    """
    debian_stand_ins()
    if not native.existing_rule("descry_python"):
        python_configure(name = "descry_python", **kwargs)

def descry_dev_dependencies():
    """Declares what descry's own tests need."""
    rules_cc_stand_in()
    if not native.existing_rule("com_google_googletest"):
        googletest_repository(name = "com_google_googletest")
    if not native.existing_rule("descry_other_python"):
        other_python(name = "descry_other_python", chosen = "@descry_python//:python3")
