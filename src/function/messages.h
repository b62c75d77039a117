// SPDX-License-Identifier: BSD-3-Clause
// What the function stage says; src/base/errors.h tells how.
#ifndef DESCRY_SRC_FUNCTION_MESSAGES_H_
#define DESCRY_SRC_FUNCTION_MESSAGES_H_

#include "src/base/errors.h"

DESCRYI_MESSAGE(function_counts, ValueError, (const char* name, int most, int nin, int nout),
                "function '%s' needs one operand and one result at least, and at most %d together; "
                "got %d and %d",
                name, most, nin, nout)
DESCRYI_MESSAGE(function_flags, ValueError, (const char* name, unsigned flags),
                "function '%s' takes the flags DESCRY_NEEDS_GIL and DESCRY_IN_PLACE, got 0x%x",
                name, flags)
DESCRYI_MESSAGE(function_other, TypeError, (PyObject * type),
                "expected a descry function of this module, got an object of type %R", type)
DESCRYI_MESSAGE(function_signature, ValueError,
                (PyObject * name, int nin, int nout, int actual_nin, int actual_nout),
                "function '%U' has %d operands and %d results; a signature of %d and %d cannot be "
                "added to it",
                name, nin, nout, actual_nin, actual_nout)
DESCRYI_MESSAGE(function_arguments, TypeError, (PyObject * name, int expected, Py_ssize_t actual),
                "%U() takes %d operands, got %zd", name, expected, actual)
DESCRYI_MESSAGE(function_keyword, TypeError, (PyObject * name, PyObject* keyword),
                "%U() got an unexpected keyword argument '%U'", name, keyword)
DESCRYI_MESSAGE(function_threads, ValueError, (PyObject * name, PyObject* threads),
                "%U() takes a positive number of threads, got %R", name, threads)
DESCRYI_MESSAGE(function_operand, TypeError,
                (PyObject * name, int operand, PyObject* line, const char* tail),
                "%U(): operand %d does not fit: %U%s", name, operand, line, tail)
DESCRYI_MESSAGE(function_integer, OverflowError, (PyObject * value, const char* type),
                "%R does not fit into %s", value, type)
DESCRYI_MESSAGE(function_masked, TypeError, (PyObject * name),
                "%U.at() takes indices none of which is masked out", name)
DESCRYI_MESSAGE(function_out_count, TypeError, (PyObject * name, int expected),
                "%U() takes 'out' as a tuple of %d arrays, each of which may be None", name,
                expected)
DESCRYI_MESSAGE(function_out_array, TypeError, (PyObject * name, PyObject* type),
                "%U() takes arrays as 'out', got an object of type %R", name, type)
DESCRYI_MESSAGE(function_out_type, TypeError, (PyObject * name, int result, PyObject* line),
                "%U(): the array given for result %d does not fit: %U", name, result, line)
DESCRYI_MESSAGE(function_out_shape, ValueError,
                (PyObject * name, PyObject* expected, PyObject* actual),
                "%U() takes an 'out' of shape %R here, got %R", name, expected, actual)
DESCRYI_MESSAGE(function_out_read_only, ValueError, (PyObject * name, int result),
                "%U(): the array given for result %d is read-only", name, result)
DESCRYI_MESSAGE(function_binary, ValueError, (PyObject * name, const char* method),
                "%U.%s is there only for functions of two operands and one result", name, method)
DESCRYI_MESSAGE(function_one_result, ValueError, (PyObject * name),
                "%U.at is there only for functions of one or two operands and one result", name)
DESCRYI_MESSAGE(function_no_fold, TypeError, (PyObject * name, const char* method),
                "%U.%s needs a signature whose result is of the type of its first operand", name,
                method)
DESCRYI_MESSAGE(function_no_identity, ValueError, (PyObject * name),
                "%U.reduce needs 'initial' here: there is nothing else to begin with", name)
DESCRYI_MESSAGE(function_axis, ValueError, (PyObject * name, Py_ssize_t axis, int ndim),
                "%U: axis %zd is out of bounds for an array of %d dimensions", name, axis, ndim)
DESCRYI_MESSAGE(function_axis_twice, ValueError, (PyObject * name, Py_ssize_t axis),
                "%U: axis %zd is given twice", name, axis)
DESCRYI_MESSAGE(function_accumulate_axis, TypeError, (PyObject * name),
                "%U.accumulate goes along one axis, of an array that has one", name)
DESCRYI_MESSAGE(function_at_count, TypeError, (PyObject * name, int expected, Py_ssize_t actual),
                "%U.at takes %d arguments, got %zd", name, expected, actual)
DESCRYI_MESSAGE(function_failed, RuntimeError, (PyObject * name),
                "the kernel of %U failed without an exception", name)
DESCRYI_MESSAGE(ufunc_unknown, ValueError, (const char* name), "NumPy has no ufunc '%s'", name)
DESCRYI_MESSAGE(ufunc_counts, ValueError,
                (const char* name, int nin, int nout, int actual_nin, int actual_nout),
                "np.%s has %d operands and %d results; a signature of %d and %d cannot be added to "
                "it",
                name, nin, nout, actual_nin, actual_nout)
DESCRYI_MESSAGE(ufunc_type, ValueError, (const char* name, int operand, const char* type),
                "np.%s can be extended for records without Python objects, and numbers beside "
                "them; operand %d is of the type %s",
                name, operand, type)
DESCRYI_MESSAGE(ufunc_numbers, ValueError, (const char* name),
                "np.%s can be extended for records; none of the operands is one", name)
DESCRYI_MESSAGE(ufunc_groups, RuntimeError, (int most),
                "no more than %d kinds of operands of NumPy's ufuncs can be extended in a process",
                most)
DESCRYI_MESSAGE(arithmetic_type, TypeError, (const char* type),
                "there is arithmetic for records of numbers; %s is not one", type)
DESCRYI_MESSAGE(arithmetic_member, TypeError,
                (const char* type, const char* member, const char* element),
                "there is no arithmetic for %s: its member '%s' is of the type %s, not a number of "
                "C in this machine's byte order",
                type, member, element)
DESCRYI_MESSAGE(ufunc_failed, RuntimeError, (void),
                "the kernel of an extended ufunc failed without an exception")

#endif  // DESCRY_SRC_FUNCTION_MESSAGES_H_
