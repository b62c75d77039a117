// SPDX-License-Identifier: BSD-3-Clause
#include "src/function/call.h"

#include <descry/array.h>
#include <descry/declare.h>
#include <stdint.h>
#include <string.h>

#include "src/array/object_slots.h"
#include "src/array/shape.h"
#include "src/base/interpreter.h"
#include "src/base/numpy.h"
#include "src/dtype/dtype.h"
#include "src/function/messages.h"
#include "src/function/resolve.h"
#include "src/function/run.h"
#include "src/loop/elements.h"

// Where one result goes.
typedef struct call_result {
  PyObject* given;  // the array for it, borrowed, or NULL
  PyObject* made;   // what is computed into: a reference, to that or to a fresh array
  bool aside;       // whether it is copied to the one that was given later
} call_result;

// A call in progress. Operand k is view k; result k is view nin + k; the mask is the last one.
typedef struct operation {
  const descryi_function* function;
  const descryi_signature* signature;
  int nin;
  int nout;
  int held;  // arguments
  descryi_argument arguments[DESCRY_FUNCTION_OPERANDS];
  PyObject* given[DESCRY_FUNCTION_OPERANDS];  // arrays for results, borrowed, or NULL
  bool aside[DESCRY_FUNCTION_OPERANDS];       // whether the result is copied there later
  bool any_aside;
  unsigned in_place;  // bit i is set where a result is computed in operand i's own elements
  call_result results[DESCRY_FUNCTION_OPERANDS];
  PyObject* mask;  // or NULL
  const descry_view* views[DESCRY_LOOP_OPERANDS];
  descry_view storage[DESCRY_LOOP_OPERANDS];
} operation;

static void close_operation_views(operation* op) {
  const int count = op->nin + op->nout + (op->mask ? 1 : 0);
  for (int k = 0; k < count; ++k) descry_view_release(&op->storage[k]);
}

static void end_operation(operation* op) {
  close_operation_views(op);
  for (int k = 0; k < op->held; ++k) Py_DECREF(op->arguments[k].object);
  for (int k = 0; k < op->nout; ++k) Py_XDECREF(op->results[k].made);
  Py_XDECREF(op->mask);
}

static int begin_operation(operation* op, const descryi_function* function,
                           PyObject* const* operands) {
  op->function = function;
  op->nin = function->nin;
  op->nout = function->nout;
  op->held = 0;
  op->mask = NULL;
  op->any_aside = false;
  op->in_place = 0;
  for (int k = 0; k < op->nout; ++k) {
    op->results[k] = (call_result){NULL, NULL, false};
  }
  for (int k = 0; k <= op->nin + op->nout; ++k) {
    op->storage[k].array = NULL;  // not open
    op->views[k] = &op->storage[k];
  }
  for (; op->held < op->nin; ++op->held) {
    if (descryi_argument_init(&op->arguments[op->held], operands[op->held]) < 0) return -1;
  }
  op->signature = descryi_resolve(function, op->arguments, op->nin);
  return op->signature ? 0 : -1;
}

static const descry_type* type_of_result(const operation* op, int k) {
  return op->signature->types[op->nin + k];
}

// An array that a view could not be opened on without a copy.
static bool is_misaligned(PyObject* array, const descry_type* type) {
  const descryi_array* parts = descryi_as_array(array);
  uintptr_t bits = (uintptr_t)parts->data;
  for (int axis = 0; axis < parts->nd; ++axis) {
    if (parts->dimensions[axis] > 1) bits |= (uintptr_t)parts->strides[axis];
  }
  return (bits & (type->alignment - 1)) != 0;
}

// The bytes from an array's first to its last element in memory, as integers.
typedef struct extent {
  uintptr_t low, high;
} extent;

static inline extent extent_of(PyObject* array) {
  const descryi_array* parts = descryi_as_array(array);
  extent found = {(uintptr_t)parts->data, (uintptr_t)parts->data};
  for (int axis = 0; axis < parts->nd; ++axis) {
    const Py_ssize_t length = parts->dimensions[axis];
    const Py_ssize_t reach = (length > 0 ? length - 1 : 0) * parts->strides[axis];
    *(reach < 0 ? &found.low : &found.high) += (uintptr_t)reach;
  }
  found.high += (uintptr_t)descryi_descr_itemsize(parts->descr);
  return found;
}

