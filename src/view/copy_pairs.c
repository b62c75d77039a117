// SPDX-License-Identifier: BSD-3-Clause
#include "src/view/copy_pairs.h"

#include <string.h>

#include "src/array/shape.h"
#include "src/match/difference.h"
#include "src/view/messages.h"
#include "src/view/owndata_pin.h"

void descryi_copy_pairs_free(descryi_copy_pairs* pairs) {
  for (size_t i = 0; i < pairs->count; ++i) {
    descryi_copy_pair* const pair = &pairs->items[i];
    Py_XDECREF(pair->path);
    Py_XDECREF(pair->copy);
    Py_XDECREF(pair->array);
    Py_XDECREF(pair->original);
    Py_XDECREF(pair->replacement);
  }
  Py_XDECREF(pairs->array);
  if (pairs->copy) {
    descryi_owndata_pin_give_back(pairs->copy, pairs->copy_memory, pairs->keeper);
    Py_DECREF(pairs->copy);
  }
  PyMem_Free(pairs->items);
  PyMem_Free(pairs->scratch);
  PyMem_Free(pairs);
}

// Makes room for one more pair. Returns it, zeroed, or NULL with MemoryError.
static descryi_copy_pair* new_pair(descryi_copy_pairs* pairs) {
  if (pairs->count == pairs->room) {
    const size_t room = pairs->room ? 2 * pairs->room : 8;
    descryi_copy_pair* items = PyMem_Realloc(pairs->items, room * sizeof *items);
    if (!items) return (descryi_copy_pair*)PyErr_NoMemory();
    pairs->items = items;
    pairs->room = room;
  }
  descryi_copy_pair* pair = &pairs->items[pairs->count++];
  memset(pair, 0, sizeof *pair);
  return pair;
}

// Returns a new array over the memory of `array`, of elements of `descr` (a reference that is
// stolen) with these dimensions; or NULL with an exception set. A plain one: a subclass may have
// ideas of its own about fields. (PyArray_View would refuse other names for records that hold
// objects.)
static PyObject* array_over(PyObject* array, PyObject* descr, int ndim, const Py_ssize_t* shape,
                            const Py_ssize_t* strides) {
  const descryi_array* parts = descryi_as_array(array);
  PyObject* plain =
      descryi_np.new_from_descr(descryi_np.array_type, descr, ndim, shape, strides, parts->data,
                                parts->flags & DESCRYI_ARRAY_WRITEABLE, NULL);
  if (!plain) return NULL;
  Py_INCREF(array);
  if (descryi_np.set_base_object(plain, array) < 0) Py_CLEAR(plain);
  return plain;
}

static PyObject* read_as(PyObject* array, PyObject* descr) {
  const descryi_array* parts = descryi_as_array(array);
  Py_INCREF(descr);
  return array_over(array, descr, parts->nd, parts->dimensions, parts->strides);
}

static bool same_shape(const descryi_array* one, const descryi_array* other) {
  bool same = one->nd == other->nd;
  for (int i = 0; same && i < one->nd; ++i) same = one->dimensions[i] == other->dimensions[i];
  return same;
}

// Returns a new reference to `array` in the shape of `copy`, or NULL with an exception set.
// Sub-arrays may differ in axes of length 1, which takes no copy to mend.
static PyObject* in_shape_of(PyObject* copy, PyObject* array) {
  PyObject* reshaped = NULL;
  if (same_shape(descryi_as_array(copy), descryi_as_array(array))) {
    Py_INCREF(array);
    return array;
  }
  PyObject* shape = PyObject_GetAttrString(copy, "shape");
  if (shape) reshaped = PyObject_CallMethod(array, "reshape", "(O)", shape);
  Py_XDECREF(shape);
  return reshaped;
}

// The axes of more or fewer than one element.
static int count_axes(PyObject* array) {
  const descryi_array* parts = descryi_as_array(array);
  int count = 0;
  for (int axis = 0; axis < parts->nd; ++axis) count += parts->dimensions[axis] != 1;
  return count;
}

// Returns a new array over the memory of `array`, which is one of single characters, with the
// characters along its last axis as one text; or NULL with an exception set. REQUIRES: that axis is
// one of a sub-array, and so without gaps.
static PyObject* join_characters(PyObject* array) {
  const descryi_array* parts = descryi_as_array(array);
  Py_ssize_t shape[DESCRYI_MAXDIMS_2], strides[DESCRYI_MAXDIMS_2];
  int last = parts->nd - 1;
  while (last > 0 && parts->dimensions[last] == 1) --last;
  PyObject* unsized = descryi_np.descr_from_type(DESCRYI_NPY_STRING);
  PyObject* descr = unsized ? descryi_np.descr_new(unsized) : NULL;
  Py_XDECREF(unsized);
  if (!descr) return NULL;
  descryi_descr_set_itemsize(descr, parts->dimensions[last]);
  // What follows has one element.
  for (int axis = 0; axis < last; ++axis) {
    shape[axis] = parts->dimensions[axis];
    strides[axis] = parts->strides[axis];
  }
  return array_over(array, descr, last, shape, strides);
}

