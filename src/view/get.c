// SPDX-License-Identifier: BSD-3-Clause
#include <descry/view.h>

#include "src/base/errors.h"

static void* refuse(descryi_message message, Py_ssize_t value, int axis, Py_ssize_t limit) {
  descryi_raise(message, value, axis, limit);
  return NULL;
}

void* descry_view_get(const descry_view* view, size_t itemsize, int count,
                      const Py_ssize_t* index) {
  if (itemsize != (size_t)view->itemsize) {
    descryi_raise(DESCRYI_GET_ITEMSIZE, view->type ? view->type->name : "a closed view",
                  view->itemsize, itemsize);
    return NULL;
  }
  if (count != view->ndim) {
    descryi_raise(DESCRYI_GET_COUNT, view->ndim, count);
    return NULL;
  }
  char* address = view->data;
  for (int axis = 0; axis < count; ++axis) {
    const Py_ssize_t length = view->shape[axis];
    const Py_ssize_t at = index[axis] < 0 ? index[axis] + length : index[axis];
    if (at < 0 || at >= length) return refuse(DESCRYI_GET_INDEX, index[axis], axis, length);
    address += at * view->strides[axis];
  }
  return address;
}
