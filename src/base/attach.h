// SPDX-License-Identifier: BSD-3-Clause
// Whether the calling thread may use Python, and what makes it so. Any thread, attached or not;
// also after the interpreter's end.
#ifndef DESCRY_SRC_BASE_ATTACH_H_
#define DESCRY_SRC_BASE_ATTACH_H_

#include <descry/private/attach.h>

#include "src/base/python.h"

// Attaches the calling thread where it is not attached: a function call, and that only there.
// Returns -1 where Python may not be called, else what descryi_detach() has to get.
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

#endif  // DESCRY_SRC_BASE_ATTACH_H_
