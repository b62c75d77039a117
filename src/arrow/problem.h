// SPDX-License-Identifier: BSD-3-Clause
// Why a column or a value does not fit, and where: written without Python by whichever thread finds
// it, and raised later by one that has the GIL.
#ifndef DESCRY_SRC_ARROW_PROBLEM_H_
#define DESCRY_SRC_ARROW_PROBLEM_H_

#include <stddef.h>
#include <stdint.h>

// Which exception it becomes.
typedef enum descryi_arrow_error {
  DESCRYI_ARROW_NONE,
  DESCRYI_ARROW_TYPE_ERROR,
  DESCRYI_ARROW_VALUE_ERROR,
  DESCRYI_ARROW_OVERFLOW_ERROR,
  DESCRYI_ARROW_MEMORY_ERROR
} descryi_arrow_error;

typedef struct descryi_arrow_problem {
  descryi_arrow_error error;
  int64_t row;  // -1 where it is not one
  char path[200];
  char text[200];
} descryi_arrow_problem;

// Notes the reason, cut where it is too long, without a path or a row. Returns -1.
__attribute__((format(printf, 3, 4))) int descryi_arrow_fail(descryi_arrow_problem* problem,
                                                             descryi_arrow_error error,
                                                             const char* format, ...);

// Notes that memory is short. Returns -1.
int descryi_arrow_no_memory(descryi_arrow_problem* problem);

// Says that what went wrong is inside of the column `name`, which may be "". Returns -1.
int descryi_arrow_inside(descryi_arrow_problem* problem, const char* name);

// The same for an item of a list.
int descryi_arrow_inside_item(descryi_arrow_problem* problem, int64_t index);

// Writes "row 17, column 'pos.y': ..." and the reason.
void descryi_arrow_describe(const descryi_arrow_problem* problem, char* text, size_t size);

// Raises what is described. Returns -1. GIL held.
int descryi_arrow_raise(const descryi_arrow_problem* problem);

#endif  // DESCRY_SRC_ARROW_PROBLEM_H_
