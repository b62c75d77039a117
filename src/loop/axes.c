// SPDX-License-Identifier: BSD-3-Clause
#include "src/loop/axes.h"

#include <string.h>

static void add_axis(descryi_axes* axes, const descry_view* const* views, int from_last,
                     Py_ssize_t length) {
  Py_ssize_t* const row = descryi_axes_row(axes, axes->count);
  for (int k = 0; k < axes->operands; ++k) {
    const int own = views[k]->ndim - 1 - from_last;
    // An axis of length 1 may have any stride.
    row[k] = own >= 0 && views[k]->shape[own] != 1 ? views[k]->strides[own] : 0;
  }
  axes->lengths[axes->count++] = length;
}

void descryi_axes_collect(descryi_axes* axes, const descry_view* const* views, int ndim,
                          const Py_ssize_t* shape, unsigned flags) {
  axes->count = 0;
  for (int i = 0; i < ndim; ++i) {
    const int axis = flags & DESCRY_F_ORDER ? i : ndim - 1 - i;
    if (shape[axis] == 1) continue;
    if (axes->numbers) axes->numbers[axes->count] = axis;
    add_axis(axes, views, ndim - 1 - axis, shape[axis]);
  }
}

static bool goes_backwards(const descryi_axes* axes, const Py_ssize_t* row) {
  bool backwards = false;
  for (int k = 0; k < axes->operands; ++k) {
    if (row[k] > 0) return false;
    backwards = backwards || row[k] < 0;
  }
  return backwards;
}

void descryi_axes_flip(descryi_axes* axes, char** data) {
  for (int axis = 0; axis < axes->count; ++axis) {
    Py_ssize_t* const row = descryi_axes_row(axes, axis);
    if (!goes_backwards(axes, row)) continue;
    for (int k = 0; k < axes->operands; ++k) {
      data[k] += row[k] * (axes->lengths[axis] - 1);
      row[k] = -row[k];
    }
  }
}

static inline size_t stride_size(Py_ssize_t stride) {
  return stride < 0 ? 0 - (size_t)stride : (size_t)stride;
}

typedef enum order { IN_ORDER, OUT_OF_ORDER, UNDECIDED } order;

// How an axis and one further out lie to each other: in order where any operand says so, of those
// that move along both.
static order compare_axes(const Py_ssize_t* inner, const Py_ssize_t* outer, int operands) {
  order result = UNDECIDED;
  for (int k = 0; k < operands; ++k) {
    if (inner[k] == 0 || outer[k] == 0) continue;
    if (stride_size(inner[k]) <= stride_size(outer[k])) return IN_ORDER;
    result = OUT_OF_ORDER;
  }
  return result;
}

// Returns where the axis at `from` belongs among those before it, which are sorted.
static int find_place(const descryi_axes* axes, int from) {
  const Py_ssize_t* const row = descryi_axes_row(axes, from);
  int place = from;
  for (int axis = from - 1; axis >= 0; --axis) {
    const order found = compare_axes(descryi_axes_row(axes, axis), row, axes->operands);
    if (found == IN_ORDER) break;
    if (found == OUT_OF_ORDER) place = axis;
  }
  return place;
}

static void move_axis(descryi_axes* axes, int from, int to) {
  Py_ssize_t row[DESCRY_LOOP_OPERANDS];
  const size_t moved = (size_t)(from - to);
  const size_t row_size = (size_t)axes->operands * sizeof *row;
  const Py_ssize_t length = axes->lengths[from];
  memcpy(row, descryi_axes_row(axes, from), row_size);
  memmove(axes->lengths + to + 1, axes->lengths + to, moved * sizeof length);
  memmove(descryi_axes_row(axes, to + 1), descryi_axes_row(axes, to), moved * row_size);
  memcpy(descryi_axes_row(axes, to), row, row_size);
  axes->lengths[to] = length;
  if (axes->numbers) {
    const int number = axes->numbers[from];
    memmove(axes->numbers + to + 1, axes->numbers + to, moved * sizeof number);
    axes->numbers[to] = number;
  }
}

// By insertion, as NumPy does: with operands that disagree there is no order to sort by, and the
// result hangs on the steps taken.
void descryi_axes_sort(descryi_axes* axes) {
  for (int axis = 1; axis < axes->count; ++axis) {
    const int place = find_place(axes, axis);
    if (place != axis) move_axis(axes, axis, place);
  }
}

static bool continues(const descryi_axes* axes, int inner, int outer) {
  const Py_ssize_t* const row = descryi_axes_row(axes, inner);
  const Py_ssize_t* const next = descryi_axes_row(axes, outer);
  for (int k = 0; k < axes->operands; ++k) {
    Py_ssize_t end;
    if (__builtin_mul_overflow(row[k], axes->lengths[inner], &end) || end != next[k]) return false;
  }
  return true;
}

void descryi_axes_join(descryi_axes* axes) {
  int last = 0;
  for (int axis = 1; axis < axes->count; ++axis) {
    if (continues(axes, last, axis)) {
      axes->lengths[last] *= axes->lengths[axis];
    } else if (++last != axis) {
      axes->lengths[last] = axes->lengths[axis];
      memcpy(descryi_axes_row(axes, last), descryi_axes_row(axes, axis),
             (size_t)axes->operands * sizeof *axes->steps);
    }
  }
  if (axes->count > 0) axes->count = last + 1;
}
