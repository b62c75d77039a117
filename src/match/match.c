// SPDX-License-Identifier: BSD-3-Clause
#include "src/match/match.h"

#include <descry/dtype.h>

#include "src/base/errors.h"
#include "src/match/equivalent.h"
#include "src/match/layout.h"

// Compares a type's own dtype with a record.
static int compare_record(const descry_type* type, PyObject* own, PyObject* descr, int level,
                          descryi_seen* seen) {
  if (level == DESCRY_LAYOUT) return descryi_same_layout(own, descr, seen, NULL);
  if (!descryi_descr_is_record(own)) return descryi_equivalent(own, descr, seen, NULL);
  const descryi_plan* plan = descryi_plan_of(type, own);
  return plan ? descryi_equivalent_to_plan(plan, descr, seen) : -1;
}

// What is no record is compared each time: that costs no more than asking the cache.
int descryi_match_walk(const descry_type* type, PyObject* own, PyObject* descr, int level) {
  if (!descryi_descr_is_record(descr)) {
    return level == DESCRY_LAYOUT ? descryi_same_layout(own, descr, NULL, NULL)
                                  : descryi_equivalent(own, descr, NULL, NULL);
  }
  descryi_seen seen;
  descryi_seen_init(&seen);
  const int matches = compare_record(type, own, descr, level, &seen);
  if (matches >= 0) descryi_cache_store(type, own, descr, level, matches, &seen);
  descryi_seen_clear(&seen);
  return matches;
}

// Record dtypes are of one class, which is quicker to see than that it is one of np.dtype's.
static int check_arguments(PyObject* own, PyObject* dtype, int level) {
  if (Py_TYPE(dtype) != Py_TYPE(own) && !descryi_is_descr(dtype)) {
    PyObject* name = PyObject_GetAttrString((PyObject*)Py_TYPE(dtype), "__name__");
    if (name) descryi_raise(DESCRYI_NOT_A_DTYPE, name);
    Py_XDECREF(name);
    return -1;
  }
  if (level == DESCRY_EQUIVALENT || level == DESCRY_LAYOUT) return 0;
  return descryi_raise(DESCRYI_MATCH_LEVEL, level);
}

int descry_matches(const descry_type* type, PyObject* dtype, int level) {
  PyObject* own = descry_dtype(type);
  if (!own) return -1;
  const int result =
      check_arguments(own, dtype, level) < 0 ? -1 : descryi_match(type, own, dtype, level);
  Py_DECREF(own);
  return result;
}

PyObject* descry_mismatch(const descry_type* type, PyObject* dtype, int level) {
  PyObject* own = descry_dtype(type);
  if (!own) return NULL;
  PyObject* line =
      check_arguments(own, dtype, level) < 0 ? NULL : descryi_mismatch(own, dtype, level);
  Py_DECREF(own);
  return line;
}
