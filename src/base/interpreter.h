// SPDX-License-Identifier: BSD-3-Clause
// The interpreter: whether it is the one that the module was built for, whether the calling thread
// may use it, and what must be forgotten when it ends. GIL held (or thread state attached) where a
// comment does not say otherwise.
#ifndef DESCRY_SRC_BASE_INTERPRETER_H_
#define DESCRY_SRC_BASE_INTERPRETER_H_

#include <descry/private/attach.h>

#include "src/base/python.h"

// Returns 0, or -1 with an ImportError that names the Python that the module was built for and this
// one. A module with the limited API is built for all of them.
int descryi_check_same_python(void);

// Attaches the calling thread where it is not attached: a function call, and that only there.
// Returns -1 where Python may not be called, else what descryi_detach() has to get. Any thread,
// attached or not; also after the interpreter's end.
static inline int descryi_attach(void) {
  return __builtin_expect(descryi_is_attached(), 1) ? 0 : descry_priv_attach();
}

static inline void descryi_detach(int attached) {
  if (__builtin_expect(attached != 0, 0)) descry_priv_detach(attached);
}

// Calls `drop` with `kept`, which holds references that were taken while NumPy was there, on a
// thread that is attached: the calling one, if need be for that long. Does nothing where NumPy's
// interpreter has ended: the references went with it.
void descryi_run_attached(void (*drop)(void* kept), void* kept);

// Calls `forget` once, late in the calling interpreter's life: when its dict is cleared, after all
// modules are gone and before its memory is. `forget` may not raise or run Python code; asking
// twice for the same is asking once. Returns 0, or -1 with an exception set.
int descryi_at_interpreter_end(void (*forget)(void));

// Returns a borrowed reference to the calling interpreter's dict, where the modules of a process
// meet, or NULL with an exception set.
PyObject* descryi_interpreter_dict(void);

// Counts a call that Python code which it runs may make again, and that has 10 to 20 KB of the
// stack meanwhile: CPython's own limit of recursion would let more of them nest than there is room
// for. Returns 0, and descryi_nested_call_end() has to follow; or -1 with RecursionError.
int descryi_nested_call_begin(void);

void descryi_nested_call_end(void);

#endif  // DESCRY_SRC_BASE_INTERPRETER_H_
