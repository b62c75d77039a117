// SPDX-License-Identifier: BSD-3-Clause
#include "src/array/wrap.h"

#include <descry/array.h>

#include "src/array/messages.h"
#include "src/array/owner.h"
#include "src/dtype/dtype.h"

int descryi_wrap_init(descryi_elements* elements, const descry_type* type, PyObject* descr,
                      const void* data, int ndim, const Py_ssize_t* shape,
                      const Py_ssize_t* strides, unsigned flags) {
  const unsigned access = DESCRY_READ | DESCRY_WRITE;
  if (!(flags & access) || flags & ~(access | DESCRY_UNALIGNED)) {
    return descryi_raise_access_unknown(flags);
  }
  if (descryi_elements_init(elements, type, descr, data, ndim, shape, strides) < 0) return -1;
  if (!(flags & DESCRY_UNALIGNED) && descryi_elements_check_alignment(elements, type) < 0) {
    return -1;
  }
  if (!(flags & DESCRY_WRITE) || elements->natural) return 0;
  return descryi_elements_check_apart(elements, type);
}

// What stands for the memory of an empty array that has none: NumPy would allocate some where it is
// given NULL.
static union {
  char byte;
  double aligned;
} nothing;

// A base is set always: NumPy before 2.3 lets Python make a read-only array without one writeable.
PyObject* descryi_wrap_array(const descryi_elements* elements, PyObject* descr, PyObject* base,
                             unsigned flags) {
  void* const data = elements->data ? elements->data : &nothing.byte;
  const int array_flags = flags & DESCRY_WRITE ? DESCRYI_ARRAY_WRITEABLE : 0;
  Py_INCREF(descr);
  PyObject* array = descryi_np.new_from_descr(
      descryi_np.array_type, descr, elements->ndim, elements->shape,
      elements->natural ? NULL : elements->strides, data, array_flags, NULL);
  if (!array) {
    Py_DECREF(base);
  } else if (descryi_np.set_base_object(array, base) < 0) {
    Py_CLEAR(array);
  }
  return array;
}

PyObject* descry_wrap(const descry_type* type, void* data, int ndim, const Py_ssize_t* shape,
                      const Py_ssize_t* strides, PyObject* owner, unsigned flags) {
  PyObject* descr = descryi_dtype_borrow(type);
  if (!descr) return NULL;
  descryi_elements elements;
  if (descryi_wrap_init(&elements, type, descr, data, ndim, shape, strides, flags) < 0) {
    return NULL;
  }
  Py_INCREF(descr);  // the owner may run code of Python's
  PyObject* base = descryi_owner_base(owner, &elements, type, descr, flags);
  PyObject* array = base ? descryi_wrap_array(&elements, descr, base, flags) : NULL;
  Py_DECREF(descr);
  return array;
}

// Sets `*shape` to all the elements in `length` bytes. Returns 0, or -1 with ValueError.
static int shape_of_all(const descry_type* type, Py_ssize_t length, Py_ssize_t offset,
                        Py_ssize_t* shape) {
  const Py_ssize_t itemsize = (Py_ssize_t)type->size;
  const Py_ssize_t bytes = length - offset;
  if (itemsize == 0 || bytes % itemsize != 0) {
    return descryi_raise_buffer_rest(bytes, offset, type->name, type->size);
  }
  *shape = bytes / itemsize;
  return 0;
}

// Returns a new array over the buffer, or NULL with an exception set. Steals `held`, also on
// failure.
static PyObject* wrap_held(const descry_type* type, PyObject* descr, PyObject* exporter,
                           descryi_held_buffer* held, Py_ssize_t offset, int ndim,
                           const Py_ssize_t* shape, const Py_ssize_t* strides, unsigned flags) {
  const Py_buffer* const buffer = &held->buffer;
  descryi_elements elements;
  Py_ssize_t all;
  int result = 0;
  if (offset < 0 || offset > buffer->len) {
    result = descryi_raise_buffer_offset(offset, buffer->len);
  } else if (!shape && ndim == 1 && !strides) {
    result = shape_of_all(type, buffer->len, offset, &all);
    shape = &all;
  }
  if (result == 0) {
    result = descryi_wrap_init(&elements, type, descr, (char*)buffer->buf + offset, ndim, shape,
                               strides, flags);
  }
  if (result == 0) result = descryi_owner_check(held, &elements, type, descr, exporter, flags);
  if (result < 0) {
    descryi_held_buffers_release(held);
    return NULL;
  }
  PyObject* base = descryi_owner_of_buffer(held);
  return base ? descryi_wrap_array(&elements, descr, base, flags) : NULL;
}

PyObject* descry_wrap_buffer(const descry_type* type, PyObject* exporter, Py_ssize_t offset,
                             int ndim, const Py_ssize_t* shape, const Py_ssize_t* strides,
                             unsigned flags) {
  PyObject* descr = descryi_dtype_borrow(type);
  if (!descr) return NULL;
  descryi_held_buffer* held = descryi_held_buffer_new(exporter, PyBUF_SIMPLE, NULL);
  if (!held) return NULL;
  Py_INCREF(descr);  // the exporter may have run code of Python's
  PyObject* array = wrap_held(type, descr, exporter, held, offset, ndim, shape, strides, flags);
  Py_DECREF(descr);
  return array;
}
