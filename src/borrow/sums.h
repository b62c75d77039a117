// SPDX-License-Identifier: BSD-3-Clause
// A bounded linear Diophantine question: is there a sum of multiples, each of a given unit and up
// to a given number of times, between two bounds? Exact for two terms at once (a variant of
// Euclid's algorithm), and for more by cases, in which terms much larger than all that follow them
// are decided first. Pure arithmetic: no allocation, any thread.
#ifndef DESCRY_SRC_BORROW_SUMS_H_
#define DESCRY_SRC_BORROW_SUMS_H_

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct descryi_term {
  uint64_t unit;   // greater than 0
  uint64_t limit;  // taken 0 to `limit` times
} descryi_term;

// Whether low <= sum of terms[i].unit * x[i] <= high for some 0 <= x[i] <= terms[i].limit. True
// also when `*work` runs out before the answer is known; what was used is taken off `*work`.
// REQUIRES: units descend; low <= high.
bool descryi_sum_exists(const descryi_term* terms, int count, uint64_t low, uint64_t high,
                        unsigned* work);

#ifdef __cplusplus
}
#endif

#endif  // DESCRY_SRC_BORROW_SUMS_H_
