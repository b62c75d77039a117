// SPDX-License-Identifier: BSD-3-Clause
#include "src/match/plan.h"

#include <stdlib.h>

#include "src/base/atomic.h"

// Where a type keeps its plan.
static inline void** place_of(const descry_type* type) { return &type->state->own_fields; }

static int read_fields(PyObject* own, descryi_field* out) {
  descryi_fields fields = descryi_fields_of(own);
  int more;
  while ((more = descryi_fields_next(&fields, out)) == 1) ++out;
  return more;
}

// malloc, since it outlives the interpreter.
static descryi_plan* make_plan(PyObject* own) {
  const size_t count = (size_t)descryi_tuple_size(descryi_descr_names(own));
  descryi_plan* plan = malloc(sizeof *plan + count * sizeof *plan->fields);
  if (!plan) {
    PyErr_NoMemory();
    return NULL;
  }
  if (read_fields(own, plan->fields) < 0) {
    free(plan);
    return NULL;
  }
  Py_INCREF(own);
  plan->own = own;
  return plan;
}

const descryi_plan* descryi_plan_of(const descry_type* type, PyObject* own) {
  void* known = descryi_load_acquire(place_of(type));
  const descryi_plan* newest = known;
  if (newest && newest->own == own) return newest;
  descryi_plan* plan = make_plan(own);
  if (!plan) return NULL;
  do {
    plan->older = known;
  } while (!descryi_compare_exchange(place_of(type), &known, plan));
  return plan;
}
