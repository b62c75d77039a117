// SPDX-License-Identifier: BSD-3-Clause
#include "src/match/difference.h"

#include <string.h>

#include "src/match/describe.h"
#include "src/match/messages.h"

int descryi_differ(descryi_difference* why, PyObject* reason) {
  why->reason = reason;
  return reason ? 0 : -1;
}

int descryi_differ_in_dtype(descryi_difference* why, PyObject* (*reason)(PyObject* name),
                            PyObject* descr) {
  if (!why) return 0;
  PyObject* name = descryi_describe(descr);
  const int result = name ? descryi_differ(why, reason(name)) : -1;
  Py_XDECREF(name);
  return result;
}

int descryi_differ_in_dtypes(descryi_difference* why,
                             PyObject* (*reason)(PyObject* expected, PyObject* actual),
                             PyObject* expected, PyObject* actual) {
  if (!why) return 0;
  PyObject* first = descryi_describe(expected);
  PyObject* second = first ? descryi_describe(actual) : NULL;
  const int result = second ? descryi_differ(why, reason(first, second)) : -1;
  Py_XDECREF(first);
  Py_XDECREF(second);
  return result;
}

int descryi_differ_inside(descryi_difference* why, const descryi_field* field) {
  if (!why) return 0;
  const Py_ssize_t offset = descryi_field_offset(field);
  if (offset == -1 && PyErr_Occurred()) return -1;
  why->offset += offset;
  why->path = descryi_path_join(field->name, why->path);
  return why->path ? 0 : -1;
}

PyObject* descryi_difference_line(const descryi_difference* why) {
  if (why->path) return descryi_reason_field(why->path, why->offset, why->reason);
  Py_INCREF(why->reason);
  return why->reason;
}

void descryi_difference_clear(descryi_difference* why) {
  Py_XDECREF(why->path);
  Py_XDECREF(why->reason);
  memset(why, 0, sizeof *why);
}

PyObject* descryi_path_join(PyObject* head, PyObject* tail) {
  if (!tail) {
    Py_INCREF(head);
    return head;
  }
  const bool is_index = PyUnicode_GetLength(tail) > 0 && PyUnicode_ReadChar(tail, 0) == '[';
  PyObject* path = PyUnicode_FromFormat(is_index ? "%U%U" : "%U.%U", head, tail);
  Py_DECREF(tail);
  return path;
}
