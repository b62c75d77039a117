// SPDX-License-Identifier: BSD-3-Clause
// What the dtype stage says; src/base/errors.h tells how.
#ifndef DESCRY_SRC_DTYPE_MESSAGES_H_
#define DESCRY_SRC_DTYPE_MESSAGES_H_

#include "src/base/errors.h"

DESCRYI_MESSAGE(ml_dtypes_missing, ImportError, (const char* type, PyObject* cause),
                "%s is a dtype of the module ml_dtypes, which could not be imported (%S): install "
                "it with \"python -m pip install ml_dtypes\"",
                type, cause)
DESCRYI_MESSAGE(element_without_size, TypeError, (const char* type),
                "%s has no size of its own: use it for a member, as in DESCRY_AS(member, %s), or "
                "for a typedef of an array",
                type, type)
DESCRYI_MESSAGE(element_without_order, TypeError, (void),
                "bfloat16 has no dtype of the other byte order: DESCRY_SWAPPED cannot swap it")
DESCRYI_MESSAGE(swapped_objects, TypeError, (const char* type, const char* original),
                "%s: elements of %s are references to Python objects, which have no byte order",
                type, original)
DESCRYI_MESSAGE(class_not_made, ImportError, (const char* type),
                "the class of %s elements is not made yet: set its PyTypeObject pointer before the "
                "type is first used",
                type)
DESCRYI_MESSAGE(too_large, TypeError, (const char* type, size_t size),
                "%s takes %zu bytes, and a dtype has at most 2147483647", type, size)
DESCRYI_MESSAGE(type_cycle, TypeError, (const char* type, PyObject* path), "%s contains itself: %U",
                type, path)
DESCRYI_MESSAGE(name_empty, TypeError, (const char* type, size_t offset),
                "%s: the field at offset %zu has an empty name", type, offset)
DESCRYI_MESSAGE(name_clash, TypeError, (const char* type, const char* field, const char* name),
                "%s: field '%s' uses the name '%s', which another field or title has already", type,
                field, name)
DESCRYI_MESSAGE(field_outside, TypeError,
                (const char* type, const char* field, size_t offset, size_t itemsize, size_t size),
                "%s: field '%s' at offset %zu takes %zu bytes, past the record's end at %zu", type,
                field, offset, itemsize, size)
DESCRYI_MESSAGE(object_overlapped, TypeError, (const char* type, const char* field, size_t offset),
                "%s: field '%s' at offset %zu overlaps another field, and one of the two holds "
                "Python objects",
                type, field, offset)
DESCRYI_MESSAGE(standard_object, TypeError, (const char* type, const char* field),
                "%s: '%s' holds Python objects, of which there would be none where it has no value",
                type, field)
DESCRYI_MESSAGE(member_left_out, TypeError, (const char* type, size_t offset),
                "%s: the fields listed leave out a member at offset %zu: list it, or use "
                "DESCRY_RECORD_PARTIAL",
                type, offset)
DESCRYI_MESSAGE(too_many_bits, TypeError,
                (const char* type, const char* field, size_t width, size_t room),
                "%s: the bit-fields listed for field '%s' have %zu bits, and it has %zu", type,
                field, width, room)
DESCRYI_MESSAGE(laid_out_differently, SystemError, (const char* type, PyObject* dtype),
                "%s: NumPy laid the record out differently from the C compiler, as %R; please "
                "report this",
                type, dtype)
DESCRYI_MESSAGE(not_a_dtype, TypeError, (PyObject * class_name),
                "expected a dtype, got an object of type %U", class_name)
DESCRYI_MESSAGE(field_index, IndexError, (Py_ssize_t index, Py_ssize_t count),
                "field index %zd is out of range for a dtype with %zd fields", index, count)
DESCRYI_MESSAGE(no_element, TypeError, (PyObject * path, PyObject* dtype),
                "%Uno element of descry is a %R", path, dtype)
DESCRYI_MESSAGE(no_type, TypeError, (PyObject * path, const char* problem), "%U%s", path, problem)

#endif  // DESCRY_SRC_DTYPE_MESSAGES_H_
