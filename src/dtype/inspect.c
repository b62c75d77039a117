// SPDX-License-Identifier: BSD-3-Clause
// Reads a dtype that exists: its parts, the same on NumPy 1.x and 2.x, and the type that it is the
// dtype of.
#include <descry/dtype.h>
#include <descry/schema.h>
#include <string.h>

#include "src/base/fields.h"
#include "src/base/numpy.h"
#include "src/declare/field_form.h"
#include "src/dtype/dtype.h"
#include "src/dtype/element.h"
#include "src/dtype/messages.h"

int descryi_check_dtype(PyObject* dtype) {
  if (descryi_numpy_ensure() < 0) return -1;
  if (descryi_is_descr(dtype)) return 0;
  PyObject* name = descryi_class_name(dtype);
  if (name) descryi_raise_not_a_dtype(name);
  Py_XDECREF(name);
  return -1;
}

Py_ssize_t descry_dtype_itemsize(PyObject* dtype) {
  return descryi_check_dtype(dtype) < 0 ? -1 : descryi_descr_itemsize(dtype);
}

Py_ssize_t descry_dtype_alignment(PyObject* dtype) {
  return descryi_check_dtype(dtype) < 0 ? -1 : descryi_descr_alignment(dtype);
}

int descry_dtype_byteorder(PyObject* dtype) {
  return descryi_check_dtype(dtype) < 0 ? -1 : descryi_head(dtype)->byteorder;
}

int descry_dtype_kind(PyObject* dtype) {
  return descryi_check_dtype(dtype) < 0 ? -1 : descryi_head(dtype)->kind;
}

int descry_dtype_char(PyObject* dtype) {
  return descryi_check_dtype(dtype) < 0 ? -1 : descryi_head(dtype)->type;
}

int descry_dtype_num(PyObject* dtype) {
  return descryi_check_dtype(dtype) < 0 ? -1 : descryi_head(dtype)->type_num;
}

long long descry_dtype_flags(PyObject* dtype) {
  return descryi_check_dtype(dtype) < 0 ? -1 : (long long)descryi_descr_flags(dtype);
}

static int has_flag(PyObject* dtype, uint64_t flag) {
  return descryi_check_dtype(dtype) < 0 ? -1 : (descryi_descr_flags(dtype) & flag) != 0;
}

int descry_dtype_has_object(PyObject* dtype) { return has_flag(dtype, DESCRYI_DESCR_HASOBJECT); }

int descry_dtype_is_aligned(PyObject* dtype) {
  return has_flag(dtype, DESCRYI_DESCR_ALIGNED_STRUCT);
}

Py_ssize_t descry_dtype_field_count(PyObject* dtype) {
  if (descryi_check_dtype(dtype) < 0) return -1;
  PyObject* names = descryi_descr_names(dtype);
  return names ? descryi_tuple_size(names) : 0;
}

// Gives a new reference to `object` to the caller, if it wants one.
static void give(PyObject** place, PyObject* object) {
  if (!place) return;
  Py_XINCREF(object);
  *place = object;
}

int descry_dtype_field(PyObject* dtype, Py_ssize_t index, PyObject** name, Py_ssize_t* offset,
                       PyObject** field_dtype, PyObject** title) {
  const Py_ssize_t count = descry_dtype_field_count(dtype);
  if (count < 0) return -1;
  if (index < 0 || index >= count) return descryi_raise_field_index(index, count);
  descryi_field field;
  if (descryi_fields_at(dtype, index, &field) != 1) return -1;
  const Py_ssize_t start = descryi_field_offset(&field);
  if (start == -1 && PyErr_Occurred()) return -1;
  give(name, field.name);
  if (offset) *offset = start;
  give(field_dtype, field.descr);
  give(title, field.title);
  return 0;
}

int descry_dtype_subarray(PyObject* dtype, PyObject** base, PyObject** shape) {
  if (descryi_check_dtype(dtype) < 0) return -1;
  const descryi_subarray* subarray = descryi_descr_subarray(dtype);
  if (!subarray) return 0;
  give(base, subarray->base);
  give(shape, subarray->shape);
  return 1;
}

