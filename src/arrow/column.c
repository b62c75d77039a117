// SPDX-License-Identifier: BSD-3-Clause
#include "src/arrow/column.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/arrow/problem.h"
#include "src/declare/field_form.h"

// The elements that are one column, by their code in elements.inc without the byte order. `format`
// is Arrow's, or NULL where there is none.
static const struct {
  const char* code;
  const char* format;
  descryi_arrow_form form;
  int64_t scale;
} kArrowElements[] = {
    {"?", "b", DESCRYI_ARROW_BOOL, 1},
    {"i1", "c", DESCRYI_ARROW_PLAIN, 1},
    {"u1", "C", DESCRYI_ARROW_PLAIN, 1},
    {"i2", "s", DESCRYI_ARROW_PLAIN, 1},
    {"u2", "S", DESCRYI_ARROW_PLAIN, 1},
    {"i4", "i", DESCRYI_ARROW_PLAIN, 1},
    {"u4", "I", DESCRYI_ARROW_PLAIN, 1},
    {"i8", "l", DESCRYI_ARROW_PLAIN, 1},
    {"u8", "L", DESCRYI_ARROW_PLAIN, 1},
    {"p", sizeof(void*) == 8 ? "l" : "i", DESCRYI_ARROW_PLAIN, 1},
    {"P", sizeof(void*) == 8 ? "L" : "I", DESCRYI_ARROW_PLAIN, 1},
    {"f2", "e", DESCRYI_ARROW_PLAIN, 1},
    {"f4", "f", DESCRYI_ARROW_PLAIN, 1},
    {"f8", "g", DESCRYI_ARROW_PLAIN, 1},
    {"U", "u", DESCRYI_ARROW_UNICODE, 1},
    {"M8[Y]", "tdD", DESCRYI_ARROW_MONTHS, 12},
    {"M8[M]", "tdD", DESCRYI_ARROW_MONTHS, 1},
    {"M8[W]", "tdD", DESCRYI_ARROW_DAYS, 7},
    {"M8[D]", "tdD", DESCRYI_ARROW_DAYS, 1},
    {"M8[h]", "tss:", DESCRYI_ARROW_TIME, 3600},
    {"M8[m]", "tss:", DESCRYI_ARROW_TIME, 60},
    {"M8[s]", "tss:", DESCRYI_ARROW_TIME, 1},
    {"M8[ms]", "tsm:", DESCRYI_ARROW_TIME, 1},
    {"M8[us]", "tsu:", DESCRYI_ARROW_TIME, 1},
    {"M8[ns]", "tsn:", DESCRYI_ARROW_TIME, 1},
    {"m8[W]", "tDs", DESCRYI_ARROW_TIME, 604800},
    {"m8[D]", "tDs", DESCRYI_ARROW_TIME, 86400},
    {"m8[h]", "tDs", DESCRYI_ARROW_TIME, 3600},
    {"m8[m]", "tDs", DESCRYI_ARROW_TIME, 60},
    {"m8[s]", "tDs", DESCRYI_ARROW_TIME, 1},
    {"m8[ms]", "tDm", DESCRYI_ARROW_TIME, 1},
    {"m8[us]", "tDu", DESCRYI_ARROW_TIME, 1},
    {"m8[ns]", "tDn", DESCRYI_ARROW_TIME, 1},
};

// While a tree is made.
typedef struct making {
  unsigned flags;
  descryi_arrow_problem problem;
} making;

static int set_column_field(descryi_arrow_column* column, const descry_field* field,
                            size_t dimension, int depth, making* how);

static int refuse_column(making* how, const descry_type* type) {
  return descryi_arrow_fail(&how->problem, DESCRYI_ARROW_TYPE_ERROR,
                            "Arrow has no type for %s elements", type->name);
}

static int add_child_columns(descryi_arrow_column* column, size_t count, making* how) {
  column->children = calloc(count ? count : 1, sizeof *column->children);
  return column->children ? 0 : descryi_arrow_no_memory(&how->problem);
}

static int set_list(descryi_arrow_column* column, size_t count, size_t itemsize, making* how) {
  column->form = DESCRYI_ARROW_LIST;
  column->count = count;
  column->itemsize = itemsize;
  (void)snprintf(column->format, sizeof column->format, "+w:%zu", count);
  if (add_child_columns(column, 1, how) < 0) return -1;
  column->child_count = 1;
  column->children[0].name = "item";
  return 0;
}

