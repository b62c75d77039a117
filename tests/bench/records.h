// SPDX-License-Identifier: BSD-3-Clause
// The record types that are timed: 8 and 64 fields, and the README's particle.
#ifndef DESCRY_TESTS_BENCH_RECORDS_H_
#define DESCRY_TESTS_BENCH_RECORDS_H_

#include <descry/declare.h>

#include <cstdint>

struct record8 {
  int64_t a;
  double b, c;
  float d, e;
  int32_t f, g;
  char h[8];
};
DESCRY_DECLARE(record8);

// clang-format off
#define EIGHT(X, n) X(n##0) X(n##1) X(n##2) X(n##3) X(n##4) X(n##5) X(n##6) X(n##7)
#define MEMBER(name) double f##name;
struct record64 {
  EIGHT(MEMBER, 1)
  EIGHT(MEMBER, 2)
  EIGHT(MEMBER, 3)
  EIGHT(MEMBER, 4) EIGHT(MEMBER, 5) EIGHT(MEMBER, 6) EIGHT(MEMBER, 7) EIGHT(MEMBER, 8)
};
#undef MEMBER
// clang-format on
DESCRY_DECLARE(record64);

#define EIGHT_FIELDS(n) f##n##0, f##n##1, f##n##2, f##n##3, f##n##4, f##n##5, f##n##6, f##n##7

#endif  // DESCRY_TESTS_BENCH_RECORDS_H_
