# SPDX-License-Identifier: BSD-3-Clause
import descry
from setuptools import Extension, setup

setup(
    ext_modules=[
        Extension(
            "orbits",
            sources=["src/orbits.c", *descry.get_sources()],
            include_dirs=[descry.get_include()],
            extra_compile_args=["-fvisibility=hidden"],  # other modules have a descry of their own
            define_macros=[("Py_LIMITED_API", "0x03090000")],
            py_limited_api=True,  # names the module orbits.abi3.so
        )
    ],
    options={"bdist_wheel": {"py_limited_api": "cp39"}},
    # The module is all that there is to install.
    packages=[],
    py_modules=[],
)
