// SPDX-License-Identifier: BSD-3-Clause
// NumPy's own operations on typed arrays, with the dtype kept, and those that NumPy does wrong or
// slowly with records, done here.
//
//   PyObject* const parts[] = {morning, evening};
//   PyObject* all = descry_concatenate(DESCRY_TYPE(particle), 2, parts, 0);
//   ...
//   descry_view view;
//   if (descry_view_acquire(&view, all, DESCRY_TYPE(particle), 1, DESCRY_WRITE) < 0) return NULL;
//   const int sorted = descry_sort(&view, "born, id", 0);
//
// All return a new reference, or NULL with an exception set (-1 what returns an int): as
// descry_dtype() and descry_view_acquire(), and as the comments say. A masked array with elements
// masked out is a TypeError. What is read is borrowed meanwhile: BufferError where somebody writes
// it. GIL held (or thread state attached).
#ifndef DESCRY_OPERATE_H_
#define DESCRY_OPERATE_H_

#include <Python.h>
#include <descry/flags.h>
#include <descry/type.h>
#include <descry/view.h>
#include <limits.h>

#ifdef __cplusplus
extern "C" {
#endif

// For `axis`: the elements in C order, as if they had one dimension. (NumPy's own number for that
// is another one in 2.x than in 1.x.)
enum { DESCRY_RAVEL_AXIS = INT_MIN };

// The same elements in another shape, of whichever dtype: NumPy does it, the array's class and
// dtype object stay. A copy only where there is no other way; NumPy copies records field by field
// then, and leaves out the bytes that belong to no field. TypeError for what is not an array;
// ValueError for a shape, axes or an order that do not fit.

// Returns `array` with `ndim` lengths, one of which may be -1, for what is left. `order` is
// DESCRY_C_ORDER (or 0) or DESCRY_F_ORDER: in which order elements are read and placed.
PyObject* descry_reshape(PyObject* array, int ndim, const Py_ssize_t* shape, int order);

// Returns `array` with one dimension; a view where its elements lie that way already.
PyObject* descry_ravel(PyObject* array, int order);

// Returns a view with the axes in the order of `axes`, as many as there are; NULL reverses them.
PyObject* descry_transpose(PyObject* array, const int* axes);

// Returns a view with two axes exchanged; negative ones count from the end.
PyObject* descry_swapaxes(PyObject* array, int one, int other);

// Returns a view without the axes of length 1, or `array` itself where there is none.
PyObject* descry_squeeze(PyObject* array);

// Some of the elements, of whichever dtype, in a new array. NumPy does it: bytes that belong to no
// field are copied, too.

// Returns the elements at `indices`, integers of any shape, array-like; negative ones count from
// the end. IndexError for one that is out of bounds.
PyObject* descry_take(PyObject* array, PyObject* indices, int axis);

// Returns the elements where `condition`, one truth value for each along the axis, array-like, is
// true. It may be shorter than the axis is.
PyObject* descry_compress(PyObject* array, PyObject* condition, int axis);

// Returns each element as often as `counts` says, an integer or one for each, array-like.
PyObject* descry_repeat(PyObject* array, PyObject* counts, int axis);

// Numbers. NumPy does it; TypeError for arrays of anything else, since records would be cast by
// position.

// Returns a new array of `type`, a number, of the numbers in `array`, converted as by astype():
// what does not fit is wrapped or cut. DESCRY_CONVERT (view.h) is the way that loses nothing.
PyObject* descry_cast(const descry_type* type, PyObject* array);

// Return np.inner(one, other) and np.dot(one, other): a NumPy scalar where nothing is left of the
// dimensions.
PyObject* descry_inner(PyObject* one, PyObject* other);
PyObject* descry_dot(PyObject* one, PyObject* other);

// Returns np.einsum(subscripts, ...) of `n` arrays, for example "ij,jk->ik".
PyObject* descry_einsum(const char* subscripts, int n, PyObject* const* arrays);

// Several arrays of `type` become one. NumPy 1.23 and later move the fields of a record here that
// has holes or overlapping fields, so that the result no longer has the dtype: these copy elements
// as they are, every byte of them.

// Returns the elements of `n` arrays along `axis`, an axis that they have or DESCRY_RAVEL_AXIS.
// ValueError for no arrays, arrays without dimensions, or lengths of other axes that differ.
PyObject* descry_concatenate(const descry_type* type, int n, PyObject* const* arrays, int axis);

// Returns `n` arrays of one shape along a new axis, which is `axis` of the result.
PyObject* descry_stack(const descry_type* type, int n, PyObject* const* arrays, int axis);

// Returns the elements of `chosen` where `condition`, truth values, array-like, is true, else those
// of `other`; the three are broadcast.
PyObject* descry_where(const descry_type* type, PyObject* condition, PyObject* chosen,
                       PyObject* other);

// In order. `path` names the fields that decide, the first one first: "born", "pos.x, pos.y"; NULL
// or "" is the whole element, field by field as they were declared. (A name with a comma in it
// cannot be given.) Sub-arrays count element by element, complex numbers and text as NumPy has
// them, objects by `<`. Always stable; NaN and NaT last, also with DESCRY_DESCENDING; byte order
// and alignment do not matter. KeyError and TypeError for a path as by descry_view_field();
// ValueError for flags that a function does not take. Comparing objects may run Python code: what
// it raises is passed on, and RecursionError where it leads here again, more than 100 deep.

// Returns an array of intp: the indices that would put the elements of each line along the last
// axis in order. Flags: DESCRY_DESCENDING. ValueError for a view without dimensions.
PyObject* descry_argsort(const descry_view* view, const char* path, unsigned flags);

// Puts the elements of each line along the last axis in order, in place. The view has to be one to
// write (ValueError). Returns 0, or -1 with an exception set: each line is as it was, or in order.
int descry_sort(const descry_view* view, const char* path, unsigned flags);

// Returns an array of intp of the shape of `values`: for each of them the index at which it would
// have to be inserted into `sorted`, which has one dimension, to keep the order: before elements
// that are equal, or behind them with DESCRY_RIGHT. `values` has elements of the same type as
// `sorted`, or of the type of the field that `path` names, or is a record of such fields; TypeError
// where it has not. REQUIRES: `sorted` is in order, in descending order with DESCRY_DESCENDING.
PyObject* descry_searchsorted(const descry_view* sorted, const char* path,
                              const descry_view* values, unsigned flags);

// Returns a new array with one dimension of the elements that differ, in order: of those that are
// equal, the first one of the view in C order. NaNs are equal, and NaTs. With DESCRY_INDICES,
// DESCRY_INVERSE or DESCRY_COUNTS a tuple: that array and, in this order, arrays of intp with the
// index of each in the view in C order; in the shape of the view, the index in the result of what
// each element is equal to; how many there are of each. Also takes DESCRY_DESCENDING.
PyObject* descry_unique(const descry_view* view, const char* path, unsigned flags);

#ifdef __cplusplus
}
#endif

#endif  // DESCRY_OPERATE_H_
