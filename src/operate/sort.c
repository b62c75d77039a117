// SPDX-License-Identifier: BSD-3-Clause
// argsort, sort, searchsorted.
#include <descry/array.h>
#include <descry/declare.h>
#include <descry/operate.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/interpreter.h"
#include "src/dtype/dtype.h"
#include "src/loop/elements.h"
#include "src/operate/messages.h"
#include "src/operate/order.h"
#include "src/view/hold.h"

static int check_flags(const char* function, unsigned flags, unsigned known) {
  return flags & ~known ? descryi_raise_operate_flags(function, flags) : 0;
}

// A walk over the lines along the last axis of a view, each of which is put in order. Lines of the
// result lie one after the other.
typedef struct line_walk {
  descryi_keys keys;
  descryi_order order;
  descry_loop loop;
  descry_view kept;
  const descry_view* view;  // which is that
  Py_ssize_t* indices;      // of the next line, or NULL
  char* moved;              // room for the elements of a line that is put in order, or NULL
} line_walk;

static Py_ssize_t length_of(const descry_view* view) { return view->shape[view->ndim - 1]; }

// Begins a walk over the first elements of all lines.
static int begin_loop(line_walk* walk) {
  descry_view firsts;
  const descry_view* const views[] = {&firsts};
  descryi_view_stand_in(&firsts, walk->view, walk->view->data, walk->view->shape,
                        walk->view->strides);
  --firsts.ndim;
  firsts.size = length_of(walk->view) ? walk->view->size / length_of(walk->view) : 0;
  return descry_loop_begin(&walk->loop, 1, views, DESCRY_C_ORDER);
}

static int begin_walk(line_walk* walk, const descry_view* view, const char* path, unsigned flags) {
  walk->keys = (descryi_keys){0};
  walk->view = &walk->kept;
  walk->indices = NULL;
  walk->moved = NULL;
  walk->order = (descryi_order){0};
  if (descryi_view_keep(view, &walk->kept) < 0) return -1;
  const bool descending = (flags & DESCRY_DESCENDING) != 0;
  if (descryi_keys_init(&walk->keys, view->type, (size_t)view->itemsize, path, descending) < 0) {
    return -1;
  }
  if (begin_loop(walk) < 0) return -1;
  return descryi_order_init(&walk->order, &walk->keys, length_of(view));
}

static void end_walk(line_walk* walk) {
  descryi_keys_clear(&walk->keys);
  descryi_order_clear(&walk->order);
  free(walk->moved);
  descryi_view_keep_end(&walk->kept);
}

// Moves the elements of a line to their places, bytes and references.
static void move_line(const line_walk* walk, char* line) {
  const Py_ssize_t itemsize = walk->view->itemsize, stride = walk->order.stride;
  const size_t bytes = (size_t)itemsize;
  for (Py_ssize_t i = 0; i < walk->order.count; ++i) {
    memcpy(walk->moved + i * itemsize, line + walk->order.places[i].index * stride, bytes);
  }
  for (Py_ssize_t i = 0; i < walk->order.count; ++i) {
    memcpy(line + i * stride, walk->moved + i * itemsize, bytes);
  }
}

static int run_line(line_walk* walk, char* line) {
  const Py_ssize_t stride = walk->view->strides[walk->view->ndim - 1];
  if (descryi_order_run(&walk->order, line, stride) < 0) return -1;
  if (walk->moved) move_line(walk, line);
  if (!walk->indices) return 0;
  for (Py_ssize_t i = 0; i < walk->order.count; ++i) {
    *walk->indices++ = walk->order.places[i].index;
  }
  return 0;
}

static int run_lines(line_walk* walk) {
  if (walk->view->size == 0) return 0;
  while (descry_loop_next(&walk->loop)) {
    for (Py_ssize_t i = 0; i < walk->loop.count; ++i) {
      if (run_line(walk, DESCRY_LOOP_AT(char, &walk->loop, 0, i)) < 0) return -1;
    }
  }
  return 0;
}

static int run(line_walk* walk) {
  if (walk->keys.has_objects || walk->view->size < DESCRYI_ORDER_RELEASE_FROM)
    return run_lines(walk);
  PyThreadState* const state = PyEval_SaveThread();
  const int result = run_lines(walk);
  PyEval_RestoreThread(state);
  return result;
}

PyObject* descry_argsort(const descry_view* view, const char* path, unsigned flags) {
  line_walk walk;
  PyObject* result = NULL;
  if (check_flags("descry_argsort", flags, DESCRY_DESCENDING) < 0) return NULL;
  if (view->ndim == 0) {
    descryi_raise_operate_no_dimensions("descry_argsort");
    return NULL;
  }
  if (descryi_nested_call_begin() < 0) return NULL;
  if (begin_walk(&walk, view, path, flags) < 0) goto done;
  view = walk.view;
  result = descry_empty(DESCRY_TYPE(intp), view->ndim, view->shape, DESCRY_C_ORDER);
  if (!result) goto done;
  walk.indices = (Py_ssize_t*)(void*)descryi_as_array(result)->data;
  if (run(&walk) < 0) Py_CLEAR(result);

done:
  end_walk(&walk);
  descryi_nested_call_end();
  return result;
}

