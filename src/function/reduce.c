// SPDX-License-Identifier: BSD-3-Clause
// f.reduce and f.accumulate.
#include <descry/array.h>
#include <descry/declare.h>
#include <string.h>

#include "src/array/shape.h"
#include "src/base/interpreter.h"
#include "src/base/numpy.h"
#include "src/dtype/dtype.h"
#include "src/function/call.h"
#include "src/function/in_place.h"
#include "src/function/messages.h"
#include "src/function/resolve.h"
#include "src/loop/elements.h"

// A reduction in progress. The result is looked at as an array of as many dimensions as there are,
// of length 1 along those that are reduced.
typedef struct fold {
  const descryi_function* function;
  const descryi_signature* signature;
  descryi_argument argument;
  descry_view array;
  bool reduced[DESCRY_LOOP_NDIM];
  PyObject* result;
  descry_view into;
  Py_ssize_t into_shape[DESCRY_LOOP_NDIM];
  Py_ssize_t into_strides[DESCRY_LOOP_NDIM];
  PyObject* where;  // an array, or NULL
  descry_view mask;
  descryi_in_place in_place;
} fold;

static int begin_fold(fold* f, const descryi_function* function, PyObject* array,
                      const char* method) {
  memset(&f->array, 0, sizeof f->array);
  memset(&f->mask, 0, sizeof f->mask);
  f->function = function;
  f->result = f->where = NULL;
  f->argument.object = f->in_place.scratch = NULL;
  if (function->nin != 2 || function->nout != 1) {
    return descryi_raise_function_binary(function->name, method);
  }
  if (descryi_argument_init(&f->argument, array) < 0) {
    f->argument.object = NULL;
    return -1;
  }
  f->signature = descryi_resolve_fold(function, &f->argument, method);
  if (!f->signature) return -1;
  if (descryi_in_place_begin(&f->in_place, f->signature, 2) < 0) return -1;
  return descryi_argument_open(&f->argument, f->signature, 1, 0, &f->array);
}

static void close_fold_views(fold* f) {
  descry_view_release(&f->array);
  descry_view_release(&f->mask);
}

static void end_fold(fold* f) {
  close_fold_views(f);
  descryi_in_place_end(&f->in_place);
  Py_XDECREF(f->argument.object);
  Py_XDECREF(f->result);
  Py_XDECREF(f->where);
}

// Marks one axis. That of an array without dimensions may be 0 or -1, as in NumPy.
static int mark_axis(fold* f, PyObject* number) {
  const int ndim = f->array.ndim;
  const Py_ssize_t given = PyLong_AsSsize_t(number);
  if (given == -1 && PyErr_Occurred()) return -1;
  if (ndim == 0 && (given == 0 || given == -1)) return 0;
  const Py_ssize_t axis = given < 0 ? given + ndim : given;
  if (axis < 0 || axis >= ndim) return descryi_raise_function_axis(f->function->name, given, ndim);
  if (f->reduced[axis]) return descryi_raise_function_axis_twice(f->function->name, given);
  f->reduced[axis] = true;
  return 0;
}

// Marks the axes given: an int, several, all (None), or by default the first one.
static int set_axes(fold* f, PyObject* axes) {
  for (int axis = 0; axis < f->array.ndim; ++axis) f->reduced[axis] = axes == Py_None;
  if (axes == Py_None) return 0;
  if (!axes) {
    if (f->array.ndim > 0) f->reduced[0] = true;
    return 0;
  }
  if (!PyTuple_Check(axes)) return mark_axis(f, axes);
  for (Py_ssize_t i = 0; i < descryi_tuple_size(axes); ++i) {
    if (mark_axis(f, descryi_tuple_item(axes, i)) < 0) return -1;
  }
  return 0;
}

// Makes the result, of the given shape, and the view by which it is computed.
static int make_result(fold* f, int ndim, const Py_ssize_t* shape) {
  const descry_type* type = f->signature->types[2];
  descry_view like = {.ndim = f->array.ndim, .itemsize = (Py_ssize_t)type->size, .type = type};
  f->result = descry_empty(type, ndim, shape, DESCRY_C_ORDER);
  if (!f->result) return -1;
  descryi_strides_set(f->into_strides, f->array.ndim, f->into_shape, (Py_ssize_t)type->size,
                      DESCRY_C_ORDER);
  descryi_view_stand_in(&f->into, &like, descryi_as_array(f->result)->data, f->into_shape,
                        f->into_strides);
  return 0;
}

static int make_reduced(fold* f, bool keepdims) {
  Py_ssize_t shape[DESCRY_LOOP_NDIM];
  int ndim = 0;
  for (int axis = 0; axis < f->array.ndim; ++axis) {
    f->into_shape[axis] = f->reduced[axis] ? 1 : f->array.shape[axis];
    if (keepdims || !f->reduced[axis]) shape[ndim++] = f->into_shape[axis];
  }
  return make_result(f, ndim, shape);
}

