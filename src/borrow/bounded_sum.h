// SPDX-License-Identifier: BSD-3-Clause
// A bounded linear Diophantine question: is there a sum of multiples, each of a given unit and up
// to a given number of times, between two bounds? Exact for two terms at once (a variant of
// Euclid's algorithm), and for more by cases, in which terms much larger than all that follow them
// are decided first.
//
// Addresses and strides come from outside, so sums and products of them may not fit into 64 bits;
// the arithmetic for that comes first. "Saturating" results stop at UINT64_MAX. No Python, no
// allocation, any thread.
#ifndef DESCRY_SRC_BORROW_BOUNDED_SUM_H_
#define DESCRY_SRC_BORROW_BOUNDED_SUM_H_

#include <stdbool.h>
#include <stdint.h>

// Stores a + b; returns false, with *sum undefined, where it does not fit.
static inline bool descryi_add_fits(uint64_t a, uint64_t b, uint64_t* sum) {
  *sum = a + b;
  return *sum >= a;
}

// Stores a * b; returns false, with *product undefined, where it does not fit.
static inline bool descryi_mul_fits(uint64_t a, uint64_t b, uint64_t* product) {
  return !__builtin_mul_overflow(a, b, product);
}

static inline uint64_t descryi_add_saturating(uint64_t a, uint64_t b) {
  uint64_t sum;
  return descryi_add_fits(a, b, &sum) ? sum : UINT64_MAX;
}

static inline uint64_t descryi_mul_saturating(uint64_t a, uint64_t b) {
  uint64_t product;
  return descryi_mul_fits(a, b, &product) ? product : UINT64_MAX;
}

// Returns a - b, or 0 where b is greater.
static inline uint64_t descryi_sub_or_zero(uint64_t a, uint64_t b) { return a > b ? a - b : 0; }

// Returns a / b, rounded up. REQUIRES: b > 0.
static inline uint64_t descryi_div_up(uint64_t a, uint64_t b) { return a / b + (a % b != 0); }

// Returns the greatest common divisor; that of 0 and b is b.
static inline uint64_t descryi_gcd(uint64_t a, uint64_t b) {
  while (b != 0) {
    uint64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

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

#endif  // DESCRY_SRC_BORROW_BOUNDED_SUM_H_
