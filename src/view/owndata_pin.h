// SPDX-License-Identifier: BSD-3-Clause
// Keeps an array from giving its memory away while views of it are open. `array.resize(n,
// refcheck=False)`, `array.data = ...` and `array.__setstate__(...)` free or move what the array
// owns; so the first view takes the ownership from the array (its OWNDATA flag) and the last one
// gives it back. In between resize refuses, and the other two leave the old memory alone: the last
// view frees it.
//
// One view at a time, the usual case, is that one flag. Further views of the same memory are
// counted in a table that all modules of the process share. GIL held (or thread state attached);
// NumPy loaded.
#ifndef DESCRY_SRC_VIEW_OWNDATA_PIN_H_
#define DESCRY_SRC_VIEW_OWNDATA_PIN_H_

#include "src/base/numpy.h"
#include "src/base/python.h"
#include "src/base/shared.h"

// What the modules share, and how they use it: by the functions of the copy of descry that made it.
// Members are only ever appended.
typedef struct descryi_owndata_pins {
  descryi_shared_head head;
  size_t count;  // memories with more than one pin
  int (*take)(struct descryi_owndata_pins* pins, PyObject* array);
  // Returns whether nobody owns `data` from now on.
  int (*give_back)(struct descryi_owndata_pins* pins, PyObject* array, void* data);
} descryi_owndata_pins;

extern descryi_shared descryi_owndata_pins_shared;

// Returns a new array over the memory of `array` that owns nothing, but knows the elements and the
// allocator, or NULL with an exception set: what frees memory that an array of objects, or with an
// allocator other than NumPy's own, may leave behind.
PyObject* descryi_owndata_pin_keeper(PyObject* array);

// The slow part of descryi_owndata_pin_give_back().
void descryi_owndata_pin_give_back_shared(PyObject* array, void* data, PyObject* keeper);

// Whether it takes such an array: what has neither objects nor its own allocator can be freed
// without knowing more of it.
static inline bool descryi_owndata_pin_needs_keeper(PyObject* array) {
  const descryi_array* parts = descryi_as_array(array);
  return parts->mem_handler != descryi_np.default_handler ||
         (descryi_descr_flags(parts->descr) & DESCRYI_DESCR_HASOBJECT) != 0;
}

// Whether all that it takes to pin the memory of `array`, which has no objects, is its flag.
static inline bool descryi_owndata_pin_is_flag(PyObject* array) {
  return !DESCRYI_FREE_THREADED && (descryi_array_flags(array) & DESCRYI_ARRAY_OWNDATA) &&
         descryi_as_array(array)->mem_handler == descryi_np.default_handler &&
         descryi_shared_found(&descryi_owndata_pins_shared);
}

// Takes a pin of the memory that `array` has now. Returns 0 with a new reference, or NULL where it
// takes none, in `*keeper`; or -1 with an exception set.
static inline int descryi_owndata_pin_take(PyObject* array, PyObject** keeper) {
  descryi_owndata_pins* pins = descryi_shared_get(&descryi_owndata_pins_shared);
  *keeper = NULL;
  if (!pins) return -1;
  if (descryi_owndata_pin_needs_keeper(array)) {
    *keeper = descryi_owndata_pin_keeper(array);
    if (!*keeper) return -1;
  }
  if (!DESCRYI_FREE_THREADED && descryi_array_flags(array) & DESCRYI_ARRAY_OWNDATA) {
    descryi_array_set_owns(array, false);
    return 0;
  }
  if (pins->take(pins, array) == 0) return 0;
  Py_CLEAR(*keeper);
  return -1;
}

// Gives back a pin of `data`, which was the array's memory. Steals a reference to `keeper`. Does
// not fail; a pending exception stays as it is. REQUIRES: it was taken.
static inline void descryi_owndata_pin_give_back(PyObject* array, void* data, PyObject* keeper) {
  const descryi_owndata_pins* pins = descryi_shared_found(&descryi_owndata_pins_shared);
  if (DESCRYI_FREE_THREADED || pins->count || keeper || descryi_as_array(array)->data != data) {
    descryi_owndata_pin_give_back_shared(array, data, keeper);
  } else {
    descryi_array_set_owns(array, true);
  }
}

#endif  // DESCRY_SRC_VIEW_OWNDATA_PIN_H_