static int fill_result(fold* f, const descry_view* value) {
  f->into.flags = DESCRY_WRITE;
  const int result = descryi_copy_elements(&f->into, value, NULL);
  f->into.flags = DESCRY_READ;
  return result;
}

static int fill_with(fold* f, PyObject* initial) {
  descryi_argument argument;
  descry_view view = {0};
  int result = -1;
  if (descryi_argument_init(&argument, initial) < 0) return -1;
  const descryi_function one = {
      .name = f->function->name, .count = 1, .signatures = (descryi_signature*)f->signature};
  if (descryi_resolve(&one, &argument, 1) &&
      descryi_argument_open(&argument, f->signature, 0, 0, &view) == 0) {
    result = fill_result(f, &view);
  }
  descry_view_release(&view);
  Py_DECREF(argument.object);
  return result;
}

// Takes the first element along the reduced axes.
static int fill_with_first(fold* f) {
  descry_view first;
  descryi_view_stand_in(&first, &f->array, f->array.data, f->into_shape, f->array.strides);
  return fill_result(f, &first);
}

// Goes on over a part of the array.
static int fold_part(fold* f, char* data, const Py_ssize_t* shape) {
  descry_view part;
  descry_loop loop;
  descryi_view_stand_in(&part, &f->array, data, shape, f->array.strides);
  const descry_view* views[] = {&f->into, &part, &f->into, &f->mask};
  const bool masked = f->where != NULL;
  // In C order, so that each result's elements come from the first to the last.
  if (descry_loop_begin(&loop, masked ? 4 : 3, views, DESCRY_C_ORDER) < 0) return -1;
  return descryi_run(f->function, &f->in_place.call, &loop, masked, 1);
}

// All but the first elements, still in C order: for each reduced axis from the last to the first,
// what is behind 0 there and at 0 along the reduced axes before it.
static int run_behind_first(fold* f) {
  Py_ssize_t shape[DESCRY_LOOP_NDIM];
  for (int last = f->array.ndim - 1; last >= 0; --last) {
    if (!f->reduced[last]) continue;
    for (int axis = 0; axis < f->array.ndim; ++axis) {
      const bool is_before = axis < last && f->reduced[axis];
      shape[axis] = is_before ? 1 : f->array.shape[axis] - (axis == last);
    }
    if (fold_part(f, f->array.data + f->array.strides[last], shape) < 0) return -1;
  }
  return 0;
}

static bool reduces_nothing(const fold* f) {
  for (int axis = 0; axis < f->array.ndim; ++axis) {
    if (f->reduced[axis] && f->array.shape[axis] == 0) return true;
  }
  return false;
}

static int reduce(fold* f, PyObject* initial) {
  const bool can_take_first = !f->where && !reduces_nothing(f) &&
                              descryi_same_type(f->signature->types[0], f->signature->types[1]);
  if (!initial && can_take_first) {
    return fill_with_first(f) < 0 ? -1 : run_behind_first(f);
  }
  if (!initial) initial = f->signature->identity;
  if (!initial) return descryi_raise_function_no_identity(f->function->name);
  return fill_with(f, initial) < 0 ? -1 : fold_part(f, f->array.data, f->array.shape);
}

// Opens the mask, which may not be larger than the array.
static int open_fold_mask(fold* f, PyObject* where) {
  f->where = descryi_mask_of(where);
  if (!f->where) return PyErr_Occurred() ? -1 : 0;
  if (descry_view_acquire(&f->mask, f->where, DESCRY_TYPE(bool_), DESCRY_ANY_NDIM, DESCRY_READ) <
      0) {
    return -1;
  }
  descry_view whole;
  descryi_view_stand_in(&whole, &f->array, f->array.data, f->array.shape, f->array.shape);
  whole.flags = DESCRY_WRITE;  // is not repeated
  whole.strides = f->array.shape;
  descry_loop loop;
  const descry_view* views[] = {&whole, &f->mask};
  return descry_loop_begin(&loop, 2, views, DESCRY_C_ORDER);
}

// Checks that `out` is fit for the result, of which shape and type are known.
static int check_out(const fold* f, PyObject* out) {
  if (descryi_out_check(f->function, out, 0, f->signature->types[2]) < 0) return -1;
  const descryi_array *expected = descryi_as_array(f->result), *actual = descryi_as_array(out);
  bool same = expected->nd == actual->nd;
  for (int axis = 0; same && axis < expected->nd; ++axis) {
    same = expected->dimensions[axis] == actual->dimensions[axis];
  }
  if (same) return 0;
  PyObject* shape = descryi_tuple_of(expected->nd, expected->dimensions);
  PyObject* given = descryi_tuple_of(actual->nd, actual->dimensions);
  if (shape && given) descryi_raise_function_out_shape(f->function->name, shape, given);
  Py_XDECREF(shape);
  Py_XDECREF(given);
  return -1;
}

