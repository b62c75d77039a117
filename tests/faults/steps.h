// SPDX-License-Identifier: BSD-3-Clause
// Steps of a walk that stand in files of their own, and what all steps end with.
#ifndef DESCRY_TESTS_FAULTS_STEPS_H_
#define DESCRY_TESTS_FAULTS_STEPS_H_

#include "tests/faults/walk.h"

// Ends a step: drops the object that it made. -1 where there is none.
static inline int drop(PyObject* made) {
  Py_XDECREF(made);
  return made ? 0 : -1;
}

// Ends a step that has to fail: clears `exception`, leaves any other one.
static inline int refused(int result, PyObject* exception) {
  if (result >= 0) {
    PyErr_SetString(PyExc_AssertionError, "this was to be refused");
    return -1;
  }
  if (!PyErr_ExceptionMatches(exception)) return -1;
  PyErr_Clear();
  return 0;
}

// values.c: convert.h.
int read_rows(const walk_inputs* in);
int read_values(const walk_inputs* in);
int write_values(const walk_inputs* in);
int read_columns(const walk_inputs* in);
int write_columns(const walk_inputs* in);
int take_anything(const walk_inputs* in);

#endif  // DESCRY_TESTS_FAULTS_STEPS_H_
