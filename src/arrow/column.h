// SPDX-License-Identifier: BSD-3-Clause
// A type as Arrow has it: a tree of columns, made once for each stream, that says of each how its
// elements lie in the record and what they become. No Python in the tree; it is read by any thread.
#ifndef DESCRY_SRC_ARROW_COLUMN_H_
#define DESCRY_SRC_ARROW_COLUMN_H_

#include <descry/arrow.h>
#include <stdbool.h>
#include <stddef.h>

enum { DESCRYI_ARROW_MAX_DEPTH = 64 };

// What has to be done to an element on its way.
typedef enum descryi_arrow_form {
  DESCRYI_ARROW_PLAIN,    // the same bytes, in the machine's order
  DESCRYI_ARROW_BOOL,     // a bit
  DESCRYI_ARROW_BYTES,    // without the NULs at the end, at offsets
  DESCRYI_ARROW_UNICODE,  // UCS-4 as UTF-8, at offsets
  DESCRYI_ARROW_TIME,     // 64 bits, times `scale`; NaT is null
  DESCRYI_ARROW_DAYS,     // 32 bits, times `scale`; NaT is null
  DESCRYI_ARROW_MONTHS,   // 32 bits: days of a date that is counted in times `scale` months
  DESCRYI_ARROW_LIST,     // `count` items
  DESCRYI_ARROW_STRUCT
} descryi_arrow_form;

// Which of a record's elements have a value in a column.
typedef enum descryi_arrow_presence {
  DESCRYI_ARROW_ALWAYS,
  DESCRYI_ARROW_WHERE_VALID,  // where a `bool_` is not 0
  DESCRYI_ARROW_WHERE_TAG     // where a tag has a certain value
} descryi_arrow_presence;

typedef struct descryi_arrow_column {
  const char* name;  // of the field, "item", "real", "imag"; "" for what is not a field
  char format[24];   // Arrow's
  char code[24];     // NumPy's, without the byte order; "" for records, lists
  descryi_arrow_form form;
  size_t offset;    // bytes from the start of the record
  size_t itemsize;  // bytes of one element
  size_t word;      // bytes whose order is not the machine's, or 0
  int64_t scale;    // of times
  size_t count;     // items of a list
  bool nullable;
  descryi_arrow_presence presence;
  size_t present_offset;  // of the flag or the tag, from the start of the record
  size_t tag_size;        // bytes
  bool tag_is_signed;
  bool tag_is_swapped;
  int64_t tag_value;
  size_t child_count;
  struct descryi_arrow_column* children;
} descryi_arrow_column;

// Sets `column` to what elements of `type` are, kept alive by the caller. Returns 0, or -1 with an
// exception set and nothing to clear. GIL held.
int descryi_arrow_column_init(descryi_arrow_column* column, const descry_type* type,
                              unsigned flags);

// Frees what a column has. Any thread.
void descryi_arrow_column_clear(descryi_arrow_column* column);

// Returns whether `record` has a value for the column.
bool descryi_arrow_is_present(const descryi_arrow_column* column, const char* record);

// Returns the most bytes of text that one column has for each element, or SIZE_MAX for more than
// can be counted.
size_t descryi_arrow_text_size(const descryi_arrow_column* column);

// Whether elements of this form are text at offsets.
static inline bool descryi_arrow_is_text(const descryi_arrow_column* column) {
  return column->form == DESCRYI_ARROW_BYTES || column->form == DESCRYI_ARROW_UNICODE;
}

#endif  // DESCRY_SRC_ARROW_COLUMN_H_
