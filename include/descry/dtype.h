// SPDX-License-Identifier: BSD-3-Clause
// From a declared type to its NumPy dtype: built on first use, registered, shared by every module
// of the process.
//
// The first call imports NumPy. All functions need the GIL (or an attached thread state), may be
// called by any number of threads, and fail the CPython way: NULL or -1 with an exception set.
// Besides what is said below, each raises ImportError where NumPy is missing or belongs to another
// interpreter, and MemoryError.
#ifndef DESCRY_DTYPE_H_
#define DESCRY_DTYPE_H_

#include <Python.h>
#include <descry/type.h>

#ifdef __cplusplus
extern "C" {
#endif

// Returns a new reference to the one dtype of `type`, or NULL with an exception set. Offsets,
// itemsize and alignment are the C compiler's. The second call and every later one costs a few
// loads and an incref: no lock, no allocation.
//
// Fails with TypeError where the declaration cannot be a dtype (fields that clash, a size past
// NumPy's int, a type that contains itself, an object field that another field overlaps), and with
// ImportError where `bfloat16` needs ml_dtypes or the class of a DESCRY_OBJECT is not there yet. A
// failure leaves the registry as it was.
//
// Name and layout together are a type's identity: modules that declare the same struct, and types
// that are made at run time alike, share one dtype; unrelated ones of one name get their own. The
// dtype of a type that was made at run time is dropped with the last such type, and stays with its
// arrays. The fields of a struct stand in the order of their offsets, however they were listed;
// those of a type that was made at run time as they were added. A dtype that someone changed in
// place (`array.dtype.names = ...`, `dtype.__setstate__`) is left to its user, and a fresh one is
// built.
PyObject* descry_dtype(const descry_type* type);

// Builds and registers the dtype now, as PyInit_ functions like to. Returns 0, or -1 with an
// exception set.
int descry_register(const descry_type* type);

// Returns the first declared type of that name in this interpreter, of whichever module used its
// own first, or NULL: with no exception set where there is none. A type that was made at run time
// is not found, since it may be freed while someone uses it. O(1).
const descry_type* descry_find(const char* name);

// Returns a type that describes the same memory as `dtype` does, made at run time where it is not
// an element: a new reference, to be given to descry_type_release() (schema.h); or NULL with an
// exception set. Names, their order, titles, offsets, itemsize, byte orders and alignment are those
// of `dtype`, so that the type's own dtype equals it; a record is called "record". TypeError names
// the field that no element describes: a datetime without a unit or of several at a time, dtypes of
// other libraries than ml_dtypes' bfloat16, a name or a title that C cannot hold, records nested
// more than 64 deep.
const descry_type* descry_type_from_dtype(PyObject* dtype);

// Sets the dtype as an attribute of `module` under the type's name. Returns 0, or -1 with an
// exception set.
int descry_module_add_dtype(PyObject* module, const descry_type* type);

// Returns a new str that draws the type's memory: offset, size, name and dtype of every field, and
// every hole; or NULL with an exception set. Needs no NumPy.
PyObject* descry_layout(const descry_type* type);

// The functions below take any dtype, from whatever source, and give the same answer on NumPy 1.x
// and 2.x. Each raises TypeError where `dtype` is not a dtype.

// Returns bytes of one element, or -1 with an exception set.
Py_ssize_t descry_dtype_itemsize(PyObject* dtype);

// Returns the alignment in bytes, or -1 with an exception set.
Py_ssize_t descry_dtype_alignment(PyObject* dtype);

// Returns '=' (the machine's), '<' or '>' (the other order) or '|' (there is none), as
// np.dtype.byteorder; or -1 with an exception set.
int descry_dtype_byteorder(PyObject* dtype);

// Returns the character of the kind, as np.dtype.kind, or -1 with an exception set.
int descry_dtype_kind(PyObject* dtype);

// Returns the character code, as np.dtype.char, or -1 with an exception set.
int descry_dtype_char(PyObject* dtype);

// Returns the type number, as np.dtype.num. It may be -1, for a new-style user's dtype: then, and
// on failure with an exception set.
int descry_dtype_num(PyObject* dtype);

// Returns the flags, as np.dtype.flags, or -1 with an exception set.
long long descry_dtype_flags(PyObject* dtype);

// Returns 1 where elements hold Python objects, 0 where not, -1 with an exception set.
int descry_dtype_has_object(PyObject* dtype);

// Returns 1 for a record that was made with align=True, as np.dtype.isalignedstruct; 0 for others;
// -1 with an exception set.
int descry_dtype_is_aligned(PyObject* dtype);

// Returns the number of fields, 0 where there are none, or -1 with an exception set.
Py_ssize_t descry_dtype_field_count(PyObject* dtype);

// Gets the field at `index`, in the order of np.dtype.names. Each of the four places may be NULL;
// the objects are new references, and
// `*title` is NULL where the field has none. Returns 0, or -1 with an exception set (IndexError
// past the end) and nothing stored.
int descry_dtype_field(PyObject* dtype, Py_ssize_t index, PyObject** name, Py_ssize_t* offset,
                       PyObject** field_dtype, PyObject** title);

// Gets what a sub-array dtype repeats and its shape (a tuple), as new references; each place may be
// NULL. Returns 1, or 0 where the dtype is no sub-array and nothing is stored, or -1 with an
// exception set.
int descry_dtype_subarray(PyObject* dtype, PyObject** base, PyObject** shape);

#ifdef __cplusplus
}
#endif

#endif  // DESCRY_DTYPE_H_