// Whether result k has to be computed aside, because computing it there would change operands that
// are yet to be read. Sets the bit in `*same` of each operand that has the result's very elements.
static bool disturbs(const operation* op, int k, unsigned* same) {
  const bool in_place = (op->signature->flags & DESCRY_IN_PLACE) != 0;
  const extent result = extent_of(op->results[k].given);
  for (int i = 0; i < op->nin; ++i) {
    PyObject* operand = op->arguments[i].object;
    if (!op->arguments[i].descr) continue;
    const extent other = extent_of(operand);
    if (other.high <= result.low || result.high <= other.low) continue;
    if (descryi_same_elements(operand, op->results[k].given)) {
      *same |= 1u << i;
      if (in_place) continue;
    }
    if (descryi_share_memory(operand, op->results[k].given)) return true;
  }
  return false;
}

static int take_given(operation* op, int k, PyObject* out) {
  if (out == Py_None) return 0;
  const int matches = descryi_out_check(op->function, out, k, type_of_result(op, k));
  if (matches < 0) return -1;
  op->results[k].given = out;
  unsigned same = 0;
  op->results[k].aside =
      !matches || is_misaligned(out, type_of_result(op, k)) || disturbs(op, k, &same);
  if (op->results[k].aside) {
    op->any_aside = true;
  } else {
    op->in_place |= same;
  }
  return 0;
}

static int take_out(operation* op, PyObject* out) {
  if (!out || out == Py_None) return 0;
  if (!PyTuple_Check(out) && op->nout == 1) return take_given(op, 0, out);
  if (!PyTuple_Check(out) || descryi_tuple_size(out) != op->nout) {
    return descryi_raise_function_out_count(op->function->name, op->nout);
  }
  for (int k = 0; k < op->nout; ++k) {
    if (take_given(op, k, descryi_tuple_item(out, k)) < 0) return -1;
  }
  return 0;
}

// A mask that lies where results go is copied first.
static int open_mask(operation* op, PyObject* where) {
  op->mask = descryi_mask_of(where);
  if (!op->mask) return PyErr_Occurred() ? -1 : 0;
  for (int k = 0; k < op->nout; ++k) {
    if (!op->results[k].given || !descryi_share_memory(op->mask, op->results[k].given)) continue;
    PyObject* copy = descryi_array_copy(op->mask);
    if (!copy) return -1;
    Py_DECREF(op->mask);
    op->mask = copy;
  }
  const int last = op->nin + op->nout;
  return descry_view_acquire(&op->storage[last], op->mask, DESCRY_TYPE(bool_), DESCRY_ANY_NDIM,
                             DESCRY_READ);
}

// The one borrow of a result that is computed in place stands for the operand, too.
static int open_operands(operation* op) {
  for (int i = 0; i < op->nin; ++i) {
    const unsigned flags = op->in_place >> i & 1 ? DESCRY_UNBORROWED : 0;
    if (descryi_argument_open(&op->arguments[i], op->signature, i, flags, &op->storage[i]) < 0) {
      return -1;
    }
  }
  return 0;
}

// Returns a new array of the shape of `out`, an array of `type` or of numbers for it.
static PyObject* new_aside(PyObject* out, const descry_type* type) {
  PyObject* own = descryi_dtype_borrow(type);
  if (!own) return NULL;
  const descryi_array* parts = descryi_as_array(out);
  const int ndim = parts->nd - descryi_type_inner_ndim(type, own);
  return descry_empty(type, ndim > 0 ? ndim : 0, parts->dimensions, DESCRY_C_ORDER);
}

// Nobody should see what was in memory before.
static void zero(PyObject* array, const descry_view* view) {
  if (descryi_descr_has_objects(descryi_as_array(array)->descr)) return;  // it holds None
  memset(view->data, 0, (size_t)(view->size * view->itemsize));
}

// Returns the view to take the order of axes from: of a converted copy the array that it was made
// of, by `stand_in`.
static const descry_view* original(const operation* op, int k, descry_view* stand_in) {
  const descry_view* view = &op->storage[k];
  if (k >= op->nin || !op->arguments[k].descr || view->array == op->arguments[k].object)
    return view;
  const descryi_array* array = descryi_as_array(op->arguments[k].object);
  descryi_view_stand_in(stand_in, view, array->data, view->shape, array->strides);
  return stand_in;
}

