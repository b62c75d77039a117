// SPDX-License-Identifier: BSD-3-Clause
// What the array stage says; src/base/errors.h tells how.
#ifndef DESCRY_SRC_ARRAY_MESSAGES_H_
#define DESCRY_SRC_ARRAY_MESSAGES_H_

#include "src/base/errors.h"

DESCRYI_MESSAGE(order_unknown, ValueError, (int order),
                "order must be DESCRY_C_ORDER (0x1000) or DESCRY_F_ORDER (0x2000), got 0x%x", order)
DESCRYI_MESSAGE(access_unknown, ValueError, (unsigned flags),
                "flags must be DESCRY_READ (0x1) or DESCRY_WRITE (0x2), got 0x%x", flags)
DESCRYI_MESSAGE(shape_rank, ValueError, (const char* type, int limit, int ndim),
                "an array of %s can have 0 to %d dimensions here, got %d", type, limit, ndim)
DESCRYI_MESSAGE(shape_missing, ValueError, (int ndim), "shape is NULL, expected %d lengths", ndim)
DESCRYI_MESSAGE(shape_negative, ValueError, (int axis, Py_ssize_t length),
                "shape[%d] is %zd, a length cannot be negative", axis, length)
DESCRYI_MESSAGE(shape_too_big, ValueError, (PyObject * shape, const char* type, size_t size),
                "an array of shape %S of %s (%zu bytes) is too big", shape, type, size)
DESCRYI_MESSAGE(data_missing, ValueError, (PyObject * shape, const char* type, size_t size),
                "data is NULL, expected elements for shape %S of %s (%zu bytes)", shape, type, size)
DESCRYI_MESSAGE(strides_too_far, ValueError,
                (PyObject * strides, PyObject* shape, const char* type, size_t size),
                "strides %S with shape %S of %s (%zu bytes) leave the address space", strides,
                shape, type, size)
DESCRYI_MESSAGE(data_misaligned, ValueError,
                (const char* type, const void* data, size_t alignment, size_t rest),
                "data of %s is misaligned: address %p modulo %zu is %zu", type, data, alignment,
                rest)
DESCRYI_MESSAGE(stride_misaligned, ValueError,
                (const char* type, int axis, Py_ssize_t stride, size_t alignment),
                "strides of %s are misaligned: strides[%d] is %zd, expected a multiple of %zu",
                type, axis, stride, alignment)
DESCRYI_MESSAGE(elements_overlap, ValueError,
                (PyObject * strides, PyObject* shape, const char* type, size_t size),
                "strides %S with shape %S make elements of %s (%zu bytes) overlap, which only "
                "DESCRY_READ allows",
                strides, shape, type, size)
DESCRYI_MESSAGE(owner_read_only, ValueError, (const char* type, PyTypeObject* owner),
                "DESCRY_WRITE needs memory that may be written: %s elements lie in a read-only "
                "buffer of %S",
                type, owner)
DESCRYI_MESSAGE(owner_left, ValueError,
                (const char* type, Py_ssize_t from, Py_ssize_t to, Py_ssize_t length,
                 PyTypeObject* owner),
                "%s elements cover bytes %zd to %zd of a buffer of %zd bytes of %S", type, from, to,
                length, owner)
DESCRYI_MESSAGE(owner_objects, ValueError, (const char* type, PyTypeObject* owner),
                "%s elements hold Python objects, and cannot lie in a buffer of %S, which may "
                "change them without their references",
                type, owner)
DESCRYI_MESSAGE(buffer_rest, ValueError,
                (Py_ssize_t bytes, Py_ssize_t offset, const char* type, size_t size),
                "%zd bytes from offset %zd on are not a whole number of %s elements (%zu bytes)",
                bytes, offset, type, size)
DESCRYI_MESSAGE(buffer_offset, ValueError, (Py_ssize_t offset, Py_ssize_t length),
                "offset is %zd, expected 0 to the buffer's length of %zd bytes", offset, length)
DESCRYI_MESSAGE(memory_not_held, BufferError, (PyObject * owner, PyObject* cause),
                "cannot keep the memory of the array in place: it is that of an object of type %U, "
                "which refuses its buffer (%S)",
                owner, cause)
DESCRYI_MESSAGE(memory_changed, BufferError, (void),
                "the array got other memory while its owner was asked for a buffer")
DESCRYI_MESSAGE(memory_nested, BufferError, (int limit),
                "the array shows memory through more than %d buffers", limit)
DESCRYI_MESSAGE(value_missing, ValueError, (const char* type), "value is NULL, expected one %s",
                type)
DESCRYI_MESSAGE(release_missing, ValueError, (const char* type),
                "release is NULL, expected a function that frees the memory of %s elements", type)
DESCRYI_MESSAGE(count_negative, ValueError, (Py_ssize_t count), "count must be -1 or more, got %zd",
                count)
DESCRYI_MESSAGE(next_silent, SystemError, (const char* type),
                "the function that makes %s elements failed without an exception", type)

#endif  // DESCRY_SRC_ARRAY_MESSAGES_H_
