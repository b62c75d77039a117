// SPDX-License-Identifier: BSD-3-Clause
// Arrays from whatever holds elements.
#include <descry/array.h>
#include <descry/arrow.h>
#include <descry/borrow.h>
#include <descry/convert.h>
#include <descry/dtype.h>
#include <string.h>

#include "src/array/object_slots.h"
#include "src/array/shape.h"
#include "src/convert/column_names.h"
#include "src/convert/flags.h"
#include "src/dtype/dtype.h"
#include "src/match/castable.h"
#include "src/match/match.h"
#include "src/view/checks.h"
#include "src/view/converted_copy.h"
#include "src/view/scalar.h"

// The flags that are for arrays.
enum { ARRAY_FLAGS = DESCRY_SAME_KIND | DESCRY_MASKED };

// Returns `array` itself where a view of it can be had, else a converted copy, as a view makes it;
// or NULL with an exception set.
static PyObject* from_view(const descry_type* type, PyObject* array, unsigned flags) {
  descry_view view;
  const unsigned asked = (flags & (unsigned)(ARRAY_FLAGS | DESCRY_EXTRA_IGNORED)) |
                         (unsigned)(DESCRY_READ | DESCRY_CONVERT);
  if (descry_view_acquire(&view, array, type, DESCRY_ANY_NDIM, asked) < 0) return NULL;
  PyObject* made = view.array;
  Py_INCREF(made);
  descry_view_release(&view);
  return made;
}

// Whether an array holds what only its values can be read from one by one: objects in place of
// something else, or fewer fields than the type has where those are to be zero.
static bool takes_values(const descry_type* type, PyObject* descr, unsigned flags) {
  const bool lacks_fields = flags & DESCRY_MISSING_IS_ZERO && descryi_descr_is_record(descr);
  return (descryi_descr_has_objects(descr) && type->kind != DESCRY_KIND_OBJECT) || lacks_fields;
}

static PyObject* from_array(const descry_type* type, PyObject* array, unsigned flags) {
  const descryi_array* parts = descryi_as_array(array);
  PyObject* own = descryi_dtype_borrow(type);
  if (!own) return NULL;
  if (parts->nd == 1 && takes_values(type, parts->descr, flags)) {
    const int level = DESCRYI_CASTABLE | DESCRYI_SAME_KIND_CASTING | DESCRYI_EXTRA_FIELDS;
    const int casts = descryi_castable(descryi_innermost(own), parts->descr, level, NULL);
    if (casts < 0) return NULL;
    const unsigned reading = flags & ~(unsigned)DESCRY_MASKED;
    if (!casts && descryi_descr_is_record(parts->descr)) {
      return descry_from_columns(type, array, reading);
    }
    if (!casts) return descry_from_rows(type, array, reading & ~(unsigned)DESCRY_SAME_KIND);
  }
  return from_view(type, array, flags);
}

// Returns what `array` gives, or NULL with an exception set. Steals a reference to it, NULL passing
// as the failure that it is.
static PyObject* from_new_array(const descry_type* type, PyObject* array, unsigned flags) {
  PyObject* made = array ? from_array(type, array, flags) : NULL;
  Py_XDECREF(array);
  return made;
}

// Whether a memoryview is of bytes that mean nothing yet; -1 with an exception set.
static int is_raw(PyObject* memory) {
  PyObject* form = PyObject_GetAttrString(memory, "format");
  PyObject* ndim = form ? PyObject_GetAttrString(memory, "ndim") : NULL;
  PyObject* contiguous = ndim ? PyObject_GetAttrString(memory, "c_contiguous") : NULL;
  int raw = -1;
  if (contiguous) {
    raw = contiguous == Py_True && PyLong_AsLong(ndim) == 1 &&
          (PyUnicode_CompareWithASCIIString(form, "B") == 0 ||
           PyUnicode_CompareWithASCIIString(form, "b") == 0 ||
           PyUnicode_CompareWithASCIIString(form, "c") == 0);
  }
  Py_XDECREF(form);
  Py_XDECREF(ndim);
  Py_XDECREF(contiguous);
  return raw;
}

// Returns an array over plain bytes.
static PyObject* from_bytes(const descry_type* type, PyObject* exporter, bool writes,
                            unsigned flags) {
  const unsigned access = writes ? DESCRY_WRITE : DESCRY_READ;
  return from_new_array(
      type,
      descry_wrap_buffer(type, exporter, 0, 1, NULL, NULL, access | (unsigned)DESCRY_UNALIGNED),
      flags);
}

