// SPDX-License-Identifier: BSD-3-Clause
// Python from C++: NumPy is the oracle of most tests, and this is how they ask it. All with the GIL
// held. A function here that fails throws, which fails the test with Python's message.

#ifndef DESCRY_TESTS_SUPPORT_PYTHON_H_
#define DESCRY_TESTS_SUPPORT_PYTHON_H_

#include <Python.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/ref.h"

namespace descry_test {

// Returns the value of a Python expression. All expressions and statements of a test see the same
// globals; `np` is NumPy.
Ref Eval(const std::string& expression);

// Runs Python statements.
void Exec(const std::string& statements);

// Makes `name` a global of Eval and Exec.
void SetGlobal(const char* name, const Ref& value);

// Returns Python's repr(object) and str(object).
std::string Repr(PyObject* object);
std::string Repr(const Ref& object);
std::string Str(const Ref& object);

// Returns what `object` is as a C integer.
long long Int(const Ref& object);

// Succeeds when NumPy calls both dtypes equal and they also agree, at every level, in itemsize,
// alignment, offsets, titles, shapes and datetime units.
testing::AssertionResult SameDtype(const Ref& actual, const Ref& expected);

// Takes the pending exception away and returns it as "TypeError: text", or "" if there is none.
std::string TakeException();

}  // namespace descry_test

#endif  // DESCRY_TESTS_SUPPORT_PYTHON_H_
