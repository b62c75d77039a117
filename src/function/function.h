// SPDX-License-Identifier: BSD-3-Clause
// The Python object behind a function. GIL held, NumPy loaded.
#ifndef DESCRY_SRC_FUNCTION_FUNCTION_H_
#define DESCRY_SRC_FUNCTION_FUNCTION_H_

#include <descry/function.h>

#include "src/base/python.h"

typedef struct descryi_signature {
  const descry_type* types[DESCRY_FUNCTION_OPERANDS];
  descry_kernel kernel;
  void* context;
  PyObject* identity;  // a 0-d array, or NULL
  unsigned objects;    // bit k is set where elements of operand k hold Python objects
  unsigned flags;
} descryi_signature;

typedef struct descryi_function {
  PyObject_HEAD PyObject* name;
  PyObject* doc;          // with the parameters in its first line
  PyObject* module;       // its name, or None
  PyObject* out_keyword;  // "out", interned as Python's own names of keywords are
  int nin;
  int nout;
  Py_ssize_t count;
  descryi_signature* signatures;
#if !DESCRYI_LIMITED
  vectorcallfunc vectorcall;
#endif
} descryi_function;

// Returns the class of functions (borrowed), made on first use, or NULL with an exception set.
PyTypeObject* descryi_function_class(void);

// Checks a signature, and registers its types. Returns 0, or -1 with an exception set.
int descryi_function_check(const descry_function_spec* spec);

// Returns a new str, "(x1, x2, /, *, out=None, where=True, threads=1)"; or NULL with an exception
// set.
PyObject* descryi_function_parameters(int nin);

// How Python calls it: with a tuple and a dict, or with a row of arguments and the names of the
// last ones.
PyObject* descryi_function_call(PyObject* function, PyObject* args, PyObject* kwargs);
PyObject* descryi_function_vectorcall(PyObject* function, PyObject* const* args, size_t nargsf,
                                      PyObject* names);

// The methods, with Python's own calling conventions.
PyObject* descryi_function_reduce(PyObject* function, PyObject* args, PyObject* kwargs);
PyObject* descryi_function_accumulate(PyObject* function, PyObject* args, PyObject* kwargs);
PyObject* descryi_function_outer(PyObject* function, PyObject* args, PyObject* kwargs);
PyObject* descryi_function_at(PyObject* function, PyObject* args);

#endif  // DESCRY_SRC_FUNCTION_FUNCTION_H_
