// SPDX-License-Identifier: BSD-3-Clause
#include "src/dtype/dtype.h"

#include <limits.h>
#include <stdlib.h>

#include "src/base/interpreter.h"
#include "src/declare/field_form.h"
#include "src/declare/swapped.h"
#include "src/dtype/build.h"
#include "src/dtype/messages.h"
#include "src/schema/counted.h"

// The types that are being built, innermost first: what a cycle runs through.
typedef struct chain {
  const descry_type* type;
  const struct chain* outer;
} chain;

// Returns "a -> b -> a", the way from the type that contains itself back to it.
static PyObject* cycle_path(const descry_type* type, const chain* links) {
  PyObject* path = PyUnicode_FromString(type->name);
  for (; path; links = links->outer) {
    PyObject* longer = PyUnicode_FromFormat("%s -> %U", links->type->name, path);
    Py_DECREF(path);
    path = longer;
    if (links->type == type) break;
  }
  return path;
}

static int check_cycle(const descry_type* type, const chain* outer) {
  for (const chain* link = outer; link; link = link->outer) {
    if (link->type != type) continue;
    PyObject* path = cycle_path(type, outer);
    if (path) descryi_raise_type_cycle(type->name, path);
    Py_XDECREF(path);
    return -1;
  }
  return 0;
}

// What a dtype is built from.
typedef struct source {
  const descry_type* type;
  PyObject* object_class;   // borrowed; of a DESCRY_OBJECT
  PyObject* base;           // strong; of an alias or a transparent wrapper, NULL for strings
  descryi_members members;  // of a record
} source;

static PyObject* dtype_inside(const descry_type* type, const chain* outer);

// Finds the dtypes of a record's elements. What asks for all that is nested inside of the record
// comes last: then it is known that there is no cycle.
static int find_bases(descryi_members* members, const chain* links) {
  for (Py_ssize_t i = 0; i < members->count; ++i) {
    descryi_member* member = &members->items[i];
    if (descryi_type_is_flexible(member->field->element)) continue;
    member->base = dtype_inside(member->field->element, links);
    if (!member->base) return -1;
  }
  return descryi_members_check_coverage(members);
}

static int find_target(source* from, const chain* links) {
  const descry_type* type = from->type;
  // Of a DESCRY_OBJECT, whose elements are pointers.
  if (type->original && type->size != type->original->size) {
    return descryi_raise_swapped_objects(type->name, type->original->name);
  }
  const descry_field* field = descryi_type_target_field(type);
  const size_t size = descry_field_size(field);
  if (size > INT_MAX) return descryi_raise_too_large(type->name, size);
  if (descryi_type_is_flexible(field->element)) return 0;
  from->base = dtype_inside(field->element, links);
  return from->base ? 0 : -1;
}

// Finds all that the dtype is built from. Returns 0, or -1 with an exception set; the source is to
// be cleared in any case.
static int find_source(source* from, const descry_type* type, const chain* links) {
  *from = (source){.type = type};
  switch (type->kind) {
    case DESCRY_KIND_ELEMENT:
      return 0;
    case DESCRY_KIND_OBJECT:
      from->object_class = descryi_object_class(type);
      return from->object_class ? 0 : -1;
    case DESCRY_KIND_RECORD:
      return descryi_members_init(&from->members, type) < 0 ? -1
                                                            : find_bases(&from->members, links);
    default:
      return find_target(from, links);
  }
}

static void clear_source(source* from) {
  if (from->members.items) descryi_members_clear(&from->members);
  Py_XDECREF(from->base);
}

static PyObject* key_of(const source* from) {
  switch (from->type->kind) {
    case DESCRY_KIND_ELEMENT:
    case DESCRY_KIND_OBJECT:
      return descryi_element_key(from->type, from->object_class);
    case DESCRY_KIND_RECORD:
      return descryi_record_key(&from->members);
    default:
      return descryi_target_key(from->type, from->base);
  }
}

static PyObject* build(source* from) {
  switch (from->type->kind) {
    case DESCRY_KIND_ELEMENT:
      return descryi_build_element(from->type);
    case DESCRY_KIND_OBJECT:
      return descryi_np.descr_from_type(DESCRYI_NPY_OBJECT);
    case DESCRY_KIND_RECORD:
      return descryi_build_record(&from->members);
    default:
      return descryi_build_field(descryi_type_target_field(from->type), from->base);
  }
}

// Finds the registered entry, or builds and registers the dtype. Of threads that build at once the
// first to register wins.
static descryi_entry* find_or_build(source* from) {
  PyObject* key = key_of(from);
  descryi_entry* entry = key ? descryi_registry_find(key) : NULL;
  if (key && !entry && !PyErr_Occurred()) {
    PyObject* dtype = build(from);
    if (dtype) entry = descryi_registry_add(key, dtype, from->object_class);
    Py_XDECREF(dtype);
  }
  Py_XDECREF(key);
  return entry;
}

