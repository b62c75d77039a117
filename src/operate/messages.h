// SPDX-License-Identifier: BSD-3-Clause
// What the operate stage says; src/base/errors.h tells how.
#ifndef DESCRY_SRC_OPERATE_MESSAGES_H_
#define DESCRY_SRC_OPERATE_MESSAGES_H_

#include "src/base/errors.h"

DESCRYI_MESSAGE(operate_array, TypeError, (PyObject * class_name),
                "expected an array, got an object of type %U", class_name)
DESCRYI_MESSAGE(operate_masked, TypeError, (void),
                "expected an array, got a masked array with elements masked out: fill them "
                "(a.filled())")
DESCRYI_MESSAGE(operate_numbers, TypeError, (const char* function, PyObject* dtype),
                "%s takes arrays of numbers, got one of %S", function, dtype)
DESCRYI_MESSAGE(operate_cast_type, TypeError, (const char* type),
                "descry_cast makes arrays of numbers, not of %s: records are converted by "
                "descry_convert and DESCRY_CONVERT",
                type)
DESCRYI_MESSAGE(operate_integers, TypeError, (PyObject * dtype),
                "expected integers, got an array of %S", dtype)
DESCRYI_MESSAGE(operate_axis, ValueError, (int axis, int ndim),
                "axis %d is out of bounds for an array of %d dimensions", axis, ndim)
DESCRYI_MESSAGE(operate_shape, ValueError, (int ndim),
                "expected a shape of 0 or more lengths, got %d", ndim)
DESCRYI_MESSAGE(operate_no_arrays, ValueError, (const char* function, int n),
                "%s needs one array at least, got %d", function, n)
DESCRYI_MESSAGE(operate_no_dimensions, ValueError, (const char* function),
                "%s needs arrays that have an axis, got one without dimensions", function)
DESCRYI_MESSAGE(operate_shapes, ValueError,
                (const char* function, int number, PyObject* shape, PyObject* first, int axis),
                "%s: array %d has shape %R, the first one %R: they may differ along axis %d only",
                function, number, shape, first, axis)
DESCRYI_MESSAGE(operate_stack_shapes, ValueError, (int number, PyObject* shape, PyObject* first),
                "descry_stack: array %d has shape %R, the first one %R", number, shape, first)
DESCRYI_MESSAGE(operate_flags, ValueError, (const char* function, unsigned flags),
                "%s takes only those flags that operate.h names, got 0x%x", function, flags)
DESCRYI_MESSAGE(operate_read_only, ValueError, (const char* type),
                "expected a view to write, got one of %s to read", type)
DESCRYI_MESSAGE(operate_keys, ValueError, (const char* type, int most),
                "elements of %s are put in order by more than %d numbers: name fields", type, most)
DESCRYI_MESSAGE(operate_values, TypeError, (const char* values, const char* type, const char* path),
                "values of %s cannot be searched for among elements of %s by '%s': expected "
                "elements of the same type, or of that of the field",
                values, type, path)
DESCRYI_MESSAGE(operate_one_axis, ValueError, (int ndim),
                "expected a view of one dimension to search in, got one of %d", ndim)

#endif  // DESCRY_SRC_OPERATE_MESSAGES_H_
