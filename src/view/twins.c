// SPDX-License-Identifier: BSD-3-Clause
#include "src/view/twins.h"

#include "src/base/errors.h"
#include "src/base/numpy.h"

static int add_twins(PyObject* twins, PyObject* copy, PyObject* array);

static int add_field(PyObject* twins, PyObject* copy, PyObject* array, PyObject* name) {
  int result = -1;
  PyObject* copied = PyObject_GetItem(copy, name);
  PyObject* field = copied ? PyObject_GetItem(array, name) : NULL;
  if (field) result = add_twins(twins, copied, field);
  Py_XDECREF(copied);
  Py_XDECREF(field);
  return result;
}

static int add_fields(PyObject* twins, PyObject* copy, PyObject* array) {
  PyObject* names = descryi_descr_names(descryi_as_array(copy)->descr);
  int result = 0;
  Py_INCREF(names);
  for (Py_ssize_t i = 0; result == 0 && i < descryi_tuple_size(names); ++i) {
    result = add_field(twins, copy, array, descryi_tuple_item(names, i));
  }
  Py_DECREF(names);
  return result;
}

static int add_pair(PyObject* twins, PyObject* copy, PyObject* array) {
  if (descryi_descr_is_record(descryi_as_array(copy)->descr)) {
    return add_fields(twins, copy, array);
  }
  return PyList_Append(twins, copy) < 0 ? -1 : PyList_Append(twins, array);
}

// Sub-arrays may differ in axes of length 1, which takes no copy to mend.
static int add_twins(PyObject* twins, PyObject* copy, PyObject* array) {
  if (descryi_as_array(copy)->nd == descryi_as_array(array)->nd) {
    return add_pair(twins, copy, array);
  }
  int result = -1;
  PyObject* shape = PyObject_GetAttrString(copy, "shape");
  PyObject* reshaped = shape ? PyObject_CallMethod(array, "reshape", "(O)", shape) : NULL;
  if (reshaped) result = add_pair(twins, copy, reshaped);
  Py_XDECREF(shape);
  Py_XDECREF(reshaped);
  return result;
}

// Returns a new array over the memory of `array` with elements of `descr`, or NULL with an
// exception set. A plain one: a subclass may have ideas of its own about fields. (PyArray_View
// would refuse other names for records that hold objects.)
static PyObject* read_as(PyObject* array, PyObject* descr) {
  const descryi_array* parts = descryi_as_array(array);
  Py_INCREF(descr);
  PyObject* plain = descryi_np.new_from_descr(descryi_np.array_type, descr, parts->nd,
                                              parts->dimensions, parts->strides, parts->data,
                                              parts->flags & DESCRYI_ARRAY_WRITEABLE, NULL);
  if (!plain) return NULL;
  Py_INCREF(array);
  if (descryi_np.set_base_object(plain, array) < 0) Py_CLEAR(plain);
  return plain;
}

PyObject* descryi_twins_new(PyObject* copy, PyObject* array, PyObject* descr) {
  PyObject* twins = PyList_New(0);
  PyObject* plain = twins ? read_as(array, descr) : NULL;
  if (!plain || add_twins(twins, copy, plain) < 0) Py_CLEAR(twins);
  Py_XDECREF(plain);
  return twins;
}

static PyObject* copy_of(PyObject* twins, Py_ssize_t pair) {
  return PyList_GetItem(twins, 2 * pair);
}

static PyObject* array_of(PyObject* twins, Py_ssize_t pair) {
  return PyList_GetItem(twins, 2 * pair + 1);
}

static Py_ssize_t pairs_in(PyObject* twins) { return PyList_Size(twins) / 2; }

int descryi_twins_copy(PyObject* twins) {
  for (Py_ssize_t i = 0; i < pairs_in(twins); ++i) {
    if (descryi_np.copy_into(copy_of(twins, i), array_of(twins, i)) < 0) return -1;
  }
  return 0;
}

static bool is_int(PyObject* descr) {
  const char kind = descryi_descr_kind(descr);
  return kind == 'i' || kind == 'u';
}

// Whether an array holds the same values once it was cast to `descr` and back; -1 with an exception
// set.
static int survives(PyObject* array, PyObject* descr) {
  int same = -1;
  PyObject* own = descryi_as_array(array)->descr;
  Py_INCREF(descr);
  PyObject* cast = descryi_np.cast_to_type(array, descr, 0);
  if (cast) Py_INCREF(own);
  PyObject* back = cast ? descryi_np.cast_to_type(cast, own, 0) : NULL;
  PyObject* equal = back ? PyObject_RichCompare(back, array, Py_EQ) : NULL;
  PyObject* all = equal ? PyObject_CallMethod(equal, "all", NULL) : NULL;
  if (all) same = PyObject_IsTrue(all);
  Py_XDECREF(cast);
  Py_XDECREF(back);
  Py_XDECREF(equal);
  Py_XDECREF(all);
  return same;
}

// NumPy would take the lower bits of an int that does not fit.
static int check_fit(PyObject* copy, PyObject* array) {
  PyObject* own = descryi_as_array(copy)->descr;
  PyObject* descr = descryi_as_array(array)->descr;
  if (!is_int(own) || !is_int(descr)) return 0;
  if (descryi_np.can_cast_type_to(own, descr, DESCRYI_SAFE_CASTING)) return 0;
  const int same = survives(copy, descr);
  return same == 0 ? descryi_raise(DESCRYI_CONVERT_TOO_LARGE, descr) : same < 0 ? -1 : 0;
}

static int write_back(PyObject* twins) {
  for (Py_ssize_t i = 0; i < pairs_in(twins); ++i) {
    if (check_fit(copy_of(twins, i), array_of(twins, i)) < 0) return -1;
  }
  for (Py_ssize_t i = 0; i < pairs_in(twins); ++i) {
    if (descryi_np.copy_into(array_of(twins, i), copy_of(twins, i)) < 0) return -1;
  }
  return 0;
}

void descryi_twins_write_back(PyObject** twins) {
  PyObject *type, *value, *traceback;
  PyObject* const list = *twins;
  *twins = NULL;
  PyErr_Fetch(&type, &value, &traceback);
  if (write_back(list) < 0) PyErr_WriteUnraisable(array_of(list, 0));
  Py_DECREF(list);
  PyErr_Restore(type, value, traceback);
}
