// SPDX-License-Identifier: BSD-3-Clause
#include "tests/view/elements_in_c.h"

#include "tests/array/records.h"

int64_t sum_of_ids(const descry_view* view) {
  int64_t sum = 0;
  for (Py_ssize_t i = 0; i < view->shape[0]; ++i) sum += DESCRY_AT(particle, view, i)->id;
  return sum;
}

int64_t last_id(const descry_view* view) {
  const particle* last = DESCRY_GET(particle, view, -1);
  return last ? last->id : -1;
}

void* data_of(const descry_view* view) { return DESCRY_DATA(particle, view); }
