# SPDX-License-Identifier: BSD-3-Clause
"""Compiles extension modules against the descry archive, as a user without Bazel does."""

import importlib.machinery
import importlib.util
import os
import pathlib
import subprocess
import sysconfig

STANDARDS = {".c": ("cc", "-std=c11"), ".cc": ("c++", "-std=c++17")}
WARNINGS = ["-Wall", "-Wextra", "-Werror"]


LIMITED = "-DPy_LIMITED_API=0x03090000"


def find(name):
    """Returns the one file of that name, or of that path's end, among the runfiles."""
    for folder, _, files in os.walk(os.environ.get("TEST_SRCDIR", "."), followlinks=True):
        path = pathlib.Path(folder, os.path.basename(name))
        if path.name in files and path.as_posix().endswith("/" + name):
            return path.resolve()
    raise FileNotFoundError(name)


def build_extension(sources, folder, name=None, options=(), limited=False):
    """Compiles `sources`, which lie in `folder`, into one shared object there; returns its path."""
    archive = find("descry_archive_abi3/libdescry.a" if limited else "descry_archive/libdescry.a")
    options = [*options, LIMITED] if limited else options
    include = archive.parent / "include"
    objects = []
    for source in map(pathlib.Path, sources):
        compiler, standard = STANDARDS[source.suffix]
        made = pathlib.Path(folder, source.stem + ".o")
        subprocess.run(
            [compiler, standard, *WARNINGS, *options, "-g", "-fPIC", "-I", str(include), "-isystem",
             sysconfig.get_path("include"), "-c", str(source), "-o", str(made)], check=True)
        objects.append(str(made))
    linker = "c++" if any(str(source).endswith(".cc") for source in sources) else "cc"
    library = pathlib.Path(folder, (name or pathlib.Path(sources[0]).stem) + ".so")
    subprocess.run([linker, "-shared", "-o", str(library), *objects, str(archive)], check=True)
    return library


def load_extension(path, name):
    """Imports the extension module `name` from a file."""
    loader = importlib.machinery.ExtensionFileLoader(name, str(path))
    spec = importlib.util.spec_from_loader(name, loader)
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module
