// SPDX-License-Identifier: BSD-3-Clause
#include "src/dtype/registry.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/interpreter.h"
#include "src/base/shared.h"
#include "src/declare/field_form.h"

enum { KEY_INLINE = 1024 };

// Bytes that grow. A failure is remembered, and reported at the end.
typedef struct key_bytes {
  size_t size, room;
  char* bytes;
  char few[KEY_INLINE];
} key_bytes;

static bool grow_key(key_bytes* to, size_t more) {
  const size_t room = 2 * (to->size + more);
  char* bytes = PyMem_Malloc(room);
  if (bytes) memcpy(bytes, to->bytes, to->size);
  if (to->bytes != to->few) PyMem_Free(to->bytes);
  to->bytes = bytes;
  to->room = room;
  return bytes != NULL;
}

static void add_bytes(key_bytes* to, const void* bytes, size_t size) {
  if (!to->bytes || (to->room - to->size < size && !grow_key(to, size))) return;
  memcpy(to->bytes + to->size, bytes, size);
  to->size += size;
}

// With its end, so that no two sequences of texts are the same bytes. NULL is no text at all.
static void add_text(key_bytes* to, const char* text) {
  const char is_there = text ? 1 : 0;
  add_bytes(to, &is_there, 1);
  if (text) add_bytes(to, text, strlen(text) + 1);
}

static void add_number(key_bytes* to, size_t number) { add_bytes(to, &number, sizeof number); }

static void add_address(key_bytes* to, const void* address) {
  add_bytes(to, &address, sizeof address);
}

static void begin_key(key_bytes* to, const descry_type* type) {
  to->size = 0;
  to->room = sizeof to->few;
  to->bytes = to->few;
  add_text(to, type->name);
  add_number(to, type->kind);
  add_number(to, type->size);
  add_number(to, type->alignment);
}

static void add_field_key(key_bytes* to, const descry_field* field, PyObject* base) {
  const descryi_field_form form = descryi_field_form_of(field);
  add_text(to, field->name);
  add_text(to, field->title);
  add_number(to, field->offset);
  add_number(to, form.itemsize);
  add_number(to, form.ndim);
  if (form.ndim > 0) add_bytes(to, field->shape, form.ndim * sizeof *field->shape);
  add_address(to, base);
  if (!base) add_text(to, field->element->code);
}

static PyObject* end_key(key_bytes* from) {
  PyObject* bytes = from->bytes ? PyBytes_FromStringAndSize(from->bytes, (Py_ssize_t)from->size)
                                : PyErr_NoMemory();
  if (from->bytes != from->few) PyMem_Free(from->bytes);
  return bytes;
}

PyObject* descryi_element_key(const descry_type* type, PyObject* object_class) {
  key_bytes made;
  begin_key(&made, type);
  add_text(&made, type->code);
  add_address(&made, object_class);
  return end_key(&made);
}

PyObject* descryi_target_key(const descry_type* type, PyObject* base) {
  key_bytes made;
  begin_key(&made, type);
  add_field_key(&made, descryi_type_target_field(type), base);
  return end_key(&made);
}

PyObject* descryi_record_key(const descryi_members* members) {
  key_bytes made;
  begin_key(&made, members->type);
  for (Py_ssize_t i = 0; i < members->count; ++i) {
    add_field_key(&made, members->items[i].field, members->items[i].base);
  }
  return end_key(&made);
}

// What the modules share.
typedef struct registry {
  descryi_shared_head head;
  PyObject* entries;  // from a key to a capsule of a descryi_entry
  PyObject* names;    // from a name to a capsule of a descry_type
} registry;

static const char kEntryName[] = "descry.entry";
static const char kTypeName[] = "descry.type";

static void drop_registry(void* made) {
  registry* dropped = made;
  Py_XDECREF(dropped->entries);
  Py_XDECREF(dropped->names);
  free(dropped);
}

static void* make_registry(void) {
  registry* made = malloc(sizeof *made);
  if (!made) return PyErr_NoMemory();
  made->entries = PyDict_New();
  made->names = PyDict_New();
  if (made->entries && made->names) return made;
  drop_registry(made);
  return NULL;
}

// A change that older copies cannot live with, of `descryi_entry` or `descryi_snapshot_item` too,
// raises both versions.
static descryi_shared registry_shared = {
    .key = "descry.registry",
    .title = "a registry",
    .oldest = 3,
    .newest = 3,
    .make = make_registry,
    .drop = drop_registry,
};

static registry* get_registry(void) { return descryi_shared_get(&registry_shared); }

// Gives the entry in `capsule` to one more type, which keeps the capsule. Steals a reference to
// `capsule`; NULL passes through.
static descryi_entry* use_entry(PyObject* capsule) {
  descryi_entry* entry = capsule ? PyCapsule_GetPointer(capsule, kEntryName) : NULL;
  if (entry) __atomic_fetch_add(&entry->users, 1, __ATOMIC_ACQ_REL);
  if (!entry) Py_XDECREF(capsule);
  return entry;
}

// Takes the entry out of the registry, unless another one took its place there.
static void unregister(const descryi_entry* entry) {
  const registry* shared = get_registry();
  if (!shared) return;
  PyObject* found = descryi_dict_get(shared->entries, entry->key);
  if (found == entry->capsule) (void)PyDict_DelItem(shared->entries, entry->key);
  Py_XDECREF(found);
}

