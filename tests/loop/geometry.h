// SPDX-License-Identifier: BSD-3-Clause
// Random operands of a loop, as shapes, strides and addresses without memory behind them, and the
// oracle: a plain counter over all indices. Shared by the loop test and the fuzz target.
#ifndef DESCRY_TESTS_LOOP_GEOMETRY_H_
#define DESCRY_TESTS_LOOP_GEOMETRY_H_

#include <descry/loop.h>

#include <string>
#include <vector>

#include "tests/borrow/pairs.h"

namespace descry_test {

struct Operand {
  std::vector<Py_ssize_t> shape, strides;
  char* data = nullptr;
  bool written = false;

  descry_view AsView() const;
};

// The addresses of one element each of all operands.
using Elements = std::vector<char*>;

struct Geometry {
  std::vector<Operand> operands;

  // Returns whether the shapes fit, and then what they come to.
  bool Broadcast(std::vector<Py_ssize_t>* shape) const;
  // Returns whether a loop takes these operands.
  bool IsAccepted() const;
  // Returns all elements in the order that `flags` ask for, DESCRY_C_ORDER or DESCRY_F_ORDER.
  std::vector<Elements> Count(unsigned flags) const;
  std::string Describe() const;
};

// Returns one to sixteen operands of few elements, of which most fit together.
Geometry RandomGeometry(Choices& choices);

// Runs loops over the operands, whole and in parts, in all orders, and compares them with Count().
// Returns what does not hold, or "". GIL held.
std::string CheckLoops(const Geometry& geometry, Choices& choices);

}  // namespace descry_test

#endif  // DESCRY_TESTS_LOOP_GEOMETRY_H_
