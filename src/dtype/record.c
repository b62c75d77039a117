// SPDX-License-Identifier: BSD-3-Clause
#include "src/dtype/record.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>

#include "src/base/errors.h"
#include "src/base/numpy.h"
#include "src/dtype/fields.h"
#include "src/dtype/members.h"

// How NumPy has to be told of a layout.
typedef struct layout {
  bool aligned;  // dtype.isalignedstruct, and with it dtype.alignment as in C
  bool natural;  // NumPy finds the offsets by itself
} layout;

static Py_ssize_t round_up(Py_ssize_t offset, Py_ssize_t alignment) {
  return alignment > 1 ? (offset + alignment - 1) / alignment * alignment : offset;
}

// From NumPy 2.5 on, offsets that were given make every copy of a padded record go field by field,
// and outer records inherit that. So they are given only where NumPy would not find them: where the
// C layout is not the natural one of these dtypes.
static layout find_layout(const descryi_members* members) {
  layout found = {.aligned = members->count > 0, .natural = true};
  Py_ssize_t past = 0, widest = 1;
  for (Py_ssize_t i = 0; i < members->count; ++i) {
    const descryi_member* member = &members->items[i];
    const Py_ssize_t alignment = descryi_descr_alignment(member->dtype);
    const Py_ssize_t offset = (Py_ssize_t)member->field->offset;
    if (offset != round_up(past, alignment)) found.natural = false;
    if (offset != round_up(offset, alignment)) found.aligned = false;
    if (alignment > widest) widest = alignment;
    past = offset + descryi_descr_itemsize(member->dtype);
  }
  const Py_ssize_t size = (Py_ssize_t)members->type->size;
  if (size != round_up(past, widest)) found.natural = false;
  if (size != round_up(size, widest) || (size_t)widest > members->type->alignment) {
    found.aligned = false;
  }
  return found;
}

// Whether the fields follow each other without a hole, which is what NumPy makes of packed ones.
static bool is_gapless(const descryi_members* members) {
  Py_ssize_t past = 0;
  for (Py_ssize_t i = 0; i < members->count; ++i) {
    if ((Py_ssize_t)members->items[i].field->offset != past) return false;
    past += descryi_descr_itemsize(members->items[i].dtype);
  }
  return past == (Py_ssize_t)members->type->size;
}

// Sets `spec[key]`. Steals `value`, which may be NULL with an exception set.
static int set_item(PyObject* spec, const char* key, PyObject* value) {
  const int result = value ? PyDict_SetItemString(spec, key, value) : -1;
  Py_XDECREF(value);
  return result;
}

// The columns of the dict that describes a record: one value a member, as new references.
static PyObject* member_name(const descryi_member* member) {
  return PyUnicode_FromString(member->field->name);
}
static PyObject* member_dtype(const descryi_member* member) {
  Py_INCREF(member->dtype);
  return member->dtype;
}
static PyObject* member_offset(const descryi_member* member) {
  return PyLong_FromSize_t(member->field->offset);
}
static PyObject* member_title(const descryi_member* member) {
  return Py_BuildValue("z", member->field->title);
}

// Returns a new tuple with `value` of each member, or NULL with an exception set.
static PyObject* column(const descryi_members* members,
                        PyObject* (*value)(const descryi_member* member)) {
  PyObject* tuple = PyTuple_New(members->count);
  for (Py_ssize_t i = 0; tuple && i < members->count; ++i) {
    PyObject* item = value(&members->items[i]);
    if (!item || PyTuple_SetItem(tuple, i, item) < 0) Py_CLEAR(tuple);
  }
  return tuple;
}

static bool has_titles(const descryi_members* members) {
  for (Py_ssize_t i = 0; i < members->count; ++i) {
    if (members->items[i].field->title) return true;
  }
  return false;
}

// Returns a new {"names": (...), "formats": (...), ...}, or NULL with an exception set.
static PyObject* record_spec(const descryi_members* members) {
  const layout found = find_layout(members);
  const bool without_offsets = (found.aligned && found.natural) || is_gapless(members);
  PyObject* spec = PyDict_New();
  if (!spec || set_item(spec, "names", column(members, member_name)) < 0 ||
      set_item(spec, "formats", column(members, member_dtype)) < 0 ||
      set_item(spec, "itemsize", PyLong_FromSize_t(members->type->size)) < 0 ||
      set_item(spec, "aligned", PyBool_FromLong(found.aligned)) < 0 ||
      (!without_offsets && set_item(spec, "offsets", column(members, member_offset)) < 0) ||
      (has_titles(members) && set_item(spec, "titles", column(members, member_title)) < 0)) {
    Py_CLEAR(spec);
  }
  return spec;
}

// Compares what NumPy made with what the compiler did. A difference would be a defect here, and
// silent corruption everywhere else.
static int verify(PyObject* dtype, const descryi_members* members) {
  bool same = descryi_descr_itemsize(dtype) == (Py_ssize_t)members->type->size;
  descryi_fields fields = descryi_fields_of(dtype);
  for (Py_ssize_t i = 0; same && i < members->count; ++i) {
    descryi_field field;
    const int more = descryi_fields_next(&fields, &field);
    if (more < 0) return -1;
    const Py_ssize_t offset = more ? descryi_field_offset(&field) : -1;
    if (offset == -1 && PyErr_Occurred()) return -1;
    same = offset == (Py_ssize_t)members->items[i].field->offset;
  }
  return same ? 0 : descryi_raise(DESCRYI_LAID_OUT_DIFFERENTLY, members->type->name, dtype);
}

// Returns a new dtype that is verified, or NULL with an exception set.
static PyObject* convert_spec(PyObject* spec, const descryi_members* members) {
  PyObject* dtype = descryi_descr_convert(spec);
  if (dtype && verify(dtype, members) < 0) Py_CLEAR(dtype);
  if (dtype) return dtype;
  PyObject* error = descryi_error_take();
  if (descryi_members_check_names(members) < 0) {
    Py_XDECREF(error);
  } else {
    descryi_error_restore(error);
  }
  return NULL;
}

PyObject* descryi_build_record(const descry_type* type, const descryi_chain* chain) {
  descryi_members members;
  if (descryi_members_init(&members, type, chain) < 0) return NULL;
  PyObject* spec = record_spec(&members);
  PyObject* dtype = spec ? convert_spec(spec, &members) : NULL;
  Py_XDECREF(spec);
  descryi_members_clear(&members);
  return dtype;
}
