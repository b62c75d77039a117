// SPDX-License-Identifier: BSD-3-Clause
#include "src/dtype/snapshot.h"

#include <stdint.h>
#include <string.h>

#include "src/base/fields.h"

_Static_assert(DESCRYI_SCALARS_1 == 2 * sizeof(uint64_t) &&
                   DESCRYI_SCALARS_2 == 4 * sizeof(uint64_t),
               "the scalars are whole words");

void descryi_visited_clear(descryi_visited* visited) {
  PyMem_Free(visited->table);
  descryi_visited_init(visited);
}

static size_t hash_of(const void* first, const void* second) {
  uint64_t hash = (uint64_t)(uintptr_t)first * UINT64_C(0x9E3779B97F4A7C15);
  hash = (hash ^ (hash >> 29) ^ (uint64_t)(uintptr_t)second) * UINT64_C(0xBF58476D1CE4E5B9);
  return (size_t)(hash ^ (hash >> 32));
}

// Returns the pair's place in the table: where it is, or an empty one.
static descryi_visit* place_in_table(const descryi_visited* visited, const void* first,
                                     const void* second) {
  size_t i = hash_of(first, second) & (visited->room - 1);
  for (;; i = (i + 1) & (visited->room - 1)) {
    descryi_visit* place = &visited->table[i];
    if (!place->first || (place->first == first && place->second == second)) return place;
  }
}

// Makes the table larger, or the first one.
static int grow_visited(descryi_visited* visited) {
  const descryi_visited old = *visited;
  const size_t room = old.room ? 4 * old.room : 8 * (size_t)DESCRYI_VISITED_INLINE;
  descryi_visit* table = descryi_calloc(room, sizeof *table);
  if (!table) {
    PyErr_NoMemory();
    return -1;
  }
  visited->table = table;
  visited->room = room;
  const descryi_visit* from = old.room ? old.table : old.few;
  const size_t count = old.room ? old.room : old.count;
  for (size_t i = 0; i < count; ++i) {
    if (from[i].first) *place_in_table(visited, from[i].first, from[i].second) = from[i];
  }
  PyMem_Free(old.table);
  return 0;
}

// Returns the pair among the few, or NULL.
static descryi_visit* find_in_few(descryi_visited* visited, const void* first, const void* second) {
  for (size_t i = 0; i < visited->count; ++i) {
    descryi_visit* visit = &visited->few[i];
    if (visit->first == first && visit->second == second) return visit;
  }
  return NULL;
}

int descryi_visited_add(descryi_visited* visited, const void* first, const void* second,
                        descryi_visit** out) {
  descryi_visit* found = visited->room ? NULL : find_in_few(visited, first, second);
  int is_new = 0;
  if (!found) {
    const size_t most = visited->room ? visited->room / 2 : DESCRYI_VISITED_INLINE;
    if (visited->count == most && grow_visited(visited) < 0) return -1;
    found = visited->room ? place_in_table(visited, first, second) : &visited->few[visited->count];
    is_new = !visited->room || !found->first;
    if (is_new) {
      *found = (descryi_visit){first, second, 0};
      ++visited->count;
    }
  }
  if (out) *out = found;
  return is_new;
}

void descryi_snapshot_init(descryi_snapshot* snapshot) {
  snapshot->count = 0;
  snapshot->room = DESCRYI_SNAPSHOT_INLINE;
  snapshot->items = snapshot->few;
  descryi_visited_init(&snapshot->visited);
}

void descryi_snapshot_clear(descryi_snapshot* snapshot) {
  for (Py_ssize_t i = 0; i < snapshot->count; ++i) Py_CLEAR(snapshot->items[i].entries);
  if (snapshot->items != snapshot->few) PyMem_Free(snapshot->items);
  descryi_visited_clear(&snapshot->visited);
}

// Returns the unit of a datetime64 or timedelta64, or NULL for what is neither.
static const descryi_datetime_metadata* time_of(PyObject* descr) {
  const int type_num = descryi_descr_type_num(descr);
  const bool is_time = type_num == DESCRYI_NPY_DATETIME || type_num == DESCRYI_NPY_TIMEDELTA;
  return is_time ? descryi_descr_datetime(descr) : NULL;
}

// What stands for the version of the dict of fields where there is no dict, or dicts have no
// versions.
static const uint64_t no_version;

// Returns a new tuple of a dict's keys, each with its value after it, or NULL with an exception
// set. Not a dict, which Python would find among all dicts and could change.
static PyObject* copy_entries(PyObject* dict) {
  PyObject* entries = PyTuple_New(2 * PyDict_Size(dict));
  PyObject *key, *entry;
  Py_ssize_t position = 0;
  for (Py_ssize_t i = 0; entries && PyDict_Next(dict, &position, &key, &entry); i += 2) {
    Py_INCREF(key);
    Py_INCREF(entry);
    (void)PyTuple_SetItem(entries, i, key);
    (void)PyTuple_SetItem(entries, i + 1, entry);
  }
  return entries;
}

