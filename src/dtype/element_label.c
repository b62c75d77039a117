// SPDX-License-Identifier: BSD-3-Clause
#include "src/dtype/element_label.h"

#include <stdbool.h>
#include <string.h>

#include "src/declare/field_form.h"

static bool ends_with(const char* text, const char* end) {
  const size_t length = strlen(text), tail = strlen(end);
  return length >= tail && strcmp(text + length - tail, end) == 0;
}

// "", or what is to be said of a byte order that was asked for.
static const char* order_label(const descry_type* element) {
  if (element->kind != DESCRY_KIND_ELEMENT) return "";
  if (ends_with(element->name, "_be")) return ", big-endian";
  return ends_with(element->name, "_le") ? ", little-endian" : "";
}

// The tag's name without its byte order, and with brackets around a unit: "datetime64_ns_be" is
// "datetime64[ns]".
static PyObject* tag_label(const descry_type* element) {
  const int length = (int)(strlen(element->name) - (*order_label(element) ? 3 : 0));
  const char* unit = strchr(element->code, '[');
  char name[32];
  PyOS_snprintf(name, sizeof name, "%.*s", length, element->name);
  char* underscore = strchr(name, '_');
  if (unit && underscore) {
    *underscore = '\0';
    return PyUnicode_FromFormat("%s%s", name, unit);
  }
  if (underscore) *underscore = '\0';  // bool_, object_
  return PyUnicode_FromString(name);
}

// S12, V16, U5: as np.dtype calls it.
static PyObject* flexible_label(const descry_type* element, size_t itemsize) {
  const char letter = element->code[strlen(element->code) - 1];
  return PyUnicode_FromFormat("%c%zu", letter, letter == 'U' ? itemsize / element->size : itemsize);
}

static PyObject* base_label(const descry_type* element, size_t itemsize) {
  if (descryi_type_is_flexible(element)) return flexible_label(element, itemsize);
  if (element->kind == DESCRY_KIND_ELEMENT) return tag_label(element);
  return PyUnicode_FromString(element->name);
}

// Returns " (3, 2)", or "" for no dimensions. Steals `label`, to which it is appended.
static PyObject* append_shape(PyObject* label, const size_t* shape, size_t ndim) {
  for (size_t i = 0; label && i < ndim; ++i) {
    PyObject* longer = PyUnicode_FromFormat("%U%s%zu%s", label, i == 0 ? " (" : ", ", shape[i],
                                            i + 1 < ndim ? ""
                                            : ndim == 1  ? ",)"
                                                         : ")");
    Py_DECREF(label);
    label = longer;
  }
  return label;
}

PyObject* descryi_element_label(const descry_field* field) {
  const descryi_field_form form = descryi_field_form_of(field);
  PyObject* label =
      append_shape(base_label(field->element, form.itemsize), field->shape, form.ndim);
  const char* order = order_label(field->element);
  if (!label || !*order) return label;
  PyObject* whole = PyUnicode_FromFormat("%U%s", label, order);
  Py_DECREF(label);
  return whole;
}
