// SPDX-License-Identifier: BSD-3-Clause
// A struct of a library that has nothing to do with Python.
#ifndef DESCRY_TESTS_DECLARE_PLAIN_TYPES_H_
#define DESCRY_TESTS_DECLARE_PLAIN_TYPES_H_

#include <descry/declare.h>

typedef struct plain_pair {
  double first;
  char label[6];
} plain_pair;

DESCRY_DECLARE(plain_pair);

#endif  // DESCRY_TESTS_DECLARE_PLAIN_TYPES_H_
