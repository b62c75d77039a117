// SPDX-License-Identifier: BSD-3-Clause
// One column of values that become a field of records. GIL held, NumPy loaded.
#ifndef DESCRY_SRC_CONVERT_COLUMN_H_
#define DESCRY_SRC_CONVERT_COLUMN_H_

#include <descry/borrow.h>

#include "src/convert/blocks.h"
#include "src/convert/rule.h"

typedef struct descryi_column {
  const descryi_rule* rule;  // of the field
  PyObject* path;            // to the field, a str
  PyObject* values;          // a list, a tuple, or a plain array that nobody else knows
  PyObject* array;           // what that array is a view of, or NULL
  size_t offset;             // of the field, bytes from the start of the outermost record
  bool is_copied;            // whether a copy in blocks has filled it in
  descry_borrow borrow;      // of the array, while it is read
} descryi_column;

// Sets the values to what `object` has: an array, whatever one can be made of without a look at
// each item, a list or a tuple, any other iterable. `type` is that of the records. Returns 0, or -1
// with an exception set: TypeError for a single value. What is set by then is cleared all the same.
int descryi_column_set(descryi_column* column, const descry_type* type, PyObject* object);

void descryi_column_clear(descryi_column* column);

// Returns how many values there are.
Py_ssize_t descryi_column_length(const descryi_column* column);

// Whether the values are elements of just the field's dtype, so that their bytes can be copied: for
// a field that always has a value. Sets `*copy` to how, without its target. -1 with an exception
// set.
int descryi_column_is_same(const descryi_column* column, descryi_column_copy* copy);

// Fills in the field of each of the records of `array`, 1-d and of `type`: arrays by the casts of
// DESCRY_CONVERT (DESCRY_SAME_KIND among the flags of `reading`), everything else value by value.
// Where the field is optional, it has a value then, but for None. Returns 0, or -1 with an
// exception set.
int descryi_column_fill(const descryi_column* column, const descry_type* type, PyObject* array,
                        descryi_reading* reading);

#endif  // DESCRY_SRC_CONVERT_COLUMN_H_
