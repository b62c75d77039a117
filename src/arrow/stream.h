// SPDX-License-Identifier: BSD-3-Clause
// What an export reads from: a view's elements, held, and the columns that they become.
#ifndef DESCRY_SRC_ARROW_STREAM_H_
#define DESCRY_SRC_ARROW_STREAM_H_

#include "src/arrow/column.h"

typedef struct descryi_arrow_export {
  descry_view view;         // shares what the user's holds
  const descry_type* type;  // a reference
  descryi_arrow_column column;
} descryi_arrow_export;

// Begins an export of `view`. Returns 0, or -1 with an exception set and nothing to end. GIL held.
int descryi_arrow_export_begin(descryi_arrow_export* out, const descry_view* view, unsigned flags);

// Gives back what is held. Any thread, with or without the GIL.
void descryi_arrow_export_end(descryi_arrow_export* out);

// Makes `out` a stream of the elements of an open view. As descry_arrow_stream(), but that flags
// and view are known to be good.
int descryi_arrow_stream_new(struct ArrowArrayStream* out, const descry_view* view, unsigned flags);

#endif  // DESCRY_SRC_ARROW_STREAM_H_
