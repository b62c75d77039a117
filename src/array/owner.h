// SPDX-License-Identifier: BSD-3-Clause
// Who owns memory, what keeps it where it is, and what its owner says about it. GIL held, NumPy
// loaded.
#ifndef DESCRY_SRC_ARRAY_OWNER_H_
#define DESCRY_SRC_ARRAY_OWNER_H_

#include "src/array/elements.h"

// Buffers that are held: as long as one is, its exporter may not move or free the memory. Python
// has no object that stands for one, so it cannot release it either.
typedef struct descryi_held_buffer {
  struct descryi_held_buffer* next;
  PyObject* exporter;  // the buffer's own reference may be to something that stands for it
  Py_buffer buffer;
} descryi_held_buffer;

// Returns the buffer of `exporter`, held before those of `next`; or NULL with an exception set:
// whatever the exporter raised. `flags` are those of PyObject_GetBuffer().
descryi_held_buffer* descryi_held_buffer_new(PyObject* exporter, int flags,
                                             descryi_held_buffer* next);

// Gives back all of them; NULL is fine. Does not fail.
void descryi_held_buffers_release(descryi_held_buffer* first);

// Returns a new reference to the base of an array over `elements` of the dtype `descr`, or NULL
// with an exception set. Where `owner` offers a buffer that holds the data, the elements must lie
// inside it, may not hold objects, which Python could overwrite, and `flags` may not ask for more
// than it allows (ValueError); the base is a capsule that holds that buffer. An owner that would
// let Python make a read-only array writeable, now or once its class is changed, is kept by a
// capsule too. Else the base is `owner` itself. NULL stands for memory that lives for good.
PyObject* descryi_owner_base(PyObject* owner, const descryi_elements* elements,
                             const descry_type* type, PyObject* descr, unsigned flags);

// Checks that `elements` lie inside the buffer of `owner`, as descryi_owner_base() does. Returns 0,
// or -1 with ValueError.
int descryi_owner_check(const descryi_held_buffer* held, const descryi_elements* elements,
                        const descry_type* type, PyObject* descr, PyObject* owner, unsigned flags);

// Returns a new capsule that keeps a buffer and its exporter, or NULL with an exception set. Steals
// `held`, also on failure.
PyObject* descryi_owner_of_buffer(descryi_held_buffer* held);

// Returns the object (borrowed) whose memory `object`, an array, a np.void or such a capsule,
// shows, or NULL where that is its own, or all that is known of it, or with an exception set.
PyObject* descryi_owner_behind(PyObject* object);

// Returns whether `object`, of which arrays show the memory, has a buffer that can be held and has
// to be: not bytes, arrays or NumPy's scalars.
bool descryi_owner_exports(PyObject* object);

#endif  // DESCRY_SRC_ARRAY_OWNER_H_
