// SPDX-License-Identifier: BSD-3-Clause
#include "src/declare/field_form.h"

#include <string.h>

#include "src/declare/swapped.h"

bool descryi_type_is_flexible(const descry_type* type) {
  if (type->kind != DESCRY_KIND_ELEMENT) return false;
  const char last = type->code[strlen(type->code) - 1];
  return last == 'S' || last == 'U' || last == 'V';
}

const descry_field* descryi_type_target_field(const descry_type* type) {
  const bool stands_for = type->kind == DESCRY_KIND_ALIAS || type->kind == DESCRY_KIND_TRANSPARENT;
  if (!stands_for) return NULL;
  return descryi_type_is_swapped(type) ? descryi_type_swapped_field(type) : type->fields;
}

const descry_type* descryi_type_resolve(const descry_type* type) {
  const descry_field* target;
  while ((target = descryi_type_target_field(type))) type = target->element;
  return type;
}

// A string takes the last dimension; opaque bytes only where the member is made of bytes.
static descryi_field_form flexible_form(const descry_field* field) {
  descryi_field_form form = {field->unit, field->ndim};
  if (form.ndim > 0 && field->unit == field->element->size) {
    --form.ndim;
    form.itemsize *= field->shape[form.ndim];
  }
  return form;
}

descryi_field_form descryi_field_form_of(const descry_field* field) {
  if (descryi_type_is_flexible(field->element)) return flexible_form(field);
  descryi_field_form form = {field->unit, field->ndim};
  while (form.ndim > 0 && form.itemsize < field->element->size) {
    --form.ndim;
    form.itemsize *= field->shape[form.ndim];
  }
  return form;
}
