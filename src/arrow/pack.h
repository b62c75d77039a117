// SPDX-License-Identifier: BSD-3-Clause
// Records into an ArrowArray. No Python; any thread.
#ifndef DESCRY_SRC_ARROW_PACK_H_
#define DESCRY_SRC_ARROW_PACK_H_

#include "src/arrow/column.h"
#include "src/arrow/problem.h"

// Fills `out` with a copy of `count` elements at `data`, `stride` bytes apart, for whoever calls
// its `release`. Returns 0, or -1 with `out` zeroed and the problem, which counts rows from `data`.
// REQUIRES: `count` times the text of an element is at most INT32_MAX bytes.
int descryi_arrow_pack(struct ArrowArray* out, const descryi_arrow_column* column, const char* data,
                       ptrdiff_t stride, int64_t count, descryi_arrow_problem* problem);

#endif  // DESCRY_SRC_ARROW_PACK_H_
