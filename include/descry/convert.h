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
//
// A refusal is a TypeError, ValueError or OverflowError that names the row, the path to the value,
// what was expected and what came. An exception that a value's own code raises is passed on. GIL
// held (or thread state attached); fails as descry_dtype() besides, and with ValueError for flags
// that a function does not take.
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

#ifdef __cplusplus
}
#endif

#endif  // DESCRY_CONVERT_H_
