// SPDX-License-Identifier: BSD-3-Clause
// What a dtype is called in a message that has no room for all of it. GIL held.
#ifndef DESCRY_SRC_MATCH_DESCRIBE_H_
#define DESCRY_SRC_MATCH_DESCRIBE_H_

#include "src/base/python.h"

// Returns a new str, such as "float32", "a record of 3 fields" or "float32 of shape (3,)"; or NULL
// with an exception set.
PyObject* descryi_describe(PyObject* descr);

// Returns a new str, "title 'Weight'" or, where `title` is NULL, "no title"; or NULL with an
// exception set.
PyObject* descryi_describe_title(PyObject* title);

// Returns a new str of at most `length` characters: `text` with its middle replaced by "…" where it
// is longer, at a comma if there is one about; or NULL with an exception set.
PyObject* descryi_shorten(PyObject* text, Py_ssize_t length);

// Returns a new str: repr(object), shortened; or NULL with an exception set.
PyObject* descryi_short_repr(PyObject* object, Py_ssize_t length);

#endif  // DESCRY_SRC_MATCH_DESCRIBE_H_
