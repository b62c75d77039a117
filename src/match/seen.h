// SPDX-License-Identifier: BSD-3-Clause
// The records that a walk through a dtype came across, with the names that they had: what its
// verdict rests on. GIL held.
#ifndef DESCRY_SRC_MATCH_SEEN_H_
#define DESCRY_SRC_MATCH_SEEN_H_

#include "src/base/python.h"

enum { DESCRYI_SEEN_INLINE = 8 };

typedef struct descryi_seen_record {
  PyObject* descr;
  PyObject* names;
} descryi_seen_record;

// All references are borrowed from the dtype that was walked through. May not be copied or moved.
typedef struct descryi_seen {
  Py_ssize_t count;
  Py_ssize_t room;
  descryi_seen_record* records;
  descryi_seen_record few[DESCRYI_SEEN_INLINE];
} descryi_seen;

// Makes `seen` empty; to be cleared again.
void descryi_seen_init(descryi_seen* seen);

// Frees what `seen` needed beyond itself.
void descryi_seen_clear(descryi_seen* seen);

// Adds `record`, once. Returns 0, or -1 with an exception set. `seen` may be NULL: nobody wants to
// know.
int descryi_seen_add(descryi_seen* seen, PyObject* record);

// Adds every record that `descr` is or has below it. Returns as descryi_seen_add().
int descryi_seen_add_all(descryi_seen* seen, PyObject* descr);

#endif  // DESCRY_SRC_MATCH_SEEN_H_
