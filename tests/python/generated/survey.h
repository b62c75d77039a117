// SPDX-License-Identifier: BSD-3-Clause
// A header that knows nothing of descry.
#ifndef TESTS_PYTHON_GENERATED_SURVEY_H_
#define TESTS_PYTHON_GENERATED_SURVEY_H_

#include <stdint.h>

struct survey_point {
  double x, y;
};

struct survey_mark {
  struct survey_point at;
  int32_t readings[4];
  char name[12];
  uint16_t flags;
};

#endif  // TESTS_PYTHON_GENERATED_SURVEY_H_
