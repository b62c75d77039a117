// SPDX-License-Identifier: BSD-3-Clause
// How a thread without a thread state, or an interpreter that has ended, is met by whatever gives
// references back. Nothing here for users.
#ifndef DESCRY_PRIVATE_ATTACH_H_
#define DESCRY_PRIVATE_ATTACH_H_

#include <Python.h>

#ifdef __cplusplus
extern "C" {
#endif

// Attaches the calling thread, if it is not attached. Returns -1 where there is no interpreter (any
// more), so that Python may not be called; else what descry_priv_detach() has to get. Any thread.
int descry_priv_attach(void);

// Undoes it. `attached` is what descry_priv_attach() returned.
void descry_priv_detach(int attached);

// Drops a reference from any thread. Does nothing for NULL, and nothing where there is no
// interpreter (any more). A pending exception stays as it is.
void descry_priv_drop(PyObject* object);

#ifdef __cplusplus
}
#endif

#endif  // DESCRY_PRIVATE_ATTACH_H_
