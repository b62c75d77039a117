// SPDX-License-Identifier: BSD-3-Clause
// What the match stage says: exceptions (src/base/errors.h tells how), and the reasons why two
// dtypes differ, which are answers. Tests check all of them word for word.
//
//   DESCRYI_REASON(offset, (Py_ssize_t actual), "... at offset %zd", actual)
//
// makes `PyObject* descryi_reason_offset(Py_ssize_t actual)`, which returns a new str, or NULL with
// an exception set.
#ifndef DESCRY_SRC_MATCH_MESSAGES_H_
#define DESCRY_SRC_MATCH_MESSAGES_H_

#include "src/base/errors.h"

#define DESCRYI_REASON(name, parameters, ...)                                       \
  __attribute__((cold, unused)) static PyObject* descryi_reason_##name parameters { \
    return PyUnicode_FromFormat(__VA_ARGS__);                                       \
  }

DESCRYI_MESSAGE(match_level, ValueError, (int level),
                "expected DESCRY_EQUIVALENT (0) or DESCRY_LAYOUT (1) as the level of a match, got "
                "%d",
                level)
DESCRYI_MESSAGE(match_too_long, TypeError, (void),
                "expected a dtype that can be compared by its layout, got one with too many "
                "elements in too many nested records")
DESCRYI_MESSAGE(match_dtype, TypeError,
                (const char* type, size_t size, PyObject* dtype, PyObject* line),
                "expected an array of %s (%zu bytes), got dtype %U%s%V", type, size, dtype,
                line ? ": " : "", line, "")
DESCRYI_MESSAGE(match_dtype_nd, TypeError,
                (int ndim, const char* type, size_t size, PyObject* dtype, PyObject* line),
                "expected a %d-d array of %s (%zu bytes), got dtype %U%s%V", ndim, type, size,
                dtype, line ? ": " : "", line, "")

// Where two dtypes differ, and that they do so in nothing but their layout.
DESCRYI_REASON(field, (PyObject * path, Py_ssize_t offset, PyObject* reason),
               "field '%U' at offset %zd: %U", path, offset, reason)
DESCRYI_REASON(repacked, (PyObject * line),
               "%U (all fields agree and only the layout differs: np.concatenate, np.stack and "
               "np.where repack unions, packed records and records with holes; assign to an array "
               "of the expected dtype instead)",
               line)

// Why they differ there.
DESCRYI_REASON(other, (PyObject * expected, PyObject* actual), "expected %U, got %U", expected,
               actual)
DESCRYI_REASON(no_cast, (PyObject * expected, PyObject* actual),
               "expected %U or what casts to it safely, got %U", expected, actual)
DESCRYI_REASON(no_kind, (PyObject * expected, PyObject* actual),
               "expected %U or what DESCRY_SAME_KIND casts to it, got %U", expected, actual)
DESCRYI_REASON(missing_field, (PyObject * expected), "expected %U, got no such field", expected)
DESCRYI_REASON(extra_field, (PyObject * actual), "expected no such field, got %U", actual)
DESCRYI_REASON(no_element, (PyObject * expected), "expected %U, got no element at this offset",
               expected)
DESCRYI_REASON(extra_element, (PyObject * actual),
               "expected no such element at this offset, got %U", actual)
DESCRYI_REASON(name, (PyObject * actual), "expected this name, got '%U'", actual)
DESCRYI_REASON(order, (Py_ssize_t expected, Py_ssize_t actual),
               "expected it at index %zd, got it at index %zd", expected, actual)
DESCRYI_REASON(offset, (Py_ssize_t actual), "expected it at this offset, got it at offset %zd",
               actual)
DESCRYI_REASON(itemsize, (Py_ssize_t expected, Py_ssize_t actual),
               "expected an itemsize of %zd bytes, got %zd", expected, actual)
DESCRYI_REASON(overlap, (void), "fields overlap, and cannot be converted one by one")

// What stands for a dtype or a title in the lines above.
DESCRYI_REASON(record, (Py_ssize_t field_count), "a record of %zd field%s", field_count,
               field_count == 1 ? "" : "s")
DESCRYI_REASON(subarray, (PyObject * base, PyObject* shape), "%U of shape %R", base, shape)
DESCRYI_REASON(title, (PyObject * repr), "title %U", repr)
DESCRYI_REASON(no_title, (void), "no title")

#endif  // DESCRY_SRC_MATCH_MESSAGES_H_
