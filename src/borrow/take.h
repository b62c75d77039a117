// SPDX-License-Identifier: BSD-3-Clause
// Borrowing for the stages that come later. GIL held (or thread state attached).
#ifndef DESCRY_SRC_BORROW_TAKE_H_
#define DESCRY_SRC_BORROW_TAKE_H_

#include <descry/borrow.h>

#include "src/borrow/memory.h"

// Borrows what `memory` covers: `array`'s elements or a part of them. Returns 0, or -1 with `out`
// zeroed and an exception set: BufferError where it is borrowed already. `file` (kept, not copied)
// and `line` are where, NULL if that is not known. Does not look at whether the array is writeable.
// REQUIRES: descryi_numpy_ensure() returned 0; `out` holds nothing.
int descryi_borrow_take(descry_borrow* out, PyObject* array, const descryi_memory* memory,
                        bool exclusive, const char* file, int line);

#endif  // DESCRY_SRC_BORROW_TAKE_H_
