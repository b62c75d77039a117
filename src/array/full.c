// SPDX-License-Identifier: BSD-3-Clause
#include <descry/array.h>
#include <string.h>

#include "src/array/block.h"
#include "src/array/fresh.h"
#include "src/array/messages.h"

// Repeats `value` over `bytes` bytes, a multiple of `itemsize`, by doubling what is there.
static void repeat(char* data, size_t bytes, const void* value, size_t itemsize) {
  if (bytes == 0) return;
  memcpy(data, value, itemsize);
  for (size_t done = itemsize; done < bytes;) {
    const size_t more = done < bytes - done ? done : bytes - done;
    memcpy(data + done, data, more);
    done += more;
  }
}

PyObject* descry_full(const descry_type* type, int ndim, const Py_ssize_t* shape, int order,
                      const void* value) {
  Py_ssize_t size;
  PyObject* descr = descryi_fresh_dtype(type, ndim, shape, order, &size);
  if (!descr) return NULL;
  if (!value) {
    descryi_raise_value_missing(type->name);
    Py_DECREF(descr);
    return NULL;
  }
  const Py_ssize_t itemsize = (Py_ssize_t)type->size;
  PyObject* array = descryi_block_new(type, descr, ndim, shape, order, false);
  if (!array) return NULL;
  repeat(descryi_as_array(array)->data, (size_t)(size * itemsize), value, (size_t)itemsize);
  return descryi_block_own(type, array, size);
}