// Returns an array over memory whose elements have a format: by their names where they have some
// that fit, else by their layout.
static PyObject* from_formatted(const descry_type* type, PyObject* exporter, unsigned flags) {
  PyObject* own = descryi_dtype_borrow(type);
  PyObject* array = own ? descryi_np.from_any(exporter, NULL, 0, 0, 0, NULL) : NULL;
  if (!array) return NULL;
  PyObject* const descr = descryi_as_array(array)->descr;
  const int casts = descryi_castable(
      own, descr, DESCRYI_CASTABLE | DESCRYI_SAME_KIND_CASTING | DESCRYI_EXTRA_FIELDS, NULL);
  const int same = casts == 0 ? descryi_match(type, own, descr, DESCRY_LAYOUT) : 0;
  if (casts < 0 || same < 0) {
    Py_DECREF(array);
    return NULL;
  }
  if (!same) return from_new_array(type, array, flags);
  PyObject* made = NULL;
  descry_view view;
  if (descry_view_acquire(&view, array, type, DESCRY_ANY_NDIM,
                          (unsigned)(DESCRY_READ | DESCRY_BY_LAYOUT | DESCRY_UNALIGNED)) == 0) {
    const bool writes = (descryi_array_flags(array) & DESCRYI_ARRAY_WRITEABLE) != 0;
    made = descry_wrap(type, view.data, view.ndim, view.shape, view.strides, array,
                       (writes ? DESCRY_WRITE : DESCRY_READ) | (unsigned)DESCRY_UNALIGNED);
    descry_view_release(&view);
  }
  Py_DECREF(array);
  return from_new_array(type, made, flags);
}

static PyObject* from_buffer(const descry_type* type, PyObject* exporter, unsigned flags) {
  PyObject* memory = PyMemoryView_FromObject(exporter);
  const int raw = memory ? is_raw(memory) : -1;
  PyObject* readonly = raw > 0 ? PyObject_GetAttrString(memory, "readonly") : NULL;
  Py_XDECREF(memory);
  if (raw < 0 || (raw && !readonly)) return NULL;
  Py_XDECREF(readonly);
  return raw ? from_bytes(type, exporter, readonly == Py_False, flags)
             : from_formatted(type, exporter, flags);
}

static bool has_method(PyObject* object, const char* name) {
  return !PyType_Check(object) && PyObject_HasAttrString(object, name);
}

static bool has_array_protocol(PyObject* object) {
  return has_method(object, "__array__") || has_method(object, "__array_interface__") ||
         has_method(object, "__array_struct__");
}

// Whether Arrow is the only way to the elements of an object. What has an array as well need not be
// copied, and the columns of a data frame have their own way; pandas and polars, which have both,
// give out Arrow's streams by another package, which may be missing.
static bool is_arrow_only(PyObject* object) {
  const bool is_arrow =
      has_method(object, "__arrow_c_stream__") || has_method(object, "__arrow_c_array__");
  return is_arrow && !has_array_protocol(object);
}

static PyObject* from_arrow(const descry_type* type, PyObject* object, unsigned flags) {
  const unsigned known = (unsigned)(DESCRY_NONE_IS_NAN | DESCRY_MISSING_IS_ZERO |
                                    DESCRY_EXTRA_IGNORED | DESCRY_TRUNCATE_TEXT);
  return descry_from_arrow(type, object, (flags & known) | (unsigned)DESCRY_CONVERT);
}

static bool is_iterable(PyObject* object) {
  return !PyUnicode_Check(object) && !PyType_Check(object) &&
         (PySequence_Check(object) || PyObject_HasAttrString(object, "__iter__"));
}

static PyObject* refuse_source(const descry_type* type, PyObject* object) {
  PyObject* name = descryi_class_name(object);
  if (name) descryi_raise_array_from_none(type->name, type->size, name);
  Py_XDECREF(name);
  return NULL;
}

// What has no memory to share: Arrow data, columns, what gives out an array, rows.
static PyObject* from_parts(const descry_type* type, PyObject* object, unsigned flags) {
  const unsigned reading = flags & (unsigned)DESCRYI_READING_FLAGS;
  if (is_arrow_only(object)) return from_arrow(type, object, flags);
  PyObject* names = type->kind == DESCRY_KIND_RECORD ? descryi_column_names(object) : NULL;
  if (names) {
    Py_DECREF(names);
    return descry_from_columns(type, object, reading | (flags & (unsigned)DESCRY_SAME_KIND));
  }
  if (PyErr_Occurred()) return NULL;
  // As an array, structs of Arrow would be objects, a dict each.
  if (type->kind == DESCRY_KIND_RECORD && has_method(object, "__arrow_c_array__")) {
    return from_arrow(type, object, flags);
  }
  if (has_array_protocol(object)) {
    return from_new_array(type, descryi_np.from_any(object, NULL, 0, 0, 0, NULL), flags);
  }
  if (is_iterable(object) && !PyDict_Check(object)) return descry_from_rows(type, object, reading);
  return refuse_source(type, object);
}

PyObject* descry_array_from(const descry_type* type, PyObject* object, unsigned flags) {
  if (descryi_convert_check_flags(flags, ARRAY_FLAGS) < 0) return NULL;
  if (!descryi_dtype_borrow(type)) return NULL;
  if (descryi_is_array(object)) return from_array(type, object, flags);
  if (descryi_is_void(object)) return from_new_array(type, descryi_scalar_array(object), flags);
  if (descryi_is_scalar(object)) {
    return from_new_array(type, descryi_np.from_any(object, NULL, 0, 0, 0, NULL), flags);
  }
  return PyObject_CheckBuffer(object) ? from_buffer(type, object, flags)
                                      : from_parts(type, object, flags);
}

