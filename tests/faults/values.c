// SPDX-License-Identifier: BSD-3-Clause
// The steps of convert.h: values of Python into elements of every kind, and out of them.
#include <complex.h>
#include <descry/descry.h>
#include <stdbool.h>
#include <string.h>

#include "tests/faults/steps.h"
#include "tests/life/walk_types.h"

typedef struct walk_value {
  bool yes;
  int32_t number;
  uint64_t large;
  float ratio;
  double complex z;
  char text[8];
  uint32_t letters[4];
  uint16_t half;
  int64_t date;
  int64_t span;
  unsigned char raw[3];
  PyObject* any;
} walk_value;
DESCRY_DECLARE(walk_value);
DESCRY_RECORD(walk_value, yes, number, large, ratio, z, text, DESCRY_AS(letters, unicode),
              DESCRY_AS(half, float16), DESCRY_AS(date, datetime64_D),
              DESCRY_AS(span, timedelta64_s), DESCRY_AS(raw, void_), any);

// In each form that a row may have.
int read_rows(const walk_inputs* in) {
  const descry_type* type = DESCRY_TYPE(walk_value);
  if (drop(descry_from_rows(type, in->rows, 0)) < 0) return -1;
  if (drop(descry_from_rows(DESCRY_TYPE(walk_point), in->forms, 0)) < 0) return -1;
  if (refused(drop(descry_from_rows(type, in->bytes, 0)), PyExc_TypeError) < 0) return -1;
  return refused(drop(descry_from_rows(type, in->bad_rows, 0)), PyExc_OverflowError);
}

static int read_value(const descry_type* type, PyObject* value, unsigned flags) {
  union {
    walk_value value;
    walk_sample sample;
  } element;
  const int result = descry_from_python(type, value, &element, flags);
  if (result == 0 && type == DESCRY_TYPE(walk_value)) Py_XDECREF(element.value.any);
  return result;
}

int read_values(const walk_inputs* in) {
  int result = read_value(DESCRY_TYPE(walk_sample), in->sample, 0);
  for (Py_ssize_t i = 0; result == 0 && i < PyList_Size(in->rows); ++i) {
    result = read_value(DESCRY_TYPE(walk_value), PyList_GetItem(in->rows, i), 0);
  }
  for (Py_ssize_t i = 0; result == 0 && i < PyList_Size(in->bad_rows); ++i) {
    const int taken = read_value(DESCRY_TYPE(walk_value), PyList_GetItem(in->bad_rows, i), 0);
    if (taken == 0 || !PyErr_Occurred()) return refused(taken, PyExc_Exception);
    const bool is_refusal = PyErr_ExceptionMatches(PyExc_TypeError) ||
                            PyErr_ExceptionMatches(PyExc_ValueError) ||
                            PyErr_ExceptionMatches(PyExc_OverflowError);
    if (!is_refusal) return -1;
    PyErr_Clear();
  }
  return result;
}

int write_values(const walk_inputs* in) {
  descry_view view = {0};
  const bool all = in->numpy_has_memory;
  const descry_type* type = all ? DESCRY_TYPE(walk_value) : DESCRY_TYPE(walk_point);
  PyObject* array = descry_from_rows(type, all ? in->rows : in->forms, 0);
  int result = array ? descry_view_acquire(&view, array, type, 1, DESCRY_READ) : -1;
  if (result == 0) result = drop(descry_to_rows(&view));
  if (result == 0) result = drop(descry_to_dicts(&view));
  if (result == 0) result = drop(descry_to_python(view.type, view.data));
  if (result == 0) result = drop(descry_to_tuple(view.type, view.data));
  if (result == 0) result = drop(descry_to_dict(view.type, view.data));
  descry_view_release(&view);
  Py_XDECREF(array);
  return result;
}

int read_columns(const walk_inputs* in) {
  const descry_type* type = DESCRY_TYPE(walk_sample);
  if (drop(descry_from_columns(type, in->columns, 0)) < 0) return -1;
  if (drop(descry_from_columns(type, in->swapped, 0)) < 0) return -1;
  if (refused(drop(descry_from_columns(type, in->floats, 0)), PyExc_TypeError) < 0) return -1;
  return refused(drop(descry_from_columns(DESCRY_TYPE(walk_value), in->columns, 0)),
                 PyExc_ValueError);
}

int write_columns(const walk_inputs* in) {
  descry_view view = {0};
  int result = descry_view_acquire(&view, in->samples, DESCRY_TYPE(walk_sample), 1, DESCRY_READ);
  if (result == 0) result = drop(descry_to_columns(&view, 0));
  if (result == 0) result = drop(descry_to_columns(&view, DESCRY_FLAT));
  descry_view_release(&view);
  return result;
}

int take_anything(const walk_inputs* in) {
  const descry_type* type = DESCRY_TYPE(walk_sample);
  PyObject* const sources[] = {in->samples, in->swapped, in->buffer, in->columns};
  for (int i = 0; i < 4; ++i) {
    descry_view view = {0};
    if (drop(descry_array_from(type, sources[i], 0)) < 0) return -1;
    if (descry_view_acquire_any(&view, sources[i], type, 1, 0) < 0) return -1;
    descry_view_release(&view);
  }
  if (drop(descry_array_from(DESCRY_TYPE(walk_value), in->rows, 0)) < 0) return -1;
  if (drop(descry_convert(type, in->swapped, 2)) < 0) return -1;
  if (refused(drop(descry_array_from(type, Py_None, 0)), PyExc_TypeError) < 0) return -1;
  return refused(drop(descry_convert(type, in->floats, 3)), PyExc_TypeError);
}