// Whether `one` is of characters where `other` has whole texts.
static bool has_characters(PyObject* one, PyObject* other) {
  PyObject* descr = descryi_as_array(one)->descr;
  return descryi_descr_type_num(descr) == DESCRYI_NPY_STRING &&
         descryi_descr_itemsize(descr) == 1 && count_axes(one) > count_axes(other);
}

// Returns a new reference to `one`, its characters joined where `other` has whole texts; or NULL
// with an exception set.
static PyObject* as_texts(PyObject* one, PyObject* other) {
  if (has_characters(one, other)) return join_characters(one);
  Py_INCREF(one);
  return one;
}

// Adds the pair of two arrays without fields.
static int add_pair(descryi_copy_pairs* pairs, PyObject* path, PyObject* copy, PyObject* array) {
  descryi_copy_pair* pair = new_pair(pairs);
  if (!pair) return -1;
  Py_INCREF(path);
  pair->path = path;
  pair->copy = as_texts(copy, array);
  PyObject* texts = pair->copy ? as_texts(array, copy) : NULL;
  pair->array = texts ? in_shape_of(pair->copy, texts) : NULL;
  Py_XDECREF(texts);
  if (!pair->array) return -1;
  pair->copy_form = descryi_value_form_of(descryi_as_array(pair->copy)->descr);
  pair->array_form = descryi_value_form_of(descryi_as_array(pair->array)->descr);
  return 0;
}

static PyObject* join_path(PyObject* path, PyObject* name) {
  const Py_ssize_t length = PyUnicode_GetLength(path);
  if (length < 0) return NULL;
  Py_INCREF(name);
  return length > 0 ? descryi_path_join(path, name) : name;
}

static int add_pairs(descryi_copy_pairs* pairs, PyObject* path, PyObject* copy, PyObject* array);

static int add_field_pairs(descryi_copy_pairs* pairs, PyObject* path, PyObject* copy,
                           PyObject* array, PyObject* name) {
  int result = -1;
  PyObject* longer = join_path(path, name);
  PyObject* copied = longer ? PyObject_GetItem(copy, name) : NULL;
  PyObject* field = copied ? PyObject_GetItem(array, name) : NULL;
  if (field) result = add_pairs(pairs, longer, copied, field);
  Py_XDECREF(longer);
  Py_XDECREF(copied);
  Py_XDECREF(field);
  return result;
}

// Adds what the two consist of.
static int add_pairs(descryi_copy_pairs* pairs, PyObject* path, PyObject* copy, PyObject* array) {
  PyObject* descr = descryi_as_array(copy)->descr;
  if (!descryi_descr_is_record(descr)) return add_pair(pairs, path, copy, array);
  PyObject* reshaped = in_shape_of(copy, array);
  PyObject* names = descryi_descr_names(descr);
  int result = reshaped ? 0 : -1;
  Py_INCREF(names);
  for (Py_ssize_t i = 0; result == 0 && i < descryi_tuple_size(names); ++i) {
    result = add_field_pairs(pairs, path, copy, reshaped, descryi_tuple_item(names, i));
  }
  Py_DECREF(names);
  Py_XDECREF(reshaped);
  return result;
}

descryi_copy_pairs* descryi_copy_pairs_new(PyObject* path, PyObject* copy, PyObject* array,
                                           PyObject* descr, int casting) {
  descryi_copy_pairs* pairs = descryi_calloc(1, sizeof *pairs);
  if (!pairs) return (descryi_copy_pairs*)PyErr_NoMemory();
  int result = -1;
  Py_INCREF(array);
  pairs->array = array;
  pairs->ndim = descryi_as_array(copy)->nd;
  pairs->casting = casting;
  PyObject* elements = read_as(array, descr);
  // Python may see the copy itself, and change its shape or dtype.
  PyObject* copies = elements ? read_as(copy, descryi_as_array(copy)->descr) : NULL;
  if (copies) result = add_pairs(pairs, path, copies, elements);
  Py_XDECREF(elements);
  Py_XDECREF(copies);
  if (result == 0) return pairs;
  descryi_copy_pairs_free(pairs);
  return NULL;
}

static void walk_add(descryi_element_walk* walk, PyObject* array) {
  walk->data[walk->count] = descryi_as_array(array)->data;
  walk->strides[walk->count] = descryi_as_array(array)->strides;
  ++walk->count;
}

