// SPDX-License-Identifier: BSD-3-Clause
// Raising. What a stage says stands in its own messages.h, a row each:
//
//   DESCRYI_MESSAGE(borrow_read_only, ValueError, (void),
//                   "the array is read-only and cannot be borrowed for writing")
//   DESCRYI_MESSAGE(get_count, IndexError, (int ndim, int got),
//                   "a %d-d view takes as many indices, got %d", ndim, got)
//
// makes `int descryi_raise_get_count(int ndim, int got)`, which sets the exception in place of any
// pending one and returns -1. The compiler checks a caller's arguments; they and the format, which
// is PyUnicode_FromFormat's, stand in one place. A message says what was expected and what came,
// and tests check it word for word. GIL held.
#ifndef DESCRY_SRC_BASE_ERRORS_H_
#define DESCRY_SRC_BASE_ERRORS_H_

#include "src/base/python.h"

// Sets `exception` with the formatted text. For DESCRYI_MESSAGE() alone, which returns -1 where
// compilers and analyzers see it.
void descryi_raise_format(PyObject* exception, const char* format, ...);

#define DESCRYI_MESSAGE(name, exception, parameters, ...)                    \
  __attribute__((cold, unused)) static int descryi_raise_##name parameters { \
    descryi_raise_format(PyExc_##exception, __VA_ARGS__);                    \
    return -1;                                                               \
  }

// Makes `cause` the __cause__ of the pending exception. Steals a reference to `cause`.
void descryi_set_cause(PyObject* cause);

// Returns a new str: what the class of `object` is called in a message; or NULL with an exception
// set.
PyObject* descryi_class_name(PyObject* object);

#endif  // DESCRY_SRC_BASE_ERRORS_H_
