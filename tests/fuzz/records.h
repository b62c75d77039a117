// SPDX-License-Identifier: BSD-3-Clause
// The types that the fuzz targets match and view: one of each kind of layout.
#ifndef DESCRY_TESTS_FUZZ_RECORDS_H_
#define DESCRY_TESTS_FUZZ_RECORDS_H_

#include <descry/declare.h>
#include <stdint.h>

typedef struct fuzz_point {
  double x, y;
} fuzz_point;

// Holes inside and at the end.
typedef struct fuzz_holes {
  int8_t tag;
  int32_t count;
  int64_t total;
  uint16_t last;
} fuzz_holes;

typedef struct __attribute__((packed)) fuzz_packed {
  int8_t tag;
  int32_t count;
  uint16_t port;
} fuzz_packed;

// Records in records, sub-arrays of both, a title.
typedef struct fuzz_nested {
  fuzz_point at[2];
  float matrix[2][3];
  char label[6];
  fuzz_packed inner;
  uint8_t flag;
} fuzz_nested;

typedef struct fuzz_times {
  int64_t when;
  int64_t span;
  uint32_t words[2];
} fuzz_times;

typedef union fuzz_union {
  int64_t whole;
  int32_t halves[2];
  float real;
} fuzz_union;

typedef struct fuzz_objects {
  int32_t count;
  void* object;
  void* pair[2];
} fuzz_objects;

// Its own dtype is a sub-array: NumPy moves the dimensions from the element to the array.
typedef struct fuzz_row {
  float values[3];
} fuzz_row;

#ifdef __cplusplus
extern "C" {
#endif

DESCRY_DECLARE(fuzz_point);
DESCRY_DECLARE(fuzz_holes);
DESCRY_DECLARE(fuzz_packed);
DESCRY_DECLARE(fuzz_nested);
DESCRY_DECLARE(fuzz_times);
DESCRY_DECLARE(fuzz_union);
DESCRY_DECLARE(fuzz_objects);
DESCRY_DECLARE(fuzz_row);

// All of them and a few elements; those that hold objects come last.
enum { FUZZ_TYPES_WITHOUT_OBJECTS = 11, FUZZ_TYPES = 12 };
extern const descry_type* const fuzz_types[FUZZ_TYPES];

#ifdef __cplusplus
}
#endif

#endif  // DESCRY_TESTS_FUZZ_RECORDS_H_
