// SPDX-License-Identifier: BSD-3-Clause
// Whether the fields of a record account for all of its bytes. Plain C, no Python.
#ifndef DESCRY_SRC_DECLARE_COVERAGE_H_
#define DESCRY_SRC_DECLARE_COVERAGE_H_

#include <descry/type.h>
#include <stdbool.h>

// Whether every byte of the record is in a field, in a member that is skipped, or padding. Where
// the compiler did not tell which bytes are padding, those that the alignment of what follows
// explains count as such. If not, sets `*left_out` to the first byte that is in none. `bytes` is
// room for one element. REQUIRES: no type inside the record's contains itself.
bool descryi_fields_cover(const descry_type* type, unsigned char* bytes, size_t* left_out);

#endif  // DESCRY_SRC_DECLARE_COVERAGE_H_
