// SPDX-License-Identifier: BSD-3-Clause
// Converts single elements between dtypes where nothing is lost, and says so where something would
// be. NumPy's own casts lose silently, also where it calls them safe: int64 to float64, datetimes
// to a finer unit. GIL held where objects are converted; no function raises.
#ifndef DESCRY_SRC_VIEW_EXACT_VALUE_H_
#define DESCRY_SRC_VIEW_EXACT_VALUE_H_

#include "src/base/numpy.h"
#include "src/base/python.h"

// What the bytes of an element mean.
typedef enum descryi_value_kind {
  DESCRYI_VALUE_UNKNOWN,  // an element of a dtype that NumPy does not bring
  DESCRYI_VALUE_BOOL,
  DESCRYI_VALUE_INT,
  DESCRYI_VALUE_UINT,
  DESCRYI_VALUE_FLOAT,
  DESCRYI_VALUE_COMPLEX,
  DESCRYI_VALUE_BYTES,    // S
  DESCRYI_VALUE_UNICODE,  // U
  DESCRYI_VALUE_VOID,     // V, without fields
  DESCRYI_VALUE_DATETIME,
  DESCRYI_VALUE_TIMEDELTA,
  DESCRYI_VALUE_OBJECT
} descryi_value_kind;

// How an element is stored.
typedef struct descryi_value_form {
  descryi_value_kind kind;
  size_t size;   // bytes
  bool swapped;  // whether it is not in the machine's byte order
  int unit;      // of a datetime64 or timedelta64: NumPy's number of it,
  int count;     // and how many of it are one step
} descryi_value_form;

// Returns the form of elements of `descr`, a dtype that is neither a record nor a sub-array.
descryi_value_form descryi_value_form_of(PyObject* descr);

// Returns whether descryi_value_convert() can convert elements between the two.
bool descryi_value_forms_known(const descryi_value_form* from, const descryi_value_form* to);

// Returns whether each value of the one is exactly one of the other, and NumPy's cast keeps it.
// REQUIRES: NumPy calls that cast safe, descryi_value_forms_known().
bool descryi_value_always_fits(const descryi_value_form* from, const descryi_value_form* to);

// Converts the element at `source` to one at `target`. Returns true, or false with `target`
// unchanged where its form cannot hold the value exactly. A NaN stays one, with its sign but
// perhaps not all of its bits; a negative zero fits an int. REQUIRES: descryi_value_forms_known().
bool descryi_value_convert(const descryi_value_form* from, const char* source,
                           const descryi_value_form* to, char* target);

// The same for datetimes and timedeltas alone.
bool descryi_time_convert(const descryi_value_form* from, const char* source,
                          const descryi_value_form* to, char* target);

// Returns whether two elements of one form are the same bytes, those apart that mean nothing.
bool descryi_value_same_bytes(const descryi_value_form* form, const char* one, const char* other);

#endif  // DESCRY_SRC_VIEW_EXACT_VALUE_H_
