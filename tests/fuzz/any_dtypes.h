// SPDX-License-Identifier: BSD-3-Clause
// The comparison of any two dtypes; descry_matches() takes one of them as a declared type.
#ifndef DESCRY_TESTS_FUZZ_ANY_DTYPES_H_
#define DESCRY_TESTS_FUZZ_ANY_DTYPES_H_

#include <Python.h>

#ifdef __cplusplus
extern "C" {
#endif

// As descry_matches() and descry_mismatch(). REQUIRES: NumPy is there, `level` is one of the two.
int fuzz_dtypes_match(PyObject* own, PyObject* other, int level);
PyObject* fuzz_dtypes_mismatch(PyObject* own, PyObject* other, int level);

#ifdef __cplusplus
}
#endif

#endif  // DESCRY_TESTS_FUZZ_ANY_DTYPES_H_
