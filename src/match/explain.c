// SPDX-License-Identifier: BSD-3-Clause
// What is said where two dtypes don't match.
#include "src/base/errors.h"
#include "src/match/convertible.h"
#include "src/match/describe.h"
#include "src/match/equivalent.h"
#include "src/match/layout.h"
#include "src/match/match.h"

// How much of a dtype fits into a message.
enum { DTYPE_LENGTH = 100 };

static int compare(PyObject* own, PyObject* descr, int level, descryi_difference* why) {
  switch (level) {
    case DESCRY_LAYOUT:
      return descryi_same_layout(own, descr, NULL, why);
    case DESCRYI_CONVERTIBLE:
      return descryi_convertible(own, descr, why);
    default:
      return descryi_equivalent(own, descr, NULL, why);
  }
}

PyObject* descryi_mismatch(PyObject* own, PyObject* descr, int level) {
  PyObject* line = NULL;
  descryi_difference why = {NULL, 0, NULL};
  const int matches = compare(own, descr, level, &why);
  if (matches == 0) line = descryi_difference_line(&why);
  if (matches == 1) {
    Py_INCREF(Py_None);
    line = Py_None;
  }
  descryi_difference_clear(&why);
  return line;
}

int descryi_match_fail(const descry_type* type, PyObject* own, PyObject* descr, int level,
                       int ndim) {
  PyObject* dtype = NULL;
  PyObject* line = descryi_mismatch(own, descr, level);
  PyObject* text = line ? PyObject_Str(descr) : NULL;  // it would forget a pending exception
  if (text) dtype = descryi_shorten(text, DTYPE_LENGTH);
  if (dtype && ndim < 0) {
    descryi_raise_because(line, DESCRYI_MATCH_DTYPE, type->name, type->size, dtype);
  } else if (dtype) {
    descryi_raise_because(line, DESCRYI_MATCH_DTYPE_ND, ndim, type->name, type->size, dtype);
  }
  Py_XDECREF(dtype);
  Py_XDECREF(text);
  Py_XDECREF(line);
  return -1;
}
