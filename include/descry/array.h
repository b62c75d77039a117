// SPDX-License-Identifier: BSD-3-Clause
// Makes typed arrays: fresh, copied, or over memory that someone else owns.
//
// GIL held (or thread state attached). Each function returns a new reference, or NULL with an
// exception set: ValueError for a negative, overflowing or unfit shape, for a rank past NumPy's
// limit (32 on 1.x, 64 on 2.x), for NULL data where there are elements, for data or strides that do
// not fit the type's alignment; TypeError and ImportError as descry_dtype(). `shape` is in
// elements, `strides` in bytes, and NULL strides mean C order; both are copied. Slots of objects in
// fresh arrays hold None.
#ifndef DESCRY_ARRAY_H_
#define DESCRY_ARRAY_H_

#include <Python.h>
#include <descry/flags.h>
#include <descry/type.h>

#ifdef __cplusplus
extern "C" {
#endif

// A fresh array; descry_empty() leaves everything but object slots as it comes. `order` is
// DESCRY_C_ORDER (or 0) or DESCRY_F_ORDER.
PyObject* descry_empty(const descry_type* type, int ndim, const Py_ssize_t* shape, int order);
PyObject* descry_zeros(const descry_type* type, int ndim, const Py_ssize_t* shape, int order);

// A fresh array in which each element is a copy of the one at `value`, with its own references to
// the objects in it.
PyObject* descry_full(const descry_type* type, int ndim, const Py_ssize_t* shape, int order,
                      const void* value);

// A fresh array in C order with a copy of the elements at `data`, which may be strided in any way
// and need not be aligned.
PyObject* descry_copy(const descry_type* type, const void* data, int ndim, const Py_ssize_t* shape,
                      const Py_ssize_t* strides);

// An array over `data`, which `owner` keeps alive. Keeps a reference to `owner` for as long as the
// array, or any array that views it, lives; NULL stands for memory that is there for good. `flags`
// is DESCRY_READ or DESCRY_WRITE; Python cannot make a DESCRY_READ array writeable. With
// DESCRY_UNALIGNED beside it, data and strides need not fit the type's alignment; C reads such
// elements by memcpy. For writing, no two elements may overlap: each axis must step over all that
// the axes with smaller strides reach (zero strides are for reading only; negative ones are for
// both). Where `owner` offers a buffer that holds `data`, the elements must lie inside it, only
// DESCRY_READ works where that is read-only, and elements with objects are a ValueError, since
// Python could overwrite their references; the array holds that buffer, so that Python cannot
// resize or close it. The array's base is `owner`, or a capsule in its place that holds a buffer or
// hides an owner that could make a DESCRY_READ array writeable.
PyObject* descry_wrap(const descry_type* type, void* data, int ndim, const Py_ssize_t* shape,
                      const Py_ssize_t* strides, PyObject* owner, unsigned flags);

// An array over the memory of `exporter`, anything with a buffer that is one block (bytes,
// bytearray, mmap, memoryview, array.array, ...), from `offset` bytes on. The buffer is held for as
// long as the array, or any array that views it, lives. With `ndim` 1 and `shape` NULL, all of it:
// ValueError where that is not a whole number of elements. Else as descry_wrap(); TypeError where
// `exporter` has no buffer, BufferError (or what the exporter raises) where it does not give it
// out.
PyObject* descry_wrap_buffer(const descry_type* type, PyObject* exporter, Py_ssize_t offset,
                             int ndim, const Py_ssize_t* shape, const Py_ssize_t* strides,
                             unsigned flags);

// An array that owns `data`: when the last array that uses it is gone, the references in object
// slots are dropped and `release(data, context)` is called, exactly once, with the GIL held,
// possibly by another thread; it must not raise. (NumPy's arrays take no part in garbage
// collection: one whose own elements keep it alive is never gone.) On failure `data` stays with the
// caller and `release` is not called.
PyObject* descry_adopt(const descry_type* type, void* data, int ndim, const Py_ssize_t* shape,
                       const Py_ssize_t* strides, void (*release)(void* data, void* context),
                       void* context, unsigned flags);

// A 1-d array of the elements that `next` makes one by one: it fills the element it is given
// (zeroed; object slots hold None) and returns 1, or returns 0 at the end, or -1 with an exception
// set. `count` is how many there can be at most, or -1.
PyObject* descry_generate(const descry_type* type, Py_ssize_t count,
                          int (*next)(void* element, void* context), void* context);

#ifdef __cplusplus
}
#endif

#endif  // DESCRY_ARRAY_H_
