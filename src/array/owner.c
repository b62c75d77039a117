// SPDX-License-Identifier: BSD-3-Clause
#include "src/array/owner.h"

#include <descry/array.h>
#include <stdint.h>

#include "src/base/errors.h"

// Memory that an owner is known to have.
typedef struct known_memory {
  const char* start;
  Py_ssize_t length;  // bytes
  bool writeable;
} known_memory;

static const char* const kCapsuleName = "descry.owner";

static void drop_owner(PyObject* capsule) {
  Py_DECREF((PyObject*)PyCapsule_GetPointer(capsule, kCapsuleName));
}

// Returns a new capsule that keeps `owner` alive and says nothing about its memory.
static PyObject* hide_owner(PyObject* owner) {
  PyObject* capsule = PyCapsule_New(owner, kCapsuleName, drop_owner);
  if (capsule) Py_INCREF(owner);
  return capsule;
}

static known_memory array_memory(PyObject* owner) {
  const descryi_array* array = descryi_as_array(owner);
  Py_ssize_t low = 0;
  Py_ssize_t high = descryi_descr_itemsize(array->descr);
  for (int axis = 0; axis < array->nd; ++axis) {
    if (array->dimensions[axis] == 0) return (known_memory){NULL, 0, false};
    const Py_ssize_t reach = (array->dimensions[axis] - 1) * array->strides[axis];
    *(reach < 0 ? &low : &high) += reach;
  }
  const bool writeable = (descryi_array_flags(owner) & DESCRYI_ARRAY_WRITEABLE) != 0;
  return (known_memory){array->data + low, high - low, writeable};
}

// An owner that has a buffer and does not give it out as one block is one whose memory is not
// known.
static known_memory buffer_memory(PyObject* owner) {
  Py_buffer buffer;
  if (PyObject_GetBuffer(owner, &buffer, PyBUF_SIMPLE) < 0) {
    PyErr_Clear();
    return (known_memory){NULL, 0, false};
  }
  const known_memory memory = {buffer.buf, buffer.len, !buffer.readonly};
  PyBuffer_Release(&buffer);
  return memory;
}

static bool holds(const known_memory* memory, const void* data) {
  const uintptr_t start = (uintptr_t)memory->start;
  return (uintptr_t)data >= start && (uintptr_t)data - start < (uintptr_t)memory->length;
}

static int check_inside(const known_memory* memory, const descryi_elements* elements,
                        const descry_type* type, PyObject* owner, unsigned flags) {
  if ((flags & DESCRY_WRITE) && !memory->writeable) {
    return descryi_raise(DESCRYI_OWNER_READ_ONLY, type->name, Py_TYPE(owner));
  }
  const Py_ssize_t at = elements->data - memory->start;
  const Py_ssize_t before = -elements->low;
  if (before <= at && elements->high <= memory->length - at) return 0;
  return descryi_raise(DESCRYI_OWNER_LEFT, type->name, at + elements->low, at + elements->high,
                       memory->length, Py_TYPE(owner));
}

// Returns a new memoryview of `owner`, a read-only one where the array is not to be written.
static PyObject* pin_buffer(PyObject* owner, unsigned flags) {
  PyObject* pin = PyMemoryView_FromObject(owner);
  if (!pin || (flags & DESCRY_WRITE)) return pin;
  PyObject* read_only = PyObject_CallMethod(pin, "toreadonly", NULL);
  Py_DECREF(pin);
  return read_only;
}

static PyObject* buffer_base(PyObject* owner, const descryi_elements* elements,
                             const descry_type* type, unsigned flags) {
  const bool is_array = descryi_is_array(owner);
  const known_memory memory = is_array ? array_memory(owner) : buffer_memory(owner);
  const bool inside = elements->size > 0 && holds(&memory, elements->data);
  if (inside && check_inside(&memory, elements, type, owner, flags) < 0) return NULL;
  if (inside && !is_array && !PyBytes_Check(owner)) return pin_buffer(owner, flags);
  const bool read_only_for_good = !is_array && memory.start && !memory.writeable;
  if (!(flags & DESCRY_WRITE) && !read_only_for_good) return hide_owner(owner);
  Py_INCREF(owner);
  return owner;
}

PyObject* descryi_owner_base(PyObject* owner, const descryi_elements* elements,
                             const descry_type* type, unsigned flags) {
  if (!owner) owner = Py_None;
  if (PyObject_CheckBuffer(owner)) return buffer_base(owner, elements, type, flags);
  Py_INCREF(owner);
  return owner;
}
