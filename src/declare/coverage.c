// SPDX-License-Identifier: BSD-3-Clause
#include "src/declare/coverage.h"

#include <string.h>

#include "src/declare/field_form.h"

// How many fields inside of a field are looked at: unions may have each other many times over.
enum { MOST_FIELDS = 1000 };

// Whether a record holds an array, or so many fields that `*left`, how many may still be looked at,
// does not reach.
static bool may_hold_array(const descry_type* record, int* left) {
  for (size_t i = 0; i < record->field_count; ++i) {
    const descry_field* field = &record->fields[i];
    if (field->ndim > 0 || --*left < 0) return true;
    if (may_hold_array(descryi_type_resolve(field->element), left)) return true;
  }
  return false;
}

// gcc (12 at least) forgets the padding behind some arrays: of structs, of long double, which has
// padding too, and in structs that are members. Of opaque bytes it is not known what is in them.
static bool confuses_compiler(const descry_field* field) {
  const descry_type* element = descryi_type_resolve(field->element);
  int left = MOST_FIELDS;
  if (element->kind == DESCRY_KIND_RECORD) return field->ndim > 0 || may_hold_array(element, &left);
  const bool may_have_padding = field->ndim > 0 || descryi_type_is_flexible(element);
  return may_have_padding && field->unit >= sizeof(long double);
}

// Whether clear_padding clears all padding.
static bool knows_padding(const descry_type* type) {
  if (!(type->flags & DESCRY_TYPE_PADDING)) return false;
  for (size_t i = 0; i < type->field_count; ++i) {
    if (confuses_compiler(&type->fields[i])) return false;
  }
  return true;
}

// The alignment that explains a gap before `offset`: that of a field which begins there, else the
// widest of all, for a member that is skipped may begin there.
static size_t gap_alignment(const descry_type* type, size_t offset) {
  size_t there = 0, widest = type->alignment;
  for (size_t i = 0; i < type->field_count; ++i) {
    const descry_field* field = &type->fields[i];
    if (field->offset == offset && field->alignment > there) there = field->alignment;
    if (field->alignment > widest) widest = field->alignment;
  }
  return there ? there : widest;
}

bool descryi_fields_cover(const descry_type* type, unsigned char* bytes, size_t* left_out) {
  const bool exact = knows_padding(type);
  memset(bytes, 0xff, type->size);
  if (type->clear_padding) type->clear_padding(bytes);
  for (size_t i = 0; i < type->field_count; ++i) {
    const size_t begin = type->fields[i].offset, size = descry_field_size(&type->fields[i]);
    if (begin >= type->size) continue;
    memset(bytes + begin, 0, size < type->size - begin ? size : type->size - begin);
  }
  for (size_t begin = 0, end; begin < type->size; begin = end + 1) {
    end = begin;
    while (end < type->size && bytes[end] != 0) ++end;
    if (end == begin || (!exact && end - begin < gap_alignment(type, end))) continue;
    *left_out = begin;
    return false;
  }
  return true;
}
