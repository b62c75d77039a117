// SPDX-License-Identifier: BSD-3-Clause
// What must be forgotten when the interpreter ends. GIL held (or thread state attached).
#ifndef DESCRY_SRC_BASE_LIFETIME_H_
#define DESCRY_SRC_BASE_LIFETIME_H_

#include "src/base/python.h"

// Calls `forget` once, late in the calling interpreter's life: when its dict is cleared, after all
// modules are gone and before its memory is. `forget` may not raise or run Python code; asking
// twice for the same is asking once. Returns 0, or -1 with an exception set.
int descryi_at_interpreter_end(void (*forget)(void));

// Returns a borrowed reference to the calling interpreter's dict, where the modules of a process
// meet, or NULL with an exception set.
PyObject* descryi_interpreter_dict(void);

#endif  // DESCRY_SRC_BASE_LIFETIME_H_
