// SPDX-License-Identifier: BSD-3-Clause
// f.at and f.outer.
#include <descry/declare.h>

#include "src/base/interpreter.h"
#include "src/base/numpy.h"
#include "src/function/call.h"
#include "src/function/in_place.h"
#include "src/function/messages.h"
#include "src/function/resolve.h"
#include "src/loop/elements.h"
#include "src/view/checks.h"

// Returns an array in which each element that `indices` selects from an array of the view's shape
// is its position in C order; or NULL with an exception set. NumPy knows what indices mean.
static PyObject* positions_of(const descry_view* view, PyObject* indices) {
  PyObject *positions = NULL, *shape = PyTuple_New(view->ndim);
  for (int axis = 0; shape && axis < view->ndim; ++axis) {
    PyObject* length = PyLong_FromSsize_t(view->shape[axis]);
    if (!length || PyTuple_SetItem(shape, axis, length) < 0) Py_CLEAR(shape);
  }
  PyObject* numpy = shape ? PyImport_ImportModule("numpy") : NULL;
  PyObject* all = numpy ? PyObject_CallMethod(numpy, "arange", "(n)", view->size) : NULL;
  PyObject* shaped = all ? PyObject_CallMethod(all, "reshape", "(O)", shape) : NULL;
  PyObject* selected = shaped ? PyObject_GetItem(shaped, indices) : NULL;
  if (selected) positions = PyObject_CallMethod(numpy, "asarray", "Os", selected, "q");
  Py_XDECREF(shape);
  Py_XDECREF(numpy);
  Py_XDECREF(all);
  Py_XDECREF(shaped);
  Py_XDECREF(selected);
  return positions;
}

// Raises TypeError where any of the arrays in `indices` has elements that are masked out. Returns 0
// or -1.
static int check_indices(const descryi_function* function, PyObject* indices) {
  const bool is_tuple = PyTuple_Check(indices);
  const Py_ssize_t count = is_tuple ? descryi_tuple_size(indices) : 1;
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* each = is_tuple ? descryi_tuple_item(indices, i) : indices;
    const int masked = descryi_is_array(each) ? descryi_has_masked(each) : 0;
    if (masked != 0) return masked < 0 ? -1 : descryi_raise_function_masked(function->name);
  }
  return 0;
}

static char* element_address(const descry_view* view, Py_ssize_t position) {
  char* address = view->data;
  for (int axis = view->ndim - 1; axis >= 0; --axis) {
    address += position % view->shape[axis] * view->strides[axis];
    position /= view->shape[axis];
  }
  return address;
}

// One after the other, since an index may come more than once.
static int update_in_order(const descryi_function* function, const descryi_kernel_call* call,
                           const descry_view* array, descry_loop* loop) {
  const Py_ssize_t steps[3] = {0, 0, 0};
  const int nin = function->nin;
  while (descry_loop_next(loop)) {
    for (Py_ssize_t i = 0; i < loop->count; ++i) {
      char* const place = element_address(array, (Py_ssize_t)*DESCRY_LOOP_AT(int64_t, loop, 0, i));
      char* data[3] = {place, place, place};
      if (nin == 2) data[1] = DESCRY_LOOP_AT(char, loop, 1, i);
      if (call->kernel(1, data, steps, call->context) < 0 ||
          (call->needs_gil && PyErr_Occurred())) {
        return PyErr_Occurred() ? -1 : descryi_raise_function_failed(function->name);
      }
    }
  }
  return 0;
}

typedef struct at_call {
  const descryi_function* function;
  int held;
  descryi_argument arguments[2];
  descry_view array, other, selected;
  PyObject* positions;
  descryi_in_place in_place;
} at_call;

// What the second operand shares with the array is copied first.
static int open_second(at_call* at, const descryi_signature* signature) {
  descryi_argument* const argument = &at->arguments[1];
  if (argument->descr && descryi_share_memory(argument->object, at->arguments[0].object)) {
    PyObject* copy = descryi_array_copy(argument->object);
    if (!copy) return -1;
    Py_DECREF(argument->object);
    argument->object = copy;
    argument->descr = descryi_as_array(copy)->descr;
  }
  return descryi_argument_open(argument, signature, 1, 0, &at->other);
}

