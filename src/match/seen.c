// SPDX-License-Identifier: BSD-3-Clause
#include "src/match/seen.h"

#include <string.h>

#include "src/base/numpy.h"
#include "src/dtype/fields.h"

void descryi_seen_init(descryi_seen* seen) {
  seen->count = 0;
  seen->room = DESCRYI_SEEN_INLINE;
  seen->records = seen->few;
}

void descryi_seen_clear(descryi_seen* seen) {
  if (seen->records != seen->few) PyMem_Free(seen->records);
  descryi_seen_init(seen);
}

// Doubles the room.
static int grow(descryi_seen* seen) {
  const size_t size = (size_t)seen->room * sizeof *seen->records;
  descryi_seen_record* grown = PyMem_Malloc(2 * size);
  if (!grown) {
    PyErr_NoMemory();
    return -1;
  }
  memcpy(grown, seen->records, size);
  if (seen->records != seen->few) PyMem_Free(seen->records);
  seen->records = grown;
  seen->room *= 2;
  return 0;
}

int descryi_seen_add(descryi_seen* seen, PyObject* record) {
  if (!seen) return 0;
  for (Py_ssize_t i = 0; i < seen->count; ++i) {
    if (seen->records[i].descr == record) return 0;
  }
  if (seen->count == seen->room && grow(seen) < 0) return -1;
  seen->records[seen->count++] = (descryi_seen_record){record, descryi_descr_names(record)};
  return 0;
}

static int add_fields(descryi_seen* seen, PyObject* record) {
  descryi_fields fields = descryi_fields_of(record);
  descryi_field field;
  int more;
  while ((more = descryi_fields_next(&fields, &field)) == 1) {
    if (descryi_seen_add_all(seen, field.descr) < 0) return -1;
  }
  return more;
}

int descryi_seen_add_all(descryi_seen* seen, PyObject* descr) {
  const descryi_subarray* subarray = descryi_descr_subarray(descr);
  if (subarray) descr = subarray->base;
  if (!descryi_descr_is_record(descr)) return 0;
  if (descryi_seen_add(seen, descr) < 0 || Py_EnterRecursiveCall(" in a nested dtype")) return -1;
  const int result = add_fields(seen, descr);
  Py_LeaveRecursiveCall();
  return result;
}
