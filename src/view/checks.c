// SPDX-License-Identifier: BSD-3-Clause
#include "src/view/checks.h"

#include <string.h>

#include "src/array/elements.h"
#include "src/array/object_slots.h"
#include "src/array/shape.h"
#include "src/view/messages.h"
#include "src/view/path.h"

// What makes arrays of objects that hold rows or columns.
static const char* hint_for(PyObject* object) {
  const bool has_rows = PyList_Check(object) || PyTuple_Check(object);
  if (!has_rows && !PyDict_Check(object)) return "";
  return has_rows ? ": descry_view_acquire_any() and descry_from_rows() take it"
                  : ": descry_view_acquire_any() and descry_from_columns() take it";
}

int descryi_refuse_object(const descry_type* type, int ndim, PyObject* object) {
  PyObject* name = descryi_class_name(object);
  if (name && ndim < 0) {
    descryi_raise_view_not_array(type->name, type->size, name, hint_for(object));
  } else if (name) {
    descryi_raise_view_not_array_nd(ndim, type->name, type->size, name, hint_for(object));
  }
  Py_XDECREF(name);
  return -1;
}

int descryi_refuse_rank(const descry_type* type, int ndim, int inner, int actual) {
  if (!inner) return descryi_raise_view_rank(ndim, type->name, type->size, actual);
  if (ndim < 0) ndim = 0;  // at least
  return descryi_raise_view_inner_rank(ndim, type->name, type->size, inner, actual);
}

// Returns whether `array` is a masked array, or -1 with an exception set. Where nobody has imported
// numpy.ma there is none.
static int is_masked_array(PyObject* array) {
  PyObject* name = PyUnicode_FromString("numpy.ma");
  PyObject* module = name ? PyImport_GetModule(name) : NULL;
  PyObject* class = module ? PyObject_GetAttrString(module, "MaskedArray") : NULL;
  int result = class ? PyObject_IsInstance(array, class) : PyErr_Occurred() ? -1 : 0;
  Py_XDECREF(name);
  Py_XDECREF(module);
  Py_XDECREF(class);
  return result;
}

// Returns whether `mask`, an array of bools or of records of them, or np.ma.nomask, has one that is
// set; or -1 with an exception set.
static int any_is_set(PyObject* mask) {
  char* bytes;
  Py_ssize_t size;
  int result = -1;
  PyObject* copy = PyObject_CallMethod(mask, "tobytes", NULL);
  if (copy && PyBytes_AsStringAndSize(copy, &bytes, &size) == 0) {
    result = 0;
    for (Py_ssize_t i = 0; i < size; ++i) result |= bytes[i] != 0;
  }
  Py_XDECREF(copy);
  return result;
}

int descryi_has_masked(PyObject* array) {
  const int masked = is_masked_array(array);
  if (masked <= 0) return masked;
  PyObject* mask = PyObject_GetAttrString(array, "mask");
  const int any = mask ? any_is_set(mask) : -1;
  Py_XDECREF(mask);
  return any;
}

int descryi_check_mask(const descry_type* type, PyObject* array) {
  const int any = descryi_has_masked(array);
  return any > 0 ? descryi_raise_view_masked(type->name, type->size) : any;
}

// Sets `shape` to the lengths of the dimensions in `descr`, outermost first. Returns 0, or -1 with
// an exception set.
static int get_shape(PyObject* descr, Py_ssize_t* shape) {
  for (const descryi_subarray* sub; (sub = descryi_descr_subarray(descr)); descr = sub->base) {
    const Py_ssize_t count = descryi_tuple_size(sub->shape);
    for (Py_ssize_t i = 0; i < count; ++i) {
      *shape = PyLong_AsSsize_t(descryi_tuple_item(sub->shape, i));
      if (*shape++ == -1 && PyErr_Occurred()) return -1;
    }
  }
  return 0;
}

static int refuse_shape(const descry_type* type, int ndim, const Py_ssize_t* expected,
                        const descryi_array* array) {
  PyObject* lengths = descryi_tuple_of(ndim, expected);
  PyObject* shape = descryi_tuple_of(array->nd, array->dimensions);
  if (lengths && shape) {
    descryi_raise_view_inner_shape(type->name, type->size, lengths, shape);
  }
  Py_XDECREF(lengths);
  Py_XDECREF(shape);
  return -1;
}

static int refuse_gaps(const descry_type* type, const descryi_array* array) {
  PyObject* shape = descryi_tuple_of(array->nd, array->dimensions);
  PyObject* strides = shape ? descryi_tuple_of(array->nd, array->strides) : NULL;
  if (strides) descryi_raise_view_inner_gaps(strides, shape, type->name, type->size);
  Py_XDECREF(shape);
  Py_XDECREF(strides);
  return -1;
}

