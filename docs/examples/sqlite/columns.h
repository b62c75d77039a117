// SPDX-License-Identifier: BSD-3-Clause
// The rows of a query's result: kept one behind the other as SQLite gives them, since what the
// columns hold is known when the last is read; and written from there into records of the type that
// follows. Plain C, no Python.
#ifndef COLUMNS_H_
#define COLUMNS_H_

#include <descry/schema.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

// The values that a column was seen to hold, as bits.
enum { SEEN_INTEGER = 1, SEEN_REAL = 2, SEEN_TEXT = 4, SEEN_BLOB = 8, SEEN_NULL = 16 };

// What a column becomes.
typedef enum column_form {
  FORM_BOOL,     // bool_, declared BOOLEAN
  FORM_INTEGER,  // int64
  FORM_REAL,     // float64
  FORM_TEXT,     // unicode, or a str
  FORM_BLOB,     // void_, or a bytes
  FORM_MIXED     // a variant of what there is
} column_form;

typedef struct column {
  char* name;        // in the dtype: the column's own where it can be
  unsigned seen;     // SEEN_ bits
  size_t text_size;  // the most characters of a text
  size_t blob_size;  // bytes of each blob
  bool blobs_differ;
  bool not_utf8, ends_in_nul;  // a text
  bool only_bits;              // integers were 0 and 1 alone
  bool only_exact;             // integers were such as a double holds
  column_form form;
  const descry_field* value;  // what it became; the tag of FORM_MIXED
} column;

typedef struct columns {
  int count;
  size_t rows;
  bool objects;  // texts and blobs are to be Python objects
  column* items;
  char* data;  // the values of all rows: a byte for the kind, and the value
  size_t size, room;
  char problem[300];  // what failed, in words
} columns;

// Prepares to take the rows of `statement`. Returns 0, or -1 with the problem set.
int columns_init(columns* all, sqlite3_stmt* statement, bool objects);
void columns_clear(columns* all);

// Takes the row that the statement stands on. Returns 0, or -1 with the problem set.
int columns_take(columns* all, sqlite3_stmt* statement);

// Decides on the forms, names fields, and makes the record type. Returns it for the caller to
// release, or NULL with the problem set.
const descry_type* columns_type(columns* all, sqlite3_stmt* statement);

// How a text or a blob, SQLite's `kind`, becomes a Python object at `to`. Returns 0, or -1 where
// that failed.
typedef int make_object(int kind, const char* data, size_t size, char* to);

// Writes a row to `record`, which is zero, after columns_type(). `*from` is where its values are,
// all->data at first; it is moved to the next row. Returns 0, or -1 where `make` failed.
int columns_write(const columns* all, const char** from, char* record, make_object* make);

#endif  // COLUMNS_H_
