// SPDX-License-Identifier: BSD-3-Clause
#include "src/match/castable.h"

#include "src/base/numpy.h"
#include "src/dtype/snapshot.h"
#include "src/match/compare.h"
#include "src/match/find.h"
#include "src/match/match.h"
#include "src/match/messages.h"

// A comparison: the pairs of records that were found to be castable, or are being compared, and
// where the reason goes.
typedef struct comparison {
  int casting;
  bool extra_fields;  // whether `actual` may have some
  descryi_difference* why;
  descryi_visited records;
} comparison;

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

static int cast_element(comparison* to, PyObject* expected, PyObject* actual) {
  const char expected_class = class_of(expected), actual_class = class_of(actual);
  const bool has_class =
      expected_class == actual_class || (expected_class == 'U' && actual_class == 'S');
  if (has_class && !descryi_descr_is_stepless(expected) && !descryi_descr_is_stepless(actual)) {
    const bool casts = descryi_np.can_cast_type_to(actual, expected, to->casting) != 0;
    if (PyErr_Occurred()) return -1;
    if (casts) return 1;
  }
  return descryi_differ_in_dtypes(to->why,
                                  to->casting == DESCRYI_SAFE_CASTING ? descryi_reason_no_cast
                                  : to->casting == DESCRYI_SAME_KIND_CASTING
                                      ? descryi_reason_no_kind
                                      : descryi_reason_other,
                                  expected, actual);
}

// Notes the lengths of a sub-array other than 1, at most `room`. Returns how many there are, or -1
// with an exception set. Goes as deep as descryi_innermost().
static int lengths_of(PyObject* descr, Py_ssize_t* lengths, int room) {
  int count = 0;
  const descryi_subarray* sub;
  for (int depth = 0; depth < DESCRYI_MAXDIMS_2 && (sub = descryi_descr_subarray(descr));
       ++depth, descr = sub->base) {
    const Py_ssize_t ndim = descryi_tuple_size(sub->shape);
    for (Py_ssize_t i = 0; i < ndim && count < room; ++i) {
      lengths[count] = descryi_subarray_length(sub->shape, i);
      if (lengths[count] == -1 && PyErr_Occurred()) return -1;
      if (lengths[count] != 1) ++count;
    }
  }
  return count;
}

static int same_lengths(PyObject* expected, PyObject* actual) {
  Py_ssize_t one[DESCRYI_MAXDIMS_2], other[DESCRYI_MAXDIMS_2];
  const int count = lengths_of(expected, one, DESCRYI_MAXDIMS_2);
  const int other_count = lengths_of(actual, other, DESCRYI_MAXDIMS_2);
  if (count < 0 || other_count < 0) return -1;
  bool same = count == other_count;
  for (int i = 0; same && i < count; ++i) same = one[i] == other[i];
  return same;
}

static int cast(comparison* to, PyObject* expected, PyObject* actual);

static int fail_inside(comparison* to, const descryi_field* field, int result) {
  return result == 0 ? descryi_differ_inside(to->why, field) : result;
}

// Whether every field of `expected` has one of its name among those of `actual`, and that casts to
// it.
static int cast_fields(comparison* to, PyObject* expected, const descryi_sorted_fields* actual) {
  descryi_fields fields = descryi_fields_of(expected);
  descryi_field field;
  int more;
  while ((more = descryi_fields_next(&fields, &field)) == 1) {
    const descryi_sorted_field* found = descryi_sorted_find(actual, field.name);
    const int result =
        found ? cast(to, field.descr, found->field.descr)
              : descryi_differ_in_dtype(to->why, descryi_reason_missing_field, field.descr);
    if (result != 1) return fail_inside(to, &field, result);
  }
  return more < 0 ? -1 : 1;
}

// Whether every field of `actual` has one of its name among those of `expected`.
static int find_extra_field(comparison* to, const descryi_sorted_fields* expected,
                            PyObject* actual) {
  descryi_fields fields = descryi_fields_of(actual);
  descryi_field field;
  int more;
  while ((more = descryi_fields_next(&fields, &field)) == 1) {
    if (descryi_sorted_find(expected, field.name)) continue;
    return fail_inside(to, &field,
                       descryi_differ_in_dtype(to->why, descryi_reason_extra_field, field.descr));
  }
  return more < 0 ? -1 : 1;
}

// Each field that is copied overwrites what the others have made of the bytes that they share.
// Where all are as they were, so are the bytes.
static int cast_overlapping(comparison* to, PyObject* expected, PyObject* actual) {
  const int same = descryi_equivalent(expected, actual, NULL);
  if (same != 0) return same;
  return to->why ? descryi_differ(to->why, descryi_reason_overlap()) : 0;
}

static int cast_by_name(comparison* to, PyObject* expected, PyObject* actual) {
  int result = -1;
  descryi_sorted_fields* one = descryi_fields_by_name(expected);
  descryi_sorted_fields* other = one ? descryi_fields_by_name(actual) : NULL;
  if (other) result = cast_fields(to, expected, other);
  if (result == 1 && !to->extra_fields) result = find_extra_field(to, one, actual);
  PyMem_Free(one);
  PyMem_Free(other);
  return result;
}

static int cast_records(comparison* to, PyObject* expected, PyObject* actual) {
  const int is_new = descryi_visited_add(&to->records, expected, actual, NULL);
  if (is_new != 1) return is_new < 0 ? -1 : 1;
  int overlap = descryi_fields_overlap(expected);
  if (overlap == 0) overlap = descryi_fields_overlap(actual);
  if (overlap != 0) return overlap < 0 ? -1 : cast_overlapping(to, expected, actual);
  if (Py_EnterRecursiveCall(" in a nested dtype")) return -1;
  const int result = cast_by_name(to, expected, actual);
  Py_LeaveRecursiveCall();
  return result;
}

static int cast(comparison* to, PyObject* expected, PyObject* actual) {
  const int same = same_lengths(expected, actual);
  if (same < 0) return -1;
  PyObject *one = descryi_innermost(expected), *other = descryi_innermost(actual);
  const bool is_record = descryi_descr_is_record(one);
  if (!same || is_record != descryi_descr_is_record(other)) {
    return descryi_differ_in_dtypes(to->why, descryi_reason_other, expected, actual);
  }
  return is_record ? cast_records(to, one, other) : cast_element(to, one, other);
}

int descryi_castable(PyObject* expected, PyObject* actual, int level, descryi_difference* why) {
  comparison to;
  to.casting = level & DESCRYI_CASTING_MASK;
  to.extra_fields = (level & DESCRYI_EXTRA_FIELDS) != 0;
  to.why = why;
  descryi_visited_init(&to.records);
  const int result = cast(&to, expected, actual);
  descryi_visited_clear(&to.records);
  return result;
}
