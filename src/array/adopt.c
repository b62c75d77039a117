// SPDX-License-Identifier: BSD-3-Clause
#include <descry/array.h>
#include <string.h>

#include "src/array/messages.h"
#include "src/array/object_slots.h"
#include "src/array/wrap.h"
#include "src/dtype/dtype.h"

// Memory that an array owns through a capsule, which is its base. As long as `release` is NULL the
// memory is the caller's.
typedef struct adopted {
  void (*release)(void* data, void* context);
  void* data;
  void* context;
  descryi_object_slots slots;
  descryi_elements elements;  // with shape and strides in `dimensions`
  Py_ssize_t dimensions[];
} adopted;

static const char* const kCapsuleName = "descry.adopted";

// Runs whenever the last array goes, so possibly with an exception on its way, which must survive.
static void release_memory(const adopted* memory) {
  PyObject* pending = descryi_error_take();
  if (memory->slots.count) {
    descryi_elements_each(&memory->elements, descryi_object_slots_drop, &memory->slots);
  }
  memory->release(memory->data, memory->context);
  descryi_error_restore(pending);
}

static void free_adopted(adopted* memory) {
  if (memory->release) release_memory(memory);
  descryi_object_slots_clear(&memory->slots);
  PyMem_Free(memory);
}

static void free_adopted_of(PyObject* capsule) {
  free_adopted(PyCapsule_GetPointer(capsule, kCapsuleName));
}

// Copies the elements' description. An axis that repeats its elements counts once: each slot is
// dropped once.
static void keep_elements(adopted* memory, const descryi_elements* elements) {
  Py_ssize_t* const shape = memory->dimensions;
  Py_ssize_t* const strides = shape + elements->ndim;
  for (int axis = 0; axis < elements->ndim; ++axis) {
    const bool repeats = elements->size > 0 && elements->strides[axis] == 0;
    shape[axis] = repeats ? 1 : elements->shape[axis];
    strides[axis] = elements->strides[axis];
  }
  memory->elements.data = elements->data;
  memory->elements.ndim = elements->ndim;
  memory->elements.itemsize = elements->itemsize;
  memory->elements.size = elements->size;
  memory->elements.natural = false;
  memory->elements.shape = shape;
  memory->elements.strides = strides;
}

// Returns what an array over `elements` needs to release them, with `release` not set yet, or NULL
// with an exception set.
static adopted* new_adopted(const descry_type* type, PyObject* descr,
                            const descryi_elements* elements, void* context) {
  const size_t room = 2 * (size_t)elements->ndim * sizeof(Py_ssize_t);
  adopted* memory = PyMem_Malloc(sizeof *memory + room);
  if (!memory) {
    PyErr_NoMemory();
    return NULL;
  }
  memory->release = NULL;
  memory->data = elements->data;
  memory->context = context;
  keep_elements(memory, elements);
  const bool failed =
      descryi_object_slots_init(&memory->slots, type, descr) < 0 ||
      (memory->slots.count && descryi_elements_check_apart(&memory->elements, type) < 0);
  if (!failed) return memory;
  free_adopted(memory);
  return NULL;
}

static PyObject* adopt_elements(const descry_type* type, PyObject* descr,
                                const descryi_elements* elements,
                                void (*release)(void* data, void* context), void* context,
                                unsigned flags) {
  adopted* memory = new_adopted(type, descr, elements, context);
  if (!memory) return NULL;
  PyObject* capsule = PyCapsule_New(memory, kCapsuleName, free_adopted_of);
  if (!capsule) {
    free_adopted(memory);
    return NULL;
  }
  PyObject* array = descryi_wrap_array(elements, descr, capsule, flags);
  if (array) memory->release = release;  // nothing can fail any more
  return array;
}

PyObject* descry_adopt(const descry_type* type, void* data, int ndim, const Py_ssize_t* shape,
                       const Py_ssize_t* strides, void (*release)(void* data, void* context),
                       void* context, unsigned flags) {
  if (!release) {
    descryi_raise_release_missing(type->name);
    return NULL;
  }
  PyObject* descr = descryi_dtype_borrow(type);
  if (!descr) return NULL;
  descryi_elements elements;
  if (descryi_wrap_init(&elements, type, descr, data, ndim, shape, strides, flags) < 0) {
    return NULL;
  }
  return adopt_elements(type, descr, &elements, release, context, flags);
}
