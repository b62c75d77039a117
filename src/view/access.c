// SPDX-License-Identifier: BSD-3-Clause
// What an open view is asked for: an element, a member of its elements.
#include <descry/view.h>
#include <string.h>

#include "src/view/dimensions.h"
#include "src/view/hold.h"
#include "src/view/messages.h"
#include "src/view/path.h"

void* descry_view_get(const descry_view* view, size_t itemsize, int count,
                      const Py_ssize_t* index) {
  if (itemsize != (size_t)view->itemsize) {
    descryi_raise_get_itemsize(view->type ? view->type->name : "a closed view", view->itemsize,
                               itemsize);
    return NULL;
  }
  if (count != view->ndim) {
    descryi_raise_get_count(view->ndim, count);
    return NULL;
  }
  char* address = view->data;
  for (int axis = 0; axis < count; ++axis) {
    const Py_ssize_t length = view->shape[axis];
    const Py_ssize_t at = index[axis] < 0 ? index[axis] + length : index[axis];
    if (at < 0 || at >= length) {
      descryi_raise_get_index(index[axis], axis, length);
      return NULL;
    }
    address += at * view->strides[axis];
  }
  return address;
}

// Sets the dimensions of a view of members: those of the records, then those of the member.
static int set_member_dimensions(descry_view* out, const descry_view* view,
                                 const descryi_member_form* member) {
  Py_ssize_t* shape;
  if (descryi_dimensions_room(out, view->ndim + member->ndim, &shape) < 0) return -1;
  Py_ssize_t* strides = shape + out->ndim;
  for (int axis = 0; axis < out->ndim; ++axis) {
    const int inner = axis - view->ndim;
    shape[axis] = inner < 0 ? view->shape[axis] : member->shape[inner];
    strides[axis] = inner < 0 ? view->strides[axis] : member->strides[inner];
  }
  descryi_dimensions_measure(out);
  return 0;
}

// Lets `out` have what `view` holds, and the array.
static int share_hold(descry_view* out, const descry_view* view) {
  out->priv.shared_hold = descryi_hold_share((descry_view*)view);
  if (!out->priv.shared_hold) return -1;
  Py_INCREF(view->array);
  out->array = view->array;
  return 0;
}

static int open_same(descry_view* out, const descry_view* view) {
  static const descryi_member_form kSelf;
  out->type = view->type;
  out->data = view->data;
  out->itemsize = view->itemsize;
  out->flags = view->flags;
  return set_member_dimensions(out, view, &kSelf) < 0 ? -1 : share_hold(out, view);
}

int descryi_view_share(const descry_view* view, descry_view* out) {
  memset(out, 0, sizeof *out);
  if (open_same(out, view) == 0) return 0;
  descryi_dimensions_clear(out);
  memset(out, 0, sizeof *out);
  return -1;
}

static int open_field(descry_view* out, const descry_view* view, const char* path) {
  descryi_member_form member;
  if (descryi_path_resolve(view->type, path, &member) < 0) return -1;
  out->type = member.type;
  out->data = view->data + member.offset;
  out->itemsize = (Py_ssize_t)member.itemsize;
  out->flags = view->flags;
  if (set_member_dimensions(out, view, &member) < 0) return -1;
  return share_hold(out, view);
}

int descry_view_field(const descry_view* view, const char* path, descry_view* out) {
  out->priv.dimensions = NULL;
  out->priv.hold.is_row = false;
  if (open_field(out, view, path) == 0) return 0;
  descryi_dimensions_clear(out);
  memset(out, 0, sizeof *out);
  return -1;
}
