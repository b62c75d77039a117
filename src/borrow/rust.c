// SPDX-License-Identifier: BSD-3-Clause
#include "src/borrow/rust.h"

#include <stdlib.h>

#include "src/base/numpy.h"
#include "src/base/threads.h"
#include "src/borrow/messages.h"
#include "src/borrow/shared_table.h"

enum { BUCKETS = 256 };

// One borrow that a Rust extension holds.
typedef struct rust_borrow {
  struct rust_borrow* next;
  const PyObject* array;  // only its address; Rust keeps the reference
  const void* data;       // of the array when it was taken
  descryi_table_borrow borrow;
} rust_borrow;

typedef struct provider {
  descryi_table* table;
  descryi_lock lock;
  rust_borrow* buckets[BUCKETS];  // the last taken first
} provider;

static rust_borrow** bucket_of(provider* self, const PyObject* array) {
  return &self->buckets[((uintptr_t)array >> 4) * 0x9e3779b1u / 64 % BUCKETS];
}

static void add_borrow(provider* self, rust_borrow* entry) {
  rust_borrow** bucket = bucket_of(self, entry->array);
  descryi_lock_take(&self->lock);
  entry->next = *bucket;
  *bucket = entry;
  descryi_lock_give(&self->lock);
}

static bool is_of(const rust_borrow* entry, const PyObject* array, bool exclusive) {
  return entry->array == array && (entry->borrow.exclusive != 0) == exclusive;
}

// Removes the borrow that was taken of this array with the data it has now, else the last of this
// array, else returns NULL.
static rust_borrow* remove_borrow(provider* self, PyObject* array, bool exclusive) {
  const void* data = descryi_as_array(array)->data;
  rust_borrow** found = NULL;
  descryi_lock_take(&self->lock);
  for (rust_borrow** at = bucket_of(self, array); *at; at = &(*at)->next) {
    if (!is_of(*at, array, exclusive)) continue;
    if (!found || (*at)->data == data) found = at;
    if ((*found)->data == data) break;
  }
  rust_borrow* entry = found ? *found : NULL;
  if (entry) *found = entry->next;
  descryi_lock_give(&self->lock);
  return entry;
}

static int provide_borrow(provider* self, PyObject* array, bool exclusive) {
  rust_borrow* entry = malloc(sizeof(*entry));
  if (!entry) return DESCRYI_RUST_BORROWED;
  entry->array = array;
  entry->data = descryi_as_array(array)->data;
  descryi_memory memory = descryi_memory_of_array(array);
  descryi_borrowed against;
  if (descryi_table_acquire(self->table, &memory, exclusive, NULL, 0, &entry->borrow, &against) !=
      DESCRYI_BORROW_TAKEN) {
    free(entry);
    return DESCRYI_RUST_BORROWED;
  }
  entry->borrow.exclusive = exclusive;
  add_borrow(self, entry);
  return DESCRYI_RUST_TAKEN;
}

static void end_rust_borrow(provider* self, PyObject* array, bool exclusive) {
  rust_borrow* entry = remove_borrow(self, array, exclusive);
  if (!entry) return;
  descryi_table_release(self->table, &entry->borrow);
  free(entry);
}

static int provide_shared(void* self, PyObject* array) {
  return provide_borrow(self, array, false);
}

static int provide_exclusive(void* self, PyObject* array) {
  if (!(descryi_array_flags(array) & DESCRYI_ARRAY_WRITEABLE)) return DESCRYI_RUST_READ_ONLY;
  return provide_borrow(self, array, true);
}

static void end_shared(void* self, PyObject* array) { end_rust_borrow(self, array, false); }

static void end_exclusive(void* self, PyObject* array) { end_rust_borrow(self, array, true); }

bool descryi_rust_provide(descryi_rust_api* api, descryi_table* table) {
  provider* self = calloc(1, sizeof(*self));
  if (!self || !descryi_lock_init(&self->lock)) {
    free(self);
    return false;
  }
  self->table = table;
  *api = (descryi_rust_api){1, self, provide_shared, provide_exclusive, end_shared, end_exclusive};
  return true;
}

void descryi_rust_withdraw(descryi_rust_api* api) {
  provider* self = api->flags;
  descryi_lock_destroy(&self->lock);
  free(self);
}

// Returns a new reference to the dict of the module in which Rust looks, or NULL with an exception
// set.
static PyObject* module_dict(void) {
  const char* name = descryi_np.major == 1 ? "numpy.core.multiarray" : "numpy._core.multiarray";
  PyObject* module = PyImport_ImportModule(name);
  PyObject* dict = module ? PyModule_GetDict(module) : NULL;
  Py_XINCREF(dict);
  Py_XDECREF(module);
  return dict;
}

