// SPDX-License-Identifier: BSD-3-Clause
#include "src/array/elements.h"

#include <descry/array.h>
#include <stdint.h>
#include <string.h>

#include "src/array/messages.h"
#include "src/array/shape.h"

// Whether the elements, which reach from `low` to `high`, have addresses.
static bool has_addresses(const descryi_elements* elements) {
  Py_ssize_t span;
  const uintptr_t address = (uintptr_t)elements->data;
  return !__builtin_sub_overflow(elements->high, elements->low, &span) &&
         address >= 0 - (uintptr_t)elements->low &&
         address <= UINTPTR_MAX - (uintptr_t)elements->high;
}

// Sets `low` and `high`. Returns whether they fit, and the addresses that they come to.
static bool measure(descryi_elements* elements) {
  elements->high = elements->itemsize;
  for (int axis = 0; axis < elements->ndim; ++axis) {
    Py_ssize_t reach;
    if (__builtin_mul_overflow(elements->shape[axis] - 1, elements->strides[axis], &reach)) {
      return false;
    }
    Py_ssize_t* const end = reach < 0 ? &elements->low : &elements->high;
    if (__builtin_add_overflow(*end, reach, end)) return false;
  }
  return has_addresses(elements);
}

// The same for elements without gaps.
static bool measure_natural(descryi_elements* elements) {
  descryi_strides_set(elements->room, elements->ndim, elements->shape, elements->itemsize,
                      DESCRY_C_ORDER);
  elements->high = elements->size * elements->itemsize;
  return has_addresses(elements);
}

// Elements in a row, without gaps. Returns false where it takes a closer look.
static bool init_row(descryi_elements* elements, const descry_type* type) {
  elements->size = descryi_row_size(type, elements->ndim, elements->shape);
  if (elements->size <= 0 || !elements->data) return false;
  elements->high = elements->size * elements->itemsize;
  elements->room[0] = elements->itemsize;
  return (uintptr_t)elements->data <= UINTPTR_MAX - (uintptr_t)elements->high;
}

int descryi_elements_init(descryi_elements* elements, const descry_type* type, PyObject* descr,
                          const void* data, int ndim, const Py_ssize_t* shape,
                          const Py_ssize_t* strides) {
  elements->data = (char*)data;
  elements->ndim = ndim;
  elements->shape = shape;
  elements->natural = !strides;
  elements->strides = strides ? strides : elements->room;
  elements->itemsize = (Py_ssize_t)type->size;
  elements->low = elements->high = 0;
  if (!strides && init_row(elements, type)) return 0;
  elements->high = 0;
  elements->size = descryi_shape_size(type, descr, ndim, shape);
  if (elements->size < 0) return -1;
  if (elements->size > 0 && !data) {
    return descryi_raise_with_shape(descryi_raise_data_missing, type, ndim, shape);
  }
  if (elements->natural ? measure_natural(elements) : elements->size == 0 || measure(elements)) {
    return 0;
  }
  return descryi_raise_with_strides(descryi_raise_strides_too_far, type, ndim, shape,
                                    elements->strides);
}

int descryi_elements_check_alignment(const descryi_elements* elements, const descry_type* type) {
  if (elements->size == 0) return 0;
  const uintptr_t beyond = type->alignment - 1;  // alignments are powers of two
  const size_t rest = (uintptr_t)elements->data & beyond;
  if (rest) {
    return descryi_raise_data_misaligned(type->name, elements->data, type->alignment, rest);
  }
  for (int axis = 0; !elements->natural && axis < elements->ndim; ++axis) {
    const Py_ssize_t stride = elements->strides[axis];
    if (elements->shape[axis] > 1 && ((uintptr_t)stride & beyond)) {
      return descryi_raise_stride_misaligned(type->name, axis, stride, type->alignment);
    }
  }
  return 0;
}

static inline size_t magnitude(Py_ssize_t stride) {
  return stride < 0 ? 0 - (size_t)stride : (size_t)stride;
}

// Sorts the axes longer than 1 by how far they step. Returns how many there are.
static int sort_axes(const descryi_elements* elements, int* axes) {
  int count = 0;
  for (int axis = 0; axis < elements->ndim; ++axis) {
    if (elements->shape[axis] < 2) continue;
    int at = count++;
    const size_t step = magnitude(elements->strides[axis]);
    for (; at > 0 && magnitude(elements->strides[axes[at - 1]]) > step; --at) {
      axes[at] = axes[at - 1];
    }
    axes[at] = axis;
  }
  return count;
}

int descryi_elements_check_apart(const descryi_elements* elements, const descry_type* type) {
  if (elements->size == 0) return 0;
  int axes[DESCRYI_MAXDIMS_2];
  const int count = sort_axes(elements, axes);
  size_t reach = (size_t)elements->itemsize;
  for (int i = 0; i < count; ++i) {
    const size_t step = magnitude(elements->strides[axes[i]]);
    size_t steps;
    if (step < reach) {
      return descryi_raise_with_strides(descryi_raise_elements_overlap, type, elements->ndim,
                                        elements->shape, elements->strides);
    }
    if (__builtin_mul_overflow((size_t)elements->shape[axes[i]] - 1, step, &steps) ||
        __builtin_add_overflow(reach, steps, &reach)) {
      reach = SIZE_MAX;  // as_strided() makes arrays of any strides
    }
  }
  return 0;
}

// Returns how many leading axes there are before the elements lie in C order without gaps; 0 where
// all do.
static int count_outer_axes(const descryi_elements* elements) {
  Py_ssize_t step = elements->itemsize;
  int axis = elements->ndim;
  for (; axis > 0; --axis) {
    if (elements->shape[axis - 1] != 1 && elements->strides[axis - 1] != step) break;
    step *= elements->shape[axis - 1];
  }
  return axis;
}

// Copies what lies behind the first `axis` axes, in runs of `run` bytes behind the first `outer`.
// Returns where the next byte goes.
static char* gather_axis(const descryi_elements* elements, int axis, int outer, size_t run,
                         const char* from, char* target) {
  if (axis == outer) {
    memcpy(target, from, run);
    return target + run;
  }
  for (Py_ssize_t i = 0; i < elements->shape[axis]; ++i) {
    const char* const at = from + i * elements->strides[axis];
    target = gather_axis(elements, axis + 1, outer, run, at, target);
  }
  return target;
}

void descryi_elements_gather(const descryi_elements* elements, char* target) {
  if (elements->size == 0 || elements->itemsize == 0) return;
  if (elements->natural) {
    memcpy(target, elements->data, (size_t)elements->high);
    return;
  }
  const int outer = count_outer_axes(elements);
  size_t run = (size_t)elements->itemsize;
  for (int axis = outer; axis < elements->ndim; ++axis) run *= (size_t)elements->shape[axis];
  gather_axis(elements, 0, outer, run, elements->data, target);
}

static void visit_axis(const descryi_elements* elements, int axis, char* at,
                       void (*visit)(char* element, const void* context), const void* context) {
  if (axis == elements->ndim) {
    visit(at, context);
    return;
  }
  for (Py_ssize_t i = 0; i < elements->shape[axis]; ++i) {
    visit_axis(elements, axis + 1, at + i * elements->strides[axis], visit, context);
  }
}

void descryi_elements_each(const descryi_elements* elements,
                           void (*visit)(char* element, const void* context), const void* context) {
  if (elements->size > 0) visit_axis(elements, 0, elements->data, visit, context);
}