// Returns the entry of `type`, for that type, or NULL with an exception set.
static descryi_entry* make_entry(const descry_type* type, const chain* outer) {
  const chain links = {type, outer};
  source from;
  if (check_cycle(type, outer) < 0) return NULL;
  if (Py_EnterRecursiveCall(" in a nested type")) return NULL;
  descryi_entry* entry = find_source(&from, type, &links) < 0 ? NULL : find_or_build(&from);
  clear_source(&from);
  Py_LeaveRecursiveCall();
  // What is made for a type of DESCRY_SWAPPED has the names of others.
  const unsigned unnamed = DESCRY_TYPE_DYNAMIC | DESCRY_TYPE_MADE;
  if (entry && !(type->flags & unnamed) && descryi_registry_name(type) < 0) {
    descryi_entry_release(entry);
    entry = NULL;
  }
  return entry;
}

// Entries that a type had before. Someone may be using a dtype of theirs by a borrowed reference,
// so they stay as long as the type does.
typedef struct replaced_entry {
  descryi_entry* entry;
  struct replaced_entry* older;
} replaced_entry;

static void release_entry(void* kept) { descryi_entry_release(kept); }

static void release_replaced_entries(void* kept) {
  for (const replaced_entry* each = kept; each; each = each->older) {
    descryi_entry_release(each->entry);
  }
}

static void on_free_entry(void* kept) { descryi_run_attached(release_entry, kept); }

static void on_free_replaced(void* kept) {
  descryi_run_attached(release_replaced_entries, kept);
  for (replaced_entry *older, *each = kept; each; each = older) {
    older = each->older;
    free(each);
  }
}

static void add_replaced(const descry_type* type, replaced_entry* added, descryi_entry* entry) {
  void* older = descryi_load_acquire(&type->state->replaced);
  added->entry = entry;
  do {
    added->older = older;
  } while (!descryi_compare_exchange(&type->state->replaced, &older, added));
}

// Makes the entry the type's own. The one before, whose dtype someone changed, is kept where the
// type is ever freed. One that another thread set meanwhile was given to the type twice. Returns 0,
// or -1 with an exception set; steals the entry in any case. malloc, since it outlives the
// interpreter.
static int set_entry(const descry_type* type, descryi_entry* entry) {
  replaced_entry* replaced = NULL;
  if (type->flags & DESCRY_TYPE_DYNAMIC && !(replaced = malloc(sizeof *replaced))) {
    descryi_entry_release(entry);
    PyErr_NoMemory();
    return -1;
  }
  descryi_type_on_free(type, DESCRYI_STATE_ENTRY, on_free_entry);
  descryi_type_on_free(type, DESCRYI_STATE_REPLACED, on_free_replaced);
  void* before = __atomic_exchange_n(descryi_entry_place(type), entry, __ATOMIC_ACQ_REL);
  if (before == entry) descryi_entry_release(entry);
  if (replaced && before && before != entry) {
    add_replaced(type, replaced, before);
  } else {
    free(replaced);
  }
  return 0;
}

// Returns the entry of a type inside the ones of `outer` (NULL for none), or NULL with an exception
// set. TypeError with the path where `type` is among them.
static const descryi_entry* entry_inside(const descry_type* type, const chain* outer) {
  const descryi_entry* known = descryi_entry_cached(type);
  if (known) return known;
  if (descryi_numpy_ensure() < 0) return NULL;
  descryi_entry* entry = make_entry(type, outer);
  return entry && set_entry(type, entry) == 0 ? entry : NULL;
}

static PyObject* dtype_inside(const descry_type* type, const chain* outer) {
  const descryi_entry* entry = entry_inside(type, outer);
  if (!entry) return NULL;
  Py_INCREF(entry->dtype);
  return entry->dtype;
}

PyObject* descry_dtype(const descry_type* type) {
  const descryi_entry* entry = descryi_entry_cached(type);
  if (!entry) return dtype_inside(type, NULL);
  Py_INCREF(entry->dtype);
  return entry->dtype;
}

int descry_register(const descry_type* type) {
  PyObject* dtype = descry_dtype(type);
  Py_XDECREF(dtype);
  return dtype ? 0 : -1;
}

const descry_type* descry_find(const char* name) { return descryi_registry_type(name); }

int descry_module_add_dtype(PyObject* module, const descry_type* type) {
  PyObject* dtype = descry_dtype(type);
  if (!dtype) return -1;
  const int result = PyObject_SetAttrString(module, type->name, dtype);
  Py_DECREF(dtype);
  return result;
}
