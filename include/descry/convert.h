// SPDX-License-Identifier: BSD-3-Clause
// Values of Python into elements, and out of them: single ones, rows, dicts.
//
//   PyObject* array = descry_from_rows(DESCRY_TYPE(particle), rows, 0);
//   // ValueError: row 17, field 'label': expected at most 12 bytes, got 15
//
// A row is a tuple or list with a value for each field, a mapping or np.void by name, or an object
// with attributes of these names, such as a dataclass; of a type that is not a record it is the
// value itself. Sub-arrays are sequences of exactly their shape. Nothing is cut, wrapped, rounded
// to an integer, broadcast, parsed or guessed:
//
//   element               takes                                             `flags` loosen it
//   bool                  bool, 0 and 1
//   integers              int, what has __index__, in range                 DESCRY_INTEGRAL_FLOATS
//   floats                float, what has __float__, an int that it holds   DESCRY_NONE_IS_NAN
//                         exactly; a finite value stays finite
//   complex               the same, and complex
//   bytes                 bytes; str in UTF-8; both that fit                DESCRY_TRUNCATE_TEXT
//   unicode               str that fits                                     DESCRY_TRUNCATE_TEXT
//   void_                 whatever has a buffer of as many bytes
//   datetime64            datetime and date without a time zone, np.datetime64, an int as a count
//                         of units, None as NaT; what the unit holds exactly
//   timedelta64           timedelta, np.timedelta64, int, None: likewise
//   objects               anything; an instance of the class where one was declared
//   records               a row: every field, no other                      DESCRY_MISSING_IS_ZERO,
//                                                                           DESCRY_EXTRA_IGNORED
//   optional fields,      the value, or None where there is none
//     std::optional
//   variants              the tag and, in place of all cases, the value of the live one (None where
//                         none is); by name, that case alone says what the tag is: {"case": value}
//   DESCRY_BITS           a mapping of the named bits, or a tuple or list of them; all of it as one
//                         integer
//
// A number that is masked out (np.ma.masked), and a row with one that is, is a TypeError.
//
// A refusal is a TypeError, ValueError or OverflowError that names the row, the path to the value,
// what was expected and what came. An exception that a value's own code raises is passed on;
// RuntimeError where that code makes the list longer or shorter that is just being read. GIL held
// (or thread state attached); fails as descry_dtype() besides, and with ValueError for flags that a
// function does not take.
#ifndef DESCRY_CONVERT_H_
#define DESCRY_CONVERT_H_

#include <Python.h>
#include <descry/flags.h>
#include <descry/type.h>
#include <descry/view.h>

