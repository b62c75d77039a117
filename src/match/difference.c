// SPDX-License-Identifier: BSD-3-Clause
#include "src/match/difference.h"

#include <stdint.h>
#include <string.h>

#include "src/base/numpy.h"
#include "src/dtype/element.h"
#include "src/match/messages.h"

enum { TITLE_LENGTH = 40 };

// Returns a new str, such as "float32", "a record of 3 fields" or "float32 of shape (3,)"; or NULL
// with an exception set. A sub-array may repeat another one, and that one more, as __setstate__ can
// make them.
static PyObject* describe_part(PyObject* descr) {
  const descryi_subarray* subarray = descryi_descr_subarray(descr);
  if (!subarray && !descryi_descr_is_record(descr)) return descryi_element_name(descr);
  if (!subarray) return descryi_reason_record(descryi_tuple_size(descryi_descr_names(descr)));
  if (Py_EnterRecursiveCall(" in a nested dtype")) return NULL;
  PyObject* base = describe_part(subarray->base);
  Py_LeaveRecursiveCall();
  PyObject* text = base ? descryi_reason_subarray(base, subarray->shape) : NULL;
  Py_XDECREF(base);
  return text;
}

PyObject* descryi_describe_title(PyObject* title) {
  if (!title) return descryi_reason_no_title();
  PyObject* repr = descryi_short_repr(title, TITLE_LENGTH);
  if (!repr) return NULL;
  PyObject* text = descryi_reason_title(repr);
  Py_DECREF(repr);
  return text;
}

// Where a text is best cut: between two fields, or else at any comma. The cut is before the comma
// and the blank.
static const char* const kBreaks[] = {"), ", ", "};

// Returns where the first (direction 1) or last (-1) comma between `from` and `to` is, -1 where
// there is none, -2 with an exception set.
static Py_ssize_t find_break(PyObject* text, Py_ssize_t from, Py_ssize_t to, int direction) {
  Py_ssize_t found = -1;
  for (int i = 0; i < 2 && found == -1; ++i) {
    PyObject* pattern = PyUnicode_FromString(kBreaks[i]);
    if (!pattern) return -2;
    found = PyUnicode_Find(text, pattern, from, to, direction);
    if (found >= 0) found += (Py_ssize_t)strlen(kBreaks[i]) - 2;
    Py_DECREF(pattern);
  }
  return found;
}

// One character, in UTF-8: formats themselves may only hold ASCII.
static const char* const kEllipsis = "\xe2\x80\xa6";

// Joins what comes before `head` and what comes from `tail` on.
static PyObject* leave_out(PyObject* text, Py_ssize_t head, Py_ssize_t tail) {
  PyObject* result = NULL;
  PyObject* before = PyUnicode_Substring(text, 0, head);
  PyObject* after = PyUnicode_Substring(text, tail, PTRDIFF_MAX);
  if (before && after) result = PyUnicode_FromFormat("%U%s%U", before, kEllipsis, after);
  Py_XDECREF(before);
  Py_XDECREF(after);
  return result;
}

PyObject* descryi_shorten(PyObject* text, Py_ssize_t length) {
  const Py_ssize_t whole = PyUnicode_GetLength(text);
  if (whole < 0) return NULL;
  if (whole <= length) {
    Py_INCREF(text);
    return text;
  }
  Py_ssize_t head = length / 2;
  Py_ssize_t tail = whole - (length - head - 1);
  const Py_ssize_t before = find_break(text, head / 3, head, -1);
  const Py_ssize_t after = find_break(text, tail, whole - (whole - tail) / 3, 1);
  if (before == -2 || after == -2) return NULL;
  if (before >= 0) head = before + 2;
  if (after >= 0) tail = after;
  return leave_out(text, head, tail);
}

PyObject* descryi_short_repr(PyObject* object, Py_ssize_t length) {
  PyObject* repr = PyObject_Repr(object);
  if (!repr) return NULL;
  PyObject* text = descryi_shorten(repr, length);
  Py_DECREF(repr);
  return text;
}

int descryi_differ(descryi_difference* why, PyObject* reason) {
  why->reason = reason;
  return reason ? 0 : -1;
}

int descryi_differ_in_dtype(descryi_difference* why, PyObject* (*reason)(PyObject* name),
                            PyObject* descr) {
  if (!why) return 0;
  PyObject* name = describe_part(descr);
  const int result = name ? descryi_differ(why, reason(name)) : -1;
  Py_XDECREF(name);
  return result;
}

int descryi_differ_in_dtypes(descryi_difference* why,
                             PyObject* (*reason)(PyObject* expected, PyObject* actual),
                             PyObject* expected, PyObject* actual) {
  if (!why) return 0;
  PyObject* first = describe_part(expected);
  PyObject* second = first ? describe_part(actual) : NULL;
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
  const Py_ssize_t length = PyUnicode_GetLength(tail);
  const Py_UCS4 first = length > 0 ? PyUnicode_ReadChar(tail, 0) : 0;
  const bool fails = length < 0 || (first == (Py_UCS4)-1 && PyErr_Occurred());
  const bool is_index = first == '[';
  PyObject* path = fails ? NULL : PyUnicode_FromFormat(is_index ? "%U%U" : "%U.%U", head, tail);
  Py_DECREF(tail);
  return path;
}