// Returns a new reference to the capsule in use now, `own` in a new one or another's, or NULL with
// an exception set.
static PyObject* find_or_put(descryi_rust_api* own) {
  PyObject* found = NULL;
  PyObject* dict = module_dict();
  PyObject* key = dict ? PyUnicode_FromString(DESCRYI_RUST_NAME) : NULL;
  PyObject* capsule = key ? PyCapsule_New(own, DESCRYI_RUST_NAME, NULL) : NULL;
  if (capsule) found = descryi_dict_set_default(dict, key, capsule);
  Py_XDECREF(capsule);
  Py_XDECREF(key);
  Py_XDECREF(dict);
  return found;
}

const descryi_rust_api* descryi_rust_install(descryi_rust_api* own) {
  PyObject* capsule = find_or_put(own);
  if (!capsule) return NULL;
  const descryi_rust_api* api = PyCapsule_GetPointer(capsule, DESCRYI_RUST_NAME);
  // The reference is kept, too: its owner frees the table with the capsule.
  if (api && api->version >= 1) return api;
  if (api) descryi_raise_borrow_rust_unknown((unsigned long long)api->version);
  Py_DECREF(capsule);
  return NULL;
}

enum { MAX_AXES = DESCRYI_MAX_AXES + 1 };

// The same memory as Rust's rule understands it best. That rule knows a byte range, a starting
// point and the gcd of the strides, of which zero ends the process, and sees nothing at all in 0-d
// arrays. So: the region's axes, with the elements of a longer run as one axis more; and memory
// without gaps as bytes, which meet any array in their range.
typedef struct rust_layout {
  Py_ssize_t shape[MAX_AXES];
  Py_ssize_t strides[MAX_AXES];
  int ndim;
  uint64_t itemsize;
} rust_layout;

static void add_rust_axis(rust_layout* layout, uint64_t length, uint64_t stride) {
  layout->shape[layout->ndim] = (Py_ssize_t)length;
  layout->strides[layout->ndim++] = (Py_ssize_t)stride;
}

static void set_layout(rust_layout* layout, const descryi_region* region, uint64_t itemsize) {
  bool is_whole = region->naxes == 0 || region->run % itemsize != 0;
  layout->ndim = 0;
  layout->itemsize = is_whole ? 1 : itemsize;
  for (int i = region->naxes - 1; i >= 0; --i) {
    add_rust_axis(layout, region->axes[i].count, region->axes[i].stride);
  }
  if (region->run > layout->itemsize)
    add_rust_axis(layout, region->run / layout->itemsize, layout->itemsize);
  if (layout->ndim == 0) add_rust_axis(layout, 1, 1);
}

// Returns a new dtype of that many opaque bytes, or NULL with an exception set.
static PyObject* opaque_dtype(uint64_t itemsize) {
  PyObject* spec = PyUnicode_FromFormat("V%llu", (unsigned long long)itemsize);
  PyObject* dtype = spec ? descryi_descr_convert(spec) : NULL;
  Py_XDECREF(spec);
  return dtype;
}

// Returns a new array over the region whose base is `array`, or NULL with an exception set.
static PyObject* region_array(PyObject* array, const descryi_region* region, size_t itemsize,
                              bool exclusive) {
  rust_layout layout;
  set_layout(&layout, region, itemsize);
  PyObject* dtype = opaque_dtype(layout.itemsize);
  if (!dtype) return NULL;
  int flags = exclusive ? DESCRYI_ARRAY_WRITEABLE : 0;
  void* data = (void*)(uintptr_t)region->lo;
  PyObject* made = descryi_np.new_from_descr(descryi_np.array_type, dtype, layout.ndim,
                                             layout.shape, layout.strides, data, flags, NULL);
  if (!made) return NULL;
  Py_INCREF(array);
  if (descryi_np.set_base_object(made, array) == 0) return made;
  Py_DECREF(made);
  return NULL;
}

static int acquire(const descryi_rust_api* api, PyObject* borrowed, bool exclusive) {
  return (exclusive ? api->acquire_mut : api->acquire)(api->flags, borrowed);
}

static void release_borrowed(const descryi_rust_api* api, PyObject* borrowed, bool exclusive) {
  (exclusive ? api->release_mut : api->release)(api->flags, borrowed);
}

int descryi_rust_borrow(const descryi_rust_api* api, PyObject* array, const descryi_memory* memory,
                        bool exclusive, PyObject** out) {
  *out = NULL;
  descryi_region region;
  descryi_region_set(&region, memory);
  if (descryi_region_is_empty(&region)) return 1;
  PyObject* made = region_array(array, &region, memory->itemsize, exclusive);
  if (!made) return -1;
  if (acquire(api, made, exclusive) == DESCRYI_RUST_TAKEN) {
    *out = made;
    return 1;
  }
  Py_DECREF(made);
  return 0;
}

void descryi_rust_release(const descryi_rust_api* api, PyObject* borrowed, bool exclusive) {
  release_borrowed(api, borrowed, exclusive);
  descryi_drop(borrowed);
}

bool descryi_rust_downgrade(const descryi_rust_api* api, PyObject* borrowed) {
  release_borrowed(api, borrowed, true);
  if (acquire(api, borrowed, false) == DESCRYI_RUST_TAKEN) return true;
  Py_DECREF(borrowed);
  return false;
}
