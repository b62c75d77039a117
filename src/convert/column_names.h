// SPDX-License-Identifier: BSD-3-Clause
// What has columns: mappings, data frames, tables, arrays of records. GIL held, NumPy loaded.
#ifndef DESCRY_SRC_CONVERT_COLUMN_NAMES_H_
#define DESCRY_SRC_CONVERT_COLUMN_NAMES_H_

#include "src/base/numpy.h"
#include "src/base/python.h"

// Returns a new list of the names under which `object[name]` is a column, or NULL: with an
// exception set, or none where the object has no columns. By protocol, without a look at the class:
// an array's fields, `column_names` (pyarrow), `columns` (pandas, polars), the keys of a mapping.
PyObject* descryi_column_names(PyObject* object);

// Columns that are being looked up, and the names of those that have not been.
typedef struct descryi_column_source {
  PyObject* columns;
  PyObject* names;   // a list
  PyObject* unused;  // a set
} descryi_column_source;

// Keeps a reference to `columns`; steals one to `names`, also on failure. Returns 0, or -1 with an
// exception set and nothing to clear.
int descryi_column_source_init(descryi_column_source* source, PyObject* columns, PyObject* names);
void descryi_column_source_clear(descryi_column_source* source);

// Sets `*column` to a new reference to the column of that name, or to NULL where there is none.
// Returns 0, or -1 with an exception set.
int descryi_column_find(descryi_column_source* source, PyObject* name, PyObject** column);

// Whether there are names that begin with `prefix`; -1 with an exception set.
int descryi_column_has_prefix(const descryi_column_source* source, PyObject* prefix);

// Sets `*name` to a borrowed reference to the first name that was not looked up, or to NULL.
// Returns 0, or -1 with an exception set.
int descryi_column_unused(const descryi_column_source* source, PyObject** name);

#endif  // DESCRY_SRC_CONVERT_COLUMN_NAMES_H_
