// SPDX-License-Identifier: BSD-3-Clause
// Calls to CPython and NumPy that fail when they are told to: by the linker's --wrap for CPython,
// and by a copy of NumPy's function table with other functions in it.
#ifndef DESCRY_TESTS_FAULTS_CALLS_H_
#define DESCRY_TESTS_FAULTS_CALLS_H_

#include <Python.h>

namespace descry_test {

// What a call that failed raises.
extern PyObject* call_failed;

// From now on, calls are counted and the `n`-th fails; until FailCall(0).
void FailCall(long n);

// How many calls there were since FailCall().
long Calls();

// The name of the function that failed last, here or in a child process.
const char* FailedCall();

}  // namespace descry_test

#endif  // DESCRY_TESTS_FAULTS_CALLS_H_
