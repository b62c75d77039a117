// SPDX-License-Identifier: BSD-3-Clause
// What the convert stage says; src/base/errors.h tells how. What a value is refused for stands with
// its rule: it is put together with the path to the value.
#ifndef DESCRY_SRC_CONVERT_MESSAGES_H_
#define DESCRY_SRC_CONVERT_MESSAGES_H_

#include "src/base/errors.h"

DESCRYI_MESSAGE(convert_flags, ValueError, (unsigned flags),
                "flags of a conversion are those of convert.h only, got 0x%x", flags)
DESCRYI_MESSAGE(
    convert_casting, ValueError, (int casting),
    "expected one of NumPy's castings, 0 (no) to 4 (unsafe), or DESCRY_SAME_KIND, got %d", casting)
DESCRYI_MESSAGE(
    any_to_write, ValueError, (unsigned flags),
    "descry_view_acquire_any() opens views to read, which may be of a copy, got flags 0x%x", flags)
DESCRYI_MESSAGE(
    array_from_none, TypeError, (const char* type, size_t size, PyObject* class_name),
    "expected an array of %s (%zu bytes) or what makes one, got an object of type %U, "
    "which is not an array, a buffer, Arrow data, a mapping of columns or an iterable of rows",
    type, size, class_name)
DESCRYI_MESSAGE(rows_changed, RuntimeError, (Py_ssize_t before, Py_ssize_t after),
                "the rows changed while they were read: there were %zd, and now there are %zd",
                before, after)

DESCRYI_MESSAGE(
    columns_none, TypeError, (const char* type, PyObject* class_name),
    "expected columns of %s by name, in a mapping or a DataFrame, got an object of type "
    "%U",
    type, class_name)
DESCRYI_MESSAGE(columns_not_record, TypeError, (const char* type),
                "%s is not a record and has no columns", type)
DESCRYI_MESSAGE(column_twice, ValueError, (const char* type, PyObject* name),
                "two columns of %s would be called %R", type, name)
DESCRYI_MESSAGE(column_missing, ValueError, (PyObject * path, const char* type),
                "expected a column '%U' of %s, got none", path, type)
DESCRYI_MESSAGE(column_extra, ValueError, (const char* type, PyObject* name),
                "%s has no field for column %R", type, name)
DESCRYI_MESSAGE(column_single, TypeError, (PyObject * path, const char* type, PyObject* class_name),
                "column '%U' of %s: expected an array or a sequence of values, got an object of "
                "type %U",
                path, type, class_name)
DESCRYI_MESSAGE(column_length, ValueError,
                (PyObject * path, const char* type, PyObject* first, Py_ssize_t expected,
                 Py_ssize_t actual),
                "column '%U' of %s: expected %zd values, as column '%U' has, got %zd", path, type,
                expected, first, actual)
DESCRYI_MESSAGE(column_shape, ValueError,
                (PyObject * path, const char* type, PyObject* expected, PyObject* actual),
                "column '%U' of %s: expected values of shape %S, got %S", path, type, expected,
                actual)
DESCRYI_MESSAGE(column_dtype, TypeError, (PyObject * path, const char* type, PyObject* line),
                "column '%U' of %s: %U", path, type, line)

#endif  // DESCRY_SRC_CONVERT_MESSAGES_H_
