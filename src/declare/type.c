// SPDX-License-Identifier: BSD-3-Clause
#include <descry/type.h>
#include <stdbool.h>
#include <string.h>

#include "src/declare/field_form.h"
#include "src/declare/swapped.h"

// What is seen of a type of DESCRY_SWAPPED is the type that was made for it.
static const descry_type* seen(const descry_type* type) {
  return descryi_type_is_swapped(type) ? descryi_type_swapped_field(type)->element : type;
}

const char* descry_type_name(const descry_type* type) { return type->name; }
descry_kind descry_type_kind(const descry_type* type) { return (descry_kind)seen(type)->kind; }
size_t descry_type_size(const descry_type* type) { return type->size; }
size_t descry_type_alignment(const descry_type* type) { return type->alignment; }
size_t descry_type_field_count(const descry_type* type) { return seen(type)->field_count; }

const descry_field* descry_type_field(const descry_type* type, size_t index) {
  type = seen(type);
  return index < type->field_count ? &type->fields[index] : NULL;
}

const descry_field* descry_type_field_named(const descry_type* type, const char* name) {
  type = seen(type);
  for (size_t i = 0; i < type->field_count; ++i) {
    if (strcmp(type->fields[i].name, name) == 0) return &type->fields[i];
  }
  return NULL;
}

const descry_type* descry_type_target(const descry_type* type) {
  const descry_field* target = descryi_type_target_field(seen(type));
  return target ? target->element : NULL;
}

struct _typeobject** descry_type_class(const descry_type* type) {
  return type->kind == DESCRY_KIND_OBJECT ? type->class_ptr : NULL;
}

const descry_field* descry_type_tag(const descry_type* type) {
  type = seen(type);
  return type->flags & DESCRY_TYPE_VARIANT ? type->fields : NULL;
}

const descry_type* descry_type_original(const descry_type* type) { return type->original; }

const char* descry_field_name(const descry_field* field) { return field->name; }
const char* descry_field_title(const descry_field* field) { return field->title; }
const descry_type* descry_field_element(const descry_field* field) { return field->element; }
size_t descry_field_offset(const descry_field* field) { return field->offset; }
const size_t* descry_field_shape(const descry_field* field) { return field->shape; }

size_t descry_field_size(const descry_field* field) {
  size_t size = field->unit;
  for (size_t i = 0; i < field->ndim; ++i) size *= field->shape[i];
  return size;
}

size_t descry_field_itemsize(const descry_field* field) {
  return descryi_field_form_of(field).itemsize;
}

size_t descry_field_ndim(const descry_field* field) { return descryi_field_form_of(field).ndim; }

int descry_field_case(const descry_field* field, long long* value) {
  if (!(field->flags & DESCRY_FIELD_CASE)) return 0;
  if (value) *value = field->case_value;
  return 1;
}

// The cases of a tag stand behind it, and a record may have several.
const descry_field* descry_field_tag(const descry_type* type, const descry_field* field) {
  if (!(field->flags & DESCRY_FIELD_CASE)) return NULL;
  type = seen(type);
  if (type->flags & DESCRY_TYPE_VARIANT) return type->fields;
  while (field > type->fields && !(field->flags & DESCRY_FIELD_TAG)) --field;
  return field->flags & DESCRY_FIELD_TAG ? field : NULL;
}

const descry_field* descry_field_valid(const descry_type* type, const descry_field* field) {
  type = seen(type);
  const bool optional = (field->flags & DESCRY_FIELD_OPTIONAL) != 0;
  return optional && field + 1 < type->fields + type->field_count ? field + 1 : NULL;
}

size_t descry_field_bit_count(const descry_field* field) { return field->bit_count; }

const descry_bit* descry_field_bit(const descry_field* field, size_t index, size_t* shift) {
  if (index >= field->bit_count) return NULL;
  if (!shift) return &field->bits[index];
  size_t before = 0;
  for (size_t i = 0; i < index; ++i) before += field->bits[i].width;
  const bool is_big = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
  const bool from_top = is_big != ((field->flags & DESCRY_FIELD_SWAPPED) != 0);
  const size_t width = field->bits[index].width;
  *shift = from_top ? 8 * descry_field_size(field) - before - width : before;
  return &field->bits[index];
}
