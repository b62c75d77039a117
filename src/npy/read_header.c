// SPDX-License-Identifier: BSD-3-Clause
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "src/npy/header.h"
#include "src/schema/problem.h"

// The literal while it is read. Whoever finds something wrong stores the problem and returns -1.
typedef struct reader {
  const char* start;  // of the file
  const char* at;
  const char* end;
  bool is_utf8;  // else latin-1
  int depth;
  descryi_npy_arena* arena;
  descryi_npy_problem* problem;
} reader;

static int fail_at(reader* r, const char* expected) {
  return descryi_npy_fail(r->problem, "its header is malformed: expected %s at byte %zu", expected,
                          (size_t)(r->at - r->start));
}

static void skip_spaces(reader* r) {
  while (r->at < r->end && (*r->at == ' ' || *r->at == '\n' || *r->at == '\t' || *r->at == '\r')) {
    ++r->at;
  }
}

// Whether `c` comes next; then it is read.
static bool accept(reader* r, char c) {
  skip_spaces(r);
  if (r->at == r->end || *r->at != c) return false;
  ++r->at;
  return true;
}

static int expect(reader* r, char c) {
  if (accept(r, c)) return 0;
  const char text[] = {'\'', c, '\'', 0};
  return fail_at(r, text);
}

static char* put_utf8(char* to, uint32_t point) {
  if (point < 0x80) {
    *to++ = (char)point;
  } else if (point < 0x800) {
    *to++ = (char)(0xc0 | point >> 6);
    *to++ = (char)(0x80 | (point & 0x3f));
  } else if (point < 0x10000) {
    *to++ = (char)(0xe0 | point >> 12);
    *to++ = (char)(0x80 | (point >> 6 & 0x3f));
    *to++ = (char)(0x80 | (point & 0x3f));
  } else {
    *to++ = (char)(0xf0 | point >> 18);
    *to++ = (char)(0x80 | (point >> 12 & 0x3f));
    *to++ = (char)(0x80 | (point >> 6 & 0x3f));
    *to++ = (char)(0x80 | (point & 0x3f));
  }
  return to;
}

static int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// Reads so many hexadecimal digits of an escape.
static int read_hex(reader* r, int digits, uint32_t* point) {
  *point = 0;
  for (int i = 0; i < digits; ++i, ++r->at) {
    const int value = r->at < r->end ? digit_value(*r->at) : -1;
    if (value < 0) return fail_at(r, "a hexadecimal digit");
    *point = *point << 4 | (uint32_t)value;
  }
  const bool is_point = *point > 0 && *point <= 0x10ffff && (*point < 0xd800 || *point > 0xdfff);
  return is_point ? 0 : fail_at(r, "a character of Unicode other than 0");
}

// Reads what follows a backslash.
static int read_escape(reader* r, uint32_t* point) {
  static const char kLetters[] = "\\'\"nrtabfv", kPoints[] = "\\'\"\n\r\t\a\b\f\v";
  if (r->at == r->end) return fail_at(r, "an escape");
  const char letter = *r->at++;
  if (letter == 'x') return read_hex(r, 2, point);
  if (letter == 'u') return read_hex(r, 4, point);
  if (letter == 'U') return read_hex(r, 8, point);
  const char* found = letter ? strchr(kLetters, letter) : NULL;
  if (!found) return fail_at(r, "an escape of Python's");
  *point = (unsigned char)kPoints[found - kLetters];
  return 0;
}

// Returns the bytes up to the closing quote, or past the end where there is none.
static size_t string_length(const reader* r, char quote) {
  const char* at = r->at;
  while (at < r->end && *at != quote) at += *at == '\\' ? 2 : 1;
  return (size_t)(at - r->at);
}

// Reads the characters up to the closing quote into `to`, in UTF-8.
static int read_characters(reader* r, char quote, char* to) {
  while (*r->at != quote) {
    uint32_t point = (unsigned char)*r->at++;
    if (point == 0 || point == '\n') return fail_at(r, "a character of a string");
    const bool is_escape = point == '\\';
    if (is_escape && read_escape(r, &point) < 0) return -1;
    if (point < 0x80 || (r->is_utf8 && !is_escape)) {
      *to++ = (char)point;
    } else {
      to = put_utf8(to, point);
    }
  }
  ++r->at;
  return 0;
}

// Reads a str. Returns it in UTF-8, or NULL.
static char* read_string(reader* r) {
  skip_spaces(r);
  if (r->at == r->end || (*r->at != '\'' && *r->at != '"')) {
    fail_at(r, "a string");
    return NULL;
  }
  const char quote = *r->at++;
  const size_t length = string_length(r, quote);
  if (length >= (size_t)(r->end - r->at)) {
    fail_at(r, "the end of a string");
    return NULL;
  }
  // No character takes more bytes than twice those that it is written with.
  char* string = descryi_npy_alloc(r->arena, 2, length + 1);
  if (!string) {
    descryi_npy_no_memory(r->problem);
    return NULL;
  }
  if (read_characters(r, quote, string) < 0) return NULL;
  if (descryi_is_utf8(string)) return string;
  descryi_npy_fail(r->problem, "its header is not UTF-8");
  return NULL;
}

