// SPDX-License-Identifier: BSD-3-Clause
// How a producer's columns become a type's: a tree of readers that is made from its schema, bound
// to one array after the other, and then asked for elements. No Python; one thread at a time.
#ifndef DESCRY_SRC_ARROW_READER_H_
#define DESCRY_SRC_ARROW_READER_H_

#include "src/arrow/column.h"
#include "src/arrow/problem.h"

// How the producer has the elements.
typedef enum descryi_arrow_encoding {
  DESCRYI_ARROW_MISSING,      // not at all
  DESCRYI_ARROW_NULLS,        // all of them null
  DESCRYI_ARROW_SAME,         // as they are
  DESCRYI_ARROW_BITS,         // bools
  DESCRYI_ARROW_NUMBERS,      // of another kind or width
  DESCRYI_ARROW_TIMES,        // 32 or 64 bits, in some unit
  DESCRYI_ARROW_TEXT,         // at offsets of 32 bits
  DESCRYI_ARROW_LARGE_TEXT,   // at offsets of 64 bits
  DESCRYI_ARROW_VIEWS,        // text in views
  DESCRYI_ARROW_FIXED_TEXT,   // of one length
  DESCRYI_ARROW_FIXED_LISTS,  // of one length
  DESCRYI_ARROW_LISTS,        // at offsets of 32 bits
  DESCRYI_ARROW_LARGE_LISTS,  // at offsets of 64 bits
  DESCRYI_ARROW_STRUCTS,
  DESCRYI_ARROW_DICTIONARY
} descryi_arrow_encoding;

typedef struct descryi_arrow_reader {
  const descryi_arrow_column* column;
  descryi_arrow_encoding encoding;
  unsigned flags;
  char number;       // Arrow's format of numbers, or of a dictionary's indices
  size_t width;      // bytes of one element there
  bool is_utf8;      // whether text is known to be characters
  int64_t multiply;  // what makes a time one of the column's unit
  int64_t divide;
  int64_t index;            // among the parent's children
  int64_t source_children;  // of a struct
  size_t child_count;
  struct descryi_arrow_reader* children;  // those of the column; of a dictionary, its values

  // The array that it is bound to.
  int64_t offset;               // of the first element in the buffers
  const uint8_t* validity;      // NULL where none is null
  const char* data;             // elements, offsets or views
  const char* text;             // what offsets lead to
  int64_t length;               // elements of a dictionary
  const void* const* variadic;  // what views lead to
  const char* variadic_sizes;   // 64 bits each
  int64_t variadic_count;
} descryi_arrow_reader;

// Makes the readers of `column` for what `schema` describes. Keeps `column`. Returns 0, or -1 with
// the problem and nothing to clear.
int descryi_arrow_reader_init(descryi_arrow_reader* reader, const descryi_arrow_column* column,
                              const struct ArrowSchema* schema, unsigned flags,
                              descryi_arrow_problem* problem);

void descryi_arrow_reader_clear(descryi_arrow_reader* reader);

// Checks that `array` is what the schema said, as far as can be told without knowing how large its
// buffers are, and has readers look at all of its elements. Returns 0, or -1 with the problem.
int descryi_arrow_reader_bind(descryi_arrow_reader* reader, const struct ArrowArray* array,
                              descryi_arrow_problem* problem);

// Stores `count` elements of the array, from `first` on, at `data`, which holds zeros, `stride`
// bytes apart. Returns 0, or -1 with the problem; rows are those of the array.
int descryi_arrow_unpack(const descryi_arrow_reader* reader, int64_t first, int64_t count,
                         char* data, ptrdiff_t stride, descryi_arrow_problem* problem);

// Writes what a column expects, "datetime64[ns]" or "S12".
void descryi_arrow_label(const descryi_arrow_column* column, char* text, size_t size);

#endif  // DESCRY_SRC_ARROW_READER_H_
