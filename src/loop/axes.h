// SPDX-License-Identifier: BSD-3-Clause
// The axes that a walk over several operands goes along, as few and as straight as they come. No
// Python, no state.
#ifndef DESCRY_SRC_LOOP_AXES_H_
#define DESCRY_SRC_LOOP_AXES_H_

#include <descry/loop.h>

#include "src/base/python.h"

// The axes of the common shape that are longer than 1, the innermost first. `steps` has one row of
// `operands` strides for each axis: 0 where the operand repeats.
typedef struct descryi_axes {
  int operands;
  int count;
  int* numbers;  // of each axis in the common shape, or NULL where they do not matter
  Py_ssize_t* lengths;
  Py_ssize_t* steps;
} descryi_axes;

// Returns the strides of an axis, one for each operand.
static inline Py_ssize_t* descryi_axes_row(const descryi_axes* axes, int axis) {
  return axes->steps + (Py_ssize_t)axis * axes->operands;
}

// Collects the axes of `shape`, the last one first, or with DESCRY_F_ORDER in `flags` the first.
// REQUIRES: descry_broadcast() made the shape from the views; room for `ndim` axes.
void descryi_axes_collect(descryi_axes* axes, const descry_view* const* views, int ndim,
                          const Py_ssize_t* shape, unsigned flags);

// Turns around the axes along which no operand goes forwards, and moves each of `data` to the other
// end of them.
void descryi_axes_flip(descryi_axes* axes, char** data);

// Sorts the axes by the strides of the operands, the smallest first, in the way of NumPy: where the
// operands disagree, or do not say, axes stay as they are.
void descryi_axes_sort(descryi_axes* axes);

// Joins axes where one step along the outer one is where the inner one ends, for all operands.
// The numbers are void then.
void descryi_axes_join(descryi_axes* axes);

#endif  // DESCRY_SRC_LOOP_AXES_H_
