// SPDX-License-Identifier: BSD-3-Clause
// How often a test repeats something random. `.ci/long` makes the long runs, see
// docs/reliability.md.
#ifndef DESCRY_TESTS_SUPPORT_ROUNDS_H_
#define DESCRY_TESTS_SUPPORT_ROUNDS_H_

#include <cstdlib>

namespace descry_test {

// Returns `many` in a long run, else `usual`.
inline unsigned Rounds(unsigned usual, unsigned many) {
  return std::getenv("DESCRY_LONG_RUN") ? many : usual;
}

}  // namespace descry_test

#endif  // DESCRY_TESTS_SUPPORT_ROUNDS_H_
