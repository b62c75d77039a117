// SPDX-License-Identifier: BSD-3-Clause
// Whether two regions share a byte. A block of `a` starts at a.lo + sum of s * x, 0 <= x < count,
// and one of `b` likewise; they overlap when the distance of their starts is small enough. With y
// counted from the far end of each of b's axes, all terms are positive: is there a sum of terms
// between two bounds? sums.h answers that.
#include "src/borrow/checked.h"
#include "src/borrow/region.h"
#include "src/borrow/sums.h"

static bool ranges_meet(const descryi_region* a, const descryi_region* b) {
  return a->lo < b->hi && b->lo < a->hi;
}

// Returns (to - from) modulo `modulus`, never negative.
static uint64_t distance_modulo(uint64_t from, uint64_t to, uint64_t modulus) {
  if (to >= from) return (to - from) % modulus;
  uint64_t back = (from - to) % modulus;
  return back == 0 ? 0 : modulus - back;
}

// Blocks of both recur with the strides' gcd: do two of them meet at any place at all?
static bool blocks_meet_modulo(const descryi_region* a, const descryi_region* b) {
  uint64_t step = descryi_gcd(descryi_region_step(a), descryi_region_step(b));
  if (step == 0) return true;
  uint64_t distance = distance_modulo(a->lo, b->lo, step);
  return distance < a->run || step - distance < b->run;
}

bool descryi_regions_may_conflict(const descryi_region* a, const descryi_region* b) {
  return ranges_meet(a, b) && !descryi_region_is_empty(a) && !descryi_region_is_empty(b) &&
         blocks_meet_modulo(a, b);
}

static descryi_term term_of(const descryi_axis* axis) {
  return (descryi_term){axis->stride, axis->count - 1};
}

// Merges both regions' axes into terms in descending order, those with equal strides into one.
// Returns their number.
static int merge_terms(const descryi_region* a, const descryi_region* b, descryi_term* terms) {
  int count = 0;
  int i = a->naxes - 1, j = b->naxes - 1;
  while (i >= 0 || j >= 0) {
    bool from_a = j < 0 || (i >= 0 && a->axes[i].stride >= b->axes[j].stride);
    descryi_term next = term_of(from_a ? &a->axes[i--] : &b->axes[j--]);
    if (count > 0 && terms[count - 1].unit == next.unit) {
      terms[count - 1].limit = descryi_add_saturating(terms[count - 1].limit, next.limit);
    } else {
      terms[count++] = next;
    }
  }
  return count;
}

bool descryi_regions_conflict(const descryi_region* a, const descryi_region* b, unsigned* work) {
  if (!descryi_regions_may_conflict(a, b)) return false;
  if (a->naxes == 0 && b->naxes == 0) return true;

  // The sum is (start in a - a.lo) + (last block of b - start in b). Starts less than a run apart
  // put it within [low, high].
  uint64_t high = b->hi - a->lo - 1;
  uint64_t low = descryi_sub_or_zero(high, descryi_add_saturating(a->run - 1, b->run - 1));
  descryi_term terms[2 * DESCRYI_MAX_AXES];
  int count = merge_terms(a, b, terms);
  return descryi_sum_exists(terms, count, low, high, work);
}
