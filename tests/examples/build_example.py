# SPDX-License-Identifier: BSD-3-Clause
"""Compiles an example that needs a library which not every machine has, plainly or with sanitizers."""

import importlib
import importlib.util
import os
import pathlib
import subprocess
import sys
import sysconfig
import unittest

AMALGAMATION = pathlib.Path("amalgamation").resolve()
UTF8 = pathlib.Path("docs/examples/utf8").resolve()
WARNINGS = ["-std=c11", "-D_DEFAULT_SOURCE", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Wvla", "-Werror"]
OPTIMIZED = ["-O1"]
SANITIZERS = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-O1"]


def run(*command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)


def require_header(header, package):
    """Skips the test where the compiler does not find a header."""
    found = run("cc", "-E", "-x", "c", "-", input="#include <%s>\n" % header)
    if found.returncode:
        raise unittest.SkipTest("skipped: there is no %s (Debian: %s)" % (header, package))


def install(package, folder):
    """Installs a Python package into a folder and imports it. Skips the test where that can't be."""
    target = os.path.join(folder, "packages")
    done = run(sys.executable, "-m", "pip", "install", "-q", "--target", target, package)
    if done.returncode:
        raise unittest.SkipTest("skipped: pip cannot install %s" % package)
    sys.path.insert(0, target)
    return importlib.import_module(package)


def build(module, sources, libraries, folder, sanitized=False):
    """Builds the extension module into a folder and returns its path."""
    flags = SANITIZERS if sanitized else OPTIMIZED
    include = ["-I", str(AMALGAMATION), "-I", str(UTF8), "-isystem", sysconfig.get_path("include")]
    objects = []
    for source in [*sources, AMALGAMATION / "descry" / "descry.c"]:
        own = source in sources
        objects.append(os.path.join(folder, pathlib.Path(source).stem + ".o"))
        done = run("cc", *(WARNINGS if own else []), *flags, "-fPIC", "-fvisibility=hidden", *include,
                   "-c", str(source), "-o", objects[-1])
        if done.returncode:
            raise AssertionError(done.stdout)
    path = os.path.join(folder, module + ".so")
    done = run("cc", *flags, "-shared", *objects, *libraries, "-o", path)
    if done.returncode:
        raise AssertionError(done.stdout)
    return path


def load(path):
    name = pathlib.Path(path).stem
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def run_sanitized(script, folder, *arguments):
    """Runs a Python script on modules of a folder that were built with sanitizers."""
    preload = run("cc", "-print-file-name=libasan.so").stdout.strip()
    environment = dict(os.environ, LD_PRELOAD=preload, ASAN_OPTIONS="detect_leaks=0:allocator_may_return_null=1",
                       PYTHONMALLOC="malloc", PYTHONPATH=folder)
    return run(sys.executable, "-c", script, *arguments, env=environment)
