// SPDX-License-Identifier: BSD-3-Clause
#include "src/view/path.h"

#include <string.h>

#include "src/declare/field_form.h"
#include "src/match/difference.h"
#include "src/view/messages.h"

// Goes on to `field` of where `member` is: its offset, its dimensions, its element.
static int enter_field(descryi_member_form* member, const descry_field* field) {
  const size_t ndim = descry_field_ndim(field);
  const size_t* shape = descry_field_shape(field);
  if (ndim > (size_t)(DESCRYI_MAXDIMS_2 - member->ndim)) {
    return descryi_raise_field_rank(field->name ? field->name : "", DESCRYI_MAXDIMS_2);
  }
  member->offset += field->offset;
  member->itemsize = descry_field_itemsize(field);
  member->type = field->element;
  size_t step = member->itemsize;
  for (size_t axis = ndim; axis-- > 0; step *= shape[axis]) {
    member->shape[(size_t)member->ndim + axis] = (Py_ssize_t)shape[axis];
    member->strides[(size_t)member->ndim + axis] = (Py_ssize_t)step;
  }
  member->ndim += (int)ndim;
  return 0;
}

// Goes through aliases and transparent wrappers to what they stand for.
static int enter_targets(descryi_member_form* member) {
  const descry_field* target;
  while ((target = descryi_type_target_field(member->type))) {
    if (enter_field(member, target) < 0) return -1;
  }
  return 0;
}

// Returns the field whose name `path` begins with, as a whole step of it, and the step's length; or
// NULL. A name may have dots: the longest one counts.
static const descry_field* find_step(const descry_type* type, const char* path, size_t* length) {
  const descry_field* found = NULL;
  *length = 0;
  for (size_t i = 0; i < type->field_count; ++i) {
    const char* name = type->fields[i].name;
    const size_t size = strlen(name);
    const bool fits = strncmp(path, name, size) == 0 && (path[size] == '\0' || path[size] == '.');
    if (fits && (!found || size > *length)) {
      found = &type->fields[i];
      *length = size;
    }
  }
  return found;
}

int descryi_path_resolve(const descry_type* type, const char* path, descryi_member_form* member) {
  const char* rest = path;
  member->type = type;
  member->offset = 0;
  member->itemsize = type->size;
  member->ndim = 0;
  for (;;) {
    size_t length;
    if (enter_targets(member) < 0) return -1;
    if (member->type->kind != DESCRY_KIND_RECORD) {
      return descryi_raise_field_below(type->name, path, member->type->name, rest);
    }
    const descry_field* field = find_step(member->type, rest, &length);
    if (!field) return descryi_raise_field_unknown(type->name, path, member->type->name);
    if (enter_field(member, field) < 0) return -1;
    if (rest[length] == '\0') return 0;
    rest += length + 1;
  }
}

// Whether the field covers `offset`.
static bool covers(const descry_field* field, size_t offset) {
  return offset >= field->offset && offset - field->offset < descry_field_size(field);
}

// Returns a new str "[i, j]" for the element at `offset` of a sub-array; empty for a field that is
// not one.
static PyObject* index_text(const descry_field* field, size_t offset) {
  const size_t ndim = descry_field_ndim(field);
  const size_t* shape = descry_field_shape(field);
  size_t flat = offset / descry_field_itemsize(field);
  PyObject* text = PyUnicode_FromString(ndim ? "]" : "");
  for (size_t axis = ndim; text && axis-- > 0; flat /= shape[axis]) {
    PyObject* longer = PyUnicode_FromFormat("%s%zu%U", axis ? ", " : "[", flat % shape[axis], text);
    Py_DECREF(text);
    text = longer;
  }
  return text;
}

// Returns the field that `offset` is in, or NULL. Nothing overlaps an object.
static const descry_field* field_at(const descry_type* type, size_t offset) {
  const descry_field* target = descryi_type_target_field(type);
  if (target) return target;
  for (size_t i = 0; i < type->field_count; ++i) {
    if (covers(&type->fields[i], offset)) return &type->fields[i];
  }
  return NULL;
}

// Returns a new str: `head` and `tail`, either of which may be empty, as one path; or NULL with an
// exception set. Steals both references, of which either may be NULL with an exception set.
static PyObject* join_paths(PyObject* head, PyObject* tail) {
  PyObject* path = NULL;
  const Py_ssize_t above = head && tail ? PyUnicode_GetLength(head) : -1;
  const Py_ssize_t below = above < 0 ? -1 : PyUnicode_GetLength(tail);
  if (below < 0) {
    Py_XDECREF(tail);
  } else if (above == 0) {
    return Py_DECREF(head), tail;
  } else if (below == 0) {
    return Py_DECREF(tail), head;
  } else {
    path = descryi_path_join(head, tail);
  }
  Py_XDECREF(head);
  return path;
}

PyObject* descryi_path_of_slot(const descry_type* type, size_t offset) {
  const descry_field* field = field_at(type, offset);
  if (!field) return PyUnicode_FromString("");
  offset -= field->offset;
  PyObject* name = PyUnicode_FromString(field->name ? field->name : "");
  PyObject* here = join_paths(name, index_text(field, offset));
  if (!here) return NULL;
  return join_paths(here,
                    descryi_path_of_slot(field->element, offset % descry_field_itemsize(field)));
}
