// SPDX-License-Identifier: BSD-3-Clause
// descry_extend_ufunc(): what this copy of descry adds to NumPy's ufuncs.
#include "src/function/ufunc.h"

#include <descry/schema.h>
#include <stdlib.h>
#include <string.h>

#include "src/array/object_slots.h"
#include "src/dtype/dtype.h"
#include "src/function/function.h"
#include "src/function/messages.h"
#include "src/match/match.h"

static PyObject* dtype_of(const descry_type* type) { return descryi_dtype_borrow(type); }

static int accepts(const descry_type* type, PyObject* descr) {
  PyObject* expected = descryi_dtype_borrow(type);
  return expected ? descryi_match(type, expected, descr, DESCRY_EQUIVALENT) : -1;
}

// Returns 1 where the type is a number, 0 where it is a record, -1 with ValueError where it is
// neither.
static int is_number(const char* ufunc, int operand, const descry_type* type) {
  PyObject* dtype = descryi_dtype_borrow(type);
  if (!dtype) return -1;
  const int type_num = descryi_descr_type_num(dtype);
  if (type_num < DESCRYI_NPY_OBJECT || type_num == DESCRYI_NPY_HALF) return 1;
  const bool is_record = type_num == DESCRYI_NPY_VOID && descryi_descr_names(dtype);
  if (is_record && !descryi_descr_has_objects(dtype)) return 0;
  return descryi_raise_ufunc_type(ufunc, operand, type->name);
}

// Sets the bit of each operand and result that is a number. Returns 0, or -1 with ValueError.
static int find_numbers(const char* ufunc, const descry_function_spec* spec, unsigned* numbers) {
  *numbers = 0;
  for (int k = 0; k < spec->nin + spec->nout; ++k) {
    const int found = is_number(ufunc, k, spec->types[k]);
    if (found < 0) return -1;
    *numbers |= (unsigned)found << k;
  }
  const unsigned operands = (1u << spec->nin) - 1;
  return (*numbers & operands) == operands ? descryi_raise_ufunc_numbers(ufunc) : 0;
}

static void drop_loop(descryi_ufunc_loop* loop) {
  for (int k = 0; k < DESCRY_FUNCTION_OPERANDS && loop->types[k]; ++k) {
    descry_type_release(loop->types[k]);
  }
  free(loop);
}

// Returns a new loop for drop_loop(), or NULL with MemoryError.
static descryi_ufunc_loop* new_loop(const descry_function_spec* spec, unsigned numbers) {
  const size_t identity_size = spec->identity ? spec->types[spec->nin]->size : 0;
  descryi_ufunc_loop* loop = calloc(1, sizeof *loop + identity_size);
  if (!loop) {
    PyErr_NoMemory();
    return NULL;
  }
  loop->kernel = spec->kernel;
  loop->context = spec->context;
  loop->flags = spec->flags;
  loop->numbers = numbers;
  loop->dtype_of = dtype_of;
  loop->accepts = accepts;
  if (spec->identity) loop->identity = memcpy(loop + 1, spec->identity, identity_size);
  for (int k = 0; k < spec->nin + spec->nout; ++k) {
    loop->types[k] = descry_type_retain(spec->types[k]);
    loop->sizes[k] = spec->types[k]->size;
    loop->alignments[k] = spec->types[k]->alignment;
  }
  return loop;
}

// Returns an attribute of the module `numpy` (a new reference), or NULL, with an exception only if
// one came up. It is in the module's dict: for another name NumPy would run code of Python's.
static PyObject* numpy_attribute(const char* name) {
  PyObject* numpy = PyImport_ImportModule("numpy");
  PyObject* dict = numpy ? PyModule_GetDict(numpy) : NULL;
  PyObject* key = dict ? PyUnicode_FromString(name) : NULL;
  PyObject* found = key ? descryi_dict_get(dict, key) : NULL;
  Py_XDECREF(key);
  Py_XDECREF(numpy);
  return found;
}

static int check_ufunc(PyObject* ufunc, const char* name, const descry_function_spec* spec) {
  long counts[2] = {0, 0};
  PyObject* class = numpy_attribute("ufunc");
  if (!class) return -1;
  const int is_ufunc = ufunc ? PyObject_IsInstance(ufunc, class) : 0;
  Py_DECREF(class);
  if (is_ufunc == 0) return descryi_raise_ufunc_unknown(name);
  if (is_ufunc < 0 || descryi_ufunc_counts(ufunc, counts) < 0) return -1;
  if (counts[0] == spec->nin && counts[1] == spec->nout) return 0;
  return descryi_raise_ufunc_counts(name, (int)counts[0], (int)counts[1], spec->nin, spec->nout);
}

// Returns NumPy's ufunc of that name, which has as many operands as the signature; or NULL with an
// exception set.
static PyObject* find_ufunc(const char* name, const descry_function_spec* spec) {
  PyObject* ufunc = numpy_attribute(name);
  if (!ufunc && PyErr_Occurred()) return NULL;
  if (check_ufunc(ufunc, name, spec) < 0) Py_CLEAR(ufunc);
  return ufunc;
}

static int extend(PyObject* ufunc, const descry_function_spec* spec, unsigned numbers) {
  descryi_ufuncs* shared = descryi_shared_get(&descryi_ufuncs_shared);
  descryi_ufunc_loop* loop = shared ? new_loop(spec, numbers) : NULL;
  if (!loop) return -1;
  const unsigned operands = (1u << spec->nin) - 1;
  const int known = shared->add(shared, ufunc, spec->nin, spec->nout, numbers & operands, loop);
  if (known != 0) drop_loop(loop);
  return known < 0 ? -1 : 1;
}

int descry_extend_ufunc(const char* name, const descry_function_spec* given) {
  descry_function_spec spec = *given;
  unsigned numbers;
  spec.name = name;
  if (descryi_function_check(&spec) < 0 || find_numbers(name, &spec, &numbers) < 0) return -1;
  PyObject* ufunc = find_ufunc(name, &spec);
  if (!ufunc) return -1;
  const int result = descryi_np.major < 2 ? 0 : extend(ufunc, &spec, numbers);
  Py_DECREF(ufunc);
  return result;
}
