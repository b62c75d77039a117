// SPDX-License-Identifier: BSD-3-Clause
// The structs that tests of arrays and views use, declared in C, with Python objects and without.
#ifndef DESCRY_TESTS_ARRAY_RECORDS_H_
#define DESCRY_TESTS_ARRAY_RECORDS_H_

#include <Python.h>
#include <descry/declare.h>
#include <stdint.h>

#ifdef __cplusplus
#define DESCRY_TEST_ALIGNAS alignas
#else
#define DESCRY_TEST_ALIGNAS _Alignas
#endif

typedef struct vec3 {
  double x, y, z;
} vec3;

typedef struct particle {
  int64_t id;
  vec3 pos;
  float rgb[3];
  char label[12];
  int64_t born;
} particle;

typedef struct __attribute__((packed)) tagged {
  uint8_t tag;
  double value;
} tagged;

typedef struct named {
  int32_t count;
  PyObject* object;
  PyObject* pair[2];
} named;

typedef struct wide {
  DESCRY_TEST_ALIGNAS(64) double value;
} wide;

typedef struct wide_object {
  DESCRY_TEST_ALIGNAS(64) PyObject* object;
} wide_object;

// Its dtype is a sub-array, which NumPy turns into one more dimension.
typedef struct triple {
  double part[3];
} triple;

typedef struct couple {
  PyObject* part[2];
} couple;

#ifdef __cplusplus
extern "C" {
#endif
DESCRY_DECLARE(vec3);
DESCRY_DECLARE(particle);
DESCRY_DECLARE(tagged);
DESCRY_DECLARE(named);
DESCRY_DECLARE(wide);
DESCRY_DECLARE(wide_object);
DESCRY_DECLARE(triple);
DESCRY_DECLARE(couple);
#ifdef __cplusplus
}
#endif

#endif  // DESCRY_TESTS_ARRAY_RECORDS_H_
