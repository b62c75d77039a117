// SPDX-License-Identifier: BSD-3-Clause
// What the base stage says; errors.h tells how.
#ifndef DESCRY_SRC_BASE_MESSAGES_H_
#define DESCRY_SRC_BASE_MESSAGES_H_

#include "src/base/errors.h"

DESCRYI_MESSAGE(python_other, ImportError,
                (int major, int minor, const char* build, int running_major, int running_minor,
                 const char* running_build),
                "this module was built for Python %d.%d (%s) and is imported by Python %d.%d (%s): "
                "build it for that one, or with the limited API for all",
                major, minor, build, running_major, running_minor, running_build)
DESCRYI_MESSAGE(
    numpy_missing, ImportError, (PyObject * cause, PyObject* executable, PyObject* prefix),
    "descry needs NumPy 1.22 or later and could not import it (%S): install it with "
    "\"python -m pip install numpy\" for this interpreter (sys.executable %R, sys.prefix "
    "%R)",
    cause, executable, prefix)
DESCRYI_MESSAGE(numpy_unknown, ImportError, (unsigned abi, unsigned feature),
                "descry needs NumPy 1.22 to 2.x, got one with ABI version 0x%x and feature version "
                "0x%x: install another NumPy or rebuild this module with a newer descry",
                abi, feature)
DESCRYI_MESSAGE(interpreter_other, ImportError, (void),
                "NumPy was imported by another interpreter of this process, and descry can be used "
                "only there: use the main interpreter")
DESCRYI_MESSAGE(interpreter_ended, ImportError, (void),
                "NumPy cannot be used again once the interpreter that imported it has ended: start "
                "a new process")
DESCRYI_MESSAGE(nested_calls, RecursionError, (int most),
                "maximum recursion depth exceeded: Python code that descry runs called descry "
                "again, more than %d deep",
                most)
DESCRYI_MESSAGE(shared_unknown, ImportError,
                (const char* title, unsigned oldest, unsigned newest, unsigned known_oldest,
                 unsigned known_newest),
                "another module of this process brought %s of versions %u to %u, and this one "
                "knows %u to %u: rebuild the older one",
                title, oldest, newest, known_oldest, known_newest)

#endif  // DESCRY_SRC_BASE_MESSAGES_H_
