// SPDX-License-Identifier: BSD-3-Clause
#include "src/view/pin.h"

#include <stdlib.h>

#include "src/base/errors.h"
#include "src/base/lifetime.h"
#include "src/base/lock.h"

void* descryi_pins_found;

static const char kKey[] = "descry.pins";

enum { BUCKETS = 1024 };

// Pins of one memory beyond the first.
typedef struct extra {
  struct extra* next;
  PyObject* array;  // borrowed: who has a pin has a reference
  void* data;
  size_t count;
} extra;

// The shared part comes first.
typedef struct pin_table {
  descryi_pins shared;
  descryi_lock lock;
  extra* buckets[BUCKETS];
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
  extra** link = &table->buckets[(bits >> 4 ^ bits >> 14) % BUCKETS];
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

static int take(descryi_pins* pins, PyObject* array) {
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
static void give_back(descryi_pins* pins, PyObject* array, void* data) {
  pin_table* table = (pin_table*)pins;
  lock(table);
  const bool last = !remove_extra(table, array, data);
  if (last && descryi_as_array(array)->data == data) descryi_array_set_owns(array, true);
  unlock(table);
}

static descryi_pins* new_pins(void) {
  pin_table* table = calloc(1, sizeof *table);
  if (!table) return NULL;
  table->shared = (descryi_pins){DESCRYI_PINS_VERSION, sizeof table->shared, 0, take, give_back};
  if (!descryi_lock_init(&table->lock)) {
    free(table);
    return NULL;
  }
  return &table->shared;
}

// Puts a new table under `key` unless there is one. Returns a new reference to the capsule that is
// there now, or NULL with an exception set. The capsule frees nothing: a view may be released late.
static PyObject* put_new_pins(PyObject* dict, PyObject* key) {
  descryi_pins* pins = new_pins();
  if (!pins) return PyErr_NoMemory();
  PyObject* capsule = PyCapsule_New(pins, kKey, NULL);
  PyObject* found = capsule ? descryi_dict_set_default(dict, key, capsule) : NULL;
  if (found != capsule || !capsule) free(pins);
  Py_XDECREF(capsule);
  return found;
}

descryi_pins* descryi_pins_find(void) {
  PyObject* dict = descryi_interpreter_dict();
  PyObject* key = dict ? PyUnicode_FromString(kKey) : NULL;
  if (!key) return NULL;
  PyObject* capsule = descryi_dict_find(dict, key);
  Py_XINCREF(capsule);
  if (!capsule && !PyErr_Occurred()) capsule = put_new_pins(dict, key);
  descryi_pins* pins = capsule ? PyCapsule_GetPointer(capsule, kKey) : NULL;
  if (pins) descryi_store_release(&descryi_pins_found, pins);
  Py_XDECREF(capsule);
  Py_DECREF(key);
  return pins;
}
