// SPDX-License-Identifier: BSD-3-Clause
// Columns as an ArrowSchema.
#ifndef DESCRY_SRC_ARROW_SCHEMA_H_
#define DESCRY_SRC_ARROW_SCHEMA_H_

#include "src/arrow/column.h"

// Fills `out`, which keeps nothing of `column`. Returns 0, or -1 with `out` zeroed where memory is
// short. Any thread, without Python.
int descryi_arrow_schema_of(struct ArrowSchema* out, const descryi_arrow_column* column);

// Returns 0, or -1 with ValueError for flags that are not those of an export. GIL held.
int descryi_arrow_check_flags(unsigned flags);

#endif  // DESCRY_SRC_ARROW_SCHEMA_H_
