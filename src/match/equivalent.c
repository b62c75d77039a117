// SPDX-License-Identifier: BSD-3-Clause
#include "src/match/equivalent.h"

#include "src/base/numpy.h"
#include "src/dtype/fields.h"
#include "src/match/describe.h"
#include "src/match/element.h"

// Where a comparison puts what it finds, and what it knows before (or NULL).
typedef struct findings {
  descryi_seen* seen;
  descryi_difference* why;
  const descryi_plan* plan;
} findings;

static int compare(const findings* out, PyObject* own, PyObject* other);

// All functions below return 1, 0 where the two differ, or -1 with an exception set.

// Names are nearly always interned, so that the pointers tell.
static int compare_names(PyObject* own, PyObject* other) {
  if (own == other) return 1;
  const int order = PyUnicode_Compare(own, other);
  return order == -1 && PyErr_Occurred() ? -1 : order == 0;
}

// NumPy lets a title be any object and asks for ==. A declared title is a str, and to ask another
// object would run its code, which may change the very dtypes that are being read.
static int same_title(PyObject* own, PyObject* other) {
  if (own == other) return 1;
  if (!own || !other || !PyUnicode_Check(own) || !PyUnicode_Check(other)) return 0;
  return compare_names(own, other);
}

static int compare_titles(const findings* out, PyObject* own, PyObject* other) {
  const int same = same_title(own, other);
  if (same != 0 || !out->why) return same;
  int result = -1;
  PyObject* expected = descryi_describe_title(own);
  PyObject* got = descryi_describe_title(other);
  if (expected && got) result = descryi_differ(out->why, DESCRYI_REASON_OTHER, expected, got);
  Py_XDECREF(expected);
  Py_XDECREF(got);
  return result;
}

static int compare_shapes(PyObject* own, PyObject* other) {
  const Py_ssize_t ndim = descryi_tuple_size(own);
  if (descryi_tuple_size(other) != ndim) return 0;
  for (Py_ssize_t i = 0; i < ndim; ++i) {
    const Py_ssize_t mine = PyLong_AsSsize_t(descryi_tuple_item(own, i));
    const Py_ssize_t theirs = mine < 0 ? -1 : PyLong_AsSsize_t(descryi_tuple_item(other, i));
    if (theirs < 0) return -1;
    if (mine != theirs) return 0;
  }
  return 1;
}

static int compare_subarrays(const findings* out, PyObject* own, PyObject* other) {
  const descryi_subarray* mine = descryi_descr_subarray(own);
  const descryi_subarray* theirs = descryi_descr_subarray(other);
  const int same = mine && theirs ? compare_shapes(mine->shape, theirs->shape) : 0;
  if (same < 0) return -1;
  if (!same) return descryi_differ_in_dtype(out->why, DESCRYI_REASON_OTHER, own, other);
  return compare(out, mine->base, theirs->base);
}

// Returns 1 where both offsets are known and the same. Small ints are shared, so that the pointers
// tell.
static int compare_offsets(const findings* out, const descryi_field* own,
                           const descryi_field* other) {
  if (own->offset == other->offset) return 1;
  const Py_ssize_t mine = descryi_field_offset(own), theirs = descryi_field_offset(other);
  if ((mine == -1 || theirs == -1) && PyErr_Occurred()) return -1;
  return mine == theirs ? 1 : descryi_differ(out->why, DESCRYI_REASON_OFFSET, theirs);
}

// Two fields of one name. The element comes before the offset, which often follows from an element
// that is another.
static int compare_fields(const findings* out, const descryi_field* own,
                          const descryi_field* other) {
  int same = own->descr == other->descr ? 1 : compare(out, own->descr, other->descr);
  if (same == 1) same = compare_offsets(out, own, other);
  if (same == 1) same = compare_titles(out, own->title, other->title);
  return same;
}

// Returns the index of a field by its name, -1 where there is none, -2 with an exception set.
static Py_ssize_t find_name(PyObject* record, PyObject* name) {
  PyObject* names = descryi_descr_names(record);
  const Py_ssize_t count = descryi_tuple_size(names);
  for (Py_ssize_t i = 0; i < count; ++i) {
    const int same = compare_names(descryi_tuple_item(names, i), name);
    if (same != 0) return same < 0 ? -2 : i;
  }
  return -1;
}

// The difference just noted is that of a field.
static int differ_inside(const findings* out, const descryi_field* field) {
  if (!out->why) return 0;
  const Py_ssize_t offset = descryi_field_offset(field);
  if (offset == -1 && PyErr_Occurred()) return -1;
  return descryi_differ_inside(out->why, field->name, offset);
}

static int differ_in_field(const findings* out, descryi_reason reason, const descryi_field* field) {
  if (descryi_differ_in_dtype(out->why, reason, field->descr, NULL) < 0) return -1;
  return differ_inside(out, field);
}

// The field `own` is in another place of the other record, or not in it at all.
static int differ_in_place(const findings* out, const descryi_field* own, PyObject* other_name,
                           Py_ssize_t index, Py_ssize_t other_index) {
  const int result = other_index >= 0
                         ? descryi_differ(out->why, DESCRYI_REASON_ORDER, index, other_index)
                         : descryi_differ(out->why, DESCRYI_REASON_NAME, other_name);
  return result < 0 ? -1 : differ_inside(out, own);
}