int descry_view_acquire_any(descry_view* view, PyObject* object, const descry_type* type, int ndim,
                            unsigned flags) {
  const unsigned reading = flags & (unsigned)DESCRYI_READING_FLAGS;
  const unsigned asked = (flags & ~reading) | (reading & (unsigned)DESCRY_EXTRA_IGNORED);
  memset(view, 0, sizeof *view);
  if (flags & DESCRY_WRITE) return descryi_raise_any_to_write(flags);
  if (descryi_convert_check_flags(flags, DESCRYI_VIEW_FLAGS) < 0) return -1;
  PyObject* array = descry_array_from(type, object, reading | (flags & (unsigned)ARRAY_FLAGS));
  if (!array) return -1;
  const int result = descry_view_acquire(view, array, type, ndim,
                                         asked | (unsigned)(DESCRY_READ | DESCRY_CONVERT));
  Py_DECREF(array);
  return result;
}

// NPY_CASTING, or what a flag says of it; -1 with ValueError for anything else.
static int casting_of(int casting) {
  if (casting == DESCRY_SAME_KIND) return DESCRYI_SAME_KIND_CASTING;
  if (casting >= DESCRYI_NO_CASTING && casting <= DESCRYI_UNSAFE_CASTING) return casting;
  return descryi_raise_convert_casting(casting);
}

// Raises TypeError where NumPy does not cast the elements of an array so. Returns 0 or -1.
static int check_casting(const descry_type* type, PyObject* own, PyObject* descr, int casting) {
  PyObject* const element = descryi_innermost(own);
  const int level = DESCRYI_CASTABLE | casting;
  const int casts = descryi_castable(element, descr, level, NULL);
  if (casts != 0) return casts < 0 ? -1 : 0;
  return descryi_match_fail(type, element, descr, level, DESCRY_ANY_NDIM);
}

// Checks what is left to check of an array whose elements are cast without a look at their values.
static int check_array(const descry_type* type, PyObject* own, PyObject* array, int inner) {
  const int nd = descryi_as_array(array)->nd;
  if (nd < inner) return descryi_refuse_rank(type, DESCRY_ANY_NDIM, inner, nd);
  if (inner && descryi_check_inner(type, own, descryi_as_array(array)) < 0) return -1;
  return descryi_check_mask(type, array);
}

// Copies the elements of `array` to the new array `made`, while nobody else writes them.
static int copy_unsafe(const descry_type* type, PyObject* made, PyObject* array) {
  descry_borrow borrow = {0};
  PyObject* path = PyUnicode_FromString("");
  int result = path ? descry_borrow_shared(&borrow, array) : -1;
  if (result == 0)
    result = descryi_copy_by_name(type, path, descryi_as_array(array)->nd, made, array,
                                  DESCRYI_UNSAFE_CASTING);
  descry_borrow_release(&borrow);
  Py_XDECREF(path);
  return result;
}

// Returns a new array of the elements as NumPy casts them, or NULL with an exception set.
static PyObject* convert_unsafe(const descry_type* type, PyObject* own, PyObject* array) {
  const descryi_array* parts = descryi_as_array(array);
  const int inner = descryi_type_inner_ndim(type, own);
  if (check_array(type, own, array, inner) < 0) return NULL;
  PyObject* made = descry_zeros(type, parts->nd - inner, parts->dimensions, DESCRY_C_ORDER);
  if (made && copy_unsafe(type, made, array) < 0) {
    descryi_drop(made);
    made = NULL;
  }
  return made;
}

static PyObject* convert(const descry_type* type, PyObject* own, PyObject* array, int casting) {
  PyObject* const descr = descryi_as_array(array)->descr;
  if (check_casting(type, own, descr, casting) < 0) return NULL;
  const int same =
      descryi_match(type, descryi_type_inner_ndim(type, own) ? descryi_innermost(own) : own, descr,
                    DESCRY_EQUIVALENT);
  if (same < 0) return NULL;
  if (casting == DESCRYI_UNSAFE_CASTING && !same) return convert_unsafe(type, own, array);
  return from_view(type, array,
                   casting == DESCRYI_SAME_KIND_CASTING ? (unsigned)DESCRY_SAME_KIND : 0);
}

PyObject* descry_convert(const descry_type* type, PyObject* array, int casting) {
  casting = casting_of(casting);
  PyObject* own = casting < 0 ? NULL : descryi_dtype_borrow(type);
  if (!own) return NULL;
  PyObject* made = NULL;
  Py_INCREF(own);
  if (descryi_is_array(array)) {
    made = convert(type, own, array, casting);
  } else {
    descryi_refuse_object(type, DESCRY_ANY_NDIM, array);
  }
  Py_DECREF(own);
  return made;
}
