// SPDX-License-Identifier: BSD-3-Clause
// Parts of any dtype, the same on NumPy 1.x and 2.x.
#include <descry/dtype.h>

#include "src/base/fields.h"
#include "src/base/numpy.h"
#include "src/dtype/cached.h"
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
