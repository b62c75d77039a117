// SPDX-License-Identifier: BSD-3-Clause
// What an open view holds, and gives back. GIL held, NumPy loaded.
#ifndef DESCRY_SRC_VIEW_HOLD_H_
#define DESCRY_SRC_VIEW_HOLD_H_

#include <descry/view.h>

#include "src/array/owner.h"
#include "src/base/numpy.h"
#include "src/borrow/shared_table.h"
#include "src/view/copy_pairs.h"
#include "src/view/owndata_pin.h"

// What several views hold together.
typedef struct descryi_shared_hold {
  size_t views;  // atomic
  descryi_view_hold hold;
} descryi_shared_hold;

// A borrow that several views have together.
typedef struct descryi_common_borrow {
  size_t views;  // atomic
  descry_borrow borrow;
} descryi_common_borrow;

// Makes the borrow of `from` one that `to`, which has none, has as well. Returns 0, or -1 with
// MemoryError.
int descryi_hold_share_borrow(descryi_view_hold* from, descryi_view_hold* to);

// Gives back one view's part of a common borrow.
void descryi_common_borrow_leave(descryi_common_borrow* common);

// The slow parts of the next two functions: the memory of another object than the array, and the
// borrow.
int descryi_hold_memory(descryi_view_hold* hold, PyObject* array);
int descryi_hold_borrow(descryi_view_hold* hold, const descry_view* view, PyObject* array);

// Makes the hold of a row, which has only some of its members, one like any other.
static inline void descryi_hold_complete(descryi_view_hold* hold) {
  if (!hold->is_row) return;
  hold->is_row = false;
  hold->keeper = NULL;
  hold->buffers = NULL;
  hold->copy_pairs = NULL;
  hold->common = NULL;
  Py_INCREF(hold->owner);
}

// Takes what most views hold, of `array` that has no objects: memory that it owns, and a borrow of
// all of it. What is held is then the owndata pin and `borrow`; `owner` is the view's own array and
// the reference the view's. Returns false, with nothing taken, where it is more than that.
static inline bool descryi_hold_take_row(descryi_view_hold* hold, const descry_view* view,
                                         PyObject* array) {
  if (!descryi_owndata_pin_is_flag(array)) return false;
  if (view->flags & DESCRY_UNBORROWED) {
    hold->borrow.priv.table = NULL;
  } else if (!(view->flags & DESCRY_C_CONTIGUOUS) ||
             !descryi_borrow_take_run(&hold->borrow, view->data, (size_t)view->size,
                                      (size_t)view->itemsize, (view->flags & DESCRY_WRITE) != 0)) {
    return false;
  }
  descryi_array_set_owns(array, false);
  Py_INCREF(array);
  hold->owner = array;
  hold->owndata = view->data;
  hold->is_row = true;
  return true;
}

// Gives back what descryi_hold_take_row() took, but for the reference.
static inline void descryi_hold_give_back_row(descryi_view_hold* hold, PyObject* array) {
  descryi_borrow_give_back(&hold->borrow);
  descryi_owndata_pin_give_back(array, hold->owndata, NULL);
}

// Gives back what is held, the reference to the owner last. Does not fail.
static inline void descryi_hold_give_back(descryi_view_hold* hold) {
  PyObject* const owner = hold->owner;
  if (hold->copy_pairs) descryi_copy_pairs_write_back(hold->copy_pairs);
  descryi_borrow_give_back(&hold->borrow);
  if (hold->common) descryi_common_borrow_leave(hold->common);
  if (hold->owndata) descryi_owndata_pin_give_back(owner, hold->owndata, hold->keeper);
  if (hold->buffers) descryi_held_buffers_release(hold->buffers);
  Py_XDECREF(owner);
}

// Keeps the memory of `array` where it is and, unless `view->flags` say no, borrows the view's
// elements. All of it is held for itself: the array may be gone before. Returns 0, or -1 with an
// exception set and nothing held.
static inline int descryi_hold_take(descryi_view_hold* hold, const descry_view* view,
                                    PyObject* array) {
  // NumPy up to 2.2 lets other interpreters share its classes, so the array does not tell.
  if (!descryi_numpy_is_ready() && descryi_numpy_load() < 0) return -1;
  hold->is_row = false;
  hold->buffers = NULL;
  hold->copy_pairs = NULL;
  hold->common = NULL;
  hold->borrow.priv.table = NULL;
  if (descryi_array_flags(array) & DESCRYI_ARRAY_OWNDATA) {
    if (descryi_owndata_pin_take(array, &hold->keeper) < 0) return -1;
    Py_INCREF(array);
    hold->owner = array;
    hold->owndata = descryi_as_array(array)->data;
  } else if (descryi_hold_memory(hold, array) < 0) {
    return -1;
  }
  if ((view->flags & DESCRY_UNBORROWED) || descryi_hold_borrow(hold, view, array) == 0) return 0;
  descryi_hold_give_back(hold);
  return -1;
}

// Returns what `view` holds, as what several views hold together: `view` then has it in that way,
// too, and one more view is counted. NULL with MemoryError. Threads may do so at once.
descryi_shared_hold* descryi_hold_share(descry_view* view);

// Opens a view of the same elements, which has what `view` holds until both are released, in either
// order. Returns 0, or -1 with `out` zeroed and MemoryError. REQUIRES: `view` is open.
int descryi_view_share(const descry_view* view, descry_view* out);

// The same for the length of a call that may run Python code, or lets other threads run, which may
// release `view` and its type: both are kept until descryi_view_keep_end().
int descryi_view_keep(const descry_view* view, descry_view* kept);

// Zeroed ones, and those of descryi_view_keep() that failed, are fine.
void descryi_view_keep_end(descry_view* kept);

#endif  // DESCRY_SRC_VIEW_HOLD_H_