// Opens a view of an array that was just made, and that nobody else has: nothing is checked, nor
// held. The dtype of an alias or a wrapper may have dimensions of its own, which an array takes
// over.
static int open_made(descry_view* view, PyObject* array, const descry_type* type) {
  if (type->kind == DESCRY_KIND_ALIAS || type->kind == DESCRY_KIND_TRANSPARENT) {
    return descry_view_acquire(view, array, type, DESCRY_ANY_NDIM,
                               DESCRY_WRITE | DESCRY_UNBORROWED);
  }
  const descryi_array* parts = descryi_as_array(array);
  const int flags = descryi_array_flags(array);
  const descry_view like = {.ndim = parts->nd, .itemsize = (Py_ssize_t)type->size, .type = type};
  descryi_view_stand_in(view, &like, parts->data, parts->dimensions, parts->strides);
  view->flags = DESCRY_WRITE | DESCRY_UNBORROWED;
  if (flags & DESCRYI_ARRAY_C_CONTIGUOUS) view->flags |= DESCRY_C_CONTIGUOUS;
  if (flags & DESCRYI_ARRAY_F_CONTIGUOUS) view->flags |= DESCRY_F_CONTIGUOUS;
  return 0;
}

// Opens the views of arrays that were given, and of what stands in for them.
static int open_given(operation* op, int k) {
  const descry_type* type = type_of_result(op, k);
  descry_view* const view = &op->storage[op->nin + k];
  if (op->results[k].aside) {
    op->results[k].made = new_aside(op->results[k].given, type);
    return op->results[k].made ? open_made(view, op->results[k].made, type) : -1;
  }
  Py_INCREF(op->results[k].given);
  op->results[k].made = op->results[k].given;
  return descry_view_acquire(view, op->results[k].made, type, DESCRY_ANY_NDIM, DESCRY_WRITE);
}

// Allocates result k as all that is open would have it.
static int open_fresh(operation* op, int k) {
  const descry_view* open[DESCRY_LOOP_OPERANDS];
  descry_view originals[DESCRY_LOOP_OPERANDS];
  int count = 0;
  for (int i = 0; i <= op->nin + op->nout; ++i) {
    if (op->storage[i].array) open[count++] = original(op, i, &originals[i]);
  }
  descry_view* const view = &op->storage[op->nin + k];
  op->results[k].made = descry_empty_like(count, open, type_of_result(op, k));
  if (!op->results[k].made || open_made(view, op->results[k].made, type_of_result(op, k)) < 0)
    return -1;
  if (op->mask) zero(op->results[k].made, view);
  return 0;
}

static int open_results(operation* op) {
  for (int k = 0; k < op->nout; ++k) {
    if (op->results[k].given && open_given(op, k) < 0) return -1;
  }
  for (int k = 0; k < op->nout; ++k) {
    if (!op->results[k].given && open_fresh(op, k) < 0) return -1;
  }
  return 0;
}

// Copies what was computed aside, once the operands are free.
static int copy_aside(operation* op) {
  if (!op->any_aside) return 0;
  close_operation_views(op);
  for (int k = 0; k < op->nout; ++k) {
    if (op->results[k].aside && descryi_out_copy(op->results[k].given, op->results[k].made,
                                                 type_of_result(op, k), op->mask) < 0) {
      return -1;
    }
  }
  return 0;
}

static double priority_of(PyObject* object) {
  PyObject* value = PyObject_GetAttrString(object, "__array_priority__");
  const double priority = value ? PyFloat_AsDouble(value) : 0;
  Py_XDECREF(value);
  if (PyErr_Occurred()) PyErr_Clear();
  return priority;
}

// Returns the operand of a subclass of ndarray that results are to be like (borrowed), or NULL.
static PyObject* find_subclass(const operation* op) {
  PyObject* found = NULL;
  double highest = 0;
  for (int i = 0; i < op->nin; ++i) {
    PyObject* object = op->arguments[i].object;
    if (!op->arguments[i].descr || Py_TYPE(object) == descryi_np.array_type) continue;
    const double priority = priority_of(object);
    if (!found || priority > highest) {
      found = object;
      highest = priority;
    }
  }
  return found;
}

// Returns result k as Python gets it (a new reference), or NULL with an exception set.
static PyObject* return_result(operation* op, int k, PyObject* subclass) {
  PyObject* result = op->results[k].given ? op->results[k].given : op->results[k].made;
  if (!op->results[k].given && subclass) {
    return PyObject_CallMethod(subclass, "__array_wrap__", "(O)", result);
  }
  Py_INCREF(result);
  return op->results[k].given ? result : descryi_scalar_of(result);
}

