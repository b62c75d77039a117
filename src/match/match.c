// SPDX-License-Identifier: BSD-3-Clause
#include "src/match/match.h"

#include "src/match/castable.h"
#include "src/match/compare.h"
#include "src/match/messages.h"

// How much of a dtype fits into a message.
enum { DTYPE_LENGTH = 100 };

// Compares a dtype that can change, to remember the answer.
static int compare_to_remember(const descry_type* type, PyObject* expected, PyObject* actual,
                               int level, descryi_snapshot* snapshot) {
  if (level == DESCRY_LAYOUT) return descryi_same_layout(expected, actual, snapshot, NULL);
  if (descryi_descr_is_record(expected)) {
    return descryi_equivalent_to_type(type, expected, actual, snapshot);
  }
  if (descryi_snapshot_add_all(snapshot, actual) < 0) return -1;
  return descryi_equivalent(expected, actual, NULL);
}

// What is not a record is compared each time: that costs no more than asking the cache.
int descryi_match_walk(const descry_type* type, PyObject* expected, PyObject* actual, int level) {
  if (!descryi_descr_is_record(actual)) {
    return level == DESCRY_LAYOUT ? descryi_same_layout(expected, actual, NULL, NULL)
                                  : descryi_equivalent(expected, actual, NULL);
  }
  descryi_snapshot snapshot;
  descryi_snapshot_init(&snapshot);
  const int matches = compare_to_remember(type, expected, actual, level, &snapshot);
  if (matches >= 0) descryi_cache_store(type, expected, actual, level, matches, &snapshot);
  descryi_snapshot_clear(&snapshot);
  return matches;
}

// Record dtypes are of one class, which is quicker to see than that it is one of np.dtype's.
static int check_arguments(PyObject* expected, PyObject* dtype, int level) {
  if (Py_TYPE(dtype) != Py_TYPE(expected) && descryi_check_dtype(dtype) < 0) return -1;
  if (level == DESCRY_EQUIVALENT || level == DESCRY_LAYOUT) return 0;
  return descryi_raise_match_level(level);
}

int descry_matches(const descry_type* type, PyObject* dtype, int level) {
  PyObject* expected = descry_dtype(type);
  if (!expected) return -1;
  const int result = check_arguments(expected, dtype, level) < 0
                         ? -1
                         : descryi_match(type, expected, dtype, level);
  Py_DECREF(expected);
  return result;
}

static int compare_to_level(PyObject* expected, PyObject* actual, int level,
                            descryi_difference* why) {
  if (level & DESCRYI_CASTABLE) return descryi_castable(expected, actual, level, why);
  return level == DESCRY_LAYOUT ? descryi_same_layout(expected, actual, NULL, why)
                                : descryi_equivalent(expected, actual, why);
}

// Returns the line that says what the first difference is and, where nothing but the layout
// differs, what did that. Steals a reference to `line`; NULL passes through.
static PyObject* explain_layout(PyObject* line, PyObject* expected, PyObject* actual) {
  const int same = line ? descryi_same_fields(expected, actual) : 0;
  if (same == 0) return line;
  PyObject* longer = same == 1 ? descryi_reason_repacked(line) : NULL;
  Py_DECREF(line);
  return longer;
}

PyObject* descryi_mismatch(PyObject* expected, PyObject* actual, int level) {
  PyObject* line = NULL;
  descryi_difference why = {NULL, 0, NULL};
  const int matches = compare_to_level(expected, actual, level, &why);
  if (matches == 0) line = descryi_difference_line(&why);
  if (matches == 0 && !(level & DESCRYI_CASTABLE)) line = explain_layout(line, expected, actual);
  if (matches == 1) {
    Py_INCREF(Py_None);
    line = Py_None;
  }
  descryi_difference_clear(&why);
  return line;
}

PyObject* descry_mismatch(const descry_type* type, PyObject* dtype, int level) {
  PyObject* expected = descry_dtype(type);
  if (!expected) return NULL;
  PyObject* line =
      check_arguments(expected, dtype, level) < 0 ? NULL : descryi_mismatch(expected, dtype, level);
  Py_DECREF(expected);
  return line;
}

int descryi_match_fail(const descry_type* type, PyObject* expected, PyObject* actual, int level,
                       int ndim) {
  PyObject* dtype = NULL;
  PyObject* line = descryi_mismatch(expected, actual, level);
  PyObject* text = line ? PyObject_Str(actual) : NULL;  // it would forget a pending exception
  if (text) dtype = descryi_shorten(text, DTYPE_LENGTH);
  if (dtype && ndim < 0) {
    descryi_raise_match_dtype(type->name, type->size, dtype, line);
  } else if (dtype) {
    descryi_raise_match_dtype_nd(ndim, type->name, type->size, dtype, line);
  }
  Py_XDECREF(dtype);
  Py_XDECREF(text);
  Py_XDECREF(line);
  return -1;
}
