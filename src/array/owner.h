// SPDX-License-Identifier: BSD-3-Clause
// What keeps wrapped memory alive, and what its owner says about it. GIL held, NumPy loaded.
#ifndef DESCRY_SRC_ARRAY_OWNER_H_
#define DESCRY_SRC_ARRAY_OWNER_H_

#include "src/array/elements.h"

// Returns a new reference to the base of an array over `elements`, or NULL with an exception set.
// Mostly that is `owner` itself. Where `owner` offers a buffer that holds the data, the elements
// must lie inside it, `flags` may not ask for more than it allows (ValueError), and the base is a
// memoryview, so that the buffer cannot be resized or closed under the array. An owner that would
// let Python make a read-only array writeable is kept by a capsule. NULL stands for memory that
// lives for good.
PyObject* descryi_owner_base(PyObject* owner, const descryi_elements* elements,
                             const descry_type* type, unsigned flags);

#endif  // DESCRY_SRC_ARRAY_OWNER_H_