static PyObject* hand_out_all(operation* op) {
  PyObject* subclass = find_subclass(op);
  if (op->nout == 1) return return_result(op, 0, subclass);
  PyObject* tuple = PyTuple_New(op->nout);
  for (int k = 0; tuple && k < op->nout; ++k) {
    PyObject* result = return_result(op, k, subclass);
    if (!result || PyTuple_SetItem(tuple, k, result) < 0) Py_CLEAR(tuple);
  }
  return tuple;
}

static PyObject* compute(operation* op, const descryi_options* options) {
  descry_loop loop;
  const int count = op->nin + op->nout + (op->mask ? 1 : 0);
  if (open_operands(op) < 0 || open_results(op) < 0) return NULL;
  if (descry_loop_begin(&loop, count, op->views, 0) < 0) return NULL;
  const descryi_kernel_call call = descryi_kernel_call_of(op->signature);
  if (descryi_run(op->function, &call, &loop, op->mask != NULL, options->threads) < 0) return NULL;
  return copy_aside(op) < 0 ? NULL : hand_out_all(op);
}

PyObject* descryi_call(const descryi_function* function, PyObject* const* operands,
                       const descryi_options* options) {
  operation op;
  PyObject* result = NULL;
  if (descryi_nested_call_begin() < 0) return NULL;
  if (begin_operation(&op, function, operands) == 0 && take_out(&op, options->out) == 0 &&
      open_mask(&op, options->where) == 0) {
    result = compute(&op, options);
  }
  end_operation(&op);
  descryi_nested_call_end();
  return result;
}

static int set_threads(descryi_options* options, const descryi_function* function,
                       PyObject* value) {
  options->threads = PyLong_AsSsize_t(value);
  if (options->threads == -1 && PyErr_Occurred()) return -1;
  if (options->threads < 1) return descryi_raise_function_threads(function->name, value);
  return 0;
}

int descryi_options_set(descryi_options* options, const descryi_function* function,
                        PyObject* keyword, PyObject* value) {
  if (keyword == function->out_keyword || PyUnicode_CompareWithASCIIString(keyword, "out") == 0) {
    options->out = value;
  } else if (PyUnicode_CompareWithASCIIString(keyword, "where") == 0) {
    options->where = value;
  } else if (PyUnicode_CompareWithASCIIString(keyword, "threads") == 0) {
    return set_threads(options, function, value);
  } else {
    return descryi_raise_function_keyword(function->name, keyword);
  }
  return 0;
}

static int check_operand_count(const descryi_function* function, Py_ssize_t count) {
  if (count == function->nin) return 0;
  return descryi_raise_function_arguments(function->name, function->nin, count);
}

#if DESCRYI_LIMITED

PyObject* descryi_function_call(PyObject* object, PyObject* args, PyObject* kwargs) {
  const descryi_function* function = (descryi_function*)object;
  descryi_options options = {.threads = 1};
  PyObject* operands[DESCRY_FUNCTION_OPERANDS];
  PyObject *keyword, *value;
  if (check_operand_count(function, PyTuple_Size(args)) < 0) return NULL;
  for (int k = 0; k < function->nin; ++k) operands[k] = PyTuple_GetItem(args, k);
  for (Py_ssize_t at = 0; kwargs && PyDict_Next(kwargs, &at, &keyword, &value);) {
    if (descryi_options_set(&options, function, keyword, value) < 0) return NULL;
  }
  return descryi_call(function, operands, &options);
}

#else

PyObject* descryi_function_vectorcall(PyObject* object, PyObject* const* args, size_t nargsf,
                                      PyObject* names) {
  const descryi_function* function = (descryi_function*)object;
  descryi_options options = {.threads = 1};
  const Py_ssize_t count = PyVectorcall_NARGS(nargsf);
  if (check_operand_count(function, count) < 0) return NULL;
  for (Py_ssize_t i = 0; names && i < descryi_tuple_size(names); ++i) {
    if (descryi_options_set(&options, function, descryi_tuple_item(names, i), args[count + i]) <
        0) {
      return NULL;
    }
  }
  return descryi_call(function, args, &options);
}

#endif
