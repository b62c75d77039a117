// SPDX-License-Identifier: BSD-3-Clause
#include "src/dtype/guard.h"

#include <string.h>

#include "src/dtype/fields.h"

// Returns what is to be watched of `descr`, with references of its own.
static descryi_guarded remember(PyObject* descr) {
  descryi_guarded made = {descr, NULL, descryi_descr_names_place(descr)};
  if (made.place) made.names = *made.place;
  Py_INCREF(descr);
  Py_XINCREF(made.names);
  return made;
}

static bool is_watched(const descryi_guard* guard, PyObject* descr) {
  if (guard->top.descr == descr) return true;
  for (Py_ssize_t i = 0; i < guard->nested_count; ++i) {
    if (guard->nested[i].descr == descr) return true;
  }
  return false;
}

// Adds a nested record. The array doubles whenever its length is a power of two.
static int watch(descryi_guard* guard, PyObject* descr) {
  const Py_ssize_t count = guard->nested_count;
  if ((count & (count - 1)) == 0) {
    const size_t room = count ? 2 * (size_t)count : 1;
    void* grown = PyMem_Realloc(guard->nested, room * sizeof *guard->nested);
    if (!grown) {
      PyErr_NoMemory();
      return -1;
    }
    guard->nested = grown;
  }
  guard->nested[count] = remember(descr);
  guard->nested_count = count + 1;
  return 0;
}

// Watches the records below `descr`, each once.
static int watch_below(descryi_guard* guard, PyObject* descr) {
  const descryi_subarray* subarray = descryi_descr_subarray(descr);
  if (subarray) descr = subarray->base;
  if (!descryi_descr_names(descr)) return 0;
  if (!is_watched(guard, descr) && watch(guard, descr) < 0) return -1;

  descryi_fields fields = descryi_fields_of(descr);
  descryi_field field;
  int more;
  while ((more = descryi_fields_next(&fields, &field)) == 1) {
    if (watch_below(guard, field.descr) < 0) return -1;
  }
  return more;
}

int descryi_guard_init(descryi_guard* guard, PyObject* descr) {
  memset(guard, 0, sizeof *guard);
  guard->top = remember(descr);
  if (watch_below(guard, descr) == 0) return 0;
  descryi_guard_clear(guard);
  return -1;
}

void descryi_guard_clear(descryi_guard* guard) {
  for (Py_ssize_t i = 0; i < guard->nested_count; ++i) {
    Py_DECREF(guard->nested[i].descr);
    Py_XDECREF(guard->nested[i].names);
  }
  PyMem_Free(guard->nested);
  Py_XDECREF(guard->top.descr);
  Py_XDECREF(guard->top.names);
  memset(guard, 0, sizeof *guard);
}

bool descryi_guard_nested_holds(const descryi_guard* guard) {
  for (Py_ssize_t i = 0; i < guard->nested_count; ++i) {
    if (*guard->nested[i].place != guard->nested[i].names) return false;
  }
  return true;
}
