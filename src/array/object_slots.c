// SPDX-License-Identifier: BSD-3-Clause
#include "src/array/object_slots.h"

#include <string.h>

#include "src/declare/field_form.h"

static int add_type_slots(descryi_object_slots* slots, const descry_type* type, size_t offset);

// Adds one slot. The array doubles whenever its length is a power of two.
static int add_slot(descryi_object_slots* slots, size_t offset, const descry_type* object_type) {
  const Py_ssize_t count = slots->count;
  if ((count & (count - 1)) == 0) {
    const size_t room = count ? 2 * (size_t)count : 1;
    void* grown = PyMem_Realloc(slots->items, room * sizeof *slots->items);
    if (!grown) {
      PyErr_NoMemory();
      return -1;
    }
    slots->items = grown;
  }
  slots->items[count] = (descryi_object_slot){offset, object_type};
  slots->count = count + 1;
  return 0;
}

static int add_field_slots(descryi_object_slots* slots, const descry_field* field, size_t offset) {
  const size_t step = descry_field_itemsize(field);
  const size_t end = offset + field->offset + descry_field_size(field);
  const Py_ssize_t before = slots->count;
  for (size_t at = offset + field->offset; at < end; at += step) {
    if (add_type_slots(slots, field->element, at) < 0) return -1;
    if (slots->count == before) break;  // no objects in the first element, none in the others
  }
  return 0;
}

static int add_type_slots(descryi_object_slots* slots, const descry_type* type, size_t offset) {
  if (type->kind == DESCRY_KIND_OBJECT) return add_slot(slots, offset, type);
  if (type->kind == DESCRY_KIND_ELEMENT) {
    return type->code[0] == 'O' ? add_slot(slots, offset, NULL) : 0;
  }
  const descry_field* target = descryi_type_target_field(type);
  if (target) return add_field_slots(slots, target, offset);
  for (size_t i = 0; i < type->field_count; ++i) {
    if (add_field_slots(slots, &type->fields[i], offset) < 0) return -1;
  }
  return 0;
}

int descryi_object_slots_init(descryi_object_slots* slots, const descry_type* type,
                              PyObject* descr) {
  memset(slots, 0, sizeof *slots);
  if (!descryi_descr_has_objects(descr) || add_type_slots(slots, type, 0) == 0) return 0;
  descryi_object_slots_clear(slots);
  return -1;
}

void descryi_object_slots_clear(descryi_object_slots* slots) {
  PyMem_Free(slots->items);
  memset(slots, 0, sizeof *slots);
}

void descryi_object_slots_own(char* element, const void* context) {
  const descryi_object_slots* slots = context;
  for (Py_ssize_t i = 0; i < slots->count; ++i) {
    char* const place = element + slots->items[i].offset;
    PyObject* object;
    memcpy(&object, place, sizeof object);
    if (!object) object = Py_None;
    Py_INCREF(object);
    memcpy(place, &object, sizeof object);
  }
}

void descryi_object_slots_drop(char* element, const void* context) {
  const descryi_object_slots* slots = context;
  for (Py_ssize_t i = 0; i < slots->count; ++i) {
    char* const place = element + slots->items[i].offset;
    PyObject* object;
    memcpy(&object, place, sizeof object);
    memset(place, 0, sizeof object);
    Py_XDECREF(object);
  }
}

void descryi_object_slots_own_all(const descryi_object_slots* slots, char* data, Py_ssize_t count,
                                  Py_ssize_t itemsize) {
  if (slots->count == 0) return;
  for (Py_ssize_t i = 0; i < count; ++i) descryi_object_slots_own(data + i * itemsize, slots);
}
