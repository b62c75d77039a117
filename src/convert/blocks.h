// SPDX-License-Identifier: BSD-3-Clause
// Copies columns to records and records to columns, a block of records at a time: each is in the
// nearest cache while all of its fields are copied, which takes a third of the time that a field
// after the other does. Touches no Python.
#ifndef DESCRY_SRC_CONVERT_BLOCKS_H_
#define DESCRY_SRC_CONVERT_BLOCKS_H_

#include "src/base/python.h"

// Items of `size` bytes, `target_stride` and `source_stride` bytes from one to the next.
typedef struct descryi_column_copy {
  char* target;
  Py_ssize_t target_stride;
  const char* source;
  Py_ssize_t source_stride;
  size_t size;
} descryi_column_copy;

// Makes `count` copies of `length` items each.
void descryi_copy_columns(const descryi_column_copy* copies, size_t count, Py_ssize_t length);

#endif  // DESCRY_SRC_CONVERT_BLOCKS_H_
