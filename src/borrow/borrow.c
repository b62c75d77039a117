// SPDX-License-Identifier: BSD-3-Clause
#include <descry/borrow.h>
#include <stdlib.h>

#include "src/base/interpreter.h"
#include "src/borrow/messages.h"
#include "src/borrow/shared_table.h"

static const char* verb(bool exclusive) { return exclusive ? "writing" : "reading"; }

static const void* address(uint64_t number) { return (const void*)(uintptr_t)number; }

// Returns a new str that says where the borrow was taken, or NULL (no exception set) where that is
// not known.
static PyObject* place_of_open(const descryi_borrowed* open) {
  if (!open->file) return NULL;
  return PyUnicode_FromFormat("%s taken at %s:%d", open->count > 1 ? "the last one was" : "it was",
                              open->file, (int)open->line);
}

// Raises that `open` conflicts with the borrow. Returns -1.
static int refuse_borrow(const descryi_memory* memory, bool exclusive,
                         const descryi_borrowed* open) {
  descryi_region wanted;
  descryi_region_set(&wanted, memory);
  const void *start = address(wanted.lo), *stop = address(wanted.hi);
  PyObject* place = place_of_open(open);
  if (open->file && !place) return -1;
  if (open->count == 1) {
    descryi_raise_borrow_open(start, stop, verb(exclusive), verb(open->exclusive),
                              address(open->lo), address(open->hi), place);
  } else {
    descryi_raise_borrow_open_often(start, stop, verb(exclusive), open->count,
                                    verb(open->exclusive), address(open->lo), address(open->hi),
                                    place);
  }
  Py_XDECREF(place);
  return -1;
}

static int refuse_for_rust(const descryi_memory* memory, bool exclusive) {
  descryi_region wanted;
  descryi_region_set(&wanted, memory);
  return descryi_raise_borrow_open_in_rust(address(wanted.lo), address(wanted.hi), verb(exclusive));
}

// Borrows in Rust's table as well, or ends the borrow in ours.
static int take_in_rust_too(descry_borrow* out, const descryi_shared_table* shared, PyObject* array,
                            const descryi_memory* memory, bool exclusive) {
  PyObject* rust_array = NULL;
  const int taken =
      descryi_rust_borrow(descryi_shared_table_rust(shared), array, memory, exclusive, &rust_array);
  out->priv.rust_array = rust_array;
  if (taken == 1) return 0;
  shared->release(shared->table, &out->priv.in_table);
  *out = (descry_borrow){0};
  return taken < 0 ? -1 : refuse_for_rust(memory, exclusive);
}

// All that is not the common end: a refusal, no memory, or a table of Rust's besides.
__attribute__((cold, noinline)) static int finish(descry_borrow* out, int outcome, PyObject* array,
                                                  const descryi_memory* memory, bool exclusive,
                                                  const descryi_borrowed* against) {
  if (outcome == DESCRYI_BORROW_TAKEN) {
    return take_in_rust_too(out, out->priv.table, array, memory, exclusive);
  }
  *out = (descry_borrow){0};
  if (outcome == DESCRYI_BORROW_CONFLICT) return refuse_borrow(memory, exclusive, against);
  PyErr_NoMemory();
  return -1;
}

int descryi_borrow_take(descry_borrow* out, PyObject* array, const descryi_memory* memory,
                        bool exclusive, const char* file, int line) {
  const descryi_shared_table* shared = descryi_shared_table_get();
  out->priv.table = shared;
  out->priv.rust_array = NULL;
  out->priv.in_table.entry = NULL;
  if (!shared) return -1;
  descryi_borrowed against;
  const int outcome =
      shared->acquire(shared->table, memory, exclusive, file, line, &out->priv.in_table, &against);
  if (outcome == DESCRYI_BORROW_TAKEN && !descryi_shared_table_rust(shared)) return 0;
  return finish(out, outcome, array, memory, exclusive, &against);
}

// Raises that `object` is not an array. Returns -1.
static int refuse_not_array(PyObject* object) {
  PyObject* name = descryi_class_name(object);
  if (name) descryi_raise_borrow_not_array(name);
  Py_XDECREF(name);
  return -1;
}

static int borrow_array(descry_borrow* borrow, PyObject* array, bool exclusive, const char* file,
                        int line) {
  *borrow = (descry_borrow){0};
  if (descryi_numpy_ensure() < 0) return -1;
  if (!descryi_is_array(array)) return refuse_not_array(array);
  if (exclusive && !(descryi_array_flags(array) & DESCRYI_ARRAY_WRITEABLE)) {
    return descryi_raise_borrow_read_only();
  }
  const descryi_memory memory = descryi_memory_of_array(array);
  return descryi_borrow_take(borrow, array, &memory, exclusive, file, line);
}

