// SPDX-License-Identifier: BSD-3-Clause
#include "src/borrow/bounded_sum.h"

#include <assert.h>

static const uint64_t kNone = UINT64_MAX;

// Returns the least x >= 0 with low <= unit * x mod modulus <= high, or kNone (also where unit * x
// would not fit, which is past every limit of the callers). Each step turns the question into one
// modulo the unit, as Euclid's algorithm does. REQUIRES: unit < modulus, 0 < low <= high < modulus.
static uint64_t least_multiple_within(uint64_t unit, uint64_t modulus, uint64_t low,
                                      uint64_t high) {
  if (unit == 0) return kNone;
  uint64_t x = descryi_div_up(low, unit);
  if (x * unit <= high) return x;

  // No multiple of the unit lies in the window, so low and high have one quotient and remainders
  // above 0.
  uint64_t turns =
      least_multiple_within(modulus % unit, unit, unit - high % unit, unit - low % unit);
  uint64_t far;
  if (turns == kNone || !descryi_mul_fits(modulus, turns, &far)) return kNone;
  if (!descryi_add_fits(far, low, &far)) return kNone;
  return descryi_div_up(far, unit);
}

// The question for two terms, where the window is narrower than `big`: then each number of small
// units leaves one candidate for the number of big ones.
static bool narrow_pair_exists(descryi_term big, descryi_term small, uint64_t low, uint64_t high) {
  assert(big.unit > 0 && small.unit > 0);
  uint64_t width = high - low;
  uint64_t excess = descryi_sub_or_zero(high, descryi_mul_saturating(big.unit, big.limit));
  uint64_t first = excess < big.unit ? 0 : descryi_div_up(excess - big.unit + 1, small.unit);
  uint64_t last = high / small.unit < small.limit ? high / small.unit : small.limit;
  if (first > last) return false;

  uint64_t rest = (high - first * small.unit) % big.unit;
  if (rest <= width) return true;
  return least_multiple_within(small.unit, big.unit, rest - width, rest) <= last - first;
}

// The question for two terms, where the window holds a multiple of `big` wherever it lies.
static bool wide_pair_exists(descryi_term big, descryi_term small, uint64_t low, uint64_t high) {
  uint64_t reach = descryi_mul_saturating(big.unit, big.limit);
  uint64_t first = descryi_div_up(descryi_sub_or_zero(low, reach), small.unit);
  return first <= small.limit && first <= high / small.unit;
}

static bool pair_exists(descryi_term big, descryi_term small, uint64_t low, uint64_t high) {
  return high - low < big.unit - 1 ? narrow_pair_exists(big, small, low, high)
                                   : wide_pair_exists(big, small, low, high);
}

// Returns the greatest sum, UINT64_MAX where it does not fit.
static uint64_t greatest_sum(const descryi_term* terms, int count) {
  uint64_t sum = 0;
  for (int i = 0; i < count; ++i) {
    sum = descryi_add_saturating(sum, descryi_mul_saturating(terms[i].unit, terms[i].limit));
  }
  return sum;
}

static uint64_t common_unit(const descryi_term* terms, int count) {
  uint64_t unit = 0;
  for (int i = 0; i < count; ++i) unit = descryi_gcd(terms[i].unit, unit);
  return unit;
}

// Returns how many leading terms to decide first: the fewest whose sums lie further apart than all
// later terms together reach (the rows of a matrix, whatever the columns), else one.
static int leading_terms(const descryi_term* terms, int count) {
  uint64_t unit = 0;
  for (int leading = 1; leading < count; ++leading) {
    unit = descryi_gcd(terms[leading - 1].unit, unit);
    if (unit > greatest_sum(terms + leading, count - leading)) return leading;
  }
  return 1;
}

static bool spend(unsigned* work, unsigned amount) {
  if (*work < amount) {
    *work = 0;
    return false;
  }
  *work -= amount;
  return true;
}

static bool search(const descryi_term* terms, int count, uint64_t low, uint64_t high,
                   unsigned* work);

// Tries every sum that the leading terms can have and that the others can complete.
static bool search_by_cases(const descryi_term* terms, int count, uint64_t low, uint64_t high,
                            unsigned* work) {
  int leading = leading_terms(terms, count);
  const descryi_term* others = terms + leading;
  uint64_t unit = common_unit(terms, leading);
  uint64_t reach = greatest_sum(terms, leading);
  uint64_t first =
      descryi_div_up(descryi_sub_or_zero(low, greatest_sum(others, count - leading)), unit);
  uint64_t last = (high < reach ? high : reach) / unit;
  for (uint64_t i = first; i <= last; ++i) {
    uint64_t sum = i * unit;
    if (search(others, count - leading, descryi_sub_or_zero(low, sum), high - sum, work) &&
        (leading == 1 || search(terms, leading, sum, sum, work))) {
      return true;
    }
  }
  return false;
}

static bool search(const descryi_term* terms, int count, uint64_t low, uint64_t high,
                   unsigned* work) {
  if (!spend(work, (unsigned)count + 1)) return true;
  if (low == 0) return true;
  uint64_t reach = greatest_sum(terms, count);
  if (reach < low) return false;
  if (reach <= high) return true;
  uint64_t unit = common_unit(terms, count);
  assert(unit > 0);
  if (high - high % unit < low) return false;
  // The multiple that was just found is within the limit, for `high` is below the reach.
  if (count == 1) return true;
  if (count == 2) return pair_exists(terms[0], terms[1], low, high);
  return search_by_cases(terms, count, low, high, work);
}

bool descryi_sum_exists(const descryi_term* terms, int count, uint64_t low, uint64_t high,
                        unsigned* work) {
  return search(terms, count, low, high, work);
}
