// SPDX-License-Identifier: BSD-3-Clause
// What the columns of a query's result hold, found by stepping through all rows once, and the
// record type that follows from it. Plain C, no Python.
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
  bool only_bits;   // integers were 0 and 1 alone
  bool only_exact;  // integers were such as a double holds
  column_form form;
  const descry_field* value;  // what it became; the tag of FORM_MIXED
} column;

typedef struct columns {
  int count;
  size_t rows;
  bool objects;  // texts and blobs are to be Python objects
  column* items;
  char problem[300];  // what failed, in words
} columns;

// Prepares to look at the rows of `statement`. Returns 0, or -1 with the problem set.
int columns_init(columns* all, sqlite3_stmt* statement, bool objects);
void columns_clear(columns* all);

// Looks at the row that the statement stands on. Returns 0, or -1 with the problem set.
int columns_look(columns* all, sqlite3_stmt* statement);

// Decides on the forms, names fields, and makes the record type. Returns it for the caller to
// release, or NULL with the problem set.
const descry_type* columns_type(columns* all, sqlite3_stmt* statement);

// Counts the characters of a text in UTF-8, or returns -1 where it is not UTF-8.
sqlite3_int64 text_length(const unsigned char* text, int size);

// Writes them as UCS-4. REQUIRES: text_length() took the text, and `out` has room for that many.
void text_decode(const unsigned char* text, int size, char* out);

#endif  // COLUMNS_H_
