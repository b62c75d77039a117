// SPDX-License-Identifier: BSD-3-Clause
#include "src/array/fresh.h"

#include <descry/array.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "src/array/messages.h"

bool descryi_is_empty_text(PyObject* descr) {
  const char kind = descryi_descr_kind(descr);
  return (kind == 'S' || kind == 'U') && descryi_descr_itemsize(descr) == 0;
}

PyObject* descryi_fresh_empty_texts(PyObject* descr, int ndim, const Py_ssize_t* shape) {
  PyObject *array = NULL, *nothing = descryi_np.descr_from_type(DESCRYI_NPY_VOID);
  PyObject* memory = nothing ? descryi_np.empty(ndim, shape, nothing, 0) : NULL;
  if (!memory) {
    Py_DECREF(descr);
    return NULL;
  }
  array = descryi_np.new_from_descr(descryi_np.array_type, descr, ndim, shape, NULL,
                                    descryi_as_array(memory)->data, DESCRYI_ARRAY_WRITEABLE, NULL);
  if (!array) {
    Py_DECREF(memory);
  } else if (descryi_np.set_base_object(array, memory) < 0) {
    Py_CLEAR(array);
  }
  return array;
}

// Whether NumPy cannot make the arrays of a type as they must be: its memory is aligned for
// max_align_t only, texts of no characters get one each, and in Fortran order it would tear the
// elements of a sub-array dtype apart.
static bool is_special(const descry_type* type, PyObject* descr, int order) {
  return type->alignment > alignof(max_align_t) ||
         (type->size == 0 && descryi_is_empty_text(descr)) ||
         (order == DESCRY_F_ORDER && descryi_type_inner_ndim(type, descr) > 0);
}

int descryi_fresh_refuse_order(int order) { return descryi_raise_order_unknown(order); }

static Py_ssize_t count_bytes(const descry_type* type, int ndim, const Py_ssize_t* shape) {
  Py_ssize_t bytes = (Py_ssize_t)type->size;
  for (int axis = 0; axis < ndim; ++axis) bytes *= shape[axis];
  return bytes;
}

static void free_memory(void* data, void* context) {
  (void)context;
  free(data);
}

static PyObject* new_over_aligned(const descry_type* type, int ndim, const Py_ssize_t* shape,
                                  const Py_ssize_t* strides) {
  const size_t bytes = (size_t)count_bytes(type, ndim, shape);
  void* data = NULL;
  if (posix_memalign(&data, type->alignment, bytes ? bytes : 1) != 0) return PyErr_NoMemory();
  memset(data, 0, bytes);
  PyObject* array = descry_adopt(type, data, ndim, shape, strides, free_memory, NULL, DESCRY_WRITE);
  if (!array) free(data);
  return array;
}

// With objects in it, new_from_descr() zeroes the memory itself.
PyObject* descryi_fresh_new_strided(const descry_type* type, PyObject* descr, int ndim,
                                    const Py_ssize_t* shape, const Py_ssize_t* strides,
                                    bool zeroed) {
  if (type->alignment > alignof(max_align_t)) {
    PyObject* array = new_over_aligned(type, ndim, shape, strides);
    Py_DECREF(descr);
    return array;
  }
  if (type->size == 0 && descryi_is_empty_text(descr)) {
    return descryi_fresh_empty_texts(descr, ndim, shape);
  }
  const size_t bytes = (size_t)count_bytes(type, ndim, shape);
  PyObject* array =
      descryi_np.new_from_descr(descryi_np.array_type, descr, ndim, shape, strides, NULL, 0, NULL);
  if (array && zeroed) memset(descryi_as_array(array)->data, 0, bytes);
  return array;
}

PyObject* descryi_fresh_new(const descry_type* type, PyObject* descr, int ndim,
                            const Py_ssize_t* shape, int order, bool zeroed) {
  if (is_special(type, descr, order)) {
    Py_ssize_t strides[DESCRYI_MAXDIMS_2];
    descryi_strides_set(strides, ndim, shape, (Py_ssize_t)type->size, order);
    return descryi_fresh_new_strided(type, descr, ndim, shape, strides, zeroed);
  }
  if (zeroed && !descryi_descr_has_objects(descr)) {
    return descryi_np.zeros(ndim, shape, descr, order == DESCRY_F_ORDER);
  }
  return descryi_np.new_from_descr(descryi_np.array_type, descr, ndim, shape, NULL, NULL,
                                   order == DESCRY_F_ORDER, NULL);
}

