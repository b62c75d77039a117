// SPDX-License-Identifier: BSD-3-Clause
// A region: the exact set of bytes that an array's elements occupy, in a normal form that does not
// depend on how the array was made. Two arrays with equal regions cover the same bytes. Pure
// arithmetic: no Python, no allocation, any thread.
//
// The normal form is a block of `run` bytes at `lo`, repeated along `naxes` axes. Every stride is
// greater than the run and every count at least 2; axes stand in ascending order of stride. A
// contiguous array, whatever its rank, is one run without axes; `m[:, 2]` is a run of one element
// with one axis.
#ifndef DESCRY_SRC_BORROW_REGION_H_
#define DESCRY_SRC_BORROW_REGION_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/borrow/bounded_sum.h"

#ifdef __cplusplus
extern "C" {
#endif

#define DESCRYI_MAX_AXES 64  // NumPy's limit on dimensions (32 before 2.0)

// Where an array's elements lie: `ndim` dimensions of `shape` elements, `strides` bytes apart (any
// sign, or zero), the first element at `data`.
typedef struct descryi_memory {
  const void* data;
  int ndim;
  const ptrdiff_t* shape;
  const ptrdiff_t* strides;
  size_t itemsize;  // bytes
  char kind;        // NumPy's kind character of the elements, for messages; 0 where it is not known
} descryi_memory;

typedef struct descryi_axis {
  uint64_t stride;  // bytes
  uint64_t count;   // blocks
} descryi_axis;

typedef struct descryi_region {
  uint64_t lo, hi;  // all bytes are within [lo, hi); equal for a region without any
  uint64_t run;     // bytes in one block
  int naxes;
  descryi_axis axes[DESCRYI_MAX_AXES];  // only the first `naxes` are set
} descryi_region;

// Whether the elements are in C order without gaps, and there are some; then stores their range.
// False does not say that there are gaps. A look at each stride beside its neighbour, here in the
// header because it is what a borrow mostly costs.
static inline bool descryi_memory_is_run(const descryi_memory* memory, uint64_t* lo, uint64_t* hi) {
  uint64_t bytes = memory->itemsize;
  for (int i = memory->ndim - 1; i >= 0; --i) {
    uint64_t stride = (uint64_t)memory->strides[i];
    if (stride != bytes) return false;
    if (!descryi_mul_fits(stride, (uint64_t)memory->shape[i], &bytes)) return false;
  }
  *lo = (uint64_t)(uintptr_t)memory->data;
  return bytes != 0 && descryi_add_fits(*lo, bytes, hi);
}

// Sets `region` to the bytes that `memory` covers. Memory that would leave the address space
// becomes one region of all addresses: no real array is like that, and the answer stays safe.
// REQUIRES: 0 <= ndim <= DESCRYI_MAX_AXES, shape >= 0.
void descryi_region_set(descryi_region* region, const descryi_memory* memory);

// Whether there is no byte in it: an empty array, or elements of no size.
static inline bool descryi_region_is_empty(const descryi_region* region) {
  return region->lo == region->hi;
}

// Returns the greatest common divisor of the strides in bytes; 0 without axes.
uint64_t descryi_region_step(const descryi_region* region);

// Whether `a` and `b` have a byte in common. Never false when they have; true without need only
// where the answer would take more than `*work` steps. What was used is taken off `*work`, so one
// allowance can serve many questions.
bool descryi_regions_conflict(const descryi_region* a, const descryi_region* b, unsigned* work);

// An allowance that is plenty for arrays that are cut from one another, and under 0.1 ms.
#define DESCRYI_CONFLICT_WORK 4096u

#ifdef __cplusplus
}
#endif

#endif  // DESCRY_SRC_BORROW_REGION_H_
