// SPDX-License-Identifier: BSD-3-Clause
// Two records for tests of what happens around the library, rather than in it: one of plain data,
// one that holds Python objects.
#ifndef DESCRY_TESTS_LIFE_WALK_TYPES_H_
#define DESCRY_TESTS_LIFE_WALK_TYPES_H_

#include <Python.h>
#include <descry/declare.h>
#include <stdint.h>

typedef struct walk_point {
  double x, y;
} walk_point;

typedef struct walk_sample {
  int64_t id;
  walk_point at[2];
  char label[6];
  uint16_t port;
  int64_t when;
} walk_sample;

typedef struct walk_named {
  int32_t count;
  PyObject* object;
  PyObject* pair[2];
} walk_named;

#ifdef __cplusplus
extern "C" {
#endif
DESCRY_DECLARE(walk_point);
DESCRY_DECLARE(walk_sample);
DESCRY_DECLARE(walk_named);
#ifdef __cplusplus
}
#endif

#endif  // DESCRY_TESTS_LIFE_WALK_TYPES_H_
