// SPDX-License-Identifier: BSD-3-Clause
#include "src/function/resolve.h"

#include <string.h>

#include "src/array/object_slots.h"
#include "src/array/shape.h"
#include "src/base/numpy.h"
#include "src/dtype/dtype.h"
#include "src/function/messages.h"
#include "src/match/match.h"
#include "src/view/scalar.h"

// The kinds of numbers, each of which the ones behind it can hold; u stands beside i.
static const char kNumbers[] = "bifc";

static char number_of(PyObject* object) {
  if (PyBool_Check(object)) return 'b';
  if (PyLong_Check(object)) return 'i';
  if (PyFloat_Check(object)) return 'f';
  return PyComplex_Check(object) ? 'c' : '\0';
}

int descryi_argument_init(descryi_argument* argument, PyObject* object) {
  argument->number = '\0';
  argument->object = object;
  if (descryi_is_array(object)) {
    argument->descr = descryi_as_array(object)->descr;
  } else if (descryi_is_void(object)) {
    argument->object = descryi_scalar_array(object);
    if (!argument->object) return -1;
    argument->descr = descryi_as_void(object)->descr;
    return 0;
  } else if (!descryi_is_scalar(object) && (argument->number = number_of(object))) {
    argument->descr = NULL;  // np.float64 is a Python float, too
  } else {
    argument->object = descryi_np.from_any(object, NULL, 0, 0, 0, NULL);
    if (!argument->object) return -1;
    argument->descr = descryi_as_array(argument->object)->descr;
    return 0;
  }
  Py_INCREF(object);
  return 0;
}

typedef enum fit { NO_FIT, CONVERTS, MATCHES, FIT_FAILED } fit;

static int rank_of(char kind) {
  const char* found = strchr(kNumbers, kind == 'u' ? 'i' : kind);
  return kind && found ? (int)(found - kNumbers) : -1;
}

// How a Python number fits: it has no width of its own.
static fit fit_number(char number, const descry_type* type, PyObject* own) {
  const char kind = descryi_descr_kind(own);
  if (kind == 'O') return type->kind == DESCRY_KIND_ELEMENT ? CONVERTS : NO_FIT;
  const int from = rank_of(number), to = rank_of(kind);
  return to < from ? NO_FIT : to == from ? MATCHES : CONVERTS;
}

static fit fit_argument(const descryi_argument* argument, const descry_type* type) {
  PyObject* own = descryi_dtype_borrow(type);
  if (!own) return FIT_FAILED;
  if (descryi_type_inner_ndim(type, own)) own = descryi_innermost(own);
  if (!argument->descr) return fit_number(argument->number, type, own);
  const int matches = descryi_match(type, own, argument->descr, DESCRY_EQUIVALENT);
  if (matches != 0) return matches < 0 ? FIT_FAILED : MATCHES;
  if (descryi_descr_type_num(own) == DESCRYI_NPY_OBJECT) {
    return type->kind == DESCRY_KIND_ELEMENT ? CONVERTS : NO_FIT;  // no class to be checked
  }
  const bool numbers = rank_of(descryi_descr_kind(own)) >= 0 &&
                       rank_of(descryi_descr_kind(argument->descr)) >= 0 &&
                       !descryi_descr_names(own) && !descryi_descr_names(argument->descr);
  const bool safe =
      numbers && descryi_np.can_cast_type_to(argument->descr, own, DESCRYI_SAFE_CASTING);
  return safe ? CONVERTS : NO_FIT;
}

// Returns the least fit of all operands; `*operand` is the first that has it.
static fit fit_all(const descryi_signature* signature, const descryi_argument* arguments, int given,
                   int* operand) {
  fit least = MATCHES;
  for (int k = 0; k < given; ++k) {
    const fit found = fit_argument(&arguments[k], signature->types[k]);
    if (found == NO_FIT || found == FIT_FAILED) {
      *operand = k;
      return found;
    }
    if (found < least) least = found;
  }
  return least;
}

// Returns a new str that says how the argument differs from what the type wants, or NULL with an
// exception set.
static PyObject* explain(const descryi_argument* argument, const descry_type* type) {
  if (argument->descr) {
    PyObject* own = descryi_dtype_borrow(type);
    if (!own) return NULL;
    if (descryi_type_inner_ndim(type, own)) own = descryi_innermost(own);
    return descryi_mismatch(own, argument->descr, DESCRY_EQUIVALENT);
  }
  PyObject* name = PyObject_GetAttrString((PyObject*)Py_TYPE(argument->object), "__name__");
  PyObject* line =
      name ? PyUnicode_FromFormat("expected %s, got a Python %U", type->name, name) : NULL;
  Py_XDECREF(name);
  return line;
}

