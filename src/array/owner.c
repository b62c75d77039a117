// SPDX-License-Identifier: BSD-3-Clause
#include "src/array/owner.h"

#include <descry/array.h>
#include <stdint.h>
#include <stdlib.h>

#include "src/array/messages.h"

// Copies of descry of other modules look behind these capsules too: another layout of what is in
// one takes another name.
static const char* const kBufferName = "descry.buffer";
static const char* const kOwnerName = "descry.owner";

descryi_held_buffer* descryi_held_buffer_new(PyObject* exporter, int flags,
                                             descryi_held_buffer* next) {
  descryi_held_buffer* held = malloc(sizeof *held);
  if (!held) {
    PyErr_NoMemory();
    return NULL;
  }
  if (PyObject_GetBuffer(exporter, &held->buffer, flags) < 0) {
    free(held);
    return NULL;
  }
  Py_INCREF(exporter);
  held->exporter = exporter;
  held->next = next;
  return held;
}

void descryi_held_buffers_release(descryi_held_buffer* first) {
  while (first) {
    descryi_held_buffer* const next = first->next;
    PyBuffer_Release(&first->buffer);
    Py_DECREF(first->exporter);
    free(first);
    first = next;
  }
}

static void drop_buffer(PyObject* capsule) {
  descryi_held_buffers_release(PyCapsule_GetPointer(capsule, kBufferName));
}

PyObject* descryi_owner_of_buffer(descryi_held_buffer* held) {
  PyObject* capsule = PyCapsule_New(held, kBufferName, drop_buffer);
  if (!capsule) descryi_held_buffers_release(held);
  return capsule;
}

static void drop_owner(PyObject* capsule) {
  Py_DECREF((PyObject*)PyCapsule_GetPointer(capsule, kOwnerName));
}

// Returns a new capsule that keeps `owner` alive and says nothing about its memory.
static PyObject* hide_owner(PyObject* owner) {
  PyObject* capsule = PyCapsule_New(owner, kOwnerName, drop_owner);
  if (capsule) Py_INCREF(owner);
  return capsule;
}

PyObject* descryi_owner_behind(PyObject* object) {
  PyObject* base = NULL;
  if (descryi_is_array(object)) {
    const int owns = DESCRYI_ARRAY_OWNDATA | DESCRYI_ARRAY_WRITEBACK;
    base = descryi_array_flags(object) & owns ? NULL : descryi_as_array(object)->base;
  } else if (descryi_is_void(object)) {
    base = descryi_as_void(object)->base;
  } else if (PyCapsule_IsValid(object, kBufferName)) {
    const descryi_held_buffer* held = PyCapsule_GetPointer(object, kBufferName);
    base = held ? held->exporter : NULL;
  } else if (PyCapsule_IsValid(object, kOwnerName)) {
    // Of hidden owners, only an array is known to be whose memory it is.
    PyObject* const owner = PyCapsule_GetPointer(object, kOwnerName);
    base = owner && descryi_is_array(owner) ? owner : NULL;
  }
  return base == Py_None ? NULL : base;
}

bool descryi_owner_exports(PyObject* object) {
  return PyObject_CheckBuffer(object) && !PyBytes_CheckExact(object) && !descryi_is_array(object) &&
         !descryi_is_scalar(object);
}

// Memory that an owner is known to have.
typedef struct known_memory {
  const char* start;
  Py_ssize_t length;  // bytes
  bool writeable;
} known_memory;

// An array whose strides lead nowhere (as_strided makes them) is one whose memory is not known.
static known_memory array_memory(PyObject* owner) {
  const descryi_array* array = descryi_as_array(owner);
  const known_memory unknown = {NULL, 0, false};
  Py_ssize_t low = 0;
  Py_ssize_t high = descryi_descr_itemsize(array->descr);
  for (int axis = 0; axis < array->nd; ++axis) {
    Py_ssize_t reach;
    if (array->dimensions[axis] == 0) return unknown;
    if (__builtin_mul_overflow(array->dimensions[axis] - 1, array->strides[axis], &reach)) {
      return unknown;
    }
    Py_ssize_t* const end = reach < 0 ? &low : &high;
    if (__builtin_add_overflow(*end, reach, end)) return unknown;
  }
  Py_ssize_t length;
  if (__builtin_sub_overflow(high, low, &length)) return unknown;
  const bool writeable = (descryi_array_flags(owner) & DESCRYI_ARRAY_WRITEABLE) != 0;
  return (known_memory){(const char*)((uintptr_t)array->data + (uintptr_t)low), length, writeable};
}

static bool contains(const known_memory* memory, const void* data) {
  const uintptr_t start = (uintptr_t)memory->start;
  return (uintptr_t)data >= start && (uintptr_t)data - start < (uintptr_t)memory->length;
}