int descryi_check_inner(const descry_type* type, PyObject* descr, const descryi_array* array) {
  Py_ssize_t expected[DESCRYI_MAXDIMS_2];
  const int ndim = descryi_inner_ndim(descr);
  const int outer = array->nd - ndim;
  const Py_ssize_t* shape = array->dimensions + outer;
  const Py_ssize_t* strides = array->strides + outer;
  if (get_shape(descr, expected) < 0) return -1;
  Py_ssize_t step = descryi_descr_itemsize(array->descr);
  bool gaps = false, empty = false;
  for (int axis = 0; axis < outer; ++axis) empty = empty || array->dimensions[axis] == 0;
  for (int axis = ndim - 1; axis >= 0; --axis) {
    if (shape[axis] != expected[axis]) return refuse_shape(type, ndim, expected, array);
    gaps = gaps || (shape[axis] > 1 && strides[axis] != step);
    step *= shape[axis];
  }
  // Between no elements there are no gaps, whatever NumPy says of their strides.
  return gaps && !empty ? refuse_gaps(type, array) : 0;
}

bool descryi_is_misaligned(const descry_view* view) {
  if (view->size == 0) return false;
  uintptr_t bits = (uintptr_t)view->data;
  for (int axis = 0; axis < view->ndim; ++axis) {
    if (view->shape[axis] > 1) bits |= (uintptr_t)view->strides[axis];
  }
  return (bits & (view->type->alignment - 1)) != 0;
}

static int refuse_alignment(const descry_view* view) {
  const descryi_elements elements = {
      .data = view->data,
      .ndim = view->ndim,
      .shape = view->shape,
      .strides = view->strides,
      .size = view->size,
      .natural = false,
  };
  return descryi_elements_check_alignment(&elements, view->type);
}

int descryi_refuse_shortcoming(const descry_view* view, unsigned flags,
                               descryi_shortcoming shortcoming) {
  if (shortcoming == DESCRYI_LACKS_ALIGNMENT) return refuse_alignment(view);
  const unsigned missing = flags & ~view->flags;
  const char* order = missing & DESCRY_C_CONTIGUOUS   ? "C-"
                      : missing & DESCRY_F_CONTIGUOUS ? "Fortran-"
                                                      : "";
  PyObject* shape = descryi_tuple_of(view->ndim, view->shape);
  PyObject* strides = shape ? descryi_tuple_of(view->ndim, view->strides) : NULL;
  if (strides) {
    descryi_raise_view_not_contiguous(order, strides, shape, view->type->name, view->type->size);
  }
  Py_XDECREF(shape);
  Py_XDECREF(strides);
  return -1;
}

// Sets `index` to that of element number `flat` in C order. Returns the element's address.
static const char* find_element_at(const descry_view* view, Py_ssize_t flat, Py_ssize_t* index) {
  const char* address = view->data;
  for (int axis = view->ndim - 1; axis >= 0; --axis) {
    index[axis] = flat % view->shape[axis];
    flat /= view->shape[axis];
    address += index[axis] * view->strides[axis];
  }
  return address;
}

static PyTypeObject* class_of(const descryi_object_slot* slot) {
  return *slot->object_type->class_ptr;
}

// There was a class when the dtype was built, but its owner may have taken it away since.
static int check_classes(const descryi_object_slots* slots) {
  for (Py_ssize_t i = 0; i < slots->count; ++i) {
    const descry_type* type = slots->items[i].object_type;
    if (type && !*type->class_ptr) return descryi_raise_view_class_missing(type->name);
  }
  return 0;
}

// Names the element, the field and the class of the object that was found there. Returns -1.
static int refuse_object(const descry_view* view, const Py_ssize_t* index,
                         const descryi_object_slot* slot, PyObject* object) {
  PyObject* expected = (PyObject*)class_of(slot);
  PyObject* actual = object ? (PyObject*)Py_TYPE(object) : Py_None;
  PyObject* place = descryi_tuple_of(view->ndim, index);
  PyObject* path = place ? descryi_path_of_slot(view->type, slot->offset) : NULL;
  const Py_ssize_t length = path ? PyUnicode_GetLength(path) : -1;
  if (length > 0) {
    descryi_raise_view_object_in_field(expected, path, place, view->type->name, actual);
  } else if (length == 0) {
    descryi_raise_view_object(expected, place, view->type->name, actual);
  }
  Py_XDECREF(place);
  Py_XDECREF(path);
  return -1;
}

// Returns the slot whose object is not of its class, or NULL.
static const descryi_object_slot* find_mismatch(const descryi_object_slots* slots,
                                                const char* element, PyObject** object) {
  for (Py_ssize_t i = 0; i < slots->count; ++i) {
    const descryi_object_slot* slot = &slots->items[i];
    if (!slot->object_type) continue;
    memcpy(object, element + slot->offset, sizeof *object);
    if (!*object || !PyObject_TypeCheck(*object, class_of(slot))) return slot;
  }
  return NULL;
}

static int check_elements(const descry_view* view, const descryi_object_slots* slots) {
  Py_ssize_t index[DESCRYI_MAXDIMS_2] = {0};
  for (Py_ssize_t flat = 0; flat < view->size; ++flat) {
    PyObject* object;
    const char* element = find_element_at(view, flat, index);
    const descryi_object_slot* slot = find_mismatch(slots, element, &object);
    if (slot) return refuse_object(view, index, slot, object);
  }
  return 0;
}

int descryi_check_objects(const descry_view* view, PyObject* descr) {
  descryi_object_slots slots;
  if (descryi_object_slots_init(&slots, view->type, descr) < 0) return -1;
  int result = check_classes(&slots);
  if (result == 0 && slots.count) result = check_elements(view, &slots);
  descryi_object_slots_clear(&slots);
  return result;
}