// Raises for the signature that went furthest.
static const descryi_signature* refuse_operands(const descryi_function* function,
                                                const descryi_argument* arguments, int given) {
  int furthest = 0;
  const descryi_signature* closest = function->signatures;
  for (Py_ssize_t i = 0; i < function->count; ++i) {
    int operand = 0;
    if (fit_all(&function->signatures[i], arguments, given, &operand) == FIT_FAILED) return NULL;
    if (operand > furthest) {
      furthest = operand;
      closest = &function->signatures[i];
    }
  }
  PyObject* line = explain(&arguments[furthest], closest->types[furthest]);
  if (line) {
    const char* const tail =
        function->count > 1 ? "; no other of the function's signatures fits, either" : "";
    descryi_raise_function_operand(function->name, furthest, line, tail);
  }
  Py_XDECREF(line);
  return NULL;
}

const descryi_signature* descryi_resolve(const descryi_function* function,
                                         const descryi_argument* arguments, int given) {
  const descryi_signature* converts = NULL;
  for (Py_ssize_t i = 0; i < function->count; ++i) {
    int operand;
    const descryi_signature* signature = &function->signatures[i];
    const fit found = fit_all(signature, arguments, given, &operand);
    if (found == FIT_FAILED) return NULL;
    if (found == MATCHES) return signature;
    if (found == CONVERTS && !converts) converts = signature;
  }
  return converts ? converts : refuse_operands(function, arguments, given);
}

bool descryi_same_type(const descry_type* one, const descry_type* other) {
  return one == other || descryi_dtype_borrow(one) == descryi_dtype_borrow(other);
}

const descryi_signature* descryi_resolve_fold(const descryi_function* function,
                                              const descryi_argument* argument,
                                              const char* method) {
  const descryi_signature *folds = NULL, *converts = NULL;
  for (Py_ssize_t i = 0; i < function->count; ++i) {
    const descryi_signature* signature = &function->signatures[i];
    if (!descryi_same_type(signature->types[0], signature->types[2])) continue;
    const fit found = fit_argument(argument, signature->types[1]);
    if (found == FIT_FAILED) return NULL;
    if (found == MATCHES) return signature;
    if (found == CONVERTS && !converts) converts = signature;
    if (!folds) folds = signature;
  }
  if (converts) return converts;
  PyObject* line = folds ? explain(argument, folds->types[1]) : NULL;
  if (line) {
    descryi_raise_function_operand(function->name, 1, line, "");
  } else if (!folds) {
    descryi_raise_function_no_fold(function->name, method);
  }
  Py_XDECREF(line);
  return NULL;
}

// NumPy before 2.0 would take the lower bits of an int that does not fit.
static int check_integer(PyObject* array, PyObject* number, const descry_type* type) {
  PyObject* back = PyObject_CallMethod(array, "item", NULL);
  const int same = back ? PyObject_RichCompareBool(back, number, Py_EQ) : -1;
  Py_XDECREF(back);
  return same == 0 ? descryi_raise_function_integer(number, type->name) : same < 0 ? -1 : 0;
}

// Returns a new array of `type` made of a Python number or, for objects, of any array; or NULL with
// an exception set.
static PyObject* array_of(const descryi_argument* argument, PyObject* own,
                          const descry_type* type) {
  Py_INCREF(own);
  PyObject* array = descryi_np.from_any(argument->object, own, 0, 0, 0, NULL);
  const char kind = descryi_descr_kind(own);
  if (array && argument->number == 'i' && (kind == 'i' || kind == 'u') &&
      check_integer(array, argument->object, type) < 0) {
    Py_CLEAR(array);
  }
  return array;
}

int descryi_argument_open(const descryi_argument* argument, const descryi_signature* signature,
                          int k, unsigned flags, descry_view* view) {
  const descry_type* const type = signature->types[k];
  if (argument->descr && !(signature->objects >> k & 1)) {
    return descry_view_acquire(view, argument->object, type, DESCRY_ANY_NDIM,
                               DESCRY_READ | DESCRY_CONVERT | flags);
  }
  PyObject* own = descryi_dtype_borrow(type);
  if (!own) return -1;
  const unsigned objects = descryi_descr_has_objects(own) ? DESCRY_CHECK_OBJECTS : 0;
  const unsigned all = DESCRY_READ | DESCRY_CONVERT | objects | flags;
  const bool is_object = descryi_descr_type_num(own) == DESCRYI_NPY_OBJECT;
  if (argument->descr &&
      (!is_object || descryi_descr_type_num(argument->descr) == DESCRYI_NPY_OBJECT)) {
    return descry_view_acquire(view, argument->object, type, DESCRY_ANY_NDIM, all);
  }
  PyObject* array = array_of(argument, own, type);
  if (!array) return -1;
  const int result = descry_view_acquire(view, array, type, DESCRY_ANY_NDIM, all);
  Py_DECREF(array);
  return result;
}
