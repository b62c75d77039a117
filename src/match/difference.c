// SPDX-License-Identifier: BSD-3-Clause
#include "src/match/difference.h"

#include <stdarg.h>
#include <string.h>

#include "src/match/describe.h"

static const char* const kReasons[] = {
#define DESCRYI_REASON(id, format) format,
#include "src/match/reasons.inc"
};

PyObject* descryi_reason_text(descryi_reason reason, ...) {
  va_list arguments;
  va_start(arguments, reason);
  PyObject* text = PyUnicode_FromFormatV(kReasons[reason], arguments);
  va_end(arguments);
  return text;
}

int descryi_differ(descryi_difference* why, descryi_reason reason, ...) {
  if (!why) return 0;
  va_list arguments;
  va_start(arguments, reason);
  why->reason = PyUnicode_FromFormatV(kReasons[reason], arguments);
  va_end(arguments);
  return why->reason ? 0 : -1;
}

int descryi_differ_in_dtype(descryi_difference* why, descryi_reason reason, PyObject* expected,
                            PyObject* got) {
  if (!why) return 0;
  int result = -1;
  PyObject* first = descryi_describe(expected);
  PyObject* second = got ? descryi_describe(got) : NULL;
  if (first && (second || !got)) result = descryi_differ(why, reason, first, second);
  Py_XDECREF(first);
  Py_XDECREF(second);
  return result;
}

int descryi_differ_inside(descryi_difference* why, PyObject* name, Py_ssize_t offset) {
  if (!why) return 0;
  why->offset += offset;
  why->path = descryi_path_join(name, why->path);
  return why->path ? 0 : -1;
}

PyObject* descryi_difference_line(const descryi_difference* why) {
  if (why->path) {
    return descryi_reason_text(DESCRYI_REASON_FIELD, why->path, why->offset, why->reason);
  }
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
