// SPDX-License-Identifier: BSD-3-Clause
// Fuzz target: loops over operands of random geometry, made from the input, against a plain counter
// over all indices.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/loop/geometry.h"
#include "tests/support/start.h"

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  descry_test::StartPython();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  descry_test::BufferChoices choices(data, size);
  const descry_test::Geometry geometry = descry_test::RandomGeometry(choices);
  const std::string problem = descry_test::CheckLoops(geometry, choices);
  if (problem.empty()) return 0;
  std::fprintf(stderr, "%s:%s\n", problem.c_str(), geometry.Describe().c_str());
  std::abort();
}
