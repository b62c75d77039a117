// SPDX-License-Identifier: BSD-3-Clause
#include "src/base/attach.h"

#include "src/base/numpy.h"

// What descry_priv_attach() returns beside -1: nothing was done, or by how much
// PyGILState_Ensure()'s answer has to be shifted to be told from that.
enum { ALREADY_ATTACHED = 0, GIL_STATE = 1 };

int descry_priv_attach(void) {
  if (descryi_is_attached()) return ALREADY_ATTACHED;
  // PyGILState_Ensure() crashes where there is no interpreter, and ends or never leaves a thread
  // that comes while there is one that is just ending.
  if (!Py_IsInitialized() || descryi_interpreter_is_ending()) return -1;
  return GIL_STATE + (int)PyGILState_Ensure();
}

void descry_priv_detach(int attached) {
  if (attached >= GIL_STATE) PyGILState_Release((PyGILState_STATE)(attached - GIL_STATE));
}

void descryi_run_attached(void (*drop)(void* kept), void* kept) {
  if (descryi_load_unsigned(&descryi_np.state) != DESCRYI_NUMPY_READY) return;
  const int attached = descry_priv_attach();
  if (attached < 0) return;
  drop(kept);
  descry_priv_detach(attached);
}

void descry_priv_drop(PyObject* object) {
  if (!object) return;
  const int attached = descry_priv_attach();
  if (attached < 0) return;
  descryi_drop(object);
  descry_priv_detach(attached);
}