// Returns the result as Python gets it, copied to `out` where there is one; or NULL with an
// exception set. It was computed aside, so that `out` may be anything.
static PyObject* return_fold_result(fold* f, PyObject* out) {
  if (!out) {
    PyObject* result = f->result;
    f->result = NULL;
    return descryi_scalar_of(result);
  }
  close_fold_views(f);
  if (descryi_out_copy(out, f->result, f->signature->types[2], NULL) < 0) return NULL;
  Py_INCREF(out);
  return out;
}

static PyObject* none_as_null(PyObject* object) { return object == Py_None ? NULL : object; }

// Returns the array given as `out`, also as a tuple of one, as ufuncs take it; or NULL.
static PyObject* single_out(PyObject* out) {
  if (out && PyTuple_Check(out) && descryi_tuple_size(out) == 1) out = descryi_tuple_item(out, 0);
  return none_as_null(out);
}

PyObject* descryi_function_reduce(PyObject* object, PyObject* args, PyObject* kwargs) {
  static char* names[] = {"", "axis", "out", "keepdims", "initial", "where", NULL};
  PyObject *array, *axis = NULL, *out = NULL, *initial = NULL, *where = NULL, *result = NULL;
  int keepdims = 0;
  fold f;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|OOpOO:reduce", names, &array, &axis, &out,
                                   &keepdims, &initial, &where)) {
    return NULL;
  }
  out = single_out(out);
  if (descryi_nested_call_begin() < 0) return NULL;
  if (begin_fold(&f, (descryi_function*)object, array, "reduce") == 0 && set_axes(&f, axis) == 0 &&
      make_reduced(&f, keepdims) == 0 && (!out || check_out(&f, out) == 0) &&
      open_fold_mask(&f, where) == 0 && reduce(&f, none_as_null(initial)) == 0) {
    result = return_fold_result(&f, out);
  }
  end_fold(&f);
  descryi_nested_call_end();
  return result;
}

// The parts of the array and the result before and behind one step along the axis.
static int accumulate(fold* f, int axis) {
  Py_ssize_t shape[DESCRY_LOOP_NDIM];
  const Py_ssize_t length = f->array.shape[axis];
  if (f->array.size == 0) return 0;
  memcpy(shape, f->array.shape, (size_t)f->array.ndim * sizeof *shape);
  shape[axis] = 1;
  descry_view first, from, behind, next;
  descryi_view_stand_in(&first, &f->array, f->array.data, shape, f->array.strides);
  descryi_view_stand_in(&from, &f->into, f->into.data, shape, f->into_strides);
  if (descryi_copy_elements(&from, &first, NULL) < 0) return -1;
  shape[axis] = length - 1;
  const Py_ssize_t step = f->into_strides[axis];
  descryi_view_stand_in(&from, &f->into, f->into.data, shape, f->into_strides);
  descryi_view_stand_in(&behind, &f->array, f->array.data + f->array.strides[axis], shape,
                        f->array.strides);
  descryi_view_stand_in(&next, &f->into, f->into.data + step, shape, f->into_strides);
  const descry_view* views[] = {&from, &behind, &next};
  descry_loop loop;
  if (descry_loop_begin(&loop, 3, views, DESCRY_C_ORDER) < 0) return -1;
  return descryi_run(f->function, &f->in_place.call, &loop, false, 1);
}

// Finds the one axis to go along. Returns -1 with an exception set where there is none.
static int one_axis(fold* f, PyObject* axes) {
  int found = -1, count = 0;
  if (set_axes(f, axes) < 0) return -1;
  for (int axis = 0; axis < f->array.ndim; ++axis) {
    if (!f->reduced[axis]) continue;
    found = axis;
    ++count;
  }
  return count == 1 ? found : descryi_raise_function_accumulate_axis(f->function->name);
}

static int accumulate_all(fold* f, PyObject* axes, PyObject* out) {
  const int axis = one_axis(f, axes);
  if (axis < 0) return -1;
  if (!descryi_same_type(f->signature->types[0], f->signature->types[1])) {
    return descryi_raise_function_no_fold(f->function->name, "accumulate");
  }
  memcpy(f->into_shape, f->array.shape, (size_t)f->array.ndim * sizeof *f->into_shape);
  if (make_result(f, f->array.ndim, f->array.shape) < 0) return -1;
  if (out && check_out(f, out) < 0) return -1;
  return accumulate(f, axis);
}

PyObject* descryi_function_accumulate(PyObject* object, PyObject* args, PyObject* kwargs) {
  static char* names[] = {"", "axis", "out", NULL};
  PyObject *array, *axis = NULL, *out = NULL, *result = NULL;
  fold f;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|OO:accumulate", names, &array, &axis, &out)) {
    return NULL;
  }
  out = single_out(out);
  if (descryi_nested_call_begin() < 0) return NULL;
  if (begin_fold(&f, (descryi_function*)object, array, "accumulate") == 0 &&
      accumulate_all(&f, axis, out) == 0) {
    result = return_fold_result(&f, out);
  }
  end_fold(&f);
  descryi_nested_call_end();
  return result;
}
