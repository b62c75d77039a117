// SPDX-License-Identifier: BSD-3-Clause
// All arrays that a producer gives out. GIL held.
#ifndef DESCRY_SRC_ARROW_SOURCE_H_
#define DESCRY_SRC_ARROW_SOURCE_H_

#include <descry/arrow.h>
#include <stddef.h>

// Zeroed before it is opened; what it has is ours to release.
typedef struct descryi_arrow_source {
  struct ArrowArrayStream stream;
  struct ArrowSchema schema;
  struct ArrowArray* arrays;
  size_t count;
  size_t capacity;
  int64_t length;  // of all arrays
} descryi_arrow_source;

// Takes all arrays of `object`. The GIL is released while the producer works. Returns 0, or -1 with
// an exception set and nothing to close.
int descryi_arrow_source_open(descryi_arrow_source* source, PyObject* object);

// Releases everything; the GIL is released meanwhile. A pending exception stays as it is.
void descryi_arrow_source_close(descryi_arrow_source* source);

#endif  // DESCRY_SRC_ARROW_SOURCE_H_
