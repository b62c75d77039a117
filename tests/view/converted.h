// SPDX-License-Identifier: BSD-3-Clause
// Records that other records are converted to.
#ifndef DESCRY_TESTS_VIEW_CONVERTED_H_
#define DESCRY_TESTS_VIEW_CONVERTED_H_

#include <descry/declare.h>
#include <stdint.h>

#include "tests/array/records.h"

typedef struct int_and_float {
  int32_t a;
  float b;
} int_and_float;

typedef struct mixture {
  vec3 at[2];
  char label[12];
  int64_t born;
  uint16_t port;
  PyObject* object;
} mixture;

typedef union either {
  int32_t number;
  float real;
} either;

typedef struct tagged_either {
  int32_t tag;
  either value;
} tagged_either;

typedef char text4[4];
typedef uint32_t wide4[4];
typedef uint8_t bytes4[4];

// Every kind of element that is converted, with a sub-array of records.
typedef struct exact_inner {
  int16_t small;
  float real[2];
} exact_inner;

typedef struct exact_outer {
  double x;
  exact_inner parts[2];
  char label[4];
  int64_t at;
} exact_outer;

#ifdef __cplusplus
extern "C" {
#endif
DESCRY_DECLARE(int_and_float);
DESCRY_DECLARE(mixture);
DESCRY_DECLARE(either);
DESCRY_DECLARE(tagged_either);
DESCRY_DECLARE(text4);
DESCRY_DECLARE(wide4);
DESCRY_DECLARE(bytes4);
DESCRY_DECLARE(exact_inner);
DESCRY_DECLARE(exact_outer);
#ifdef __cplusplus
}
#endif

#endif  // DESCRY_TESTS_VIEW_CONVERTED_H_
