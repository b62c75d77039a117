// SPDX-License-Identifier: BSD-3-Clause
#include "src/convert/blocks.h"

#include <string.h>

// Records that are copied at a time: of 64 bytes, they take a quarter of a cache of 32 KiB.
enum { BLOCK = 128 };

// The compiler makes a load and a store of a memcpy whose size it knows.
#define COPY_ITEMS(bytes)                   \
  for (Py_ssize_t i = 0; i < length; ++i) { \
    memcpy(target, source, bytes);          \
    target += copy->target_stride;          \
    source += copy->source_stride;          \
  }                                         \
  break

static void copy_items(const descryi_column_copy* copy, Py_ssize_t start, Py_ssize_t length) {
  char* target = copy->target + start * copy->target_stride;
  const char* source = copy->source + start * copy->source_stride;
  switch (copy->size) {
    case 1:
      COPY_ITEMS(1);
    case 2:
      COPY_ITEMS(2);
    case 4:
      COPY_ITEMS(4);
    case 8:
      COPY_ITEMS(8);
    case 12:
      COPY_ITEMS(12);
    case 16:
      COPY_ITEMS(16);
    case 24:
      COPY_ITEMS(24);
    case 32:
      COPY_ITEMS(32);
    default:
      COPY_ITEMS(copy->size);
  }
}
#undef COPY_ITEMS

void descryi_copy_columns(const descryi_column_copy* copies, size_t count, Py_ssize_t length) {
  for (Py_ssize_t start = 0; start < length; start += BLOCK) {
    const Py_ssize_t items = length - start < BLOCK ? length - start : BLOCK;
    for (size_t i = 0; i < count; ++i) copy_items(&copies[i], start, items);
  }
}