// Reads a length, as Python 2 and 3 write it.
static int read_size(reader* r, size_t* size) {
  skip_spaces(r);
  if (r->at < r->end && *r->at == '+') ++r->at;
  const char* const first = r->at;
  *size = 0;
  for (; r->at < r->end && *r->at >= '0' && *r->at <= '9'; ++r->at) {
    const size_t digit = (size_t)(*r->at - '0');
    if (*size > (SIZE_MAX - digit) / 10) return fail_at(r, "a smaller number");
    *size = *size * 10 + digit;
  }
  if (r->at == first) return fail_at(r, "a length of 0 or more");
  if (*first == '0' && r->at - first > 1) {
    r->at = first;
    return fail_at(r, "a number without leading zeros");
  }
  if (r->at < r->end && *r->at == 'L') ++r->at;
  return 0;
}

// Reads a tuple of lengths. `first`, unless NULL, gets where the first of them begins and ends.
static int read_shape(reader* r, size_t* ndim, size_t* shape, const char* first[2]) {
  *ndim = 0;
  if (expect(r, '(') < 0) return -1;
  while (!accept(r, ')')) {
    if (*ndim == DESCRYI_NPY_MAX_NDIM) return fail_at(r, "at most 64 dimensions");
    skip_spaces(r);
    if (first && *ndim == 0) first[0] = r->at;
    if (read_size(r, &shape[*ndim]) < 0) return -1;
    if (first && *ndim == 0) first[1] = r->at;
    ++*ndim;
    if (accept(r, ',')) continue;
    if (*ndim == 1) return fail_at(r, "','");
    if (expect(r, ')') < 0) return -1;
    break;
  }
  return 0;
}

static int read_descr(reader* r, descryi_npy_layout* layout);

// Fills in the bytes of the field, and where it lies. Returns 0, or -1.
static int set_size(reader* r, descryi_npy_field* field, size_t offset) {
  field->offset = offset;
  field->size = field->element.itemsize;
  for (size_t i = 0; i < field->ndim; ++i) {
    if (!descryi_npy_mul(field->size, field->shape[i], &field->size)) {
      return fail_at(r, "fewer bytes in a field");
    }
  }
  if (field->size <= PTRDIFF_MAX / 2 - offset) return 0;
  return fail_at(r, "fewer bytes in a record");
}

// Reads (name, descr) or (name, descr, shape), where the name may be (title, name).
static int read_header_field(reader* r, descryi_npy_field* field, size_t offset) {
  size_t shape[DESCRYI_NPY_MAX_NDIM];
  *field = (descryi_npy_field){0};
  if (expect(r, '(') < 0) return -1;
  if (accept(r, '(')) {
    field->title = read_string(r);
    if (!field->title || expect(r, ',') < 0) return -1;
    field->name = read_string(r);
    (void)(field->name && accept(r, ','));
    if (!field->name || expect(r, ')') < 0) return -1;
  } else {
    field->name = read_string(r);
    if (!field->name) return -1;
  }
  if (expect(r, ',') < 0 || read_descr(r, &field->element) < 0) return -1;
  if (accept(r, ',') && !accept(r, ')')) {
    if (read_shape(r, &field->ndim, shape, NULL) < 0) return -1;
    (void)accept(r, ',');
    if (expect(r, ')') < 0) return -1;
  } else if (r->at[-1] != ')' && expect(r, ')') < 0) {
    return -1;
  }
  field->shape = descryi_npy_alloc(r->arena, field->ndim + 1, sizeof *shape);
  if (!field->shape) return descryi_npy_no_memory(r->problem);
  memcpy(field->shape, shape, field->ndim * sizeof *shape);
  return set_size(r, field, offset);
}

// Returns room for one more field, in memory that doubles, or NULL.
static descryi_npy_field* new_field(reader* r, descryi_npy_layout* layout, size_t* room) {
  if (layout->field_count == *room) {
    *room = *room ? 2 * *room : 8;
    descryi_npy_field* fields = descryi_npy_alloc(r->arena, *room, sizeof *fields);
    if (!fields) {
      descryi_npy_no_memory(r->problem);
      return NULL;
    }
    if (layout->field_count) memcpy(fields, layout->fields, layout->field_count * sizeof *fields);
    layout->fields = fields;
  }
  return &layout->fields[layout->field_count];
}

static int by_text(const void* a, const void* b) {
  return strcmp(*(const char* const*)a, *(const char* const*)b);
}

// Checks that no two fields of a record have a name or a title in common.
static int check_header_names(reader* r, const descryi_npy_layout* layout) {
  size_t count = 0;
  const char** names = descryi_npy_alloc(r->arena, 2 * layout->field_count + 1, sizeof *names);
  if (!names) return descryi_npy_no_memory(r->problem);
  for (size_t i = 0; i < layout->field_count; ++i) {
    names[count++] = layout->fields[i].name;
    if (layout->fields[i].title) names[count++] = layout->fields[i].title;
  }
  qsort(names, count, sizeof *names, by_text);
  for (size_t i = 1; i < count; ++i) {
    if (strcmp(names[i - 1], names[i]) != 0) continue;
    return descryi_npy_fail(r->problem, "its header has the name '%s' twice", names[i]);
  }
  return 0;
}

