// SPDX-License-Identifier: BSD-3-Clause
// What at_assembly_test.py looks at: each use of DESCRY_AT in a function of its own.
#include <descry/view.h>

#include "tests/array/records.h"

particle* at_one(const descry_view* view, Py_ssize_t i);
particle* at_two(const descry_view* view, Py_ssize_t i, Py_ssize_t j);
particle* at_none(const descry_view* view);
particle* at_start(const descry_view* view);

particle* at_one(const descry_view* view, Py_ssize_t i) { return DESCRY_AT(particle, view, i); }

particle* at_two(const descry_view* view, Py_ssize_t i, Py_ssize_t j) {
  return DESCRY_AT(particle, view, i, j);
}

particle* at_none(const descry_view* view) { return DESCRY_AT(particle, view); }

particle* at_start(const descry_view* view) { return DESCRY_DATA(particle, view); }
