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
typedef struct cast_comparison {
  int casting;
  bool extra_fields;  // whether `actual` may have some
  descryi_difference* why;
  descryi_visited records;
} cast_comparison;

// All functions below that return an int return 1, 0 where the two don't fit, or -1 with an
// exception set.

// What is never made into something else, whatever NumPy casts: 'n' for numbers, else the kind.
static char cast_class(PyObject* element) {
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

static int cast_element(cast_comparison* to, PyObject* expected, PyObject* actual) {
  const char expected_class = cast_class(expected), actual_class = cast_class(actual);
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

// The dimensions of a sub-array, and what it repeats.
typedef struct sub_array {
  PyObject* element;
  int count;
  Py_ssize_t lengths[DESCRYI_MAXDIMS_2];  // other than 1
} sub_array;

static int look_into(sub_array* sub, PyObject* descr) {
  sub->element = descryi_innermost(descr);
  sub->count = lengths_of(descr, sub->lengths, DESCRYI_MAXDIMS_2);
  return sub->count < 0 ? -1 : 0;
}

static bool same_lengths(const sub_array* one, const sub_array* other, int count) {
  bool same = true;
  for (int i = 0; same && i < count; ++i) same = one->lengths[i] == other->lengths[i];
  return same;
}

// Returns the characters of a text, or 0 for what is not text.
static Py_ssize_t text_characters(PyObject* element) {
  const int type_num = descryi_descr_type_num(element);
  const Py_ssize_t itemsize = descryi_descr_itemsize(element);
  if (type_num == DESCRYI_NPY_UNICODE) return itemsize / 4;
  return type_num == DESCRYI_NPY_STRING ? itemsize : 0;
}

// Whether `one` is single characters, such as the S1(4,) that ctypes makes of a char[4], where
// `other` has texts of more than one: the last dimension is then their length.
static bool is_characters_of(const sub_array* one, const sub_array* other) {
  return descryi_descr_type_num(one->element) == DESCRYI_NPY_STRING &&
         descryi_descr_itemsize(one->element) == 1 && text_characters(other->element) > 1 &&
         one->count == other->count + 1 && same_lengths(one, other, other->count);
}

// Whether texts of `actual` characters cast to ones of `expected`.
static int cast_text(cast_comparison* to, PyObject* expected, PyObject* actual, Py_ssize_t room,
                     Py_ssize_t length) {
  if (length > 0 && length <= room) return 1;
  return descryi_differ_in_dtypes(to->why, descryi_reason_no_cast, expected, actual);
}

// What two sub-arrays, or elements, need further.
enum { CAST_ELEMENTS = 2 };

// Compares the dimensions of two sub-arrays. Returns CAST_ELEMENTS where they are the same, and the
// result where nothing else matters. Not part of cast(), which calls itself, for all it has on the
// stack.
static __attribute__((noinline)) int cast_dimensions(cast_comparison* to, PyObject* expected,
                                                     PyObject* actual) {
  sub_array one, other;
  if (look_into(&one, expected) < 0 || look_into(&other, actual) < 0) return -1;
  if (is_characters_of(&other, &one)) {
    return cast_text(to, expected, actual, text_characters(one.element),
                     other.lengths[other.count - 1]);
  }
  // Text that is not bytes does not become them.
  if (is_characters_of(&one, &other) &&
      descryi_descr_type_num(other.element) == DESCRYI_NPY_STRING) {
    return cast_text(to, expected, actual, one.lengths[one.count - 1],
                     text_characters(other.element));
  }
  if (one.count == other.count && same_lengths(&one, &other, one.count)) return CAST_ELEMENTS;
  return descryi_differ_in_dtypes(to->why, descryi_reason_other, expected, actual);
}

static int cast(cast_comparison* to, PyObject* expected, PyObject* actual);

static int fail_inside(cast_comparison* to, const descryi_field* field, int result) {
  return result == 0 ? descryi_differ_inside(to->why, field) : result;
}

// Whether every field of `expected` has one of its name among those of `actual`, and that casts to
// it.
static int cast_fields(cast_comparison* to, PyObject* expected,
                       const descryi_sorted_fields* actual) {
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
static int find_extra_field(cast_comparison* to, const descryi_sorted_fields* expected,
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
static int cast_overlapping(cast_comparison* to, PyObject* expected, PyObject* actual) {
  const int same = descryi_equivalent(expected, actual, NULL);
  if (same != 0) return same;
  return to->why ? descryi_differ(to->why, descryi_reason_overlap()) : 0;
}

static int cast_by_name(cast_comparison* to, PyObject* expected, PyObject* actual) {
  int result = -1;
  descryi_sorted_fields* one = descryi_fields_by_name(expected);
  descryi_sorted_fields* other = one ? descryi_fields_by_name(actual) : NULL;
  if (other) result = cast_fields(to, expected, other);
  if (result == 1 && !to->extra_fields) result = find_extra_field(to, one, actual);
  PyMem_Free(one);
  PyMem_Free(other);
  return result;
}

static int cast_records(cast_comparison* to, PyObject* expected, PyObject* actual) {
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

static int cast(cast_comparison* to, PyObject* expected, PyObject* actual) {
  const int result = cast_dimensions(to, expected, actual);
  if (result != CAST_ELEMENTS) return result;
  PyObject *one = descryi_innermost(expected), *other = descryi_innermost(actual);
  const bool is_record = descryi_descr_is_record(one);
  if (is_record != descryi_descr_is_record(other)) {
    return descryi_differ_in_dtypes(to->why, descryi_reason_other, expected, actual);
  }
  return is_record ? cast_records(to, one, other) : cast_element(to, one, other);
}

int descryi_castable(PyObject* expected, PyObject* actual, int level, descryi_difference* why) {
  cast_comparison to;
  to.casting = level & DESCRYI_CASTING_MASK;
  to.extra_fields = (level & DESCRYI_EXTRA_FIELDS) != 0;
  to.why = why;
  descryi_visited_init(&to.records);
  const int result = cast(&to, expected, actual);
  descryi_visited_clear(&to.records);
  return result;
}
