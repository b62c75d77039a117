// SPDX-License-Identifier: BSD-3-Clause
// What the tests of descry.hpp use: structs of C++, declared there, and a class of Python.
#ifndef DESCRY_TESTS_CXX_TYPES_H_
#define DESCRY_TESTS_CXX_TYPES_H_

#include <Python.h>
#include <descry/declare.h>

#include <array>
#include <cstdint>

namespace descry_test {

enum class Kind : std::uint8_t { kQuark, kLepton };

struct Point {
  double x, y;
};

struct Particle {
  std::int64_t id;
  Point where;
  std::array<float, 3> rgb;
  Kind kind;
};

// An int in Python, as C++ sees any object.
struct Number {
  PyObject base;
};

extern PyTypeObject* number_class;

DESCRY_DECLARE(Kind);
DESCRY_DECLARE(Point);
DESCRY_DECLARE(Particle);
DESCRY_DECLARE(Number);

}  // namespace descry_test

#endif  // DESCRY_TESTS_CXX_TYPES_H_