PyObject* descryi_fresh_own_objects(const descry_type* type, PyObject* array, Py_ssize_t size) {
  descryi_array* const parts = descryi_as_array(array);
  const Py_ssize_t itemsize = (Py_ssize_t)type->size;
  descryi_object_slots slots;
  if (descryi_object_slots_init(&slots, type, parts->descr) < 0) {
    memset(parts->data, 0, (size_t)(size * itemsize));  // they are the references of others
    descryi_drop(array);
    return NULL;
  }
  descryi_object_slots_own_all(&slots, parts->data, size, itemsize);
  descryi_object_slots_clear(&slots);
  return array;
}

static PyObject* new_special_zeroed(const descry_type* type, PyObject* descr, int ndim,
                                    const Py_ssize_t* shape, int order, Py_ssize_t size) {
  PyObject* array = descryi_fresh_new(type, descr, ndim, shape, order, true);
  return array ? descryi_fresh_own(type, array, size) : NULL;
}

PyObject* descry_empty(const descry_type* type, int ndim, const Py_ssize_t* shape, int order) {
  Py_ssize_t size;
  PyObject* descr = descryi_fresh_dtype(type, ndim, shape, order, &size);
  if (!descr) return NULL;
  if (is_special(type, descr, order)) {
    return new_special_zeroed(type, descr, ndim, shape, order, size);
  }
  return descryi_np.empty(ndim, shape, descr, order == DESCRY_F_ORDER);
}

// NumPy zeroes memory that is to hold objects whenever it allocates some; its `zeros` puts the int
// 0 there, its `empty` None.
PyObject* descry_zeros(const descry_type* type, int ndim, const Py_ssize_t* shape, int order) {
  Py_ssize_t size;
  PyObject* descr = descryi_fresh_dtype(type, ndim, shape, order, &size);
  if (!descr) return NULL;
  if (is_special(type, descr, order)) {
    return new_special_zeroed(type, descr, ndim, shape, order, size);
  }
  if (descryi_descr_has_objects(descr))
    return descryi_np.empty(ndim, shape, descr, order == DESCRY_F_ORDER);
  return descryi_np.zeros(ndim, shape, descr, order == DESCRY_F_ORDER);
}

// Repeats `value` over `bytes` bytes, a multiple of `itemsize`, by doubling what is there.
static void repeat(char* data, size_t bytes, const void* value, size_t itemsize) {
  if (bytes == 0) return;
  memcpy(data, value, itemsize);
  for (size_t done = itemsize; done < bytes;) {
    const size_t more = done < bytes - done ? done : bytes - done;
    memcpy(data + done, data, more);
    done += more;
  }
}

PyObject* descry_full(const descry_type* type, int ndim, const Py_ssize_t* shape, int order,
                      const void* value) {
  Py_ssize_t size;
  PyObject* descr = descryi_fresh_dtype(type, ndim, shape, order, &size);
  if (!descr) return NULL;
  if (!value) {
    descryi_raise_value_missing(type->name);
    Py_DECREF(descr);
    return NULL;
  }
  const Py_ssize_t itemsize = (Py_ssize_t)type->size;
  PyObject* array = descryi_fresh_new(type, descr, ndim, shape, order, false);
  if (!array) return NULL;
  repeat(descryi_as_array(array)->data, (size_t)(size * itemsize), value, (size_t)itemsize);
  return descryi_fresh_own(type, array, size);
}

PyObject* descry_copy(const descry_type* type, const void* data, int ndim, const Py_ssize_t* shape,
                      const Py_ssize_t* strides) {
  PyObject* descr = descryi_dtype_borrow(type);
  if (!descr) return NULL;
  descryi_elements elements;
  if (descryi_elements_init(&elements, type, descr, data, ndim, shape, strides) < 0) return NULL;
  Py_INCREF(descr);
  PyObject* array = descryi_fresh_new(type, descr, ndim, shape, DESCRY_C_ORDER, false);
  if (!array) return NULL;
  descryi_elements_gather(&elements, descryi_as_array(array)->data);
  return descryi_fresh_own(type, array, elements.size);
}
