// SPDX-License-Identifier: BSD-3-Clause
// What the view stage says; src/base/errors.h tells how.
#ifndef DESCRY_SRC_VIEW_MESSAGES_H_
#define DESCRY_SRC_VIEW_MESSAGES_H_

#include "src/base/errors.h"

DESCRYI_MESSAGE(view_flags, ValueError, (unsigned flags),
                "flags of a view must hold DESCRY_READ (0x1) or DESCRY_WRITE (0x2), and others of "
                "view.h only, got 0x%x",
                flags)
DESCRYI_MESSAGE(view_ndim, ValueError, (int ndim),
                "ndim must be DESCRY_ANY_NDIM (-1) or more, got %d", ndim)
DESCRYI_MESSAGE(
    view_not_prepared, SystemError, (void),
    "descry_view_converter() and descry_views_open() take views that DESCRY_VIEW() made")
DESCRYI_MESSAGE(view_not_array, TypeError,
                (const char* type, size_t size, PyObject* class_name, const char* hint),
                "expected an array of %s (%zu bytes), got an object of type %U%s", type, size,
                class_name, hint)
DESCRYI_MESSAGE(view_not_array_nd, TypeError,
                (int ndim, const char* type, size_t size, PyObject* class_name, const char* hint),
                "expected a %d-d array of %s (%zu bytes), got an object of type %U%s", ndim, type,
                size, class_name, hint)
DESCRYI_MESSAGE(view_masked, TypeError, (const char* type, size_t size),
                "expected an array of %s (%zu bytes), got a masked array with elements masked out: "
                "fill them (a.filled()), or pass DESCRY_MASKED to ignore the mask",
                type, size)
DESCRYI_MESSAGE(view_rank, TypeError, (int ndim, const char* type, size_t size, int actual),
                "expected a %d-d array of %s (%zu bytes), got a %d-d array", ndim, type, size,
                actual)
DESCRYI_MESSAGE(view_inner_rank, TypeError,
                (int ndim, const char* type, size_t size, int inner, int actual),
                "expected a %d-d array of %s (%zu bytes), with dimensions inside the elements: %d, "
                "got a %d-d array",
                ndim, type, size, inner, actual)
DESCRYI_MESSAGE(view_inner_shape, TypeError,
                (const char* type, size_t size, PyObject* expected, PyObject* actual),
                "expected an array of %s (%zu bytes), with a shape that ends with %S, got one of "
                "shape %S",
                type, size, expected, actual)
DESCRYI_MESSAGE(view_inner_gaps, ValueError,
                (PyObject * strides, PyObject* shape, const char* type, size_t size),
                "strides %S with shape %S leave gaps inside elements of %s (%zu bytes)", strides,
                shape, type, size)
DESCRYI_MESSAGE(view_read_only, ValueError, (const char* type, size_t size),
                "expected a writeable array of %s (%zu bytes), got one that is read-only", type,
                size)
DESCRYI_MESSAGE(view_not_contiguous, ValueError,
                (const char* order, PyObject* strides, PyObject* shape, const char* type,
                 size_t size),
                "expected a %scontiguous array, got strides %S with shape %S of %s (%zu bytes)",
                order, strides, shape, type, size)
DESCRYI_MESSAGE(view_object, TypeError,
                (PyObject * class, PyObject* index, const char* type, PyObject* actual),
                "expected an instance of %S at index %S of %s, got %S", class, index, type, actual)
DESCRYI_MESSAGE(view_object_in_field, TypeError,
                (PyObject * class, PyObject* path, PyObject* index, const char* type,
                 PyObject* actual),
                "expected an instance of %S in '%U' at index %S of %s, got %S", class, path, index,
                type, actual)
DESCRYI_MESSAGE(view_class_missing, ImportError, (const char* type),
                "the class of %s elements is not made yet: set its PyTypeObject pointer before the "
                "type is first used",
                type)
DESCRYI_MESSAGE(convert_inexact, OverflowError,
                (const char* type, size_t size, PyObject* value, PyObject* place, PyObject* dtype),
                "expected an array of %s (%zu bytes), got %U at %U, which %S cannot hold exactly",
                type, size, value, place, dtype)
DESCRYI_MESSAGE(write_back_inexact, OverflowError,
                (PyObject * value, PyObject* place, PyObject* dtype),
                "a converted view has %U at %U, which %S cannot hold exactly, and is not written "
                "back",
                value, place, dtype)
DESCRYI_MESSAGE(field_unknown, KeyError, (const char* type, const char* path, const char* record),
                "%s has no field '%s': there is none of that name in %s", type, path, record)
DESCRYI_MESSAGE(field_below, TypeError,
                (const char* type, const char* path, const char* element, const char* rest),
                "%s has no field '%s': %s is not a record and has no '%s'", type, path, element,
                rest)
DESCRYI_MESSAGE(field_rank, ValueError, (const char* field, int limit),
                "a view of field '%s' would have more than %d dimensions", field, limit)
DESCRYI_MESSAGE(get_itemsize, TypeError, (const char* type, Py_ssize_t itemsize, size_t actual),
                "elements of %s have %zd bytes, expected a type of that size, got one of %zu", type,
                itemsize, actual)
DESCRYI_MESSAGE(get_count, IndexError, (int ndim, int actual),
                "a %d-d view takes as many indices, got %d", ndim, actual)
DESCRYI_MESSAGE(get_index, IndexError, (Py_ssize_t index, int axis, Py_ssize_t length),
                "index %zd is out of bounds for axis %d with length %zd", index, axis, length)

#endif  // DESCRY_SRC_VIEW_MESSAGES_H_
