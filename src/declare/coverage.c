// SPDX-License-Identifier: BSD-3-Clause
#include "src/declare/coverage.h"

// How far the fields reach that begin at or before `reach`, each at most its own alignment behind
// it. One pass is enough for a list in the order of the struct.
static size_t extend(const descry_type* type, size_t reach) {
  for (size_t i = 0; i < type->field_count; ++i) {
    const descry_field* field = &type->fields[i];
    const size_t past = field->offset + descry_field_size(field);
    const bool follows = field->offset <= reach || field->offset - reach < field->alignment;
    if (follows && past > reach) reach = past;
  }
  return reach;
}

bool descryi_fields_cover(const descry_type* type) {
  size_t reach = 0, before;
  do {
    before = reach;
    reach = extend(type, reach);
  } while (reach != before && reach < type->size);
  return type->size - reach < type->alignment;
}