// Records that are nested deeper have no type, whatever NumPy does with them.
enum { MAX_DEPTH = 64 };

// Where a dtype is: the names of the fields that lead to it, innermost first.
typedef struct place {
  PyObject* name;
  const struct place* outer;
  int depth;
} place;

// One dtype with its sub-array taken off: `ndim` dimensions around `element`, a reference. The last
// dimension of a text is its length.
typedef struct described {
  const descry_type* element;
  size_t ndim;
  size_t shape[DESCRYI_MAXDIMS_2 + 1];
} described;

// Returns "field 'a.b': " with the whole path, "" at the top, or NULL with an exception set.
static PyObject* path_text(const place* at) {
  if (!at->outer) return PyUnicode_FromString("");
  Py_INCREF(at->name);
  PyObject* path = at->name;
  for (at = at->outer; path && at->outer; at = at->outer) {
    PyObject* longer = PyUnicode_FromFormat("%U.%U", at->name, path);
    Py_DECREF(path);
    path = longer;
  }
  PyObject* text = path ? PyUnicode_FromFormat("field '%U': ", path) : NULL;
  Py_XDECREF(path);
  return text;
}

// Raises that the dtype at `at` has no type. `problem` says why, or is NULL where no element is it.
static int refuse_untyped(const place* at, PyObject* dtype, const char* problem) {
  if (problem && strcmp(problem, "out of memory") == 0) {
    PyErr_NoMemory();
    return -1;
  }
  PyObject* path = path_text(at);
  if (!path) return -1;
  if (problem) {
    descryi_raise_no_type(path, problem);
  } else {
    descryi_raise_no_element(path, dtype);
  }
  Py_DECREF(path);
  return -1;
}

// Returns the text of a name or a title of a field in the record at `at`, or NULL with an exception
// set: no str, a str that has no UTF-8, or one with a NUL, where C would take it to end. The
// message cannot hold such a text either.
static const char* text_of(PyObject* text, const place* at, PyObject* dtype) {
  Py_ssize_t size = 0;
  const char* utf8 = PyUnicode_Check(text) ? PyUnicode_AsUTF8AndSize(text, &size) : NULL;
  if (utf8 && strlen(utf8) == (size_t)size) return utf8;
  if (PyErr_Occurred() && !PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) return NULL;
  PyErr_Clear();
  refuse_untyped(at, dtype, "the name or title of a field is not text that C can hold");
  return NULL;
}

static int describe_dtype(PyObject* dtype, const place* at, described* out);

// Adds one field of a record. Failures of the schema are left for its end.
static int add_schema_field(descry_schema* schema, const descryi_field* info, const place* at) {
  const place inside = {info->name, at, at->depth + 1};
  described field;
  int result = -1;
  const Py_ssize_t offset = descryi_field_offset(info);
  if (offset == -1 && PyErr_Occurred()) return -1;
  const char* name = text_of(info->name, at, info->descr);
  if (!name || describe_dtype(info->descr, &inside, &field) < 0) return -1;
  if (info->title) {
    const char* title = text_of(info->title, at, info->descr);
    if (!title) goto done;
    descry_schema_title(schema, title);
  }
  descry_schema_place(schema, (size_t)offset);
  descry_schema_add(schema, name, field.element, field.ndim, field.shape);
  result = 0;

done:
  descry_type_release(field.element);
  return result;
}

