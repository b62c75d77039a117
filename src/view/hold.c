// SPDX-License-Identifier: BSD-3-Clause
#include "src/view/hold.h"

#include "src/borrow/shared_table.h"

// Returns the object whose memory `array` shows (borrowed): the array itself, or the end of its
// chain of bases.
static PyObject* memory_owner(PyObject* array) {
  PyObject* object = array;
  for (;;) {
    PyObject* base = NULL;
    if (descryi_is_array(object)) {
      const int owns = DESCRYI_ARRAY_OWNDATA | DESCRYI_ARRAY_WRITEBACK;
      base = descryi_array_flags(object) & owns ? NULL : descryi_as_array(object)->base;
    } else if (descryi_is_void(object)) {
      base = descryi_as_void(object)->base;
    }
    if (!base || base == Py_None) return object;
    object = base;
  }
}

// The end of the chain is held for itself: Python can take an array's base away from it.
int descryi_hold_memory(descry_view_hold* hold, PyObject* array) {
  PyObject* owner = memory_owner(array);
  if (descryi_is_array(owner)) {
    if (descryi_pin_take(owner) < 0) return -1;
    hold->pinned = owner;
    hold->pinned_data = descryi_as_array(owner)->data;
  }
  if (owner == array) return 0;
  Py_INCREF(owner);
  hold->owner = owner;
  return 0;
}

int descryi_hold_borrow(descry_view_hold* hold, const descry_view* view, PyObject* array) {
  const descryi_memory memory = {
      .data = view->data,
      .ndim = view->ndim,
      .shape = view->shape,
      .strides = view->strides,
      .itemsize = (size_t)view->itemsize,
      .kind = descryi_descr_kind(descryi_as_array(array)->descr),
  };
  return descryi_borrow_take(&hold->borrow, array, &memory, (view->flags & DESCRY_WRITE) != 0,
                             view->priv.file, view->priv.line);
}

descryi_lease* descryi_lease_share(descry_view* view) {
  descryi_lease* lease = view->priv.lease;
  if (!lease) {
    lease = PyMem_Malloc(sizeof *lease);
    if (!lease) {
      PyErr_NoMemory();
      return NULL;
    }
    lease->views = 1;
    lease->hold = view->priv.hold;
    view->priv.lease = lease;
  }
  __atomic_add_fetch(&lease->views, 1, __ATOMIC_RELAXED);
  return lease;
}