// A complex number: a list of two floats, or a struct of them.
static int set_complex(descryi_arrow_column* column, const char* code, bool swapped, making* how) {
  const size_t half = column->itemsize / 2;
  const bool is_struct = (how->flags & DESCRY_COMPLEX_STRUCT) != 0;
  static const char* const kNames[] = {"item", "real", "imag"};
  column->form = is_struct ? DESCRYI_ARROW_STRUCT : DESCRYI_ARROW_LIST;
  column->count = 2;
  (void)snprintf(column->format, sizeof column->format, is_struct ? "+s" : "+w:2");
  (void)snprintf(column->code, sizeof column->code, "%s", code);
  // A list has its item before the two parts, which an import looks for.
  const size_t first = is_struct ? 1 : 0;
  if (add_child_columns(column, 3, how) < 0) return -1;
  column->child_count = is_struct ? 2 : 1;
  for (size_t i = first; i < 3; ++i) {
    descryi_arrow_column* const part = &column->children[i - first];
    part->name = kNames[i];
    part->form = DESCRYI_ARROW_PLAIN;
    part->offset = i == 2 ? half : 0;
    part->itemsize = half;
    part->word = swapped ? half : 0;
    (void)snprintf(part->format, sizeof part->format, half == 4 ? "f" : "g");
    (void)snprintf(part->code, sizeof part->code, half == 4 ? "f4" : "f8");
  }
  return 0;
}

static int set_bytes(descryi_arrow_column* column, char kind, const descry_type* type,
                     making* how) {
  column->form = kind == 'S' ? DESCRYI_ARROW_BYTES : DESCRYI_ARROW_PLAIN;
  if (kind == 'S') {
    (void)snprintf(column->format, sizeof column->format,
                   how->flags & DESCRY_TEXT_UTF8 ? "u" : "z");
  } else if (column->itemsize == 0) {
    return refuse_column(how, type);
  } else {
    (void)snprintf(column->format, sizeof column->format, "w:%zu", column->itemsize);
  }
  (void)snprintf(column->code, sizeof column->code, "%c", kind);
  return 0;
}

static int set_column_element(descryi_arrow_column* column, const descry_type* type, making* how) {
  static const char kOther = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? '>' : '<';
  const char* code = type->code;
  const bool swapped = *code == kOther;
  if (strchr("=<>", *code)) ++code;
  if (strcmp(code, "S") == 0 || strcmp(code, "V") == 0) {
    return set_bytes(column, *code, type, how);
  }
  if (strcmp(code, "c8") == 0 || strcmp(code, "c16") == 0) {
    return set_complex(column, code, swapped, how);
  }
  for (size_t i = 0; i < sizeof kArrowElements / sizeof *kArrowElements; ++i) {
    if (strcmp(kArrowElements[i].code, code) != 0) continue;
    column->form = kArrowElements[i].form;
    column->scale = kArrowElements[i].scale;
    column->word = swapped ? type->size : 0;
    column->nullable |= *code == 'M' || *code == 'm';
    (void)snprintf(column->format, sizeof column->format, "%s", kArrowElements[i].format);
    (void)snprintf(column->code, sizeof column->code, "%s", code);
    return 0;
  }
  return refuse_column(how, type);
}

// Notes where a column's elements say whether they have a value.
static void set_presence(descryi_arrow_column* column, const descry_type* record,
                         const descry_field* field) {
  static const char kOther = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? '>' : '<';
  const descry_field* const valid = descry_field_valid(record, field);
  const descry_field* const tag = descry_field_tag(record, field);
  if (valid) {
    column->presence = DESCRYI_ARROW_WHERE_VALID;
    column->present_offset = valid->offset;
  } else if (tag) {
    const descry_type* element = tag->element;
    const descry_field* target;
    while ((target = descryi_type_target_field(element))) element = target->element;
    column->presence = DESCRYI_ARROW_WHERE_TAG;
    column->present_offset = tag->offset;
    column->tag_size = element->size;
    column->tag_is_signed = strchr(element->code, 'i') || strchr(element->code, 'p');
    column->tag_is_swapped = element->code[0] == kOther;
    column->tag_value = field->case_value;
  }
  column->nullable |= column->presence != DESCRYI_ARROW_ALWAYS;
}

