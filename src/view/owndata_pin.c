// SPDX-License-Identifier: BSD-3-Clause
#include "src/view/owndata_pin.h"

#include <stdlib.h>

#include "src/base/threads.h"

enum { PIN_BUCKETS = 1024 };

// Pins of one memory beyond the first.
typedef struct extra {
  struct extra* next;
  PyObject* array;  // borrowed: who has a pin has a reference
  void* data;
  size_t count;
} extra;

// The shared part comes first.
typedef struct pin_table {
  descryi_owndata_pins shared;
  descryi_lock lock;
  extra* buckets[PIN_BUCKETS];
} pin_table;

// The GIL does what the lock does, where there is one.
static void lock(pin_table* table) {
  if (DESCRYI_FREE_THREADED) descryi_lock_take(&table->lock);
}

static void unlock(pin_table* table) {
  if (DESCRYI_FREE_THREADED) descryi_lock_give(&table->lock);
}

// Returns the link to the entry of this memory, or to where it would go.
static extra** find_link(pin_table* table, PyObject* array, void* data) {
  const uintptr_t bits = (uintptr_t)array ^ (uintptr_t)data;
  extra** link = &table->buckets[(bits >> 4 ^ bits >> 14) % PIN_BUCKETS];
  while (*link && ((*link)->array != array || (*link)->data != data)) link = &(*link)->next;
  return link;
}

// Counts one more pin. Returns false where there is no memory.
static bool add_extra(pin_table* table, PyObject* array, void* data) {
  extra** link = find_link(table, array, data);
  extra* entry = *link;
  if (!entry) {
    entry = calloc(1, sizeof *entry);
    if (!entry) return false;
    entry->array = array;
    entry->data = data;
    *link = entry;
    ++table->shared.count;
  }
  ++entry->count;
  return true;
}

// Counts one pin less. Returns false where there is only the first.
static bool remove_extra(pin_table* table, PyObject* array, void* data) {
  extra** link = find_link(table, array, data);
  extra* entry = *link;
  if (!entry) return false;
  if (--entry->count == 0) {
    *link = entry->next;
    free(entry);
    --table->shared.count;
  }
  return true;
}

static int take(descryi_owndata_pins* pins, PyObject* array) {
  pin_table* table = (pin_table*)pins;
  lock(table);
  const bool first = (descryi_array_flags(array) & DESCRYI_ARRAY_OWNDATA) != 0;
  if (first) descryi_array_set_owns(array, false);
  const bool taken = first || add_extra(table, array, descryi_as_array(array)->data);
  unlock(table);
  if (taken) return 0;
  PyErr_NoMemory();
  return -1;
}

// An array that has other memory by now owns that already, or does not; what it left is nobody's.
static int give_back_data(descryi_owndata_pins* pins, PyObject* array, void* data) {
  pin_table* table = (pin_table*)pins;
  lock(table);
  const bool last = !remove_extra(table, array, data);
  const bool has_other = descryi_as_array(array)->data != data;
  if (last && !has_other) descryi_array_set_owns(array, true);
  unlock(table);
  return last && has_other;
}

static void* make_table(void) {
  pin_table* table = calloc(1, sizeof *table);
  if (!table || !descryi_lock_init(&table->lock)) {
    free(table);
    return PyErr_NoMemory();
  }
  table->shared.take = take;
  table->shared.give_back = give_back_data;
  return table;
}

static void drop_table(void* made) {
  pin_table* table = made;
  descryi_lock_destroy(&table->lock);
  free(table);
}

descryi_shared descryi_owndata_pins_shared = {
    .key = "descry.owndata_pins",
    .title = "a table of pinned arrays",
    .oldest = 1,
    .newest = 1,
    .make = make_table,
    .drop = drop_table,
};

// Returns a new array over `data`, which frees it with `handler` once it is told that it owns it;
// or NULL with an exception set. Steals a reference to `descr`.
static PyObject* new_keeper(PyObject* descr, int ndim, const Py_ssize_t* shape,
                            const Py_ssize_t* strides, void* data, PyObject* handler) {
  PyObject* keeper = descryi_np.new_from_descr(descryi_np.array_type, descr, ndim, shape, strides,
                                               data, DESCRYI_ARRAY_WRITEABLE, NULL);
  if (!keeper) return NULL;
  Py_XINCREF(handler);
  descryi_as_array(keeper)->mem_handler = handler;
  return keeper;
}

PyObject* descryi_owndata_pin_keeper(PyObject* array) {
  const descryi_array* parts = descryi_as_array(array);
  Py_INCREF(parts->descr);
  return new_keeper(parts->descr, parts->nd, parts->dimensions, parts->strides, parts->data,
                    parts->mem_handler);
}

// Frees memory that NumPy's own allocator made. NumPy keeps blocks of under 1024 bytes for further
// use, by their size; one that claims to be larger is freed whatever it is.
static PyObject* keeper_of_bytes(void* data) {
  const Py_ssize_t bytes = 4096;
  PyObject* descr = descryi_np.descr_from_type(DESCRYI_NPY_BOOL);
  return descr ? new_keeper(descr, 1, &bytes, NULL, data, descryi_np.default_handler) : NULL;
}

void descryi_owndata_pin_give_back_shared(PyObject* array, void* data, PyObject* keeper) {
  descryi_owndata_pins* pins = descryi_shared_found(&descryi_owndata_pins_shared);
  const bool left = pins->give_back(pins, array, data) != 0;
  if (!left && !keeper) return;
  PyObject* const error = descryi_error_take();
  if (left && !keeper) keeper = keeper_of_bytes(data);
  if (left && keeper) descryi_array_set_owns(keeper, true);
  Py_XDECREF(keeper);
  descryi_error_restore(error);
}
