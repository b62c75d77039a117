// SPDX-License-Identifier: BSD-3-Clause
// Whether the fields of a record account for all of its bytes. Plain C, no Python.
#ifndef DESCRY_SRC_DECLARE_COVERAGE_H_
#define DESCRY_SRC_DECLARE_COVERAGE_H_

#include <descry/type.h>
#include <stdbool.h>

// Whether no byte is left over that the alignment of the member behind it, or of the record at its
// end, does not explain.
bool descryi_fields_cover(const descry_type* type);

#endif  // DESCRY_SRC_DECLARE_COVERAGE_H_
