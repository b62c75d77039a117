// SPDX-License-Identifier: BSD-3-Clause
// An interpreter inside a fuzz target, and the calls that a target makes to the Python part of it.
// What fails here ends the process, as a finding does.
#ifndef DESCRY_TESTS_FUZZ_EMBEDDED_H_
#define DESCRY_TESTS_FUZZ_EMBEDDED_H_

#include <Python.h>

#include <cstddef>
#include <cstdint>

#include "tests/support/ref.h"

namespace descry_test {

// Starts Python, with tests/fuzz and tests/match of the working directory on sys.path, and returns
// the module `name` of theirs.
Ref StartAndImport(const char* name);

// Ends the process with what did not hold and the pending exception, unless `holds`.
void Require(bool holds, const char* what);

// Returns module.function(*args); `args` is a new tuple, as Py_BuildValue makes one.
Ref Call(const Ref& module, const char* function, Ref args);

// Returns the input as a bytes object.
Ref Bytes(const uint8_t* data, size_t size);

// Prints repr(object) to stderr, to be read after a finding.
void Show(const char* label, PyObject* object);

}  // namespace descry_test

#endif  // DESCRY_TESTS_FUZZ_EMBEDDED_H_