static int read_record(reader* r, descryi_npy_layout* layout) {
  size_t room = 0;
  while (!accept(r, ']')) {
    descryi_npy_field* field = new_field(r, layout, &room);
    if (!field || read_header_field(r, field, layout->itemsize) < 0) return -1;
    layout->itemsize += field->size;
    const bool is_padding = !*field->name && field->element.code[1] == 'V';
    if (!is_padding && !*field->name) {
      return descryi_npy_fail(r->problem, "its header has a field without a name");
    }
    if (!is_padding) ++layout->field_count;
    if (accept(r, ',')) continue;
    if (expect(r, ']') < 0) return -1;
    break;
  }
  return check_header_names(r, layout);
}

static int read_descr(reader* r, descryi_npy_layout* layout) {
  *layout = (descryi_npy_layout){0};
  if (accept(r, '[')) {
    if (++r->depth > DESCRYI_NPY_MAX_DEPTH) {
      return descryi_npy_fail(r->problem, "its header is nested more than %d deep",
                              DESCRYI_NPY_MAX_DEPTH);
    }
    const int result = read_record(r, layout);
    --r->depth;
    return result;
  }
  const char* code = read_string(r);
  return code ? descryi_npy_layout_of_code(layout, code, strlen(code), r->problem) : -1;
}

static int read_bool(reader* r, bool* value) {
  skip_spaces(r);
  const size_t left = (size_t)(r->end - r->at);
  *value = left >= 4 && memcmp(r->at, "True", 4) == 0;
  if (!*value && (left < 5 || memcmp(r->at, "False", 5) != 0)) return fail_at(r, "True or False");
  r->at += *value ? 4 : 5;
  return 0;
}

enum { DESCR = 1, FORTRAN_ORDER = 2, SHAPE = 4, ALL_KEYS = 7 };

// Reads the value under `key`, one that is not in `seen`. Returns which one, or -1.
static int read_value(reader* r, const char* key, int seen, descryi_npy_header* header) {
  if (strcmp(key, "descr") == 0 && !(seen & DESCR)) {
    return read_descr(r, &header->layout) < 0 ? -1 : DESCR;
  }
  if (strcmp(key, "fortran_order") == 0 && !(seen & FORTRAN_ORDER)) {
    return read_bool(r, &header->is_fortran) < 0 ? -1 : FORTRAN_ORDER;
  }
  if (strcmp(key, "shape") == 0 && !(seen & SHAPE)) {
    const char* first[2] = {r->start, r->start};
    if (read_shape(r, &header->ndim, header->shape, first) < 0) return -1;
    header->length_start = (size_t)(first[0] - r->start);
    header->length_end = (size_t)(first[1] - r->start);
    return SHAPE;
  }
  return fail_at(r, "one each of the keys descr, fortran_order and shape");
}

static int read_header_dict(reader* r, descryi_npy_header* header) {
  int seen = 0;
  if (expect(r, '{') < 0) return -1;
  while (!accept(r, '}')) {
    const char* key = read_string(r);
    if (!key || expect(r, ':') < 0) return -1;
    const int found = read_value(r, key, seen, header);
    if (found < 0) return -1;
    seen |= found;
    if (accept(r, ',')) continue;
    if (expect(r, '}') < 0) return -1;
    break;
  }
  skip_spaces(r);
  if (seen != ALL_KEYS) return fail_at(r, "the keys descr, fortran_order and shape");
  return r->at == r->end ? 0 : fail_at(r, "the end");
}

size_t descryi_npy_header_size(const char* start, descryi_npy_problem* problem) {
  const unsigned char* bytes = (const unsigned char*)start;
  if (memcmp(start, "\x93NUMPY", 6) != 0) {
    descryi_npy_fail(problem, "it is not an .npy file");
    return 0;
  }
  if (bytes[6] < 1 || bytes[6] > 3 || bytes[7] != 0) {
    descryi_npy_fail(problem, "it is of the unknown version %d.%d", bytes[6], bytes[7]);
    return 0;
  }
  size_t size = bytes[8] | (size_t)bytes[9] << 8;
  if (bytes[6] > 1) size |= (size_t)bytes[10] << 16 | (size_t)bytes[11] << 24;
  if (size <= DESCRYI_NPY_MAX_HEADER) return size + (bytes[6] > 1 ? 12 : 10);
  descryi_npy_fail(problem, "its header has %zu bytes, more than %d", size, DESCRYI_NPY_MAX_HEADER);
  return 0;
}

int descryi_npy_header_read(descryi_npy_header* header, const char* bytes, size_t size,
                            descryi_npy_arena* arena, descryi_npy_problem* problem) {
  *header = (descryi_npy_header){.data_offset = size};
  const unsigned char version = (unsigned char)bytes[6];
  reader r = {.start = bytes,
              .at = bytes + (version > 1 ? 12 : 10),
              .end = bytes + size,
              .is_utf8 = version == 3,
              .arena = arena,
              .problem = problem};
  return read_header_dict(&r, header);
}
