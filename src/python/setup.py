# SPDX-License-Identifier: BSD-3-Clause
"""Packs descry for the package index: pip wheel --no-deps src/python, or python -m build src/python.

The wheel is pure: headers, descry.c, files for CMake and pkg-config, and the tools. A source
distribution has all of that as well, so that it needs no repository around it.
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile

import setuptools
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SOURCES = ["descry.c", "descry_plain.c"]
IN_REPOSITORY = (ROOT / "src" / "amalgamate.py").is_file()


def version():
    names = {}
    exec((HERE / "descry" / "__init__.py").read_text().partition("import")[0], names)
    return names["__version__"]


def copy_filled_in(source, target):
    """Copies a file with the version in it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(source.read_text().replace("@VERSION@", version()))


def write_files(package):
    """Writes what the repository has elsewhere into the folder of a package."""
    include = package / "include"
    shutil.rmtree(include, ignore_errors=True)
    shutil.copytree(ROOT / "include", include)
    with tempfile.TemporaryDirectory() as made:
        subprocess.run([sys.executable, str(ROOT / "src" / "amalgamate.py"), made], check=True)
        for source in SOURCES:
            shutil.copyfile(pathlib.Path(made) / source, include / "descry" / source)
    share = package / "share"
    for name in ["descry-config.cmake", "descry-targets.cmake"]:
        copy_filled_in(HERE / "cmake" / name, share / "cmake" / "descry" / name)
    copy_filled_in(ROOT / "src" / "dist" / "descry-config-version.cmake",
                   share / "cmake" / "descry" / "descry-config-version.cmake")
    copy_filled_in(HERE / "descry.pc", share / "pkgconfig" / "descry.pc")
    shutil.copyfile(ROOT / "LICENSE", package / "LICENSE")


class BuildPackage(build_py):
    def run(self):
        super().run()
        if IN_REPOSITORY and not getattr(self, "editable_mode", False):
            write_files(pathlib.Path(self.build_lib) / "descry")


class MakeSourceDistribution(sdist):
    def make_release_tree(self, base_dir, files):
        super().make_release_tree(base_dir, files)
        if IN_REPOSITORY:
            write_files(pathlib.Path(base_dir) / "descry")


setuptools.setup(cmdclass={"build_py": BuildPackage, "sdist": MakeSourceDistribution})
