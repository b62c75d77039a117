// SPDX-License-Identifier: BSD-3-Clause
#include "src/declare/same_layout.h"

#include <string.h>

#include "src/declare/field_form.h"

static bool same_text(const char* one, const char* other) {
  return one == other || (one && other && strcmp(one, other) == 0);
}

static bool same_field(const descry_field* one, const descry_field* other) {
  const descryi_field_form a = descryi_field_form_of(one), b = descryi_field_form_of(other);
  return same_text(one->name, other->name) && same_text(one->title, other->title) &&
         one->offset == other->offset && a.itemsize == b.itemsize && a.ndim == b.ndim &&
         (a.ndim == 0 || memcmp(one->shape, other->shape, a.ndim * sizeof *one->shape) == 0) &&
         descryi_types_same_layout(one->element, other->element);
}

// Fields are looked up by name where the order differs; duplicates do not get this far.
static bool same_fields(const descry_type* one, const descry_type* other) {
  if (one->field_count != other->field_count) return false;
  for (size_t i = 0; i < one->field_count; ++i) {
    const descry_field* field = &one->fields[i];
    const descry_field* match = &other->fields[i];
    if (strcmp(field->name, match->name) != 0) match = descry_type_field_named(other, field->name);
    if (!match || !same_field(field, match)) return false;
  }
  return true;
}

bool descryi_types_same_layout(const descry_type* one, const descry_type* other) {
  if (one == other) return true;
  if (one->kind != other->kind || one->size != other->size || one->alignment != other->alignment) {
    return false;
  }
  switch (one->kind) {
    case DESCRY_KIND_ELEMENT:
      return strcmp(one->code, other->code) == 0;
    case DESCRY_KIND_RECORD:
      return same_fields(one, other);
    case DESCRY_KIND_OBJECT:
      return true;
    default:
      return same_field(descryi_type_target_field(one), descryi_type_target_field(other));
  }
}