// Returns a new type for a record, or NULL with an exception set.
static const descry_type* describe_record(PyObject* dtype, const place* at) {
  const bool aligned = (descryi_descr_flags(dtype) & DESCRYI_DESCR_ALIGNED_STRUCT) != 0;
  descryi_fields fields = descryi_fields_of(dtype);
  descryi_field field;
  int more;
  descry_schema* schema = descry_schema_new("record", aligned ? 0 : DESCRY_PACKED);
  while ((more = descryi_fields_next(&fields, &field)) == 1) {
    if (add_schema_field(schema, &field, at) < 0) {
      more = -1;
      break;
    }
  }
  if (more < 0) {
    descry_schema_free(schema);
    return NULL;
  }
  descry_schema_resize(schema, (size_t)descryi_descr_itemsize(dtype));
  const descry_type* type = descry_schema_build(schema);
  if (!type) refuse_untyped(at, dtype, descry_schema_problem(NULL));
  return type;
}

// Appends the shape of a sub-array. Returns 0, or -1 with an exception set.
static int add_shape(PyObject* shape, const place* at, PyObject* dtype, described* out) {
  const Py_ssize_t ndim = PyTuple_Check(shape) ? descryi_tuple_size(shape) : -1;
  if (ndim < 0 || out->ndim + (size_t)ndim > DESCRYI_MAXDIMS_2)
    return refuse_untyped(at, dtype, NULL);
  for (Py_ssize_t i = 0; i < ndim; ++i) {
    const Py_ssize_t length = descryi_subarray_length(shape, i);
    if (length == -1 && PyErr_Occurred()) return -1;
    out->shape[out->ndim++] = (size_t)length;
  }
  return 0;
}

// Sets the element of a dtype that is neither a record nor a sub-array, and a text's length.
static int describe_element(PyObject* dtype, const place* at, described* out) {
  out->element = descryi_element_of_dtype(dtype);
  if (!out->element) return PyErr_Occurred() ? -1 : refuse_untyped(at, dtype, NULL);
  const int type_num = descryi_descr_type_num(dtype);
  if (type_num == DESCRYI_NPY_STRING || type_num == DESCRYI_NPY_UNICODE ||
      type_num == DESCRYI_NPY_VOID) {
    out->shape[out->ndim++] = (size_t)descryi_descr_itemsize(dtype) / out->element->size;
  }
  return 0;
}

// Sets what a dtype is that is not a sub-array.
static int describe_one(PyObject* dtype, const place* at, described* out) {
  if (!descryi_descr_is_record(dtype)) return describe_element(dtype, at, out);
  out->element = describe_record(dtype, at);
  return out->element ? 0 : -1;
}

// Returns a new type that stands for a sub-array, or NULL with an exception set.
static const descry_type* array_type(PyObject* dtype, const place* at) {
  described found;
  if (describe_dtype(dtype, at, &found) < 0) return NULL;
  const descry_type* type = descry_type_array(found.element, found.ndim, found.shape);
  descry_type_release(found.element);
  if (!type) refuse_untyped(at, dtype, descry_schema_problem(NULL));
  return type;
}

// A sub-array of sub-arrays stays one: to NumPy it is another dtype than one of more dimensions.
static int describe_dtype(PyObject* dtype, const place* at, described* out) {
  const place inside = {at->name, at->outer, at->depth + 1};
  if (at->depth > MAX_DEPTH)
    return refuse_untyped(at, dtype, "dtypes are nested more than 64 deep");
  *out = (described){NULL, 0, {0}};
  const descryi_subarray* sub = descryi_descr_subarray(dtype);
  if (!sub) return describe_one(dtype, at, out);
  if (add_shape(sub->shape, at, dtype, out) < 0) return -1;
  if (!descryi_descr_subarray(sub->base)) return describe_one(sub->base, at, out);
  out->element = array_type(sub->base, &inside);
  return out->element ? 0 : -1;
}

const descry_type* descry_type_from_dtype(PyObject* dtype) {
  const place top = {NULL, NULL, 0};
  if (descryi_check_dtype(dtype) < 0) return NULL;
  if (descryi_descr_is_record(dtype)) return describe_record(dtype, &top);
  const descry_type* element =
      descryi_descr_subarray(dtype) ? NULL : descryi_element_of_dtype(dtype);
  const bool whole = element && !descryi_type_is_flexible(element);
  if (whole || PyErr_Occurred()) return element;
  return array_type(dtype, &top);
}
