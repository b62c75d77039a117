// SPDX-License-Identifier: BSD-3-Clause
#include "src/npy/layout.h"

#include <errno.h>
#include <float.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/declare/field_form.h"
#include "src/declare/swapped.h"

int descryi_npy_fail(descryi_npy_problem* problem, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(problem->text, sizeof problem->text, format, arguments);
  va_end(arguments);
  errno = 0;
  return -1;
}

int descryi_npy_no_memory(descryi_npy_problem* problem) {
  descryi_npy_fail(problem, "memory is short");
  errno = ENOMEM;
  return -1;
}

typedef struct descryi_npy_block {
  struct descryi_npy_block* next;
  max_align_t start[];
} descryi_npy_block;

void* descryi_npy_alloc(descryi_npy_arena* arena, size_t count, size_t size) {
  size_t bytes;
  if (!descryi_npy_mul(count, size, &bytes)) return NULL;
  descryi_npy_block* block = calloc(1, sizeof(descryi_npy_block) + bytes);
  if (!block) return NULL;
  block->next = arena->blocks;
  arena->blocks = block;
  return block->start;
}

void descryi_npy_free_all(descryi_npy_arena* arena) {
  while (arena->blocks) {
    descryi_npy_block* next = arena->blocks->next;
    free(arena->blocks);
    arena->blocks = next;
  }
}

bool descryi_npy_mul(size_t a, size_t b, size_t* product) {
  return !__builtin_mul_overflow(a, b, product) && *product <= PTRDIFF_MAX / 2;
}

// Stores the normal form of a code: its byte order written out, and none where it has no meaning;
// platform names such as "p" by their size.
static int set_code(descryi_npy_layout* layout, char order, const char* kind, size_t itemsize,
                    const char* unit) {
  const size_t number = *kind == 'U' ? itemsize / 4 : itemsize;
  const bool ordered = !strchr("bSV", *kind) && (itemsize > 1 || *kind == 'U');
  const bool is_native = order == '=' || order == '|';
  const char written = (char)(!ordered ? '|' : is_native ? DESCRYI_NPY_NATIVE : order);
  layout->itemsize = itemsize;
  return snprintf(layout->code, sizeof layout->code, "%c%c%zu%s", written, *kind, number, unit);
}

static int set_declared_code(descryi_npy_layout* layout, const descry_type* type, size_t itemsize,
                             descryi_npy_problem* problem) {
  if (type == &descryi_type_no_memory) return descryi_npy_no_memory(problem);
  if (type == &descryi_type_no_order) {
    return descryi_npy_fail(problem, "bfloat16 elements have no other byte order");
  }
  const char* code = type->code;
  const char order = (char)(strchr("=<>", *code) ? *code++ : '|');
  const char* const unit = strchr(code, '[');
  if (*code == 'O' || strlen(code) > 3 + (unit ? strlen(unit) : 0)) {
    return descryi_npy_fail(problem, "%s elements cannot be stored in an .npy file", type->name);
  }
  static const char kPlatform[][2] = {"?b", "pi", "Pu", "gf", "Gc"};
  char kind = *code;
  for (size_t i = 0; i < sizeof kPlatform / sizeof *kPlatform; ++i) {
    if (kind == kPlatform[i][0]) kind = kPlatform[i][1];
  }
  set_code(layout, order, &kind, itemsize, unit ? unit : "");
  return 0;
}

static int set_record(descryi_npy_layout* layout, const descry_type* type, descryi_npy_arena* arena,
                      int depth, descryi_npy_problem* problem);

// Follows a field to what it is in the end, and appends the dimensions on the way to `shape`.
static int set_element(descryi_npy_layout* layout, const descry_field* field, size_t* shape,
                       size_t* ndim, descryi_npy_arena* arena, int depth,
                       descryi_npy_problem* problem) {
  while (true) {
    const descryi_field_form form = descryi_field_form_of(field);
    if (*ndim + form.ndim > DESCRYI_NPY_MAX_NDIM || ++depth > 2 * DESCRYI_NPY_MAX_DEPTH) {
      return descryi_npy_fail(problem, "field '%s' is nested too deep", field->name);
    }
    for (size_t i = 0; i < form.ndim; ++i) shape[(*ndim)++] = field->shape[i];
    const descry_type* type = field->element;
    const descry_field* target = descryi_type_target_field(type);
    if (!target && type->kind == DESCRY_KIND_RECORD) {
      return set_record(layout, type, arena, depth, problem);
    }
    if (!target && type->kind == DESCRY_KIND_ELEMENT) {
      return set_declared_code(layout, type, form.itemsize, problem);
    }
    if (!target) {
      return descryi_npy_fail(problem, "%s elements cannot be stored in an .npy file", type->name);
    }
    field = target;
  }
}

