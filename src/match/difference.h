// SPDX-License-Identifier: BSD-3-Clause
// The first difference between two dtypes, while it is looked for: a reason, and the path to it,
// put together from its end as the walk returns; and what dtypes are called there. All wording is
// in messages.h. GIL held.
#ifndef DESCRY_SRC_MATCH_DIFFERENCE_H_
#define DESCRY_SRC_MATCH_DIFFERENCE_H_

#include "src/base/fields.h"
#include "src/base/python.h"

// Owns its three references; a zeroed one says nothing.
typedef struct descryi_difference {
  PyObject* path;     // "pos.y", or NULL for the dtype itself
  Py_ssize_t offset;  // of what `path` names, in bytes from the start
  PyObject* reason;
} descryi_difference;

// Notes a reason. Returns 0, which is what the walk then answers, or -1 with an exception set.
// Steals a reference to `reason`; NULL passes as the failure that it is.
int descryi_differ(descryi_difference* why, PyObject* reason);

// Notes a reason that names one dtype, or two. Returns as descryi_differ(). `why` may be NULL if
// the reason is not needed.
int descryi_differ_in_dtype(descryi_difference* why, PyObject* (*reason)(PyObject* name),
                            PyObject* descr);
int descryi_differ_in_dtypes(descryi_difference* why,
                             PyObject* (*reason)(PyObject* expected, PyObject* actual),
                             PyObject* expected, PyObject* actual);

// Notes that the difference is inside of `field`. Returns as descryi_differ(). `why` may be NULL if
// the path is not needed.
int descryi_differ_inside(descryi_difference* why, const descryi_field* field);

// Returns a new str such as "field 'pos.y' at offset 16: expected float64, got float32", or NULL
// with an exception set.
PyObject* descryi_difference_line(const descryi_difference* why);

// Drops what `why` holds and zeroes it.
void descryi_difference_clear(descryi_difference* why);

// Returns a new str: `head` and `tail` as one path, "pos" and "y" being "pos.y", "m" and "[2].x"
// "m[2].x"; or NULL with an exception set. A NULL `tail` is empty. Steals a reference to `tail`.
PyObject* descryi_path_join(PyObject* head, PyObject* tail);

// Returns a new str, "title 'Weight'" or, where `title` is NULL, "no title"; or NULL with an
// exception set.
PyObject* descryi_describe_title(PyObject* title);

// Returns a new str of at most `length` characters: `text` with its middle replaced by "…" where it
// is longer, at a comma if there is one about; or NULL with an exception set.
PyObject* descryi_shorten(PyObject* text, Py_ssize_t length);

// Returns a new str: repr(object), shortened; or NULL with an exception set.
PyObject* descryi_short_repr(PyObject* object, Py_ssize_t length);

#endif  // DESCRY_SRC_MATCH_DIFFERENCE_H_
