// SPDX-License-Identifier: BSD-3-Clause
// unique.
#include <descry/array.h>
#include <descry/declare.h>
#include <descry/operate.h>
#include <string.h>

#include "src/array/fresh.h"
#include "src/loop/elements.h"
#include "src/operate/messages.h"
#include "src/operate/order.h"
#include "src/view/hold.h"

enum { RESULTS = DESCRY_INDICES | DESCRY_INVERSE | DESCRY_COUNTS };

// The elements of a view in one row, and which are equal.
typedef struct equal_elements {
  descry_view kept;
  const descry_view* view;  // which is that
  PyObject* copy;           // of the elements, where they do not lie in a row; or NULL
  const char* data;
  Py_ssize_t stride;
  descryi_keys keys;
  descryi_order order;
  Py_ssize_t count;  // groups; the first place of each has `rank` 1, the others 0
} equal_elements;

// Sets the row; what has gaps and several dimensions is copied.
static int set_group_row(equal_elements* all) {
  const descry_view* view = all->view;
  descry_view into = {0};
  all->data = view->data;
  all->stride = view->ndim == 1 ? view->strides[0] : view->itemsize;
  if (view->ndim <= 1 || (view->flags & DESCRY_C_CONTIGUOUS)) return 0;
  all->copy = descry_empty(view->type, view->ndim, view->shape, DESCRY_C_ORDER);
  if (!all->copy) return -1;
  all->data = descryi_as_array(all->copy)->data;
  Py_ssize_t strides[DESCRY_LOOP_NDIM];
  descryi_strides_set(strides, view->ndim, view->shape, view->itemsize, DESCRY_C_ORDER);
  descryi_view_stand_in(&into, view, (char*)all->data, view->shape, strides);
  return descryi_copy_elements(&into, view, NULL);
}

// Marks the first of each group.
static int mark_groups(equal_elements* all) {
  descryi_place* const places = all->order.places;
  for (Py_ssize_t i = 0; i < all->order.count; ++i) {
    const bool same =
        i > 0 && descryi_order_same(&all->order, places[i - 1].index, places[i].index);
    if (all->keys.has_objects && PyErr_Occurred()) return -1;
    places[i].rank = !same;
    all->count += !same;
  }
  return 0;
}

static int find_groups(equal_elements* all) {
  if (descryi_order_run(&all->order, all->data, all->stride) < 0) return -1;
  return mark_groups(all);
}

static int begin_groups(equal_elements* all, const descry_view* view, const char* path,
                        unsigned flags) {
  *all = (equal_elements){.view = &all->kept};
  if (descryi_view_keep(view, &all->kept) < 0) return -1;
  view = all->view;
  const bool descending = (flags & DESCRY_DESCENDING) != 0;
  if (descryi_keys_init(&all->keys, view->type, (size_t)view->itemsize, path, descending) < 0 ||
      set_group_row(all) < 0 || descryi_order_init(&all->order, &all->keys, view->size) < 0) {
    return -1;
  }
  if (all->keys.has_objects || view->size < DESCRYI_ORDER_RELEASE_FROM) return find_groups(all);
  PyThreadState* const state = PyEval_SaveThread();
  const int result = find_groups(all);
  PyEval_RestoreThread(state);
  return result;
}

static void end_groups(equal_elements* all) {
  descryi_keys_clear(&all->keys);
  descryi_order_clear(&all->order);
  Py_XDECREF(all->copy);
  descryi_view_keep_end(&all->kept);
}

// Returns a new array of the first element of each group, or NULL with an exception set.
static PyObject* elements_of(const equal_elements* all) {
  const descry_type* type = all->view->type;
  Py_ssize_t size;
  PyObject* descr = descryi_fresh_dtype(type, 1, &all->count, DESCRY_C_ORDER, &size);
  PyObject* array =
      descr ? descryi_fresh_new(type, descr, 1, &all->count, DESCRY_C_ORDER, false) : NULL;
  if (!array) return NULL;
  char* to = descryi_as_array(array)->data;
  for (Py_ssize_t i = 0; i < all->order.count; ++i) {
    if (!all->order.places[i].rank) continue;
    memcpy(to, all->data + all->order.places[i].index * all->stride, type->size);
    to += type->size;
  }
  return descryi_fresh_own(type, array, size);
}

// Returns a new array of intp, not filled yet, with its elements in `*data`.
static PyObject* new_indices(int ndim, const Py_ssize_t* shape, Py_ssize_t** data) {
  PyObject* array = descry_empty(DESCRY_TYPE(intp), ndim, shape, DESCRY_C_ORDER);
  if (array) *data = (Py_ssize_t*)(void*)descryi_as_array(array)->data;
  return array;
}

static PyObject* indices_of(const equal_elements* all) {
  Py_ssize_t* to;
  PyObject* array = new_indices(1, &all->count, &to);
  for (Py_ssize_t i = 0; array && i < all->order.count; ++i) {
    if (all->order.places[i].rank) *to++ = all->order.places[i].index;
  }
  return array;
}

static PyObject* inverse_of(const equal_elements* all) {
  Py_ssize_t *to, group = -1;
  PyObject* array = new_indices(all->view->ndim, all->view->shape, &to);
  for (Py_ssize_t i = 0; array && i < all->order.count; ++i) {
    group += (Py_ssize_t)all->order.places[i].rank;
    to[all->order.places[i].index] = group;
  }
  return array;
}

static PyObject* counts_of(const equal_elements* all) {
  Py_ssize_t* to;
  PyObject* array = new_indices(1, &all->count, &to);
  if (!array) return NULL;
  --to;
  for (Py_ssize_t i = 0; i < all->order.count; ++i) {
    if (all->order.places[i].rank) *++to = 0;
    ++*to;
  }
  return array;
}

static PyObject* results_of(const equal_elements* all, unsigned flags) {
  static const struct {
    unsigned flag;
    PyObject* (*make)(const equal_elements*);
  } kParts[] = {{0, elements_of},
                {DESCRY_INDICES, indices_of},
                {DESCRY_INVERSE, inverse_of},
                {DESCRY_COUNTS, counts_of}};
  Py_ssize_t count = 1, at = 0;
  for (size_t i = 1; i < sizeof kParts / sizeof *kParts; ++i)
    count += (flags & kParts[i].flag) != 0;
  PyObject* tuple = PyTuple_New(count);
  for (size_t i = 0; tuple && i < sizeof kParts / sizeof *kParts; ++i) {
    if (i > 0 && !(flags & kParts[i].flag)) continue;
    PyObject* part = kParts[i].make(all);
    if (!part || PyTuple_SetItem(tuple, at++, part) < 0) Py_CLEAR(tuple);
  }
  return tuple;
}

PyObject* descry_unique(const descry_view* view, const char* path, unsigned flags) {
  equal_elements all;
  PyObject* result = NULL;
  if (flags & ~(unsigned)(DESCRY_DESCENDING | RESULTS)) {
    descryi_raise_operate_flags("descry_unique", flags);
    return NULL;
  }
  if (begin_groups(&all, view, path, flags) == 0) {
    result = flags & RESULTS ? results_of(&all, flags) : elements_of(&all);
  }
  end_groups(&all);
  return result;
}
