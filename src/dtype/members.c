// SPDX-License-Identifier: BSD-3-Clause
#include "src/dtype/members.h"

#include <limits.h>
#include <stdbool.h>

#include "src/base/errors.h"
#include "src/base/numpy.h"
#include "src/declare/coverage.h"

// Inserts a field after all that begin before it or with it: lists are mostly in order already.
static void insert(descryi_members* members, const descry_field* field) {
  Py_ssize_t i = members->count++;
  for (; i > 0 && members->items[i - 1].field->offset > field->offset; --i) {
    members->items[i] = members->items[i - 1];
  }
  members->items[i] = (descryi_member){field, NULL};
}

static int check_size(const descry_type* type) {
  return type->size <= INT_MAX ? 0 : descryi_raise(DESCRYI_TOO_LARGE, type->name, type->size);
}

static int check_names_given(const descry_type* type) {
  for (size_t i = 0; i < type->field_count; ++i) {
    if (type->fields[i].name[0] != '\0') continue;
    return descryi_raise(DESCRYI_NAME_EMPTY, type->name, type->fields[i].offset);
  }
  return 0;
}

// Adds a name or a title to those that are taken.
static int claim_name(PyObject* taken, const descry_type* type, const descry_field* field,
                      const char* text) {
  PyObject* name = PyUnicode_FromString(text);
  if (!name) return -1;
  int result = PySet_Contains(taken, name);
  if (result == 0) {
    result = PySet_Add(taken, name);
  } else if (result > 0) {
    result = descryi_raise(DESCRYI_NAME_CLASH, type->name, field->name, text);
  }
  Py_DECREF(name);
  return result;
}

int descryi_members_check_names(const descryi_members* members) {
  int result = -1;
  PyObject* taken = PySet_New(NULL);
  if (!taken) return -1;
  for (Py_ssize_t i = 0; i < members->count; ++i) {
    const descry_field* field = members->items[i].field;
    if (claim_name(taken, members->type, field, field->name) < 0) goto done;
    if (field->title && claim_name(taken, members->type, field, field->title) < 0) goto done;
  }
  result = 0;

done:
  Py_DECREF(taken);
  return result;
}

static int check_bounds(const descry_type* type, const descryi_member* member) {
  const size_t itemsize = (size_t)descryi_descr_itemsize(member->dtype);
  const size_t offset = member->field->offset;
  if (offset <= type->size && itemsize <= type->size - offset) return 0;
  return descryi_raise(DESCRYI_FIELD_OUTSIDE, type->name, member->field->name, offset, itemsize,
                       type->size);
}

// An object slot that shares bytes with another field could be overwritten with anything. Other
// overlaps are unions.
static int check_objects(const descryi_members* members) {
  size_t past = 0, objects_past = 0;
  for (Py_ssize_t i = 0; i < members->count; ++i) {
    const descry_field* field = members->items[i].field;
    const size_t end = field->offset + (size_t)descryi_descr_itemsize(members->items[i].dtype);
    const bool has_object =
        (descryi_descr_flags(members->items[i].dtype) & DESCRYI_DESCR_HASOBJECT) != 0;
    if (field->offset < (has_object ? past : objects_past)) {
      return descryi_raise(DESCRYI_OBJECT_OVERLAPPED, members->type->name, field->name,
                           field->offset);
    }
    if (end > past) past = end;
    if (has_object && end > objects_past) objects_past = end;
  }
  return 0;
}

static int build_dtypes(descryi_members* members, const descryi_chain* chain) {
  for (Py_ssize_t i = 0; i < members->count; ++i) {
    descryi_member* member = &members->items[i];
    member->dtype = descryi_build_field(member->field, chain);
    if (!member->dtype || check_bounds(members->type, member) < 0) return -1;
  }
  return 0;
}

// What could not be checked at compile time. An empty class of C++ has a byte all the same.
static int check_coverage(const descry_type* type) {
  const unsigned unchecked = DESCRY_TYPE_PARTIAL | DESCRY_TYPE_DYNAMIC;
  if ((type->flags & unchecked) || type->field_count == 0) return 0;
  unsigned char* bytes = descryi_calloc(type->size + 1, 1);
  if (!bytes) {
    PyErr_NoMemory();
    return -1;
  }
  size_t left_out = 0;
  const bool covered = descryi_fields_cover(type, bytes, &left_out);
  PyMem_Free(bytes);
  return covered ? 0 : descryi_raise(DESCRYI_MEMBER_LEFT_OUT, type->name, left_out);
}

static int check_bits(const descry_type* type) {
  for (size_t i = 0; i < type->field_count; ++i) {
    const descry_field* field = &type->fields[i];
    size_t width = 0;
    for (size_t bit = 0; bit < field->bit_count; ++bit) width += field->bits[bit].width;
    if (width <= 8 * descry_field_size(field)) continue;
    return descryi_raise(DESCRYI_TOO_MANY_BITS, type->name, field->name, width,
                         8 * descry_field_size(field));
  }
  return 0;
}

int descryi_members_init(descryi_members* members, const descry_type* type,
                         const descryi_chain* chain) {
  *members = (descryi_members){type, 0, NULL};
  if (check_size(type) < 0 || check_names_given(type) < 0 || check_bits(type) < 0) return -1;
  members->items = descryi_calloc(type->field_count + 1, sizeof *members->items);
  if (!members->items) {
    PyErr_NoMemory();
    return -1;
  }
  for (size_t i = 0; i < type->field_count; ++i) insert(members, &type->fields[i]);

  if (build_dtypes(members, chain) < 0 || check_coverage(type) < 0 || check_objects(members) < 0) {
    descryi_members_clear(members);
    return -1;
  }
  return 0;
}

void descryi_members_clear(descryi_members* members) {
  for (Py_ssize_t i = 0; i < members->count; ++i) Py_XDECREF(members->items[i].dtype);
  PyMem_Free(members->items);
  *members = (descryi_members){members->type, 0, NULL};
}
