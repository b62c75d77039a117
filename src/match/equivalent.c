// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/base/fields.h"
#include "src/base/interpreter.h"
#include "src/base/numpy.h"
#include "src/base/threads.h"
#include "src/match/compare.h"
#include "src/match/messages.h"
#include "src/schema/counted.h"

// NumPy's own type numbers end here; up to DESCRYI_NPY_LEGACY_END follow users' types of the
// old style, anything else is a dtype of the new style, of which we know nothing.
enum { NPY_USER_BEGIN = 256 };

static bool is_numpys(PyObject* descr) {
  const int type_num = descryi_descr_type_num(descr);
  return type_num >= 0 && type_num < NPY_USER_BEGIN;
}

static bool is_old_style(PyObject* descr) {
  const int type_num = descryi_descr_type_num(descr);
  return type_num >= 0 && type_num < DESCRYI_NPY_LEGACY_END;
}

static bool is_time(PyObject* descr) {
  const int type_num = descryi_descr_type_num(descr);
  return type_num == DESCRYI_NPY_DATETIME || type_num == DESCRYI_NPY_TIMEDELTA;
}

// NumPy calls M8[2001us] and M8[2ms] equal, one way round.
static bool same_unit(PyObject* one, PyObject* other) {
  const descryi_datetime_metadata* mine = descryi_descr_datetime(one);
  const descryi_datetime_metadata* theirs = descryi_descr_datetime(other);
  if (!mine || !theirs) return mine == theirs;
  return mine->unit == theirs->unit && mine->count == theirs->count;
}

// Two dtypes of which at least one is a user's.
static bool same_user_element(PyObject* one, PyObject* other) {
  if (is_old_style(one) && is_old_style(other)) {
    return descryi_descr_type_num(one) == descryi_descr_type_num(other) &&
           descryi_descr_itemsize(one) == descryi_descr_itemsize(other) &&
           descryi_descr_is_native(one) == descryi_descr_is_native(other);
  }
  return descryi_np.equiv_types(one, other) != 0;
}

bool descryi_element_equals(PyObject* one, PyObject* other) {
  if (one == other) return true;
  if (!is_numpys(one) || !is_numpys(other)) return same_user_element(one, other);
  return descryi_descr_kind(one) == descryi_descr_kind(other) &&
         descryi_descr_itemsize(one) == descryi_descr_itemsize(other) &&
         descryi_descr_is_native(one) == descryi_descr_is_native(other) &&
         (!is_time(one) || same_unit(one, other));
}

// The fields of a type's own record, read once: half of what a comparison has to read is always the
// same. Never changed once it is there, and not freed before the type: another thread may be
// reading it.
typedef struct own_fields {
  PyObject* expected;        // a strong reference, from which the fields are borrowed
  struct own_fields* older;  // those of a dtype that someone changed
  descryi_field fields[];
} own_fields;

// A comparison: what is known before, or NULL, and where to put what it finds.
typedef struct comparison {
  const own_fields* known;     // of `expected`
  descryi_snapshot* snapshot;  // of `actual`
  descryi_difference* why;
  bool any_layout;
  descryi_visited records;  // pairs of records; those that were compared are equal
} comparison;

static int compare(comparison* to, PyObject* expected, PyObject* actual);

// All functions below return 1, 0 where the two differ, or -1 with an exception set.

// Names are nearly always interned, so that the pointers tell.
static int compare_names(PyObject* expected, PyObject* actual) {
  if (expected == actual) return 1;
  const int order = PyUnicode_Compare(expected, actual);
  return order == -1 && PyErr_Occurred() ? -1 : order == 0;
}

// NumPy lets a title be any object and asks for ==. A declared title is a str, and to ask another
// object would run its code, which may change the very dtypes that are being read.
static int same_title(PyObject* expected, PyObject* actual) {
  if (expected == actual) return 1;
  if (!expected || !actual || !PyUnicode_Check(expected) || !PyUnicode_Check(actual)) return 0;
  return compare_names(expected, actual);
}

static int compare_titles(comparison* to, PyObject* expected, PyObject* actual) {
  const int same = same_title(expected, actual);
  if (same != 0 || !to->why) return same;
  PyObject* first = descryi_describe_title(expected);
  PyObject* second = first ? descryi_describe_title(actual) : NULL;
  const int result = second ? descryi_differ(to->why, descryi_reason_other(first, second)) : -1;
  Py_XDECREF(first);
  Py_XDECREF(second);
  return result;
}

static int compare_shapes(PyObject* expected, PyObject* actual) {
  const Py_ssize_t ndim = descryi_tuple_size(expected);
  if (descryi_tuple_size(actual) != ndim) return 0;
  for (Py_ssize_t i = 0; i < ndim; ++i) {
    const Py_ssize_t one = descryi_subarray_length(expected, i);
    const Py_ssize_t other = one < 0 ? -1 : descryi_subarray_length(actual, i);
    if (other < 0) return -1;
    if (one != other) return 0;
  }
  return 1;
}