#ifdef __cplusplus
extern "C" {
#endif

// Stores `value` as one element of `type` at `element`, memory of the caller's of
// descry_type_size(type) bytes whose content does not matter. Slots of objects get references that
// are then the caller's. Bytes that belong to no field become zeros. Returns 0, or -1 with an
// exception set, zeros at `element` and no reference in it.
int descry_from_python(const descry_type* type, PyObject* value, void* element, unsigned flags);

// Returns a new reference to a NumPy scalar with a copy of the element (a np.void for a record, an
// array for a type whose dtype is a sub-array), or to the object itself for an object element; or
// NULL with an exception set.
PyObject* descry_to_python(const descry_type* type, const void* element);

// Returns a new reference to what ndarray.item() gives for such an element: a tuple for a record,
// nested where its fields are records, lists for sub-arrays, plain values; or NULL with an
// exception set.
PyObject* descry_to_tuple(const descry_type* type, const void* element);

// The same with a dict, name to value, for each record.
PyObject* descry_to_dict(const descry_type* type, const void* element);

// Returns a new 1-d array with an element for each row of `rows`, any iterable; or NULL with an
// exception set. RuntimeError where a list or a tuple changes its length meanwhile.
PyObject* descry_from_rows(const descry_type* type, PyObject* rows, unsigned flags);

// Returns a new list of what descry_to_tuple() gives for each element of an open view, with a list
// in it for each further dimension; of a 0-d view, that one value. NULL with an exception set.
PyObject* descry_to_rows(const descry_view* view);

// The same by descry_to_dict().
PyObject* descry_to_dicts(const descry_view* view);

// Returns a new 1-d array of records from a column for each field, or NULL with an exception set.
// `columns` is a mapping of names, a data frame or table (pandas, polars, pyarrow) or an array of
// records; a nested record is a column of its own (records, rows, or columns again) or, under names
// such as "pos.x", one for each of its members. A column is an array of any kind, of which the
// first axis counts the records, or any iterable of values. Arrays of the field's dtype are copied
// byte by byte; others are cast as DESCRY_CONVERT does it, safely and every value exactly
// (DESCRY_SAME_KIND as there); values that are no array's are read by the rules above. A single
// value is not repeated. A field that says whether another has a value may be missing, as may all
// that need not have one. The other flags are those of descry_from_rows().
PyObject* descry_from_columns(const descry_type* type, PyObject* columns, unsigned flags);

// Returns a new dict, name to column, of the records of an open view: fresh C-contiguous arrays of
// the view's shape, with the dimensions of a sub-array behind it. Nested records are arrays of
// records or, with DESCRY_FLAT, a column for each member, "pos.x" (sub-arrays of records stay as
// they are). Of optional fields and variants there are all parts. NULL with an exception set;
// TypeError for elements that are not records, ValueError where two columns would have one name, as
// a field that is called "pos.x" itself.
PyObject* descry_to_columns(const descry_view* view, unsigned flags);

// Returns a new reference to `array` where a view of its elements can be had, or else to a new
// array with the elements converted by the names of their fields, as DESCRY_CONVERT does it; NULL
// with an exception set. `casting` is one of NumPy's numbers: 0 (no) and 1 (equiv) take elements
// that are the same but for where their fields lie and, for 1, the byte order; 2 (safe) and 3
// (same_kind, or DESCRY_SAME_KIND) are those of views, with each value checked; 4 (unsafe) lets
// NumPy cast numbers to numbers, text to text and so on, whatever becomes of the values.
PyObject* descry_convert(const descry_type* type, PyObject* array, int casting);

// Returns a new reference to an array of elements of `type` from whatever holds some, or NULL with
// an exception set. In this order:
//
//   an array, a NumPy scalar    itself where a view can be had, else converted by name
//   a buffer                    bytes, bytearray, mmap, a memoryview of bytes: the elements in it,
//                               without a copy unless they are misaligned;
//                               array.array, ctypes arrays and structures, other memoryviews: what
//                               has the names of the type is converted by name, what has its layout
//                               is used without a copy
//   what only gives out Arrow   by __arrow_c_array__ or __arrow_c_stream__, and not as an array:
//                               descry_from_arrow() with DESCRY_CONVERT
//   columns                     a mapping, pandas', polars' or pyarrow's: descry_from_columns()
//   an Arrow array of structs   by __arrow_c_array__, where the type is a record
//   what gives out an array     by __array__, __array_interface__ or __array_struct__
//   any other iterable          descry_from_rows()
//
// `flags` are those of the functions named here, and DESCRY_MASKED. An array may share its memory
// with `object`, and keeps that alive.
PyObject* descry_array_from(const descry_type* type, PyObject* object, unsigned flags);

// Opens a view to read of what descry_array_from() makes of `object`, or of a converted copy of
// that where it takes one. `flags` are those of both; DESCRY_READ may be left out, and DESCRY_WRITE
// is a ValueError. Returns and fails as descry_view_acquire() besides.
int descry_view_acquire_any(descry_view* view, PyObject* object, const descry_type* type, int ndim,
                            unsigned flags);

#ifdef __cplusplus
}
#endif

#endif  // DESCRY_CONVERT_H_
