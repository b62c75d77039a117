// SPDX-License-Identifier: BSD-3-Clause
// Where a type's elements hold Python objects. Found from the declaration, so that nothing that
// happens to the dtype meanwhile matters.
#ifndef DESCRY_SRC_ARRAY_OBJECT_SLOTS_H_
#define DESCRY_SRC_ARRAY_OBJECT_SLOTS_H_

#include <descry/type.h>

#include "src/base/numpy.h"
#include "src/base/python.h"

// One `PyObject *` inside an element.
typedef struct descryi_object_slot {
  size_t offset;                   // bytes from the start of the element
  const descry_type* object_type;  // the type that says its class, or NULL where any object will do
} descryi_object_slot;

// Those of one type, in the order of the declaration.
typedef struct descryi_object_slots {
  Py_ssize_t count;
  descryi_object_slot* items;
} descryi_object_slots;

// Whether there are any, as NumPy sees it: one flag of the dtype.
static inline bool descryi_descr_has_objects(PyObject* descr) {
  return (descryi_descr_flags(descr) & DESCRYI_DESCR_HASOBJECT) != 0;
}

// Finds the slots of `type`; none where `descr`, its dtype, has no objects. Returns 0, or -1 with
// MemoryError and nothing to clear. GIL held.
int descryi_object_slots_init(descryi_object_slots* slots, const descry_type* type,
                              PyObject* descr);

void descryi_object_slots_clear(descryi_object_slots* slots);

// What can be done with the slots of one element, which need not be aligned. `slots` is a
// descryi_object_slots; GIL held.
//
// The element's bytes were copied from another one: take references of its own. Slots that are NULL
// become None.
void descryi_object_slots_own(char* element, const void* slots);
// Drop the references and leave NULL.
void descryi_object_slots_drop(char* element, const void* slots);

// The same for `count` elements one after the other.
void descryi_object_slots_own_all(const descryi_object_slots* slots, char* data, Py_ssize_t count,
                                  Py_ssize_t itemsize);

#endif  // DESCRY_SRC_ARRAY_OBJECT_SLOTS_H_
