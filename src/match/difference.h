// SPDX-License-Identifier: BSD-3-Clause
// The first difference between two dtypes, while it is looked for: a reason, and the path to it,
// put together from its end as the walk returns. All wording is in reasons.inc. GIL held.
#ifndef DESCRY_SRC_MATCH_DIFFERENCE_H_
#define DESCRY_SRC_MATCH_DIFFERENCE_H_

#include "src/base/python.h"

typedef enum descryi_reason {
#define DESCRYI_REASON(id, format) DESCRYI_REASON_##id,
#include "src/match/reasons.inc"
} descryi_reason;

// Owns its three references; a zeroed one says nothing.
typedef struct descryi_difference {
  PyObject* path;     // "pos.y", or NULL for the dtype itself
  Py_ssize_t offset;  // of what `path` names, in bytes from the start
  PyObject* reason;
} descryi_difference;

// Returns a new str: the words for `reason`; or NULL with an exception set.
PyObject* descryi_reason_text(descryi_reason reason, ...);

// Notes a reason. Returns 0, which is what the walk then answers, or -1 with an exception set.
// `why` may be NULL in this and the next two functions: nobody wants to know.
int descryi_differ(descryi_difference* why, descryi_reason reason, ...);

// Notes OTHER, or one more reason whose arguments are one or two dtypes; `got` may be NULL.
int descryi_differ_in_dtype(descryi_difference* why, descryi_reason reason, PyObject* expected,
                            PyObject* got);

// Notes that the difference is inside of the field `name` at `offset`. Returns as descryi_differ().
int descryi_differ_inside(descryi_difference* why, PyObject* name, Py_ssize_t offset);

// Returns a new str such as "field 'pos.y' at offset 16: expected float64, got float32", or NULL
// with an exception set.
PyObject* descryi_difference_line(const descryi_difference* why);

// Drops what `why` holds and zeroes it.
void descryi_difference_clear(descryi_difference* why);

// Returns a new str: `head` and `tail` as one path, "pos" and "y" being "pos.y", "m" and "[2].x"
// "m[2].x"; or NULL with an exception set. A NULL `tail` is empty. Steals a reference to `tail`.
PyObject* descryi_path_join(PyObject* head, PyObject* tail);

#endif  // DESCRY_SRC_MATCH_DIFFERENCE_H_
