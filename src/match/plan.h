// SPDX-License-Identifier: BSD-3-Clause
// The fields of a type's own record, read once: half of what a comparison has to read is always the
// same. GIL held (or thread state attached).
#ifndef DESCRY_SRC_MATCH_PLAN_H_
#define DESCRY_SRC_MATCH_PLAN_H_

#include <descry/type.h>

#include "src/base/python.h"
#include "src/dtype/fields.h"

// Never changed once it is there, and never freed: another thread may be reading it.
typedef struct descryi_plan {
  PyObject* own;                     // a strong reference, from which the fields are borrowed
  const struct descryi_plan* older;  // the plan of a dtype that someone renamed
  descryi_field fields[];
} descryi_plan;

// Returns the plan of `own`, the dtype of `type`, a record; or NULL with an exception set.
const descryi_plan* descryi_plan_of(const descry_type* type, PyObject* own);

#endif  // DESCRY_SRC_MATCH_PLAN_H_
