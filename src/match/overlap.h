// SPDX-License-Identifier: BSD-3-Clause
// Whether fields of a record share bytes, as the members of a union do. GIL held.
#ifndef DESCRY_SRC_MATCH_OVERLAP_H_
#define DESCRY_SRC_MATCH_OVERLAP_H_

#include "src/base/python.h"

// Returns 1 where two fields of `record` share a byte, 0 where none do, or -1 with an exception
// set. Fields inside of fields do not count. REQUIRES: `record` is a dtype with names.
int descryi_fields_overlap(PyObject* record);

#endif  // DESCRY_SRC_MATCH_OVERLAP_H_