static int set_field(descryi_npy_field* out, const descry_field* field, descryi_npy_arena* arena,
                     int depth, descryi_npy_problem* problem) {
  *out = (descryi_npy_field){.name = field->name, .title = field->title, .offset = field->offset};
  out->shape = descryi_npy_alloc(arena, DESCRYI_NPY_MAX_NDIM, sizeof(size_t));
  if (!out->shape) return descryi_npy_no_memory(problem);
  if (set_element(&out->element, field, out->shape, &out->ndim, arena, depth, problem) < 0) {
    return -1;
  }
  out->size = out->element.itemsize;
  for (size_t i = 0; i < out->ndim; ++i) out->size *= out->shape[i];
  return 0;
}

static int fields_by_offset(const void* a, const void* b) {
  const descryi_npy_field *one = a, *other = b;
  if (one->offset != other->offset) return one->offset < other->offset ? -1 : 1;
  return one->size > other->size ? 1 : one->size < other->size ? -1 : 0;
}

// Replaces fields that share bytes by one of opaque bytes.
static void merge_overlapping(descryi_npy_layout* layout) {
  size_t kept = 0;
  for (size_t i = 0; i < layout->field_count; ++i) {
    const descryi_npy_field next = layout->fields[i];
    descryi_npy_field* last = kept ? &layout->fields[kept - 1] : NULL;
    if (!last || next.offset >= last->offset + last->size) {
      layout->fields[kept++] = next;
      continue;
    }
    const size_t end = next.offset + next.size, last_end = last->offset + last->size;
    last->size = (end > last_end ? end : last_end) - last->offset;
    last->title = NULL;
    last->ndim = 0;
    last->element = (descryi_npy_layout){0};
    set_code(&last->element, '|', "V", last->size, "");
  }
  layout->field_count = kept;
}

static int set_record(descryi_npy_layout* layout, const descry_type* type, descryi_npy_arena* arena,
                      int depth, descryi_npy_problem* problem) {
  if (depth > DESCRYI_NPY_MAX_DEPTH) {
    return descryi_npy_fail(problem, "%s is nested too deep", type->name);
  }
  layout->itemsize = type->size;
  layout->field_count = type->field_count;
  layout->fields = descryi_npy_alloc(arena, type->field_count, sizeof(descryi_npy_field));
  if (!layout->fields) return descryi_npy_no_memory(problem);
  for (size_t i = 0; i < type->field_count; ++i) {
    if (set_field(&layout->fields[i], &type->fields[i], arena, depth, problem) < 0) return -1;
  }
  if (type->field_count > 0) {
    qsort(layout->fields, layout->field_count, sizeof(descryi_npy_field), fields_by_offset);
  }
  merge_overlapping(layout);
  return 0;
}

