// SPDX-License-Identifier: BSD-3-Clause
#include <descry/loop.h>

#include "src/loop/axes.h"
#include "src/loop/broadcast.h"
#include "src/loop/messages.h"

// One run over all elements, each operand going on from where `row` says.
static void set_run(descry_loop* loop, Py_ssize_t length) {
  loop->size = length;
  loop->priv.left = length;
  loop->priv.length = length;
  loop->priv.axes = 0;
}

// Takes the axis from the operands, which all have it alone and with one length. Returns whether
// that is so.
static inline bool begin_row(descry_loop* loop, int n, const descry_view* const* views) {
  const Py_ssize_t length = views[0]->ndim == 1 ? views[0]->shape[0] : -1;
  bool written_twice = false, forwards = false;
  for (int k = 0; k < n; ++k) {
    if (views[k]->ndim != 1 || views[k]->shape[0] != length) return false;
    loop->strides[k] = views[k]->strides[0];
    forwards = forwards || loop->strides[k] >= 0;
    written_twice = written_twice || (loop->strides[k] == 0 && views[k]->flags & DESCRY_WRITE);
  }
  if (!forwards || (written_twice && length > 1) || length < 0) return false;
  set_run(loop, length);
  return true;
}

// The same for operands of one shape of which each lies in memory without gaps, in one and the same
// order of axes.
static inline bool begin_contiguous(descry_loop* loop, int n, const descry_view* const* views,
                                    unsigned order) {
  const int ndim = views[0]->ndim;
  for (int k = 0; k < n; ++k) {
    if (views[k]->ndim != ndim || !(views[k]->flags & order)) return false;
    for (int axis = 0; axis < ndim; ++axis) {
      if (views[k]->shape[axis] != views[0]->shape[axis]) return false;
    }
    loop->strides[k] = views[k]->itemsize;
  }
  set_run(loop, views[0]->size);
  return true;
}

// The innermost axis is what runs go along; the others stay where they were collected, from row 1
// on.
static void use_axes(descry_loop* loop, const descryi_axes* axes) {
  descry_loop_private* const priv = &loop->priv;
  priv->length = axes->count > 0 ? axes->lengths[0] : 1;
  priv->axes = axes->count > 0 ? axes->count - 1 : 0;
  for (int k = 0; k < axes->operands; ++k) {
    loop->strides[k] = axes->count > 0 ? axes->steps[k] : 0;
  }
  for (int axis = 1; axis < axes->count; ++axis) priv->index[axis] = 0;
}

static int begin_any(descry_loop* loop, int n, const descry_view* const* views, unsigned flags) {
  Py_ssize_t shape[DESCRY_LOOP_NDIM];
  int ndim;
  if (descry_broadcast(n, views, &ndim, shape) < 0) return -1;
  if (descryi_broadcast_check_written(n, views, ndim, shape) < 0) return -1;
  loop->size = loop->priv.left = descryi_broadcast_size(ndim, shape);
  descryi_axes axes = {
      .operands = n, .lengths = loop->priv.lengths, .steps = loop->priv.steps, .numbers = NULL};
  if (loop->size > 0) {
    descryi_axes_collect(&axes, views, ndim, shape, flags);
    if (!(flags & (DESCRY_C_ORDER | DESCRY_F_ORDER))) {
      descryi_axes_flip(&axes, loop->priv.start);
      descryi_axes_sort(&axes);
    }
    descryi_axes_join(&axes);
  }
  use_axes(loop, &axes);
  return 0;
}

int descry_loop_begin(descry_loop* loop, int n, const descry_view* const* views, unsigned flags) {
  if (n < 1 || n > DESCRY_LOOP_OPERANDS) {
    return descryi_raise_loop_operands(1, DESCRY_LOOP_OPERANDS, n);
  }
  if (flags != 0 && flags != DESCRY_C_ORDER && flags != DESCRY_F_ORDER) {
    return descryi_raise_loop_order(flags);
  }
  for (int k = 0; k < n; ++k) loop->priv.start[k] = views[k]->data;
  loop->count = 0;
  loop->priv.operands = n;
  loop->priv.skipped = 0;
  if (begin_row(loop, n, views)) return 0;
  if (flags != DESCRY_F_ORDER && begin_contiguous(loop, n, views, DESCRY_C_CONTIGUOUS)) return 0;
  if (flags != DESCRY_C_ORDER && begin_contiguous(loop, n, views, DESCRY_F_CONTIGUOUS)) return 0;
  return begin_any(loop, n, views, flags);
}

// Goes on to the run after the next, or from the last one to the first.
static inline void advance(descry_loop_private* priv) {
  const int n = priv->operands;
  const Py_ssize_t* row = priv->steps;
  for (int axis = 1; axis <= priv->axes; ++axis) {
    row += n;
    if (++priv->index[axis] < priv->lengths[axis]) {
      for (int k = 0; k < n; ++k) priv->start[k] += row[k];
      return;
    }
    priv->index[axis] = 0;
    for (int k = 0; k < n; ++k) priv->start[k] -= row[k] * (priv->lengths[axis] - 1);
  }
}

int descry_loop_next(descry_loop* loop) {
  descry_loop_private* const priv = &loop->priv;
  const Py_ssize_t skipped = priv->skipped;
  Py_ssize_t count = priv->length - skipped;
  if (count > priv->left) count = priv->left;
  loop->count = count;
  if (count == 0) return 0;
  for (int k = 0; k < priv->operands; ++k) {
    loop->data[k] = priv->start[k] + skipped * loop->strides[k];
  }
  priv->skipped = 0;
  priv->left -= count;
  if (priv->left > 0) advance(priv);
  return 1;
}

// Leaves out the next `count` elements, which are not more than are left.
static void skip(descry_loop* loop, Py_ssize_t count) {
  descry_loop_private* const priv = &loop->priv;
  const int n = priv->operands;
  if (count == 0) return;
  Py_ssize_t runs = (priv->skipped + count) / priv->length;
  priv->skipped = (priv->skipped + count) % priv->length;
  for (int axis = 1; axis <= priv->axes && runs > 0; ++axis) {
    const Py_ssize_t* const row = priv->steps + (Py_ssize_t)axis * n;
    const Py_ssize_t to = priv->index[axis] + runs;
    const Py_ssize_t index = to % priv->lengths[axis];
    for (int k = 0; k < n; ++k) priv->start[k] += row[k] * (index - priv->index[axis]);
    priv->index[axis] = index;
    runs = to / priv->lengths[axis];
  }
}

// Returns how many of `count` elements come before part `part` of `parts`.
static Py_ssize_t before(Py_ssize_t count, int part, int parts) {
  const Py_ssize_t rest = count % parts;
  return count / parts * part + (part < rest ? part : rest);
}

int descry_loop_split(const descry_loop* loop, int part, int parts, descry_loop* out) {
  const bool there = part >= 0 && part < parts;
  const Py_ssize_t left = there ? loop->priv.left : 0;
  const Py_ssize_t first = there ? before(left, part, parts) : 0;
  const Py_ssize_t end = there ? before(left, part + 1, parts) : 0;
  if (out != loop) *out = *loop;
  out->count = 0;
  skip(out, first);
  out->size = out->priv.left = end - first;
  return there ? 0 : -1;
}
