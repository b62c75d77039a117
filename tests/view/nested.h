// SPDX-License-Identifier: BSD-3-Clause
// Records in sub-arrays in records, and one of nothing.
#ifndef DESCRY_TESTS_VIEW_NESTED_H_
#define DESCRY_TESTS_VIEW_NESTED_H_

#include "tests/array/records.h"

// Its dtype is that of a vec3.
typedef struct wrapper {
  vec3 inner;
} wrapper;

typedef struct swarm {
  particle members[2][3];
  vec3 center;
  triple corner;
  wrapper wrapped;
  int32_t dotted;
} swarm;

#ifdef __cplusplus
extern "C" {
#endif
DESCRY_DECLARE(wrapper);
DESCRY_DECLARE(swarm);

// A struct without members, which has no size in C (and one byte in C++).
const descry_type* nothing_type(void);
#ifdef __cplusplus
}
#endif

#endif  // DESCRY_TESTS_VIEW_NESTED_H_