int descry_sort(const descry_view* view, const char* path, unsigned flags) {
  line_walk walk;
  int result = -1;
  if (check_flags("descry_sort", flags, DESCRY_DESCENDING) < 0) return -1;
  if (view->ndim == 0) return descryi_raise_operate_no_dimensions("descry_sort");
  if (!(view->flags & DESCRY_WRITE)) return descryi_raise_operate_read_only(view->type->name);
  if (descryi_nested_call_begin() < 0) return -1;
  if (begin_walk(&walk, view, path, flags) < 0) goto done;
  view = walk.view;
  walk.moved = malloc((size_t)(length_of(view) * view->itemsize) + 1);
  if (walk.moved) {
    result = run(&walk);
  } else {
    PyErr_NoMemory();
  }

done:
  end_walk(&walk);
  descryi_nested_call_end();
  return result;
}

// A search in progress.
typedef struct value_search {
  descry_view sorted;
  descry_view values;
  descryi_keys keys;
  descryi_keys value_keys;
  bool right;
} value_search;

// Returns the first index whose element is not before the value, or with `right` behind it; or -1
// with an exception set.
static Py_ssize_t find_in_line(const value_search* search, const char* value) {
  Py_ssize_t low = 0, high = search->sorted.shape[0];
  while (low < high) {
    const Py_ssize_t middle = low + (high - low) / 2;
    const char* const element = search->sorted.data + middle * search->sorted.strides[0];
    const int result =
        descryi_keys_compare_with(&search->keys, element, &search->value_keys, value);
    if (search->keys.has_objects && PyErr_Occurred()) return -1;
    if (result < 0 || (search->right && result == 0)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

static int find_all_in_line(const value_search* search, Py_ssize_t* indices) {
  descry_loop loop;
  const descry_view* const views[] = {&search->values};
  if (descry_loop_begin(&loop, 1, views, DESCRY_C_ORDER) < 0) return -1;
  while (descry_loop_next(&loop)) {
    for (Py_ssize_t i = 0; i < loop.count; ++i) {
      *indices = find_in_line(search, DESCRY_LOOP_AT(char, &loop, 0, i));
      if (*indices++ < 0) return -1;
    }
  }
  return 0;
}

// Finds what decides in the values: what `path` names in elements of the same type, else all.
static int set_value_keys(value_search* search, const char* path) {
  const descry_view *sorted = &search->sorted, *values = &search->values;
  const bool descending = search->keys.descending;
  PyObject *own = descryi_dtype_borrow(sorted->type), *other = descryi_dtype_borrow(values->type);
  if (!own || !other) return -1;
  const bool same = own == other && sorted->itemsize == values->itemsize;
  return descryi_keys_init(&search->value_keys, values->type, (size_t)values->itemsize,
                           same ? path : NULL, descending);
}

static int set_keys(value_search* search, const char* path, unsigned flags) {
  const descry_view* sorted = &search->sorted;
  if (descryi_keys_init(&search->keys, sorted->type, (size_t)sorted->itemsize, path,
                        (flags & DESCRY_DESCENDING) != 0) < 0 ||
      set_value_keys(search, path) < 0) {
    return -1;
  }
  if (descryi_keys_fit(&search->keys, &search->value_keys)) return 0;
  return descryi_raise_operate_values(search->values.type->name, sorted->type->name,
                                      path ? path : "");
}

PyObject* descry_searchsorted(const descry_view* sorted, const char* path,
                              const descry_view* values, unsigned flags) {
  value_search search = {.right = (flags & DESCRY_RIGHT) != 0};
  PyObject* result = NULL;
  if (check_flags("descry_searchsorted", flags, DESCRY_DESCENDING | DESCRY_RIGHT) < 0) return NULL;
  if (sorted->ndim != 1) {
    descryi_raise_operate_one_axis(sorted->ndim);
    return NULL;
  }
  if (descryi_nested_call_begin() < 0) return NULL;
  if (descryi_view_keep(sorted, &search.sorted) < 0 ||
      descryi_view_keep(values, &search.values) < 0 || set_keys(&search, path, flags) < 0) {
    goto done;
  }
  values = &search.values;
  result = descry_empty(DESCRY_TYPE(intp), values->ndim, values->shape, DESCRY_C_ORDER);
  if (result && find_all_in_line(&search, (Py_ssize_t*)(void*)descryi_as_array(result)->data) < 0) {
    Py_CLEAR(result);
  }

done:
  descryi_keys_clear(&search.keys);
  descryi_keys_clear(&search.value_keys);
  descryi_view_keep_end(&search.sorted);
  descryi_view_keep_end(&search.values);
  descryi_nested_call_end();
  return result;
}