static int run_at(at_call* at, const descryi_signature* signature, PyObject* indices) {
  descry_loop loop;
  const descry_view* views[] = {&at->selected, &at->other};
  const int nin = at->function->nin;
  if (!descryi_same_type(signature->types[0], signature->types[nin])) {
    return descryi_raise_function_no_fold(at->function->name, "at");
  }
  if (check_indices(at->function, indices) < 0) return -1;
  if (nin == 2 && open_second(at, signature) < 0) return -1;
  if (descryi_in_place_begin(&at->in_place, signature, nin) < 0 ||
      descry_view_acquire(&at->array, at->arguments[0].object, signature->types[0], DESCRY_ANY_NDIM,
                          DESCRY_WRITE) < 0) {
    return -1;
  }
  at->positions = positions_of(&at->array, indices);
  if (!at->positions || descry_view_acquire(&at->selected, at->positions, DESCRY_TYPE(int64),
                                            DESCRY_ANY_NDIM, DESCRY_WRITE | DESCRY_CONVERT) < 0) {
    return -1;
  }
  if (descry_loop_begin(&loop, nin, views, DESCRY_C_ORDER) < 0) return -1;
  return update_in_order(at->function, &at->in_place.call, &at->array, &loop);
}

static int call_at(at_call* at, PyObject* args) {
  const descryi_function* function = at->function;
  const Py_ssize_t count = PyTuple_Size(args);
  if (function->nin > 2 || function->nout != 1) {
    return descryi_raise_function_one_result(function->name);
  }
  if (count != function->nin + 1) {
    return descryi_raise_function_at_count(function->name, function->nin + 1, count);
  }
  for (; at->held < function->nin; ++at->held) {
    PyObject* object = descryi_tuple_item(args, at->held == 0 ? 0 : 2);
    if (descryi_argument_init(&at->arguments[at->held], object) < 0) return -1;
  }
  const descryi_signature* signature = descryi_resolve(function, at->arguments, function->nin);
  return signature ? run_at(at, signature, descryi_tuple_item(args, 1)) : -1;
}

PyObject* descryi_function_at(PyObject* object, PyObject* args) {
  at_call at = {.function = (descryi_function*)object};
  if (descryi_nested_call_begin() < 0) return NULL;
  const int result = call_at(&at, args);
  descry_view_release(&at.array);
  descry_view_release(&at.other);
  descry_view_release(&at.selected);
  descryi_in_place_end(&at.in_place);
  for (int k = 0; k < at.held; ++k) Py_DECREF(at.arguments[k].object);
  Py_XDECREF(at.positions);
  descryi_nested_call_end();
  if (result < 0) return NULL;
  Py_INCREF(Py_None);
  return Py_None;
}

// Returns a view of `array` with `count` more axes of length 1 at its end, or NULL with an
// exception set.
static PyObject* with_axes(PyObject* array, int count) {
  PyObject* index = PyTuple_New(count + 1);
  if (!index) return NULL;
  for (int i = 0; i <= count; ++i) {
    PyObject* item = i == 0 ? Py_Ellipsis : Py_None;
    Py_INCREF(item);
    if (PyTuple_SetItem(index, i, item) < 0) {
      Py_DECREF(index);
      return NULL;
    }
  }
  PyObject* view = PyObject_GetItem(array, index);
  Py_DECREF(index);
  return view;
}

static int set_options(descryi_options* options, const descryi_function* function,
                       PyObject* kwargs) {
  PyObject *keyword, *value;
  for (Py_ssize_t at = 0; kwargs && PyDict_Next(kwargs, &at, &keyword, &value);) {
    if (descryi_options_set(options, function, keyword, value) < 0) return -1;
  }
  return 0;
}

PyObject* descryi_function_outer(PyObject* object, PyObject* args, PyObject* kwargs) {
  const descryi_function* function = (descryi_function*)object;
  descryi_options options = {.threads = 1};
  descryi_argument first, second;
  PyObject* result = NULL;
  if (function->nin != 2) {
    descryi_raise_function_binary(function->name, "outer");
    return NULL;
  }
  if (PyTuple_Size(args) != 2) {
    descryi_raise_function_arguments(function->name, 2, PyTuple_Size(args));
    return NULL;
  }
  if (set_options(&options, function, kwargs) < 0) return NULL;
  if (descryi_argument_init(&first, descryi_tuple_item(args, 0)) < 0) return NULL;
  if (descryi_argument_init(&second, descryi_tuple_item(args, 1)) < 0) {
    Py_DECREF(first.object);
    return NULL;
  }
  const int ndim = second.descr ? descryi_as_array(second.object)->nd : 0;
  PyObject* wide = NULL;
  if (first.descr && ndim > 0) {
    wide = with_axes(first.object, ndim);
  } else {
    Py_INCREF(first.object);
    wide = first.object;
  }
  if (wide) {
    PyObject* const operands[] = {wide, second.object};
    result = descryi_call(function, operands, &options);
  }
  Py_XDECREF(wide);
  Py_DECREF(first.object);
  Py_DECREF(second.object);
  return result;
}