// A type that gets the entry while its last one releases it keeps the capsule, and so the entry,
// though it is registered no more.
void descryi_entry_release(descryi_entry* entry) {
  PyObject* const error = descryi_error_take();
  PyObject* const capsule = entry->capsule;
  if (__atomic_fetch_sub(&entry->users, 1, __ATOMIC_ACQ_REL) == 1) unregister(entry);
  Py_DECREF(capsule);
  descryi_error_restore(error);
}

descryi_entry* descryi_registry_find(PyObject* key) {
  const registry* shared = get_registry();
  descryi_entry* entry = shared ? use_entry(descryi_dict_get(shared->entries, key)) : NULL;
  if (!entry || descryi_entry_unchanged(entry)) return entry;
  descryi_entry_release(entry);
  return NULL;
}

static void free_entry(descryi_entry* entry) {
  descryi_snapshot_items_release(entry->dtypes, entry->count);
  Py_DECREF(entry->dtype);
  Py_XDECREF(entry->held);
  Py_DECREF(entry->key);
  PyMem_Free(entry);
}

static void free_entry_of(PyObject* capsule) {
  free_entry(PyCapsule_GetPointer(capsule, kEntryName));
}

static descryi_entry* new_entry(PyObject* key, PyObject* dtype, PyObject* held,
                                const descryi_snapshot* snapshot) {
  const size_t count = (size_t)snapshot->count;
  descryi_entry* entry = PyMem_Malloc(sizeof *entry + count * sizeof *entry->dtypes);
  if (!entry) {
    PyErr_NoMemory();
    return NULL;
  }
  Py_INCREF(key);
  Py_INCREF(dtype);
  Py_XINCREF(held);
  entry->key = key;
  entry->dtype = dtype;
  entry->held = held;
  entry->users = 0;
  entry->has_plain_elements =
      !descryi_descr_subarray(dtype) && !(descryi_descr_flags(dtype) & DESCRYI_DESCR_HASOBJECT);
  entry->count = snapshot->count;
  descryi_snapshot_items_copy(entry->dtypes, snapshot);
  entry->has_parts = descryi_snapshot_items_have_parts(entry->dtypes, entry->count);
  entry->capsule = PyCapsule_New(entry, kEntryName, free_entry_of);
  if (entry->capsule) return entry;
  free_entry(entry);
  return NULL;
}

// Returns a new reference to the capsule of a new entry, or NULL with an exception set.
static PyObject* new_capsule(PyObject* key, PyObject* dtype, PyObject* held) {
  descryi_snapshot snapshot;
  descryi_snapshot_init(&snapshot);
  const int result = descryi_snapshot_add_all(&snapshot, dtype);
  const descryi_entry* entry = result < 0 ? NULL : new_entry(key, dtype, held, &snapshot);
  descryi_snapshot_clear(&snapshot);
  return entry ? entry->capsule : NULL;
}

// Puts the capsule in place: over an entry whose dtype was changed, or where there is none. Returns
// a new reference to the one that is there now, or NULL with an exception set.
static PyObject* put(PyObject* entries, PyObject* key, PyObject* capsule) {
  PyObject* found = descryi_dict_set_default(entries, key, capsule);
  if (!found || found == capsule) return found;
  const descryi_entry* entry = PyCapsule_GetPointer(found, kEntryName);
  if (entry && descryi_entry_unchanged(entry)) return found;
  const bool replaced = entry && PyDict_SetItem(entries, key, capsule) == 0;
  Py_DECREF(found);
  if (!replaced) return NULL;
  Py_INCREF(capsule);
  return capsule;
}

descryi_entry* descryi_registry_add(PyObject* key, PyObject* dtype, PyObject* held) {
  const registry* shared = get_registry();
  PyObject* capsule = shared ? new_capsule(key, dtype, held) : NULL;
  descryi_entry* entry = capsule ? use_entry(put(shared->entries, key, capsule)) : NULL;
  Py_XDECREF(capsule);
  return entry;
}

int descryi_registry_name(const descry_type* type) {
  const registry* shared = get_registry();
  PyObject* name = shared ? PyUnicode_FromString(type->name) : NULL;
  PyObject* capsule = name ? PyCapsule_New((void*)(uintptr_t)type, kTypeName, NULL) : NULL;
  PyObject* found = capsule ? descryi_dict_set_default(shared->names, name, capsule) : NULL;
  Py_XDECREF(name);
  Py_XDECREF(capsule);
  Py_XDECREF(found);
  return found ? 0 : -1;
}

// Whether some module of this interpreter has made the registry; -1 with an exception set.
static int is_there(void) {
  if (descryi_numpy_is_ready() && descryi_shared_found(&registry_shared)) return 1;
  if (descryi_load_unsigned(&descryi_np.state) == DESCRYI_NUMPY_ENDED) return 0;
  PyObject* dict = descryi_interpreter_dict();
  PyObject* key = dict ? PyUnicode_FromString(registry_shared.key) : NULL;
  PyObject* found = key ? descryi_dict_get(dict, key) : NULL;
  const int result = found ? 1 : PyErr_Occurred() ? -1 : 0;
  Py_XDECREF(key);
  Py_XDECREF(found);
  return result;
}

const descry_type* descryi_registry_type(const char* name) {
  const registry* shared = is_there() == 1 ? get_registry() : NULL;
  PyObject* key = shared ? PyUnicode_FromString(name) : NULL;
  PyObject* capsule = key ? descryi_dict_get(shared->names, key) : NULL;
  const descry_type* type = capsule ? PyCapsule_GetPointer(capsule, kTypeName) : NULL;
  Py_XDECREF(key);
  Py_XDECREF(capsule);
  return type;
}