// The fields at `index` have different names.
static int differ_by_name(const findings* out, PyObject* own_record, PyObject* other_record,
                          const descryi_field* own, const descryi_field* other, Py_ssize_t index) {
  const Py_ssize_t own_index = find_name(own_record, other->name);
  const Py_ssize_t other_index = find_name(other_record, own->name);
  if (own_index == -2 || other_index == -2) return -1;
  if (own_index == -1 && other_index >= 0) {
    return differ_in_field(out, DESCRYI_REASON_EXTRA_FIELD, other);
  }
  if (other_index == -1 && own_index >= 0) {
    return differ_in_field(out, DESCRYI_REASON_MISSING_FIELD, own);
  }
  return differ_in_place(out, own, other->name, index, other_index);
}

// Field by field, to the first difference.
static int explain_fields(const findings* out, PyObject* own, PyObject* other) {
  descryi_fields mine = descryi_fields_of(own), theirs = descryi_fields_of(other);
  for (Py_ssize_t index = 0;; ++index) {
    descryi_field a, b;
    const int more = descryi_fields_next(&mine, &a), other_more = descryi_fields_next(&theirs, &b);
    if (more < 0 || other_more < 0) return -1;
    if (!more && !other_more) return 1;
    if (!other_more) return differ_in_field(out, DESCRYI_REASON_MISSING_FIELD, &a);
    if (!more) return differ_in_field(out, DESCRYI_REASON_EXTRA_FIELD, &b);
    int same = compare_names(a.name, b.name);
    if (same < 0) return -1;
    if (!same) return differ_by_name(out, own, other, &a, &b, index);
    same = compare_fields(out, &a, &b);
    if (same == 0) same = differ_inside(out, &a);
    if (same != 1) return same;
  }
}

static int compare_all_names(PyObject* own, PyObject* other) {
  const Py_ssize_t count = descryi_tuple_size(own);
  if (descryi_tuple_size(other) != count) return 0;
  for (Py_ssize_t i = 0; i < count; ++i) {
    const int same = compare_names(descryi_tuple_item(own, i), descryi_tuple_item(other, i));
    if (same != 1) return same;
  }
  return 1;
}

// Compares the fields of `theirs` with those that were read before.
static int compare_planned_fields(const findings* out, descryi_fields* theirs) {
  const descryi_field* own = out->plan->fields;
  for (;; ++own) {
    descryi_field other;
    const int more = descryi_fields_next(theirs, &other);
    if (more != 1) return more < 0 ? -1 : 1;
    const int same = compare_fields(out, own, &other);
    if (same != 1) return same;
  }
}

static int compare_read_fields(const findings* out, descryi_fields* mine, descryi_fields* theirs) {
  for (;;) {
    descryi_field own, other;
    int more = descryi_fields_next(mine, &own);
    if (more == 0) return 1;
    if (more == 1) more = descryi_fields_next(theirs, &other);
    if (more != 1) return more;
    const int same = compare_fields(out, &own, &other);
    if (same != 1) return same;
  }
}

// The verdict only, what is cheap to tell first.
static int compare_all_fields(const findings* out, PyObject* own, PyObject* other) {
  if (descryi_descr_itemsize(own) != descryi_descr_itemsize(other)) return 0;
  descryi_fields mine = descryi_fields_of(own), theirs = descryi_fields_of(other);
  const int same = compare_all_names(mine.names, theirs.names);
  if (same != 1) return same;
  if (out->plan && out->plan->own == own) return compare_planned_fields(out, &theirs);
  return compare_read_fields(out, &mine, &theirs);
}

static int explain_records(const findings* out, PyObject* own, PyObject* other) {
  const int same = explain_fields(out, own, other);
  const Py_ssize_t itemsize = descryi_descr_itemsize(own);
  const Py_ssize_t other_itemsize = descryi_descr_itemsize(other);
  if (same != 1 || itemsize == other_itemsize) return same;
  return descryi_differ(out->why, DESCRYI_REASON_ITEMSIZE, itemsize, other_itemsize);
}

static int compare_records(const findings* out, PyObject* own, PyObject* other) {
  if (descryi_seen_add(out->seen, other) < 0) return -1;
  if (Py_EnterRecursiveCall(" in a nested dtype")) return -1;
  const int same =
      out->why ? explain_records(out, own, other) : compare_all_fields(out, own, other);
  Py_LeaveRecursiveCall();
  return same;
}

static int compare(const findings* out, PyObject* own, PyObject* other) {
  if (own == other) return 1;
  if (descryi_descr_subarray(own) || descryi_descr_subarray(other)) {
    return compare_subarrays(out, own, other);
  }
  const bool is_record = descryi_descr_is_record(own);
  if (is_record && descryi_descr_is_record(other)) return compare_records(out, own, other);
  if (is_record == descryi_descr_is_record(other) && descryi_element_equals(own, other)) return 1;
  return descryi_differ_in_dtype(out->why, DESCRYI_REASON_OTHER, own, other);
}

int descryi_equivalent(PyObject* own, PyObject* other, descryi_seen* seen,
                       descryi_difference* why) {
  const findings out = {seen, why, NULL};
  return compare(&out, own, other);
}

int descryi_equivalent_to_plan(const descryi_plan* plan, PyObject* other, descryi_seen* seen) {
  const findings out = {seen, NULL, plan};
  return compare(&out, plan->own, other);
}
