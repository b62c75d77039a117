// SPDX-License-Identifier: BSD-3-Clause
// Keeps an array from giving its memory away while views of it are open. `array.resize(n,
// refcheck=False)`, `array.data = ...` and `array.__setstate__(...)` free or move what the array
// owns; so the first view takes the ownership from the array (its OWNDATA flag) and the last one
// gives it back. In between resize refuses, and the other two leave the old memory alone.
//
// One view at a time, the usual case, is that one flag. Further views of the same memory are
// counted in a table that all modules of the process share. GIL held (or thread state attached);
// NumPy loaded.
#ifndef DESCRY_SRC_VIEW_PIN_H_
#define DESCRY_SRC_VIEW_PIN_H_

#include "src/base/atomic.h"
#include "src/base/numpy.h"
#include "src/base/python.h"

// What the modules share, and how they use it: by the functions of the copy of descry that made it.
// Members are only ever appended.
typedef struct descryi_pins {
  uint32_t version;
  uint32_t size;  // bytes of this struct
  size_t count;   // memories with more than one pin
  int (*take)(struct descryi_pins* pins, PyObject* array);
  void (*give_back)(struct descryi_pins* pins, PyObject* array, void* data);
} descryi_pins;

#define DESCRYI_PINS_VERSION 1u

// This copy's pointer to what is shared; NULL before the first use.
extern void* descryi_pins_found;

// The slow path of descryi_pins_get().
descryi_pins* descryi_pins_find(void);

// Returns what is shared, or NULL with an exception set.
static inline descryi_pins* descryi_pins_get(void) {
  void* found = descryi_load_acquire(&descryi_pins_found);
  return found ? (descryi_pins*)found : descryi_pins_find();
}

// Takes a pin of the memory that `array` has now. Returns 0, or -1 with an exception set.
static inline int descryi_pin_take(PyObject* array) {
  descryi_pins* pins = descryi_pins_get();
  if (!pins) return -1;
  if (DESCRYI_FREE_THREADED || !(descryi_array_flags(array) & DESCRYI_ARRAY_OWNDATA)) {
    return pins->take(pins, array);
  }
  descryi_array_set_owns(array, false);
  return 0;
}

// Gives back a pin of `data`, which was the array's memory. Does not fail. REQUIRES: it was taken.
static inline void descryi_pin_give_back(PyObject* array, void* data) {
  descryi_pins* pins = (descryi_pins*)descryi_load_acquire(&descryi_pins_found);
  if (DESCRYI_FREE_THREADED || pins->count || descryi_as_array(array)->data != data) {
    pins->give_back(pins, array, data);
  } else {
    descryi_array_set_owns(array, true);
  }
}

#endif  // DESCRY_SRC_VIEW_PIN_H_