int descry_borrow_shared_at(descry_borrow* borrow, PyObject* array, const char* file, int line) {
  return borrow_array(borrow, array, false, file, line);
}

int descry_borrow_exclusive_at(descry_borrow* borrow, PyObject* array, const char* file, int line) {
  return borrow_array(borrow, array, true, file, line);
}

int(descry_borrow_shared)(descry_borrow* borrow, PyObject* array) {
  return borrow_array(borrow, array, false, NULL, 0);
}

int(descry_borrow_exclusive)(descry_borrow* borrow, PyObject* array) {
  return borrow_array(borrow, array, true, NULL, 0);
}

int descry_borrow_downgrade(descry_borrow* borrow) {
  descryi_borrow_state* const state = &borrow->priv;
  const descryi_shared_table* shared = state->table;
  if (!shared || !state->in_table.exclusive) return 0;
  if (state->rust_array &&
      !descryi_rust_downgrade(descryi_shared_table_rust(shared), state->rust_array)) {
    shared->release(shared->table, &state->in_table);
    *borrow = (descry_borrow){0};
    return descryi_raise_borrow_lost();
  }
  shared->downgrade(shared->table, &state->in_table);
  return 0;
}

static void give_back(descryi_borrow_state* state) {
  const descryi_shared_table* shared = state->table;
  if (state->rust_array) {
    descryi_rust_release(descryi_shared_table_rust(shared), state->rust_array,
                         state->in_table.exclusive != 0);
  }
  shared->release(shared->table, &state->in_table);
}

// Without an interpreter, or after NumPy's, there is neither a table nor Rust's array any longer.
void descry_borrow_release(descry_borrow* borrow) {
  if (!borrow->priv.table) return;
  const int attached = descryi_numpy_has_ended() ? -1 : descryi_attach();
  if (attached >= 0) give_back(&borrow->priv);
  *borrow = (descry_borrow){0};
  if (attached >= 0) descryi_detach(attached);
}

// Returns a new str such as "f8", or NULL with an exception set.
static PyObject* type_of(const descryi_borrowed* open) {
  return PyUnicode_FromFormat("%c%u", open->kind ? (int)open->kind : 'V', (unsigned)open->itemsize);
}

// Returns a new str "file:line", a new reference to None, or NULL with an exception set.
static PyObject* source_line(const descryi_borrowed* open) {
  if (open->file) return PyUnicode_FromFormat("%s:%d", open->file, (int)open->line);
  Py_INCREF(Py_None);
  return Py_None;
}

// Returns a new dict, or NULL with an exception set.
static PyObject* describe_borrow(const descryi_borrowed* open) {
  PyObject* description = NULL;
  PyObject* type = type_of(open);
  PyObject* place = type ? source_line(open) : NULL;
  if (place) {
    description =
        Py_BuildValue("{s:s,s:O,s:K,s:K,s:I,s:O}", "kind", open->exclusive ? "write" : "read",
                      "type", type, "start", (unsigned long long)open->lo, "stop",
                      (unsigned long long)open->hi, "count", (unsigned)open->count, "where", place);
  }
  Py_XDECREF(type);
  Py_XDECREF(place);
  return description;
}

// Returns a new list, or NULL with an exception set.
static PyObject* describe_all(const descryi_borrowed* open, size_t count) {
  PyObject* list = PyList_New(0);
  for (size_t i = 0; list && i < count; ++i) {
    PyObject* description = describe_borrow(&open[i]);
    if (!description || PyList_Append(list, description) < 0) Py_CLEAR(list);
    Py_XDECREF(description);
  }
  return list;
}

// Copies the table's list out, for Python must not run while the table is locked. Returns it, to be
// freed, or NULL.
static descryi_borrowed* copy_list(const descryi_shared_table* shared, size_t* count) {
  descryi_borrowed* list = NULL;
  size_t capacity = 0;
  while (true) {
    *count = shared->list(shared->table, list, capacity);
    if (list && *count <= capacity) return list;
    free(list);
    capacity = *count + 16;
    list = malloc(capacity * sizeof(*list));
    if (!list) return NULL;
  }
}

PyObject* descry_borrows(void) {
  const descryi_shared_table* shared =
      descryi_numpy_ensure() < 0 ? NULL : descryi_shared_table_get();
  if (!shared) return NULL;
  size_t count = 0;
  descryi_borrowed* open = copy_list(shared, &count);
  if (!open) return PyErr_NoMemory();
  PyObject* list = describe_all(open, count);
  free(open);
  return list;
}