int descryi_npy_layout_of_type(descryi_npy_layout* layout, const descry_type* type,
                               descryi_npy_arena* arena, descryi_npy_problem* problem) {
  *layout = (descryi_npy_layout){0};
  if (type->kind == DESCRY_KIND_RECORD) return set_record(layout, type, arena, 0, problem);
  const descry_field* target = descryi_type_target_field(type);
  if (!target) {
    if (type->kind == DESCRY_KIND_ELEMENT) {
      return set_declared_code(layout, type, type->size, problem);
    }
    return descryi_npy_fail(problem, "%s elements cannot be stored in an .npy file", type->name);
  }
  size_t shape[DESCRYI_NPY_MAX_NDIM], ndim = 0;
  if (set_element(layout, target, shape, &ndim, arena, 0, problem) < 0) return -1;
  if (ndim == 0) return 0;
  return descryi_npy_fail(problem, "%s is an array: use its elements and one more dimension",
                          type->name);
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Whether NumPy has elements of this kind and size. (On other machines, long double may be of 12
// bytes.)
static bool is_known_size(char kind, size_t size) {
  switch (kind) {
    case 'b':
      return size == 1;
    case 'i':
    case 'u':
      return size == 1 || size == 2 || size == 4 || size == 8;
    case 'f':
      return size == 2 || size == 4 || size == 8 || size == sizeof(long double);
    case 'c':
      return size == 8 || size == 16 || size == 2 * sizeof(long double);
    case 'M':
    case 'm':
      return size == 8;
    default:
      return kind == 'S' || kind == 'U' || kind == 'V';
  }
}

// Whether `unit` is "" or such as "[ns]" or "[25s]".
static bool is_unit(const char* unit) {
  static const char* const kUnits[] = {"Y]",  "M]",  "W]",  "D]",  "h]",  "m]", "s]",
                                       "ms]", "us]", "ns]", "ps]", "fs]", "as]"};
  if (!*unit) return true;
  if (*unit++ != '[') return false;
  if (*unit == '0') return false;
  while (is_digit(*unit)) ++unit;
  for (size_t i = 0; i < sizeof kUnits / sizeof *kUnits; ++i) {
    if (strcmp(unit, kUnits[i]) == 0) return true;
  }
  return false;
}

int descryi_npy_layout_of_code(descryi_npy_layout* layout, const char* code, size_t length,
                               descryi_npy_problem* problem) {
  *layout = (descryi_npy_layout){0};
  char text[28] = "";
  if (length < sizeof text) memcpy(text, code, length);
  const char* at = text;
  const char order = (char)(*at && strchr("<>|=", *at) ? *at++ : '|');
  const char kind = (char)(*at == '?' ? 'b' : *at);
  if (kind == 'O') return descryi_npy_fail(problem, "it holds Python objects");
  size_t size = *at == '?' ? 1 : 0;
  if (*at) ++at;
  for (; is_digit(*at); ++at) {
    if (!descryi_npy_mul(size, 10, &size)) break;
    size += (size_t)(*at - '0');
  }
  if (kind == 'U' && !descryi_npy_mul(size, 4, &size)) size = 0;
  const bool has_unit = kind == 'M' || kind == 'm';
  if (strlen(text) != length || !is_known_size(kind, size) || !(has_unit ? is_unit(at) : !*at)) {
    return descryi_npy_fail(problem, "it has the unknown element '%.*s'",
                            length > 40 ? 40 : (int)length, code);
  }
  set_code(layout, order, &kind, size, at);
  return 0;
}

// Bytes of a long double that are in use; x86 has 10 of 16.
static const size_t kLongDoubleBytes = LDBL_MANT_DIG == 64 ? 10 : sizeof(long double);

// Returns how many long doubles an element is, 0 for any other.
static size_t long_doubles(const descryi_npy_layout* layout) {
  const bool is_long = sizeof(long double) > sizeof(double) && *layout->code == DESCRYI_NPY_NATIVE;
  if (!is_long || kLongDoubleBytes == sizeof(long double)) return 0;
  if (layout->code[1] == 'f') return layout->itemsize == sizeof(long double);
  return layout->code[1] == 'c' && layout->itemsize == 2 * sizeof(long double) ? 2 : 0;
}

bool descryi_npy_has_padding(const descryi_npy_layout* layout) {
  if (*layout->code) return long_doubles(layout) > 0;
  size_t end = 0;
  for (size_t i = 0; i < layout->field_count; ++i) {
    const descryi_npy_field* field = &layout->fields[i];
    if (field->offset != end || descryi_npy_has_padding(&field->element)) return true;
    end += field->size;
  }
  return end != layout->itemsize;
}

void descryi_npy_clear_padding(const descryi_npy_layout* layout, char* element) {
  if (*layout->code) {
    for (size_t i = 0; i < long_doubles(layout); ++i) {
      memset(element + i * sizeof(long double) + kLongDoubleBytes, 0,
             sizeof(long double) - kLongDoubleBytes);
    }
    return;
  }
  size_t end = 0;
  for (size_t i = 0; i < layout->field_count; ++i) {
    const descryi_npy_field* field = &layout->fields[i];
    memset(element + end, 0, field->offset - end);
    end = field->offset + field->size;
    if (!descryi_npy_has_padding(&field->element)) continue;
    const size_t itemsize = field->element.itemsize;
    for (size_t at = field->offset; at < end; at += itemsize) {
      descryi_npy_clear_padding(&field->element, element + at);
    }
  }
  memset(element + end, 0, layout->itemsize - end);
}