static int set_column_record(descryi_arrow_column* column, const descry_type* type, int depth,
                             making* how) {
  column->form = DESCRYI_ARROW_STRUCT;
  column->itemsize = type->size;
  (void)snprintf(column->format, sizeof column->format, "+s");
  if (depth > DESCRYI_ARROW_MAX_DEPTH) {
    return descryi_arrow_fail(&how->problem, DESCRYI_ARROW_TYPE_ERROR,
                              "%s is nested too deep for Arrow", type->name);
  }
  if (add_child_columns(column, type->field_count, how) < 0) return -1;
  for (size_t i = 0; i < type->field_count; ++i) {
    const descry_field* const field = &type->fields[i];
    descryi_arrow_column* const child = &column->children[column->child_count++];
    child->name = field->name;
    child->offset = field->offset;
    set_presence(child, type, field);
    if (set_column_field(child, field, 0, depth + 1, how) < 0) {
      return descryi_arrow_inside(&how->problem, field->name);
    }
    if (child->presence == DESCRYI_ARROW_WHERE_VALID) ++i;
  }
  return 0;
}

static int set_column_type(descryi_arrow_column* column, const descry_type* type, size_t itemsize,
                           int depth, making* how) {
  const descry_field* const target = descryi_type_target_field(type);
  column->itemsize = itemsize;
  if (target) return set_column_field(column, target, 0, depth, how);
  if (type->kind == DESCRY_KIND_RECORD) return set_column_record(column, type, depth, how);
  if (type->kind == DESCRY_KIND_ELEMENT) return set_column_element(column, type, how);
  return refuse_column(how, type);
}

// Sets a column to what a field is from its dimension `dimension` on.
static int set_column_field(descryi_arrow_column* column, const descry_field* field,
                            size_t dimension, int depth, making* how) {
  const descryi_field_form form = descryi_field_form_of(field);
  if (dimension == form.ndim)
    return set_column_type(column, field->element, form.itemsize, depth, how);
  size_t itemsize = form.itemsize;
  for (size_t i = dimension; i < form.ndim; ++i) itemsize *= field->shape[i];
  if (set_list(column, field->shape[dimension], itemsize, how) < 0) return -1;
  return set_column_field(column->children, field, dimension + 1, depth, how);
}

int descryi_arrow_column_init(descryi_arrow_column* column, const descry_type* type,
                              unsigned flags) {
  making how = {.flags = flags};
  *column = (descryi_arrow_column){.name = ""};
  if (set_column_type(column, type, type->size, 0, &how) == 0) return 0;
  descryi_arrow_column_clear(column);
  return descryi_arrow_raise(&how.problem);
}

void descryi_arrow_column_clear(descryi_arrow_column* column) {
  for (size_t i = 0; i < column->child_count; ++i) {
    descryi_arrow_column_clear(&column->children[i]);
  }
  free(column->children);
  column->children = NULL;
  column->child_count = 0;
}

static int64_t read_arrow_tag(const descryi_arrow_column* column, const char* place) {
  uint64_t value = 0;
  const size_t size = column->tag_size;
  const bool little = (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__) != column->tag_is_swapped;
  for (size_t i = 0; i < size; ++i) {
    const unsigned char byte = (unsigned char)place[little ? size - 1 - i : i];
    value = value << 8 | byte;
  }
  if (size == 0 || size > sizeof value) return 0;  // no tag: not reached
  const unsigned unused = 64 - 8 * (unsigned)size;
  value <<= unused;
  return column->tag_is_signed ? (int64_t)value >> unused : (int64_t)(value >> unused);
}

bool descryi_arrow_is_present(const descryi_arrow_column* column, const char* record) {
  switch (column->presence) {
    case DESCRYI_ARROW_WHERE_VALID:
      return record[column->present_offset] != 0;
    case DESCRYI_ARROW_WHERE_TAG:
      return read_arrow_tag(column, record + column->present_offset) == column->tag_value;
    default:
      return true;
  }
}

size_t descryi_arrow_text_size(const descryi_arrow_column* column) {
  if (descryi_arrow_is_text(column)) return column->itemsize;
  size_t most = 0;
  for (size_t i = 0; i < column->child_count; ++i) {
    const size_t size = descryi_arrow_text_size(&column->children[i]);
    if (size > most) most = size;
  }
  const size_t count = column->form == DESCRYI_ARROW_LIST ? column->count : 1;
  return __builtin_mul_overflow(most, count, &most) ? SIZE_MAX : most;
}
