# SPDX-License-Identifier: BSD-3-Clause
"""A second CPython with NumPy, of another version than the one that descry is built against.

That a binary serves every CPython shows only on two of them. Nothing fails where there is no second
one: other_python.json then says why, and the test that wants it is skipped.
"""

_PROBE = """
import json, sys, sysconfig
try:
    import numpy
    version = numpy.__version__
except ImportError:
    version = None
print(json.dumps({
    "executable": sys.executable,
    "implementation": sys.implementation.name,
    "no_gil": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
    "numpy": version,
    "version": list(sys.version_info[:2]),
}))
"""

_MINORS = [14, 13, 12, 11, 10, 9]

# Where pip reaches no package index, it shall not take long to say so.
_INSTALL_SECONDS = 120

def _probe(repository_ctx, python):
    result = repository_ctx.execute([python, "-c", _PROBE], timeout = 20)
    return json.decode(result.stdout) if result.return_code == 0 else None

def _interpreters(repository_ctx):
    """Paths where a Python may be: on PATH, in the system's folders, among pyenv's."""
    names = ["python3.%d" % minor for minor in _MINORS]
    paths = [repository_ctx.which(name) for name in names]
    paths += [repository_ctx.path("/usr/bin/" + name) for name in names]
    paths += [repository_ctx.path("/usr/local/bin/" + name) for name in names]
    environ = repository_ctx.os.environ
    pyenv = environ.get("PYENV_ROOT", environ.get("HOME", "/") + "/.pyenv") + "/versions"
    if repository_ctx.path(pyenv).exists:
        paths += [
            version.get_child("bin").get_child("python3")
            for version in repository_ctx.path(pyenv).readdir()
        ]
    return [path for path in paths if path and path.exists]

def _version(info):
    return info["version"]

def _others(repository_ctx):
    """Descriptions of every CPython that will do, newest first, without regard to NumPy."""
    chosen = _probe(repository_ctx, repository_ctx.path(repository_ctx.attr.chosen))
    others = {}
    for path in _interpreters(repository_ctx):
        info = _probe(repository_ctx, path)
        if (chosen and info and info["implementation"] == "cpython" and not info["no_gil"] and
            info["version"] >= [3, 9] and info["version"] != chosen["version"]):
            others[info["executable"]] = info
    return sorted(others.values(), key = _version, reverse = True)

def _install_numpy(repository_ctx, info):
    """Makes a virtual environment with NumPy; returns its description or None."""
    python = str(repository_ctx.path("environment/bin/python"))
    for command in [
        [info["executable"], "-m", "venv", "environment"],
        [python, "-m", "pip", "install", "--quiet", "--only-binary", ":all:", "numpy"],
    ]:
        if repository_ctx.execute(command, timeout = _INSTALL_SECONDS).return_code:
            return None
    return _probe(repository_ctx, python)

def _other_python_impl(repository_ctx):
    others = _others(repository_ctx)
    found = [info for info in others if info["numpy"]]
    if found:
        answer = found[0]
    elif not others:
        answer = {"problem": "there is no second CPython from 3.9 on this machine"}
    else:
        answer = _install_numpy(repository_ctx, others[0]) or {
            "problem": "%s has no NumPy, and pip could not install it" % others[0]["executable"],
        }
    repository_ctx.file("other_python.json", json.encode(answer))
    repository_ctx.file("BUILD", "exports_files([\"other_python.json\"])\n")

other_python = repository_rule(
    implementation = _other_python_impl,
    attrs = {
        "chosen": attr.label(doc = "The interpreter that descry is built against."),
    },
    environ = [
        "HOME",
        "PATH",
        "PYENV_ROOT",
    ],
)
