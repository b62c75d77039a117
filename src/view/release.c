// SPDX-License-Identifier: BSD-3-Clause
#include <descry/view.h>

#include "src/base/attach.h"
#include "src/base/numpy.h"
#include "src/view/dimensions.h"
#include "src/view/hold.h"

// Gives back this view's part of a lease, and where it is the last one, what was leased.
static void leave_lease(descryi_lease* lease) {
  if (__atomic_sub_fetch(&lease->views, 1, __ATOMIC_ACQ_REL) > 0) return;
  descryi_hold_give_back(&lease->hold);
  PyMem_Free(lease);
}

// The view is closed first: dropping references may run code that looks at it again. What is the
// library's own in it may keep what it had.
static void release(descry_view* view) {
  PyObject* const array = view->array;
  descryi_lease* const lease = view->priv.lease;
  descryi_dimensions_clear(view);
  view->array = NULL;
  view->data = NULL;
  view->ndim = 0;
  view->shape = view->strides = NULL;
  view->size = view->itemsize = 0;
  view->flags = 0;
  view->type = NULL;
  if (lease) {
    leave_lease(lease);
  } else {
    descryi_hold_give_back(&view->priv.hold);
  }
  Py_DECREF(array);
}

// Without an interpreter, or with another one than that of the view, nothing that the view holds is
// there to be given back.
void descry_view_release(descry_view* view) {
  if (!view->array) return;
  const int attached = descryi_numpy_has_ended() ? -1 : descryi_attach();
  if (attached < 0) {
    *view = (descry_view){0};
    return;
  }
  release(view);
  descryi_detach(attached);
}
