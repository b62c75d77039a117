// SPDX-License-Identifier: BSD-3-Clause
#include <descry/type.h>
#include <string.h>

#include "src/declare/field_form.h"

const char* descry_type_name(const descry_type* type) { return type->name; }
descry_kind descry_type_kind(const descry_type* type) { return (descry_kind)type->kind; }
size_t descry_type_size(const descry_type* type) { return type->size; }
size_t descry_type_alignment(const descry_type* type) { return type->alignment; }
size_t descry_type_field_count(const descry_type* type) { return type->field_count; }

const descry_field* descry_type_field(const descry_type* type, size_t index) {
  return index < type->field_count ? &type->fields[index] : NULL;
}

const descry_field* descry_type_field_named(const descry_type* type, const char* name) {
  for (size_t i = 0; i < type->field_count; ++i) {
    if (strcmp(type->fields[i].name, name) == 0) return &type->fields[i];
  }
  return NULL;
}

const descry_type* descry_type_target(const descry_type* type) {
  const descry_field* target = descryi_type_target_field(type);
  return target ? target->element : NULL;
}

struct _typeobject** descry_type_class(const descry_type* type) {
  return type->kind == DESCRY_KIND_OBJECT ? type->class_ptr : NULL;
}

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