// Notes the dict of fields, and what is in it. Returns 0, or -1 with an exception set.
static int set_fields(descryi_snapshot_item* item, PyObject* fields) {
  item->fields = fields;
  item->version_place = &no_version;
  if (!fields || !PyDict_Check(fields)) return 0;
  if (descryi_np.dict_versions) {
    item->version_place = &((const descryi_dict*)fields)->version;
    item->version = *item->version_place;
    return 0;
  }
  item->entries = copy_entries(fields);
  return item->entries ? 0 : -1;
}

// Makes the item of `descr`. Returns 0, or -1 with an exception set. REQUIRES: the dtype can
// change, so that it has all of these members.
static int set_snapshot_item(descryi_snapshot_item* item, PyObject* descr) {
  const descryi_subarray* subarray = descryi_descr_subarray(descr);
  const descryi_datetime_metadata* time = time_of(descr);
  *item = (descryi_snapshot_item){
      .descr = descr,
      .subarray = subarray,
      .names = *descryi_descr_names_place(descr),
      .base = subarray ? subarray->base : NULL,
      .shape = subarray ? subarray->shape : NULL,
      .unit = time ? time->unit : 0,
      .count = time ? time->count : 0,
  };
  memcpy(item->scalars, descryi_descr_scalars(descr),
         descryi_np.major == 1 ? DESCRYI_SCALARS_1 : DESCRYI_SCALARS_2);
  return set_fields(item, descryi_descr_fields(descr));
}

static bool has_parts(const descryi_snapshot_item* item) {
  const int type_num = descryi_descr_type_num(item->descr);
  return item->entries || item->subarray || type_num == DESCRYI_NPY_DATETIME ||
         type_num == DESCRYI_NPY_TIMEDELTA;
}

bool descryi_snapshot_items_have_parts(const descryi_snapshot_item* items, Py_ssize_t count) {
  Py_ssize_t i = 0;
  while (i < count && !has_parts(&items[i])) ++i;
  return i < count;
}

// Whether the dict of fields has the same keys and the very same tuples, which cannot change.
__attribute__((noinline)) static bool entries_unchanged(const descryi_snapshot_item* item) {
  const Py_ssize_t count = descryi_tuple_size(item->entries);
  PyObject *key, *entry;
  Py_ssize_t position = 0, i = 0;
  for (; PyDict_Next(item->fields, &position, &key, &entry); i += 2) {
    if (i == count || descryi_tuple_item(item->entries, i) != key ||
        descryi_tuple_item(item->entries, i + 1) != entry) {
      return false;
    }
  }
  return i == count;
}

static bool parts_unchanged(const descryi_snapshot_item* item) {
  if (item->entries && !entries_unchanged(item)) return false;
  const descryi_subarray* subarray = descryi_descr_subarray(item->descr);
  if ((subarray ? subarray->base : NULL) != item->base) return false;
  if (subarray && subarray->shape != item->shape) return false;
  const descryi_datetime_metadata* time = time_of(item->descr);
  return (time ? time->unit : 0) == item->unit && (time ? time->count : 0) == item->count;
}

bool descryi_snapshot_parts_unchanged(const descryi_snapshot_item* items, Py_ssize_t count) {
  Py_ssize_t i = 0;
  while (i < count && parts_unchanged(&items[i])) ++i;
  return i == count;
}

// Doubles the room.
static int grow_snapshot(descryi_snapshot* snapshot) {
  const size_t size = (size_t)snapshot->room * sizeof *snapshot->items;
  descryi_snapshot_item* grown = PyMem_Malloc(2 * size);
  if (!grown) {
    PyErr_NoMemory();
    return -1;
  }
  memcpy(grown, snapshot->items, size);
  if (snapshot->items != snapshot->few) PyMem_Free(snapshot->items);
  snapshot->items = grown;
  snapshot->room *= 2;
  return 0;
}

int descryi_snapshot_add(descryi_snapshot* snapshot, PyObject* descr) {
  if (!descryi_descr_can_change(descr)) return 0;
  const int is_new = descryi_visited_add(&snapshot->visited, descr, NULL, NULL);
  if (is_new != 1) return is_new;
  if (snapshot->count == snapshot->room && grow_snapshot(snapshot) < 0) return -1;
  if (set_snapshot_item(&snapshot->items[snapshot->count], descr) < 0) return -1;
  ++snapshot->count;
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

void descryi_snapshot_items_copy(descryi_snapshot_item* to, const descryi_snapshot* snapshot) {
  for (Py_ssize_t i = 0; i < snapshot->count; ++i) {
    to[i] = snapshot->items[i];
    Py_INCREF(to[i].descr);
    Py_XINCREF(to[i].names);
    Py_XINCREF(to[i].fields);
    Py_XINCREF(to[i].entries);
    Py_XINCREF(to[i].base);
    Py_XINCREF(to[i].shape);
  }
}

void descryi_snapshot_items_release(descryi_snapshot_item* items, Py_ssize_t count) {
  for (Py_ssize_t i = count; i-- > 0;) {
    Py_XDECREF(items[i].shape);
    Py_XDECREF(items[i].base);
    Py_XDECREF(items[i].entries);
    Py_XDECREF(items[i].fields);
    Py_XDECREF(items[i].names);
    Py_DECREF(items[i].descr);
  }
}
