// SPDX-License-Identifier: BSD-3-Clause
// Text of Arrow's that becomes that of an element. No Python.
#ifndef DESCRY_SRC_ARROW_TEXT_H_
#define DESCRY_SRC_ARROW_TEXT_H_

#include "src/arrow/reader.h"

// Gets the text at `index`, which has a value. Returns 0, or -1 with the problem, which has no row
// yet: for a view that points nowhere.
int descryi_arrow_find_text(const descryi_arrow_reader* reader, int64_t index, const char** text,
                            int64_t* size, descryi_arrow_problem* problem);

// Stores a text as an element at `to`, which holds zeros. Returns 0, or -1 with the problem.
int descryi_arrow_store_text(const descryi_arrow_reader* reader, const char* text, int64_t size,
                             char* to, descryi_arrow_problem* problem);

#endif  // DESCRY_SRC_ARROW_TEXT_H_