static int compare_subarrays(comparison* to, PyObject* expected, PyObject* actual) {
  const descryi_subarray* one = descryi_descr_subarray(expected);
  const descryi_subarray* other = descryi_descr_subarray(actual);
  const int same = one && other ? compare_shapes(one->shape, other->shape) : 0;
  if (same < 0) return -1;
  if (!same) return descryi_differ_in_dtypes(to->why, descryi_reason_other, expected, actual);
  if (Py_EnterRecursiveCall(" in a nested dtype")) return -1;
  const int result = compare(to, one->base, other->base);
  Py_LeaveRecursiveCall();
  return result;
}

// Small ints are shared, so that the pointers tell.
static int compare_offsets(comparison* to, const descryi_field* expected,
                           const descryi_field* actual) {
  if (expected->offset == actual->offset || to->any_layout) return 1;
  const Py_ssize_t one = descryi_field_offset(expected), other = descryi_field_offset(actual);
  if ((one == -1 || other == -1) && PyErr_Occurred()) return -1;
  if (one == other) return 1;
  return to->why ? descryi_differ(to->why, descryi_reason_offset(other)) : 0;
}

// Two fields of one name. The element comes before the offset, which often follows from an element
// that is another.
static int compare_fields(comparison* to, const descryi_field* expected,
                          const descryi_field* actual) {
  int same = expected->descr == actual->descr ? 1 : compare(to, expected->descr, actual->descr);
  if (same == 1) same = compare_offsets(to, expected, actual);
  if (same == 1) same = compare_titles(to, expected->title, actual->title);
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

static int differ_in_field(comparison* to, PyObject* (*reason)(PyObject* name),
                           const descryi_field* field) {
  if (descryi_differ_in_dtype(to->why, reason, field->descr) < 0) return -1;
  return descryi_differ_inside(to->why, field);
}

// The fields at `index` have different names.
static int differ_by_name(comparison* to, PyObject* expected_record, PyObject* actual_record,
                          const descryi_field* expected, const descryi_field* actual,
                          Py_ssize_t index) {
  const Py_ssize_t expected_index = find_name(expected_record, actual->name);
  const Py_ssize_t actual_index = find_name(actual_record, expected->name);
  if (expected_index == -2 || actual_index == -2) return -1;
  if (expected_index == -1 && actual_index >= 0) {
    return differ_in_field(to, descryi_reason_extra_field, actual);
  }
  if (actual_index == -1 && expected_index >= 0) {
    return differ_in_field(to, descryi_reason_missing_field, expected);
  }
  PyObject* reason = actual_index >= 0 ? descryi_reason_order(index, actual_index)
                                       : descryi_reason_name(actual->name);
  return descryi_differ(to->why, reason) < 0 ? -1 : descryi_differ_inside(to->why, expected);
}

// Field by field, to the first difference.
static int explain_fields(comparison* to, PyObject* expected, PyObject* actual) {
  descryi_fields one = descryi_fields_of(expected), other = descryi_fields_of(actual);
  for (Py_ssize_t index = 0;; ++index) {
    descryi_field a, b;
    const int more = descryi_fields_next(&one, &a), other_more = descryi_fields_next(&other, &b);
    if (more < 0 || other_more < 0) return -1;
    if (!more && !other_more) return 1;
    if (!other_more) return differ_in_field(to, descryi_reason_missing_field, &a);
    if (!more) return differ_in_field(to, descryi_reason_extra_field, &b);
    int same = compare_names(a.name, b.name);
    if (same < 0) return -1;
    if (!same) return differ_by_name(to, expected, actual, &a, &b, index);
    same = compare_fields(to, &a, &b);
    if (same == 0) same = descryi_differ_inside(to->why, &a);
    if (same != 1) return same;
  }
}

static int explain_records(comparison* to, PyObject* expected, PyObject* actual) {
  const int same = explain_fields(to, expected, actual);
  const Py_ssize_t one = descryi_descr_itemsize(expected), other = descryi_descr_itemsize(actual);
  if (same != 1 || one == other) return same;
  return descryi_differ(to->why, descryi_reason_itemsize(one, other));
}

static int compare_all_names(PyObject* expected, PyObject* actual) {
  const Py_ssize_t count = descryi_tuple_size(expected);
  if (descryi_tuple_size(actual) != count) return 0;
  for (Py_ssize_t i = 0; i < count; ++i) {
    const int same = compare_names(descryi_tuple_item(expected, i), descryi_tuple_item(actual, i));
    if (same != 1) return same;
  }
  return 1;
}

// Compares fields with those that were read before.
static int compare_with_known(comparison* to, descryi_fields* actual) {
  const descryi_field* one = to->known->fields;
  for (;; ++one) {
    descryi_field other;
    const int more = descryi_fields_next(actual, &other);
    if (more != 1) return more < 0 ? -1 : 1;
    const int same = compare_fields(to, one, &other);
    if (same != 1) return same;
  }
}

static int compare_read_fields(comparison* to, descryi_fields* expected, descryi_fields* actual) {
  for (;;) {
    descryi_field one, other;
    int more = descryi_fields_next(expected, &one);
    if (more == 0) return 1;
    if (more == 1) more = descryi_fields_next(actual, &other);
    if (more != 1) return more;
    const int same = compare_fields(to, &one, &other);
    if (same != 1) return same;
  }
}

// The verdict only, what is cheap to tell first.
static int compare_all_fields(comparison* to, PyObject* expected, PyObject* actual) {
  if (!to->any_layout && descryi_descr_itemsize(expected) != descryi_descr_itemsize(actual)) {
    return 0;
  }
  descryi_fields one = descryi_fields_of(expected), other = descryi_fields_of(actual);
  const int same = compare_all_names(one.names, other.names);
  if (same != 1) return same;
  if (to->known && to->known->expected == expected) return compare_with_known(to, &other);
  return compare_read_fields(to, &one, &other);
}

static int compare_records(comparison* to, PyObject* expected, PyObject* actual) {
  const int is_new = descryi_visited_add(&to->records, expected, actual, NULL);
  if (is_new != 1) return is_new < 0 ? -1 : 1;
  if (Py_EnterRecursiveCall(" in a nested dtype")) return -1;
  const int same =
      to->why ? explain_records(to, expected, actual) : compare_all_fields(to, expected, actual);
  Py_LeaveRecursiveCall();
  return same;
}

static int compare(comparison* to, PyObject* expected, PyObject* actual) {
  if (expected == actual) return 1;
  if (to->snapshot && descryi_snapshot_add(to->snapshot, actual) < 0) return -1;
  if (descryi_descr_subarray(expected) || descryi_descr_subarray(actual)) {
    return compare_subarrays(to, expected, actual);
  }
  const bool is_record = descryi_descr_is_record(expected);
  if (is_record && descryi_descr_is_record(actual)) return compare_records(to, expected, actual);
  if (is_record == descryi_descr_is_record(actual) && descryi_element_equals(expected, actual)) {
    return 1;
  }
  return descryi_differ_in_dtypes(to->why, descryi_reason_other, expected, actual);
}

// Compares the two, and clears the comparison.
static int end_comparison(comparison* to, PyObject* expected, PyObject* actual) {
  const int same = compare(to, expected, actual);
  descryi_visited_clear(&to->records);
  return same;
}

int descryi_equivalent(PyObject* expected, PyObject* actual, descryi_difference* why) {
  comparison to;
  to.known = NULL;
  to.snapshot = NULL;
  to.why = why;
  to.any_layout = false;
  descryi_visited_init(&to.records);
  return end_comparison(&to, expected, actual);
}

int descryi_same_fields(PyObject* expected, PyObject* actual) {
  comparison to;
  to.known = NULL;
  to.snapshot = NULL;
  to.why = NULL;
  to.any_layout = true;
  descryi_visited_init(&to.records);
  return end_comparison(&to, expected, actual);
}

// Where a type keeps its own fields.
static inline void** own_fields_place(const descry_type* type) { return &type->state->own_fields; }

static int read_fields(PyObject* expected, descryi_field* out) {
  descryi_fields fields = descryi_fields_of(expected);
  int more;
  while ((more = descryi_fields_next(&fields, out)) == 1) ++out;
  return more;
}

// malloc, since it outlives the interpreter.
static own_fields* read_own_fields(PyObject* expected) {
  const size_t count = (size_t)descryi_tuple_size(descryi_descr_names(expected));
  own_fields* made = malloc(sizeof *made + count * sizeof *made->fields);
  if (!made) {
    PyErr_NoMemory();
    return NULL;
  }
  if (read_fields(expected, made->fields) < 0) {
    free(made);
    return NULL;
  }
  Py_INCREF(expected);
  made->expected = expected;
  return made;
}

static void drop_own_dtypes(void* kept) {
  for (const own_fields* each = kept; each; each = each->older) Py_DECREF(each->expected);
}

// Frees the fields of a type that is freed.
static void free_own_fields(void* kept) {
  descryi_run_attached(drop_own_dtypes, kept);
  for (own_fields *next, *each = kept; each; each = next) {
    next = each->older;
    free(each);
  }
}

// Returns the fields of `expected`, the dtype of `type`, or NULL with an exception set.
static const own_fields* own_fields_of(const descry_type* type, PyObject* expected) {
  void* known = descryi_load_acquire(own_fields_place(type));
  const own_fields* newest = known;
  if (newest && newest->expected == expected) return newest;
  descryi_type_on_free(type, DESCRYI_STATE_OWN_FIELDS, free_own_fields);
  own_fields* made = read_own_fields(expected);
  if (!made) return NULL;
  do {
    made->older = known;
  } while (!descryi_compare_exchange(own_fields_place(type), &known, made));
  return made;
}

int descryi_equivalent_to_type(const descry_type* type, PyObject* expected, PyObject* actual,
                               descryi_snapshot* snapshot) {
  comparison to;
  to.known = own_fields_of(type, expected);
  to.snapshot = snapshot;
  to.why = NULL;
  to.any_layout = false;
  if (!to.known) return -1;
  descryi_visited_init(&to.records);
  return end_comparison(&to, expected, actual);
}
