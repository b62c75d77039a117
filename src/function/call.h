// SPDX-License-Identifier: BSD-3-Clause
// A function, called. GIL held, NumPy loaded.
#ifndef DESCRY_SRC_FUNCTION_CALL_H_
#define DESCRY_SRC_FUNCTION_CALL_H_

#include "src/function/function.h"

// What may be given by keyword. Borrowed references; NULL for what was not given.
typedef struct descryi_options {
  PyObject* out;
  PyObject* where;
  Py_ssize_t threads;
} descryi_options;

// Returns the function's value for `nin` operands: one result, or a tuple of them; or NULL with an
// exception set.
PyObject* descryi_call(const descryi_function* function, PyObject* const* operands,
                       const descryi_options* options);

// Takes one keyword argument into the options. Returns 0, or -1 with an exception set.
int descryi_options_set(descryi_options* options, const descryi_function* function,
                        PyObject* keyword, PyObject* value);

// Returns what NumPy would make of an array without dimensions, a scalar; other arrays as they are.
// Steals a reference to `array`, which may be NULL with an exception set.
PyObject* descryi_scalar_of(PyObject* array);

// Returns a mask for `where` (a new reference), or NULL: with no exception where there is none.
PyObject* descryi_mask_of(PyObject* where);

// Checks the array given for a result of `type`. Returns 1 where results can be copied to it as
// they are, 0 where they have to be cast, -1 with an exception set.
int descryi_out_check(const descryi_function* function, PyObject* out, int result,
                      const descry_type* type);

// Copies `made`, an array of `type`, to `out`, where `mask` lets it. Returns 0, or -1 with an
// exception set.
int descryi_out_copy(PyObject* out, PyObject* made, const descry_type* type, PyObject* mask);

#endif  // DESCRY_SRC_FUNCTION_CALL_H_
