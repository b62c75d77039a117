// SPDX-License-Identifier: BSD-3-Clause
#include "src/dtype/element.h"

#include <descry/declare.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/numpy.h"
#include "src/declare/field_form.h"

// The code of an element: what elements.inc calls it, without a byte order, as in "f4", "M8[ns]",
// "S". One that is not in that table is written in the same way: "M8[25s]".
typedef struct element_code {
  char text[32];
} element_code;

static const descry_type* const kTags[] = {
#define DESCRY_ELEMENT(tag, c_type, dtype) DESCRY_TYPE(tag),
#include <descry/elements.inc>
};

// By NPY_DATETIMEUNIT; number 3 was business days.
static const char* const kUnits[] = {"Y", "M",  "W",  "?",  "D",  "h",  "m",
                                     "s", "ms", "us", "ns", "ps", "fs", "as"};

static bool is_builtin(PyObject* dtype) {
  const int type_num = descryi_descr_type_num(dtype);
  return type_num >= 0 && type_num <= DESCRYI_NPY_HALF;
}

static element_code time_code(PyObject* dtype) {
  const descryi_datetime_metadata* time = descryi_descr_datetime(dtype);
  const int units = (int)(sizeof kUnits / sizeof *kUnits);
  const char kind = descryi_descr_kind(dtype);
  element_code code;
  if (!time || time->unit < 0 || time->unit >= units) {
    PyOS_snprintf(code.text, sizeof code.text, "%c8", kind);
  } else if (time->count == 1) {
    PyOS_snprintf(code.text, sizeof code.text, "%c8[%s]", kind, kUnits[time->unit]);
  } else {
    PyOS_snprintf(code.text, sizeof code.text, "%c8[%d%s]", kind, time->count, kUnits[time->unit]);
  }
  return code;
}

// REQUIRES: the dtype is one of NumPy's own.
static element_code code_of(PyObject* dtype) {
  const char kind = descryi_descr_kind(dtype), type = descryi_head(dtype)->type;
  element_code code = {{kind, '\0'}};
  switch (kind) {
    case 'm':
    case 'M':
      return time_code(dtype);
    case 'b':
      code.text[0] = '?';
      return code;
    case 'i':
    case 'u':
    case 'f':
    case 'c':
      if (type == 'g' || type == 'G') {
        code.text[0] = type;
      } else {
        PyOS_snprintf(code.text, sizeof code.text, "%c%d", kind,
                      (int)descryi_descr_itemsize(dtype));
      }
      return code;
    default:
      return code;
  }
}

// bfloat16 has a type number that ml_dtypes got from NumPy, and nothing but a name.
static int is_bfloat16(PyObject* dtype) {
  PyObject* name = PyObject_GetAttrString(dtype, "name");
  PyObject* expected = name ? PyUnicode_FromString("bfloat16") : NULL;
  const int result = expected ? PyObject_RichCompareBool(name, expected, Py_EQ) : -1;
  Py_XDECREF(expected);
  Py_XDECREF(name);
  return result;
}

static const descry_type* find_element_tag(const char* code) {
  for (size_t i = 0; i < sizeof kTags / sizeof *kTags; ++i) {
    if (strcmp(kTags[i]->code, code) == 0) return kTags[i];
  }
  return NULL;
}

const descry_type* descryi_element_of_dtype(PyObject* dtype) {
  if (!is_builtin(dtype)) return is_bfloat16(dtype) == 1 ? DESCRY_TYPE(bfloat16) : NULL;
  const element_code code = code_of(dtype);
  const descry_type* element = find_element_tag(code.text);
  if (element) return element;
  const char other = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? '>' : '<';
  char ordered[sizeof code.text + 1];
  PyOS_snprintf(ordered, sizeof ordered, "%c%s", descryi_descr_is_native(dtype) ? '=' : other,
                code.text);
  return find_element_tag(ordered);
}

static PyObject* number_name(const char* word, const char* bytes) {
  return PyUnicode_FromFormat("%s%ld", word, 8 * strtol(bytes, NULL, 10));
}

// Returns a new str, the name behind a code: "float32" for "f4", "datetime64[ns]" for "M8[ns]", and
// for a text of `itemsize` bytes "S12"; or NULL with an exception set. The size of a long double
// and of a pointer is the machine's, so these go by their word.
static PyObject* name_of(const char* code, size_t itemsize) {
  switch (code[0]) {
    case '?':
      return PyUnicode_FromString("bool");
    case 'i':
      return number_name("int", code + 1);
    case 'u':
      return number_name("uint", code + 1);
    case 'f':
      return number_name("float", code + 1);
    case 'c':
      return number_name("complex", code + 1);
    case 'p':
      return PyUnicode_FromString("intp");
    case 'P':
      return PyUnicode_FromString("uintp");
    case 'g':
      return PyUnicode_FromString("longdouble");
    case 'G':
      return PyUnicode_FromString("clongdouble");
    case 'O':
      return PyUnicode_FromString("object");
    case 'M':
      return PyUnicode_FromFormat("datetime64%s", code + 2);
    case 'm':
      return PyUnicode_FromFormat("timedelta64%s", code + 2);
    case 'U':
      return PyUnicode_FromFormat("U%zu", itemsize / 4);
    case 'S':
    case 'V':
      return PyUnicode_FromFormat("%c%zu", code[0], itemsize);
    default:
      return PyUnicode_FromString(code);  // bfloat16
  }
}

// "", or what a byte order that was asked for is called.
static const char* order_name(char order) {
  if (order == '>') return "big-endian";
  return order == '<' ? "little-endian" : "";
}

PyObject* descryi_element_name(PyObject* dtype) {
  if (!is_builtin(dtype)) return PyObject_Str(dtype);
  const element_code code = code_of(dtype);
  PyObject* name = name_of(code.text, (size_t)descryi_descr_itemsize(dtype));
  if (!name || descryi_descr_is_native(dtype)) return name;
  PyObject* whole = PyUnicode_FromFormat("%s %U", order_name(descryi_head(dtype)->byteorder), name);
  Py_DECREF(name);
  return whole;
}

// The byte order that a declared type asks for, or '='.
static char declared_order(const descry_type* type) {
  const bool has_order = type->kind == DESCRY_KIND_ELEMENT && strchr("<>", type->code[0]);
  return (char)(has_order ? type->code[0] : '=');
}

// Returns a new str: the name of one element of a field.
static PyObject* declared_name(const descry_type* type, size_t itemsize) {
  if (type->kind != DESCRY_KIND_ELEMENT) return PyUnicode_FromString(type->name);
  return name_of(type->code + (strchr("=<>", type->code[0]) ? 1 : 0), itemsize);
}

// Returns " (3, 2)", or "" for no dimensions. Steals `label`, to which it is appended.
static PyObject* append_label_shape(PyObject* label, const size_t* shape, size_t ndim) {
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
      append_label_shape(declared_name(field->element, form.itemsize), field->shape, form.ndim);
  const char* order = order_name(declared_order(field->element));
  if (!label || !*order) return label;
  PyObject* whole = PyUnicode_FromFormat("%U, %s", label, order);
  Py_DECREF(label);
  return whole;
}
