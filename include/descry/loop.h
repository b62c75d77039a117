// SPDX-License-Identifier: BSD-3-Clause
// Walks several views at once, by NumPy's broadcasting rules: what NpyIter is for, without it.
//
//   const descry_view* views[] = {&from, &to, &out};
//   descry_loop loop;
//   if (descry_loop_begin(&loop, 3, views, 0) < 0) return NULL;
//   while (descry_loop_next(&loop)) {
//     for (Py_ssize_t i = 0; i < loop.count; ++i) {
//       const vec3* a = DESCRY_LOOP_AT(vec3, &loop, 0, i);
//       const vec3* b = DESCRY_LOOP_AT(vec3, &loop, 1, i);
//       *DESCRY_LOOP_AT(double, &loop, 2, i) = a->x * b->x + a->y * b->y + a->z * b->z;
//     }
//   }
//
// Shapes are lined up at their last axes; an axis that one of them has not, or has with length 1,
// is repeated. A loop allocates nothing and keeps nothing: there is nothing to free, and the views
// have to stay open while it is used. descry_broadcast(), descry_loop_begin() and
// descry_empty_like() need the GIL (or an attached thread state); descry_loop_next() and
// descry_loop_split() do not, and touch no Python.
#ifndef DESCRY_LOOP_H_
#define DESCRY_LOOP_H_

#include <Python.h>
#include <assert.h>
#include <descry/flags.h>
#include <descry/type.h>
#include <descry/view.h>

#ifdef __cplusplus
extern "C" {
#endif

// The most operands of a loop, and the most dimensions (NumPy's own limit).
enum { DESCRY_LOOP_OPERANDS = 16, DESCRY_LOOP_NDIM = 64 };

// The library's own part of a loop. Axis 0 is the innermost of those outside of a run.
typedef struct descry_loop_private {
  int operands;
  int axes;                           // outside of a run
  Py_ssize_t left;                    // elements still to come
  Py_ssize_t length;                  // elements of a whole run
  Py_ssize_t skipped;                 // elements at the beginning of the next run that are left out
  char* start[DESCRY_LOOP_OPERANDS];  // of the next run
  Py_ssize_t lengths[DESCRY_LOOP_NDIM];
  Py_ssize_t index[DESCRY_LOOP_NDIM];
  Py_ssize_t steps[DESCRY_LOOP_NDIM * DESCRY_LOOP_OPERANDS];  // bytes: those of one axis together
} descry_loop_private;

// A walk over the elements of several views, or over a part of them. May be copied and moved. It is
// 10 KB, of which a loop of few operands and dimensions touches the first.
typedef struct descry_loop {
  Py_ssize_t count;                          // elements of this run
  char* data[DESCRY_LOOP_OPERANDS];          // of each operand, the first element of this run
  Py_ssize_t strides[DESCRY_LOOP_OPERANDS];  // bytes from one to the next
  Py_ssize_t size;                           // elements of the whole walk

  descry_loop_private priv;
} descry_loop;

// Gets the shape that `n` views have together, 0 or more of them: `*ndim` lengths in `shape`, which
// has room for DESCRY_LOOP_NDIM. Returns 0, or -1 with ValueError where they do not fit, which
// names both shapes, or have together more elements than can be counted.
int descry_broadcast(int n, const descry_view* const* views, int* ndim, Py_ssize_t* shape);

// Begins a walk over `n` views, 1 to DESCRY_LOOP_OPERANDS. `flags` is the order: with
// DESCRY_C_ORDER the last index runs fastest, with DESCRY_F_ORDER the first one, and with 0 (NumPy
// calls it K) what is quickest, close to the operands' own order in memory. A view that was opened
// with DESCRY_WRITE takes each of its elements once: it may be neither repeated by broadcasting nor
// have axes of stride 0. Returns 0, or -1 with ValueError (which names both shapes). Elements that
// are written must not be read as another operand's at another place: borrows see to that.
int descry_loop_begin(descry_loop* loop, int n, const descry_view* const* views, unsigned flags);

// Goes on to the next run. Returns 1 with the run in `count`, `data` and `strides`, or 0 at the
// end. Runs of one walk may differ in length. The caller may change those three as it likes.
int descry_loop_next(descry_loop* loop);

// Makes `out` the walk over one of `parts` parts of what is left of `loop`; they are as even as can
// be, and follow each other in the order of the walk. `out` may be `loop`. Returns 0, or -1 where
// `part` is not one of 0 to `parts` - 1: then `out` is a walk over nothing (and no exception is
// set: there may be no GIL).
int descry_loop_split(const descry_loop* loop, int part, int parts, descry_loop* out);

// Returns a fresh array of `type`, as descry_empty(), of the shape that `n` views have together,
// with axes in the order that they have in the views' memory, as NumPy's own results; or NULL with
// an exception set, as descry_empty() and descry_broadcast(). `n` is 0 to DESCRY_LOOP_OPERANDS.
PyObject* descry_empty_like(int n, const descry_view* const* views, const descry_type* type);

static inline void* descry_priv_loop_at(const descry_loop* loop, int operand, Py_ssize_t i) {
  assert(operand >= 0 && operand < loop->priv.operands);
  assert(i >= 0 && i < loop->count);
  return loop->data[operand] + i * loop->strides[operand];
}

// The `T *` of element `i` of operand `k` in this run. Without NDEBUG it asserts that there is one.
#define DESCRY_LOOP_AT(T, loop, k, i) (DESCRY_PRIV_TO(T*, descry_priv_loop_at((loop), (k), (i))))

#ifdef __cplusplus
}
#endif

#endif  // DESCRY_LOOP_H_