static Py_ssize_t clamped_sum(Py_ssize_t one, Py_ssize_t other) {
  Py_ssize_t sum;
  if (!__builtin_add_overflow(one, other, &sum)) return sum;
  return one < 0 ? INTPTR_MIN : INTPTR_MAX;
}

// Checks that elements in such memory lie inside it, and may be there. Python writes whatever it
// likes to it, also where C would follow a pointer.
static int check_inside(const known_memory* memory, const descryi_elements* elements,
                        const descry_type* type, PyObject* descr, PyObject* owner, unsigned flags) {
  if (descryi_descr_flags(descr) & DESCRYI_DESCR_HASOBJECT) {
    return descryi_raise_owner_objects(type->name, Py_TYPE(owner));
  }
  if ((flags & DESCRY_WRITE) && !memory->writeable) {
    return descryi_raise_owner_read_only(type->name, Py_TYPE(owner));
  }
  const Py_ssize_t at = elements->data - memory->start;
  const Py_ssize_t before = -elements->low;
  if (before <= at && elements->high <= memory->length - at) return 0;
  return descryi_raise_owner_left(type->name, clamped_sum(at, elements->low),
                                  clamped_sum(at, elements->high), memory->length, Py_TYPE(owner));
}

static known_memory memory_of(const descryi_held_buffer* held) {
  const Py_buffer* const buffer = &held->buffer;
  return (known_memory){buffer->buf, buffer->len, !buffer->readonly};
}

int descryi_owner_check(const descryi_held_buffer* held, const descryi_elements* elements,
                        const descry_type* type, PyObject* descr, PyObject* owner, unsigned flags) {
  const known_memory memory = memory_of(held);
  return check_inside(&memory, elements, type, descr, owner, flags);
}

// Whether Python can never ask `owner` for a buffer to write to: a class made in Python can be
// given a `__buffer__` (3.12).
static bool stays_without_buffer(PyObject* owner) {
  return !(PyType_GetFlags(Py_TYPE(owner)) & Py_TPFLAGS_HEAPTYPE);
}

static PyObject* plain_base(PyObject* owner, unsigned flags) {
  const bool writes = (flags & DESCRY_WRITE) != 0;
  const bool is_safe =
      PyBytes_CheckExact(owner) || (!PyObject_CheckBuffer(owner) && stays_without_buffer(owner));
  if (!writes && !is_safe) return hide_owner(owner);
  Py_INCREF(owner);
  return owner;
}

static PyObject* array_base(PyObject* owner, const descryi_elements* elements,
                            const descry_type* type, PyObject* descr, unsigned flags) {
  const known_memory memory = array_memory(owner);
  if (elements->size > 0 && contains(&memory, elements->data) &&
      check_inside(&memory, elements, type, descr, owner, flags) < 0) {
    return NULL;
  }
  return plain_base(owner, flags);
}

// Returns whether what was raised only says that there is no buffer of that kind, and clears it.
static bool clear_refusal(void) {
  if (!PyErr_ExceptionMatches(PyExc_Exception) || PyErr_ExceptionMatches(PyExc_MemoryError)) {
    return false;
  }
  PyErr_Clear();
  return true;
}

// An owner that has a buffer and does not give it out as one block is one whose memory is not
// known.
static PyObject* buffer_base(PyObject* owner, const descryi_elements* elements,
                             const descry_type* type, PyObject* descr, unsigned flags) {
  descryi_held_buffer* held = descryi_held_buffer_new(owner, PyBUF_SIMPLE, NULL);
  if (!held) {
    if (!clear_refusal()) return NULL;
    if (descryi_descr_flags(descr) & DESCRYI_DESCR_HASOBJECT) {
      descryi_raise_owner_objects(type->name, Py_TYPE(owner));
      return NULL;
    }
    return plain_base(owner, flags);
  }
  const known_memory memory = memory_of(held);
  if (elements->size == 0 || !contains(&memory, elements->data)) {
    descryi_held_buffers_release(held);
    return plain_base(owner, flags);
  }
  if (check_inside(&memory, elements, type, descr, owner, flags) < 0) {
    descryi_held_buffers_release(held);
    return NULL;
  }
  return descryi_owner_of_buffer(held);
}

PyObject* descryi_owner_base(PyObject* owner, const descryi_elements* elements,
                             const descry_type* type, PyObject* descr, unsigned flags) {
  if (!owner) owner = Py_None;
  if (descryi_is_array(owner)) return array_base(owner, elements, type, descr, flags);
  if (PyObject_CheckBuffer(owner)) return buffer_base(owner, elements, type, descr, flags);
  return plain_base(owner, flags);
}