bool descryi_element_walk_start(descryi_element_walk* walk, const descryi_copy_pair* pair,
                                PyObject* third, PyObject* fourth) {
  walk->count = 0;
  walk->data[DESCRYI_IN_THIRD] = walk->data[DESCRYI_IN_FOURTH] = NULL;
  walk->ndim = descryi_as_array(pair->copy)->nd;
  walk->shape = descryi_as_array(pair->copy)->dimensions;
  walk_add(walk, pair->copy);
  walk_add(walk, pair->array);
  if (third) walk_add(walk, third);
  if (fourth) walk_add(walk, fourth);
  bool any = true;
  for (int axis = 0; axis < walk->ndim; ++axis) {
    walk->index[axis] = 0;
    any = any && walk->shape[axis] > 0;
  }
  return any;
}

bool descryi_element_walk_next(descryi_element_walk* walk) {
  for (int axis = walk->ndim - 1; axis >= 0; --axis) {
    const bool carry = ++walk->index[axis] == walk->shape[axis];
    const Py_ssize_t steps = carry ? 1 - walk->shape[axis] : 1;
    for (int i = 0; i < walk->count; ++i) walk->data[i] += steps * walk->strides[i][axis];
    if (!carry) return true;
    walk->index[axis] = 0;
  }
  return false;
}

// Returns a new str that says where the walk is, such as "index (1,), field 'rgb[2]'"; or NULL with
// an exception set.
static PyObject* describe_place(const descryi_copy_pairs* pairs, const descryi_copy_pair* pair,
                                const descryi_element_walk* walk) {
  const int inner_ndim = walk->ndim - pairs->ndim;
  PyObject* place = NULL;
  PyObject* outer = descryi_tuple_of(pairs->ndim, walk->index);
  PyObject* inner = outer ? PyList_New(0) : NULL;
  for (int i = 0; inner && i < inner_ndim; ++i) {
    PyObject* index = PyLong_FromSsize_t(walk->index[pairs->ndim + i]);
    if (!index || PyList_Append(inner, index) < 0) Py_CLEAR(inner);
    Py_XDECREF(index);
  }
  const Py_ssize_t length = inner ? PyUnicode_GetLength(pair->path) : -1;
  if (length >= 0 && inner_ndim) {
    place = PyUnicode_FromFormat("index %S, field '%U%S'", outer, pair->path, inner);
  } else if (length > 0) {
    place = PyUnicode_FromFormat("index %S, field '%U'", outer, pair->path);
  } else if (length == 0) {
    place = PyUnicode_FromFormat("index %S", outer);
  }
  Py_XDECREF(outer);
  Py_XDECREF(inner);
  return place;
}

// Returns a new reference to the element of `array` at `data` as a scalar, or NULL with an
// exception set.
static PyObject* scalar_at(PyObject* array, char* data) {
  return descryi_np.scalar(data, descryi_as_array(array)->descr, array);
}

// Returns a new str of the element of `array` at `data`, or NULL with an exception set. NumPy
// cannot show every one: text of no characters, times of no year.
static PyObject* text_at(PyObject* array, char* data) {
  PyObject* value = scalar_at(array, data);
  PyObject* text = value ? PyObject_Str(value) : NULL;
  Py_XDECREF(value);
  if (text || PyErr_ExceptionMatches(PyExc_MemoryError)) return text;
  if (!PyErr_ExceptionMatches(PyExc_Exception)) return NULL;
  PyErr_Clear();
  return PyUnicode_FromString("a value");
}

int descryi_copy_pairs_refuse(const descryi_copy_pairs* pairs, const descryi_copy_pair* pair,
                              const descryi_element_walk* walk, const descry_type* type) {
  PyObject* const from = type ? pair->array : pair->copy;
  PyObject* const descr = descryi_as_array(type ? pair->copy : pair->array)->descr;
  PyObject* value = text_at(from, walk->data[type ? DESCRYI_IN_ARRAY : DESCRYI_IN_COPY]);
  PyObject* place = value ? describe_place(pairs, pair, walk) : NULL;
  if (place && type) {
    descryi_raise_convert_inexact(type->name, type->size, value, place, descr);
  } else if (place) {
    descryi_raise_write_back_inexact(value, place, descr);
  }
  Py_XDECREF(value);
  Py_XDECREF(place);
  return -1;
}

int descryi_copy_pair_same_value(PyObject* array, char* one, char* other) {
  if (memcmp(one, other, (size_t)descryi_descr_itemsize(descryi_as_array(array)->descr)) == 0) {
    return 1;
  }
  PyObject* first = scalar_at(array, one);
  PyObject* second = first ? scalar_at(array, other) : NULL;
  int same = second ? PyObject_RichCompareBool(first, second, Py_EQ) : -1;
  if (same == 0) {
    const int first_is_nan = PyObject_RichCompareBool(first, first, Py_NE);
    same = first_is_nan > 0 ? PyObject_RichCompareBool(second, second, Py_NE) : first_is_nan;
  }
  Py_XDECREF(first);
  Py_XDECREF(second);
  return same;
}

PyObject* descryi_cast_like(PyObject* array, PyObject* like) {
  PyObject* descr = descryi_as_array(like)->descr;
  Py_INCREF(descr);
  return descryi_np.cast_to_type(array, descr, 0);
}
