// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include "src/array/raise.h"
#include "src/array/slots.h"
#include "src/base/errors.h"
#include "src/view/path.h"
#include "src/view/requirements.h"

// Sets `index` to that of element number `flat` in C order. Returns the element's address.
static const char* element_at(const descry_view* view, Py_ssize_t flat, Py_ssize_t* index) {
  const char* address = view->data;
  for (int axis = view->ndim - 1; axis >= 0; --axis) {
    index[axis] = flat % view->shape[axis];
    flat /= view->shape[axis];
    address += index[axis] * view->strides[axis];
  }
  return address;
}

static PyTypeObject* class_of(const descryi_object_slot* slot) {
  return *slot->object_type->class_ptr;
}

// There was a class when the dtype was built, but its owner may have taken it away since.
static int check_classes(const descryi_slots* slots) {
  for (Py_ssize_t i = 0; i < slots->count; ++i) {
    const descry_type* type = slots->items[i].object_type;
    if (type && !*type->class_ptr) return descryi_raise(DESCRYI_CLASS_NOT_MADE, type->name);
  }
  return 0;
}

// Names the element, the field and the class of the object that was found there. Returns -1.
static int refuse_object(const descry_view* view, const Py_ssize_t* index,
                         const descryi_object_slot* slot, PyObject* object) {
  PyObject* wanted = (PyObject*)class_of(slot);
  PyObject* got = object ? (PyObject*)Py_TYPE(object) : Py_None;
  PyObject* place = descryi_tuple_of(view->ndim, index);
  PyObject* path = place ? descryi_path_of_slot(view->type, slot->offset) : NULL;
  if (path && PyUnicode_GetLength(path) > 0) {
    descryi_raise(DESCRYI_VIEW_OBJECT_IN_FIELD, wanted, path, place, view->type->name, got);
  } else if (path) {
    descryi_raise(DESCRYI_VIEW_OBJECT, wanted, place, view->type->name, got);
  }
  Py_XDECREF(place);
  Py_XDECREF(path);
  return -1;
}

// Returns the slot whose object is not of its class, or NULL.
static const descryi_object_slot* find_stranger(const descryi_slots* slots, const char* element,
                                                PyObject** object) {
  for (Py_ssize_t i = 0; i < slots->count; ++i) {
    const descryi_object_slot* slot = &slots->items[i];
    if (!slot->object_type) continue;
    memcpy(object, element + slot->offset, sizeof *object);
    if (!*object || !PyObject_TypeCheck(*object, class_of(slot))) return slot;
  }
  return NULL;
}

static int check_elements(const descry_view* view, const descryi_slots* slots) {
  Py_ssize_t index[DESCRYI_MAXDIMS_2];
  for (Py_ssize_t flat = 0; flat < view->size; ++flat) {
    PyObject* object;
    const char* element = element_at(view, flat, index);
    const descryi_object_slot* slot = find_stranger(slots, element, &object);
    if (slot) return refuse_object(view, index, slot, object);
  }
  return 0;
}

int descryi_check_objects(const descry_view* view, PyObject* descr) {
  descryi_slots slots;
  if (descryi_slots_init(&slots, view->type, descr) < 0) return -1;
  int result = check_classes(&slots);
  if (result == 0 && slots.count) result = check_elements(view, &slots);
  descryi_slots_clear(&slots);
  return result;
}
