// SPDX-License-Identifier: BSD-3-Clause
#include "src/borrow/region.h"

static void set_empty(descryi_region* region) {
  region->lo = region->hi = region->run = 0;
  region->naxes = 0;
}

static void set_everything(descryi_region* region) {
  region->lo = 0;
  region->hi = region->run = UINT64_MAX;
  region->naxes = 0;
}

// Puts an axis in its place in the ascending order.
static void insert_axis(descryi_region* region, uint64_t stride, uint64_t count) {
  int at = region->naxes++;
  for (; at > 0 && region->axes[at - 1].stride > stride; --at)
    region->axes[at] = region->axes[at - 1];
  region->axes[at] = (descryi_axis){stride, count};
}

// Whether `next` only prolongs `last`: the positions of both together are again evenly spaced.
static bool prolongs(const descryi_axis* last, const descryi_axis* next) {
  return next->stride % last->stride == 0 && next->stride / last->stride <= last->count;
}

// Folds axes that leave no gap into the run, and axes that continue each other into one.
static void fold_axes(descryi_region* region) {
  int kept = 0;
  for (int i = 0; i < region->naxes; ++i) {
    descryi_axis next = region->axes[i];
    descryi_axis* last = &region->axes[kept - (kept > 0)];
    if (kept == 0 && next.stride <= region->run) {
      region->run += next.stride * (next.count - 1);
    } else if (kept > 0 && prolongs(last, &next)) {
      last->count += next.stride / last->stride * (next.count - 1);
    } else {
      region->axes[kept++] = next;
    }
  }
  region->naxes = kept;
}

// Adds one dimension, to the run where it continues it (the loop over a C contiguous array ends
// here each time). Returns false when the bytes no longer fit into the address space. `below` is
// how far they reach under the first element.
static bool add_dimension(descryi_region* region, ptrdiff_t length, ptrdiff_t stride,
                          uint64_t* below, uint64_t* span) {
  uint64_t count = (uint64_t)length;
  uint64_t magnitude = stride < 0 ? 0 - (uint64_t)stride : (uint64_t)stride;
  uint64_t reach;
  if (!descryi_mul_fits(magnitude, count - 1, &reach)) return false;
  if (!descryi_add_fits(*span, reach, span)) return false;
  if (stride < 0) *below += reach;
  if (region->naxes == 0 && magnitude == region->run) {
    region->run += reach;
  } else {
    insert_axis(region, magnitude, count);
  }
  return true;
}

// descryi_memory_is_run() for Fortran order.
static bool is_fortran_run(const descryi_memory* memory, uint64_t* lo, uint64_t* hi) {
  uint64_t bytes = memory->itemsize;
  for (int i = 0; i < memory->ndim; ++i) {
    uint64_t stride = (uint64_t)memory->strides[i];
    if (stride != bytes) return false;
    if (!descryi_mul_fits(stride, (uint64_t)memory->shape[i], &bytes)) return false;
  }
  *lo = (uint64_t)(uintptr_t)memory->data;
  return bytes != 0 && descryi_add_fits(*lo, bytes, hi);
}

static bool set_single_run(descryi_region* region, const descryi_memory* memory) {
  if (!descryi_memory_is_run(memory, &region->lo, &region->hi) &&
      !is_fortran_run(memory, &region->lo, &region->hi)) {
    return false;
  }
  region->run = region->hi - region->lo;
  region->naxes = 0;
  return true;
}

static bool has_no_bytes(const descryi_memory* memory) {
  for (int i = 0; i < memory->ndim; ++i) {
    if (memory->shape[i] == 0) return true;
  }
  return memory->itemsize == 0;
}

// Collects the dimensions and the range. Returns false where the bytes do not fit into the address
// space.
static bool set_blocks(descryi_region* region, const descryi_memory* memory) {
  uint64_t below = 0, span = memory->itemsize;
  region->run = memory->itemsize;
  region->naxes = 0;
  for (int i = memory->ndim - 1; i >= 0; --i) {
    if (memory->shape[i] == 1 || memory->strides[i] == 0) continue;
    if (!add_dimension(region, memory->shape[i], memory->strides[i], &below, &span)) return false;
  }
  uint64_t data = (uint64_t)(uintptr_t)memory->data;
  region->lo = data - below;
  return below <= data && descryi_add_fits(region->lo, span, &region->hi);
}

void descryi_region_set(descryi_region* region, const descryi_memory* memory) {
  if (set_single_run(region, memory)) return;
  if (has_no_bytes(memory)) {
    set_empty(region);
  } else if (!set_blocks(region, memory)) {
    set_everything(region);
  } else if (region->naxes > 0) {
    fold_axes(region);
  }
}

uint64_t descryi_region_step(const descryi_region* region) {
  uint64_t step = 0;
  for (int i = 0; i < region->naxes; ++i) step = descryi_gcd(region->axes[i].stride, step);
  return step;
}

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

// The answer of the gcd rule alone: never false when they have a byte in common, true more often
// than it need be.
static bool may_conflict(const descryi_region* a, const descryi_region* b) {
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

// Whether two regions share a byte. A block of `a` starts at a.lo + sum of s * x, 0 <= x < count,
// and one of `b` likewise; they overlap when the distance of their starts is small enough. With y
// counted from the far end of each of b's axes, all terms are positive: is there a sum of terms
// between two bounds? bounded_sum.h answers that.
bool descryi_regions_conflict(const descryi_region* a, const descryi_region* b, unsigned* work) {
  if (!may_conflict(a, b)) return false;
  if (a->naxes == 0 && b->naxes == 0) return true;

  // The sum is (start in a - a.lo) + (last block of b - start in b). Starts less than a run apart
  // put it within [low, high].
  uint64_t high = b->hi - a->lo - 1;
  uint64_t low = descryi_sub_or_zero(high, descryi_add_saturating(a->run - 1, b->run - 1));
  descryi_term terms[2 * DESCRYI_MAX_AXES];
  int count = merge_terms(a, b, terms);
  return descryi_sum_exists(terms, count, low, high, work);
}
