// SPDX-License-Identifier: BSD-3-Clause
#include "src/dtype/snapshot.h"

#include <string.h>

#include "src/base/fields.h"

_Static_assert(DESCRYI_SCALARS_1 == 2 * sizeof(uint64_t) &&
                   DESCRYI_SCALARS_2 == 4 * sizeof(uint64_t),
               "the scalars are whole words");

void descryi_snapshot_init(descryi_snapshot* snapshot) {
  snapshot->count = 0;
  snapshot->room = DESCRYI_SNAPSHOT_INLINE;
  snapshot->dtypes = snapshot->few;
  descryi_visited_init(&snapshot->visited);
}

void descryi_snapshot_clear(descryi_snapshot* snapshot) {
  if (snapshot->dtypes != snapshot->few) PyMem_Free(snapshot->dtypes);
  descryi_visited_clear(&snapshot->visited);
}

// Returns the unit of a datetime64 or timedelta64, or NULL for what is neither.
static const descryi_datetime_metadata* time_of(PyObject* descr) {
  const int type_num = descryi_descr_type_num(descr);
  const bool is_time = type_num == DESCRYI_NPY_DATETIME || type_num == DESCRYI_NPY_TIMEDELTA;
  return is_time ? descryi_descr_datetime(descr) : NULL;
}

// REQUIRES: the dtype can change, so that it has all of these members.
static descryi_seen_dtype see(PyObject* descr) {
  const descryi_subarray* subarray = descryi_descr_subarray(descr);
  const descryi_datetime_metadata* time = time_of(descr);
  descryi_seen_dtype seen = {
      .descr = descr,
      .subarray = subarray,
      .fields = descryi_descr_fields(descr),
      .names = *descryi_descr_names_place(descr),
      .base = subarray ? subarray->base : NULL,
      .shape = subarray ? subarray->shape : NULL,
      .unit = time ? time->unit : 0,
      .count = time ? time->count : 0,
  };
  memcpy(seen.scalars, descryi_descr_scalars(descr),
         descryi_np.major == 1 ? DESCRYI_SCALARS_1 : DESCRYI_SCALARS_2);
  return seen;
}

static bool has_parts(const descryi_seen_dtype* seen) {
  const int type_num = descryi_descr_type_num(seen->descr);
  return seen->subarray || type_num == DESCRYI_NPY_DATETIME || type_num == DESCRYI_NPY_TIMEDELTA;
}

bool descryi_seen_dtypes_have_parts(const descryi_seen_dtype* dtypes, Py_ssize_t count) {
  Py_ssize_t i = 0;
  while (i < count && !has_parts(&dtypes[i])) ++i;
  return i < count;
}

static bool parts_hold(const descryi_seen_dtype* seen) {
  const descryi_subarray* subarray = descryi_descr_subarray(seen->descr);
  if ((subarray ? subarray->base : NULL) != seen->base) return false;
  if (subarray && subarray->shape != seen->shape) return false;
  const descryi_datetime_metadata* time = time_of(seen->descr);
  return (time ? time->unit : 0) == seen->unit && (time ? time->count : 0) == seen->count;
}

bool descryi_seen_parts_hold(const descryi_seen_dtype* dtypes, Py_ssize_t count) {
  Py_ssize_t i = 0;
  while (i < count && parts_hold(&dtypes[i])) ++i;
  return i == count;
}

// Doubles the room.
static int grow(descryi_snapshot* snapshot) {
  const size_t size = (size_t)snapshot->room * sizeof *snapshot->dtypes;
  descryi_seen_dtype* grown = PyMem_Malloc(2 * size);
  if (!grown) {
    PyErr_NoMemory();
    return -1;
  }
  memcpy(grown, snapshot->dtypes, size);
  if (snapshot->dtypes != snapshot->few) PyMem_Free(snapshot->dtypes);
  snapshot->dtypes = grown;
  snapshot->room *= 2;
  return 0;
}

int descryi_snapshot_add(descryi_snapshot* snapshot, PyObject* descr) {
  if (!descryi_descr_can_change(descr)) return 0;
  const int is_new = descryi_visited_add(&snapshot->visited, descr, NULL, NULL);
  if (is_new != 1) return is_new;
  if (snapshot->count == snapshot->room && grow(snapshot) < 0) return -1;
  snapshot->dtypes[snapshot->count++] = see(descr);
  return 1;
}

static int add_fields(descryi_snapshot* snapshot, PyObject* record) {
  descryi_fields fields = descryi_fields_of(record);
  descryi_field field;
  int more;
  while ((more = descryi_fields_next(&fields, &field)) == 1) {
    if (descryi_snapshot_add_all(snapshot, field.descr) < 0) return -1;
  }
  return more;
}

int descryi_snapshot_add_all(descryi_snapshot* snapshot, PyObject* descr) {
  const int is_new = descryi_snapshot_add(snapshot, descr);
  if (is_new != 1) return is_new;
  const descryi_subarray* subarray = descryi_descr_subarray(descr);
  const bool has_names = descryi_descr_names(descr) != NULL;
  if (!subarray && !has_names) return 0;
  if (Py_EnterRecursiveCall(" in a nested dtype")) return -1;
  int result = subarray ? descryi_snapshot_add_all(snapshot, subarray->base) : 0;
  if (result == 0 && has_names) result = add_fields(snapshot, descr);
  Py_LeaveRecursiveCall();
  return result;
}

void descryi_seen_dtypes_keep(descryi_seen_dtype* to, const descryi_snapshot* snapshot) {
  for (Py_ssize_t i = 0; i < snapshot->count; ++i) {
    to[i] = snapshot->dtypes[i];
    Py_INCREF(to[i].descr);
    Py_XINCREF(to[i].names);
    Py_XINCREF(to[i].fields);
    Py_XINCREF(to[i].base);
    Py_XINCREF(to[i].shape);
  }
}

void descryi_seen_dtypes_drop(descryi_seen_dtype* dtypes, Py_ssize_t count) {
  for (Py_ssize_t i = count; i-- > 0;) {
    Py_XDECREF(dtypes[i].shape);
    Py_XDECREF(dtypes[i].base);
    Py_XDECREF(dtypes[i].fields);
    Py_XDECREF(dtypes[i].names);
    Py_DECREF(dtypes[i].descr);
  }
}
