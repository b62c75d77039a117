// SPDX-License-Identifier: BSD-3-Clause
#include <descry/borrow.h>
#include <stdlib.h>

#include "src/base/numpy.h"
#include "src/borrow/home.h"

// Returns a new str such as "f8", or NULL with an exception set.
static PyObject* type_of(const descryi_borrowed* held) {
  return PyUnicode_FromFormat("%c%u", held->kind ? (int)held->kind : 'V', (unsigned)held->itemsize);
}

// Returns a new str "file:line", a new reference to None, or NULL with an exception set.
static PyObject* place_of(const descryi_borrowed* held) {
  if (held->file) return PyUnicode_FromFormat("%s:%d", held->file, (int)held->line);
  Py_INCREF(Py_None);
  return Py_None;
}

// Returns a new dict, or NULL with an exception set.
static PyObject* describe(const descryi_borrowed* held) {
  PyObject* description = NULL;
  PyObject* type = type_of(held);
  PyObject* place = type ? place_of(held) : NULL;
  if (place) {
    description =
        Py_BuildValue("{s:s,s:O,s:K,s:K,s:I,s:O}", "kind", held->exclusive ? "write" : "read",
                      "type", type, "start", (unsigned long long)held->lo, "stop",
                      (unsigned long long)held->hi, "count", (unsigned)held->count, "where", place);
  }
  Py_XDECREF(type);
  Py_XDECREF(place);
  return description;
}

// Returns a new list, or NULL with an exception set.
static PyObject* describe_all(const descryi_borrowed* held, size_t count) {
  PyObject* list = PyList_New(0);
  for (size_t i = 0; list && i < count; ++i) {
    PyObject* description = describe(&held[i]);
    if (!description || PyList_Append(list, description) < 0) Py_CLEAR(list);
    Py_XDECREF(description);
  }
  return list;
}

// Copies the table's list out, for Python must not run while it is held still. Returns it, to be
// freed, or NULL.
static descryi_borrowed* copy_list(const descryi_borrow_home* home, size_t* count) {
  descryi_borrowed* list = NULL;
  size_t capacity = 0;
  while (true) {
    *count = home->list(home->table, list, capacity);
    if (list && *count <= capacity) return list;
    free(list);
    capacity = *count + 16;
    list = malloc(capacity * sizeof(*list));
    if (!list) return NULL;
  }
}

PyObject* descry_borrows(void) {
  const descryi_borrow_home* home = descryi_numpy_ensure() < 0 ? NULL : descryi_borrow_home_get();
  if (!home) return NULL;
  size_t count = 0;
  descryi_borrowed* held = copy_list(home, &count);
  if (!held) return PyErr_NoMemory();
  PyObject* list = describe_all(held, count);
  free(held);
  return list;
}
