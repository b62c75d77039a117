// SPDX-License-Identifier: BSD-3-Clause
// Views that DESCRY_VIEW() prepared, opened for the arguments of a call: one at a time for
// PyArg_Parse, or several at once.
#include <descry/view.h>

#include "src/base/numpy.h"
#include "src/view/hold.h"
#include "src/view/messages.h"

// Opens the view as it was asked for, with `more` flags. What it had open from an earlier call is
// released. Returns 0, or -1 with an exception set; the request stays in either case.
static int open_requested(descry_view* view, PyObject* object, unsigned more) {
  const descryi_view_request request = view->priv.request;
  const char* const file = view->priv.file;
  const int line = view->priv.line;
  if (!request.type) return descryi_raise_view_not_prepared();
  descry_view_release(view);
  const int result = descry_view_acquire_at(view, object, request.type, request.ndim,
                                            request.flags | more, file, line);
  view->priv.request = request;
  view->priv.file = file;
  view->priv.line = line;
  return result;
}

// The parser calls a second time with no object where a later argument fails.
int descry_view_converter(PyObject* object, void* view) {
  if (object) return open_requested(view, object, 0) < 0 ? 0 : Py_CLEANUP_SUPPORTED;
  descry_view_release(view);
  return 0;
}

static bool asks_to_write(const descry_view* view) {
  return (view->priv.request.flags & DESCRY_WRITE) != 0;
}

static bool asks_to_borrow(const descry_view* view) {
  return !(view->priv.request.flags & DESCRY_UNBORROWED);
}

// Whether two objects are arrays of the very same elements, or one and the same object.
static bool same_elements(PyObject* one, PyObject* other) {
  if (one == other) return true;
  if (!descryi_is_array(one) || !descryi_is_array(other)) return false;
  const descryi_array *a = descryi_as_array(one), *b = descryi_as_array(other);
  bool same = a->data == b->data && a->nd == b->nd &&
              descryi_descr_itemsize(a->descr) == descryi_descr_itemsize(b->descr);
  for (int axis = 0; same && axis < a->nd; ++axis) {
    same = a->dimensions[axis] == b->dimensions[axis] &&
           (a->strides[axis] == b->strides[axis] || a->dimensions[axis] < 2);
  }
  return same;
}

// Returns the view to write the very elements that number `index`, one to read, is of; or NULL.
// REQUIRES: the views to write are open.
static descry_view* find_writer(int n, descry_view* const* views, PyObject* const* objects,
                                int index) {
  for (int i = 0; i < n; ++i) {
    if (i == index || !asks_to_write(views[i]) || !asks_to_borrow(views[i])) continue;
    if (same_elements(objects[i], objects[index])) return views[i];
  }
  return NULL;
}

// Opens number `index`, one to read, after those to write.
static int open_reader(int n, descry_view* const* views, PyObject* const* objects, int index) {
  descry_view* const view = views[index];
  descry_view* const writer = asks_to_borrow(view) ? find_writer(n, views, objects, index) : NULL;
  if (!writer) return open_requested(view, objects[index], 0);
  if (open_requested(view, objects[index], DESCRY_UNBORROWED) < 0) return -1;
  view->flags &= ~(unsigned)DESCRY_UNBORROWED;
  return descryi_hold_share_borrow(&writer->priv.hold, &view->priv.hold);
}

// Those to write come first, so that a borrow to read that one of them has to share need not be
// made another.
static int open_all(int n, descry_view* const* views, PyObject* const* objects) {
  if (descryi_numpy_ensure() < 0) return -1;
  for (int i = 0; i < n; ++i) {
    if (asks_to_write(views[i]) && open_requested(views[i], objects[i], 0) < 0) return -1;
  }
  for (int i = 0; i < n; ++i) {
    if (!asks_to_write(views[i]) && open_reader(n, views, objects, i) < 0) return -1;
  }
  return 0;
}

int descry_views_open(int n, descry_view* const* views, PyObject* const* objects) {
  for (int i = 0; i < n; ++i) descry_view_release(views[i]);
  if (open_all(n, views, objects) == 0) return 0;
  for (int i = 0; i < n; ++i) descry_view_release(views[i]);
  return -1;
}
