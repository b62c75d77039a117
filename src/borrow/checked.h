// SPDX-License-Identifier: BSD-3-Clause
// Unsigned 64-bit arithmetic at the edge: addresses and strides come from outside, so sums and
// products of them may not fit. "Saturating" results stop at UINT64_MAX. No Python here; any
// thread.
#ifndef DESCRY_SRC_BORROW_CHECKED_H_
#define DESCRY_SRC_BORROW_CHECKED_H_

#include <stdbool.h>
#include <stdint.h>

// Stores a + b; returns false, with *sum undefined, where it does not fit.
static inline bool descryi_add_fits(uint64_t a, uint64_t b, uint64_t* sum) {
  *sum = a + b;
  return *sum >= a;
}

// Stores a * b; returns false, with *product undefined, where it does not fit.
static inline bool descryi_mul_fits(uint64_t a, uint64_t b, uint64_t* product) {
#if defined(__GNUC__)
  return !__builtin_mul_overflow(a, b, product);
#else
  *product = a * b;
  return a == 0 || *product / a == b;
#endif
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

#endif  // DESCRY_SRC_BORROW_CHECKED_H_
