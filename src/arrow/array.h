// SPDX-License-Identifier: BSD-3-Clause
// ArrowArrays with memory of their own, to be filled. No Python; any thread.
#ifndef DESCRY_SRC_ARROW_ARRAY_H_
#define DESCRY_SRC_ARROW_ARRAY_H_

#include "src/arrow/column.h"

// What an array of ours points at. A consumer may move children away, so each has its own.
typedef struct descryi_arrow_block {
  const void* buffers[3];
  struct ArrowArray** pointers;
  struct ArrowArray* children;
  uint8_t* validity;  // zeroed; NULL where nothing can be null
  int32_t* offsets;   // of text, one more than there are elements
  char* data;
} descryi_arrow_block;

static inline descryi_arrow_block* descryi_arrow_block_of(const struct ArrowArray* array) {
  return array->private_data;
}

// Returns the bytes of one element of what is not text, bits or nested.
size_t descryi_arrow_width(const descryi_arrow_column* column);

// Fills `out` with room for `count` elements. Returns 0, or -1 with `out` zeroed where memory is
// short.
int descryi_arrow_array_new(struct ArrowArray* out, const descryi_arrow_column* column,
                            int64_t count);

// Makes a filled array one that consumers can read: gives back what text did not need, and leaves
// out bitmaps without a null.
void descryi_arrow_array_finish(struct ArrowArray* array, const descryi_arrow_column* column);

#endif  // DESCRY_SRC_ARROW_ARRAY_H_
