// SPDX-License-Identifier: BSD-3-Clause
#include "src/match/convertible.h"

#include "src/base/numpy.h"
#include "src/dtype/fields.h"
#include "src/match/equivalent.h"
#include "src/match/overlap.h"

// All functions below that return an int return 1, 0 where the two don't fit, or -1 with an
// exception set.

// What is never made into something else, whatever NumPy casts: 'n' for numbers, else the kind.
static char class_of(PyObject* element) {
  const char kind = descryi_descr_kind(element);
  switch (kind) {
    case 'b':
    case 'i':
    case 'u':
    case 'f':
    case 'c':
      return 'n';
    case 'V':  // that of bfloat16, too
      if (descryi_descr_type_num(element) == DESCRYI_NPY_VOID) return kind;
      return 'n';
    default:
      return kind;
  }
}

static int convert_element(PyObject* own, PyObject* other, descryi_difference* why) {
  if (class_of(own) == class_of(other)) {
    const bool casts = descryi_np.can_cast_type_to(other, own, DESCRYI_SAFE_CASTING) != 0;
    if (PyErr_Occurred()) return -1;
    if (casts) return 1;
  }
  return descryi_differ_in_dtype(why, DESCRYI_REASON_NO_CAST, own, other);
}

// Notes the lengths of a sub-array other than 1, at most `room`. Returns how many there are, or -1
// with an exception set.
static int lengths_of(PyObject* descr, Py_ssize_t* lengths, int room) {
  int count = 0;
  for (const descryi_subarray* sub; (sub = descryi_descr_subarray(descr)); descr = sub->base) {
    const Py_ssize_t ndim = descryi_tuple_size(sub->shape);
    for (Py_ssize_t i = 0; i < ndim && count < room; ++i) {
      lengths[count] = PyLong_AsSsize_t(descryi_tuple_item(sub->shape, i));
      if (lengths[count] == -1 && PyErr_Occurred()) return -1;
      if (lengths[count] != 1) ++count;
    }
  }
  return count;
}

static int same_lengths(PyObject* own, PyObject* other) {
  Py_ssize_t mine[DESCRYI_MAXDIMS_2], theirs[DESCRYI_MAXDIMS_2];
  const int count = lengths_of(own, mine, DESCRYI_MAXDIMS_2);
  const int other_count = lengths_of(other, theirs, DESCRYI_MAXDIMS_2);
  if (count < 0 || other_count < 0) return -1;
  bool same = count == other_count;
  for (int i = 0; same && i < count; ++i) same = mine[i] == theirs[i];
  return same;
}

// Finds the field of that name. Returns 1, 0 where there is none, -1 with an exception set.
static int find_field(PyObject* record, PyObject* name, descryi_field* out) {
  descryi_fields fields = descryi_fields_of(record);
  for (int more; (more = descryi_fields_next(&fields, out)) != 0;) {
    if (more < 0) return -1;
    const int order = PyUnicode_Compare(out->name, name);
    if (order == -1 && PyErr_Occurred()) return -1;
    if (order == 0) return 1;
  }
  return 0;
}

static int fail_inside(descryi_difference* why, const descryi_field* field, int result) {
  if (result != 0 || !why) return result;
  const Py_ssize_t offset = descryi_field_offset(field);
  if (offset == -1 && PyErr_Occurred()) return -1;
  return descryi_differ_inside(why, field->name, offset);
}

static int convert(PyObject* own, PyObject* other, descryi_difference* why);

// Whether every field of `record` has one of its name in `other`, and that converts to it where
// `converts` asks for this.
static int has_all(PyObject* record, PyObject* other, bool converts, descryi_difference* why) {
  descryi_fields fields = descryi_fields_of(record);
  descryi_field field, like;
  for (int more; (more = descryi_fields_next(&fields, &field)) != 0;) {
    int found = more < 0 ? -1 : find_field(other, field.name, &like);
    if (found == 0) {
      const descryi_reason reason =
          converts ? DESCRYI_REASON_MISSING_FIELD : DESCRYI_REASON_EXTRA_FIELD;
      found = descryi_differ_in_dtype(why, reason, field.descr, NULL);
    } else if (found == 1 && converts) {
      found = convert(field.descr, like.descr, why);
    }
    if (found != 1) return fail_inside(why, &field, found);
  }
  return 1;
}

// Each field that is copied overwrites what the others have made of the bytes that they share.
// Where all are as they were, so are the bytes.
static int convert_overlapping(PyObject* own, PyObject* other, descryi_difference* why) {
  const int same = descryi_equivalent(own, other, NULL, NULL);
  return same == 0 ? descryi_differ(why, DESCRYI_REASON_OVERLAP) : same;
}

static int convert_records(PyObject* own, PyObject* other, descryi_difference* why) {
  int overlap = descryi_fields_overlap(own);
  if (overlap == 0) overlap = descryi_fields_overlap(other);
  if (overlap != 0) return overlap < 0 ? -1 : convert_overlapping(own, other, why);
  if (Py_EnterRecursiveCall(" in a nested dtype")) return -1;
  int result = has_all(own, other, true, why);
  if (result == 1) result = has_all(other, own, false, why);
  Py_LeaveRecursiveCall();
  return result;
}

static int convert(PyObject* own, PyObject* other, descryi_difference* why) {
  const int same = same_lengths(own, other);
  if (same < 0) return -1;
  PyObject *mine = descryi_innermost(own), *theirs = descryi_innermost(other);
  const bool is_record = descryi_descr_is_record(mine);
  if (!same || is_record != descryi_descr_is_record(theirs)) {
    return descryi_differ_in_dtype(why, DESCRYI_REASON_OTHER, own, other);
  }
  return is_record ? convert_records(mine, theirs, why) : convert_element(mine, theirs, why);
}

int descryi_convertible(PyObject* own, PyObject* other, descryi_difference* why) {
  return convert(own, other, why);
}
