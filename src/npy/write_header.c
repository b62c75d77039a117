// SPDX-License-Identifier: BSD-3-Clause
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/npy/header.h"
#include "src/schema/problem.h"

// Where data begin is a multiple of this.
enum { ALIGNMENT = 64 };

// A disk writes so many bytes at once, or none of them.
enum { SECTOR = 512 };

typedef struct text {
  char* bytes;
  size_t length, room;
  bool failed;
  bool is_wide;  // holds characters past latin-1
} text;

// `bytes` is NULL where a text that is appended had no memory, and so no length.
static void append_bytes(text* to, const char* bytes, size_t length) {
  if (length == 0 || to->failed) return;
  if (!to->bytes || to->length + length > to->room) {
    const size_t room = 2 * (to->length + length) + 256;
    char* grown = realloc(to->bytes, room);
    if (!grown) {
      to->failed = true;
      return;
    }
    to->bytes = grown;
    to->room = room;
  }
  memcpy(to->bytes + to->length, bytes, length);
  to->length += length;
}

static void append_text(text* to, const char* string) { append_bytes(to, string, strlen(string)); }

static void append_number(text* to, size_t number) {
  char digits[24];
  append_bytes(to, digits, (size_t)snprintf(digits, sizeof digits, "%zu", number));
}

// Appends a str as Python writes it.
static void append_string(text* to, const char* string) {
  append_text(to, "'");
  for (const unsigned char* at = (const unsigned char*)string; *at; ++at) {
    char escaped[8];
    if (*at == '\'' || *at == '\\') {
      append_bytes(to, escaped, (size_t)snprintf(escaped, sizeof escaped, "\\%c", *at));
    } else if (*at < 0x20 || *at == 0x7f) {
      append_bytes(to, escaped, (size_t)snprintf(escaped, sizeof escaped, "\\x%02x", *at));
    } else {
      append_bytes(to, (const char*)at, 1);
    }
    if (*at >= 0xc4) to->is_wide = true;  // the first byte of a character from U+0100 on
  }
  append_text(to, "'");
}

static void append_shape(text* to, size_t ndim, const size_t* shape) {
  append_text(to, "(");
  for (size_t i = 0; i < ndim; ++i) {
    if (i) append_text(to, ", ");
    append_number(to, shape[i]);
  }
  append_text(to, ndim == 1 ? ",)" : ")");
}

// Separates two items of a list.
static void append_padding(text* to, size_t bytes, bool* is_first) {
  if (bytes == 0) return;
  append_text(to, *is_first ? "('', '|V" : ", ('', '|V");
  append_number(to, bytes);
  append_text(to, "')");
  *is_first = false;
}

static void append_descr(text* to, const descryi_npy_layout* layout);

static void append_field(text* to, const descryi_npy_field* field) {
  append_text(to, field->title ? "((" : "(");
  if (field->title) {
    append_string(to, field->title);
    append_text(to, ", ");
  }
  append_string(to, field->name);
  append_text(to, field->title ? "), " : ", ");
  append_descr(to, &field->element);
  if (field->ndim) {
    append_text(to, ", ");
    append_shape(to, field->ndim, field->shape);
  }
  append_text(to, ")");
}

static void append_descr(text* to, const descryi_npy_layout* layout) {
  if (*layout->code) {
    append_string(to, layout->code);
    return;
  }
  bool is_first = true;
  size_t end = 0;
  append_text(to, "[");
  for (size_t i = 0; i < layout->field_count; ++i) {
    const descryi_npy_field* field = &layout->fields[i];
    append_padding(to, field->offset - end, &is_first);
    if (!is_first) append_text(to, ", ");
    append_field(to, field);
    is_first = false;
    end = field->offset + field->size;
  }
  append_padding(to, layout->itemsize - end, &is_first);
  append_text(to, "]");
}

// Makes latin-1 of UTF-8 that has no other characters.
static void narrow(text* to) {
  size_t kept = 0;
  for (size_t i = 0; i < to->length; ++i) {
    const unsigned char byte = (unsigned char)to->bytes[i];
    if (byte >= 0xc2) {
      const unsigned char next = (unsigned char)to->bytes[++i];
      to->bytes[kept++] = (char)((byte & 3) << 6 | (next & 0x3f));
    } else {
      to->bytes[kept++] = (char)byte;
    }
  }
  to->length = kept;
}

static void append_spaces(text* to, size_t count) {
  for (size_t i = 0; i < count; ++i) append_text(to, " ");
}

// Appends the shape, and room for its first length to grow. What is rewritten when it does begins
// in a sector that it does not leave, `prefix` bytes standing in front of the text.
static void append_growing_shape(text* to, const descryi_npy_header* header, size_t prefix) {
  text shape = {0};
  append_shape(&shape, header->ndim, header->shape);
  const size_t tail = shape.length + DESCRYI_NPY_MAX_DIGITS + 2;
  const size_t start = prefix + to->length + strlen("'shape': (");
  if (start / SECTOR != (start + tail) / SECTOR) append_spaces(to, SECTOR - start % SECTOR);
  append_text(to, "'shape': ");
  append_bytes(to, shape.bytes, shape.failed ? 0 : shape.length);
  append_text(to, ", }");
  append_spaces(to, DESCRYI_NPY_MAX_DIGITS + 1);
  to->failed = to->failed || shape.failed;
  free(shape.bytes);
}

static bool has_utf8_names(const descryi_npy_layout* layout) {
  for (size_t i = 0; i < layout->field_count; ++i) {
    const descryi_npy_field* field = &layout->fields[i];
    if (!descryi_is_utf8(field->name) || (field->title && !descryi_is_utf8(field->title)) ||
        !has_utf8_names(&field->element)) {
      return false;
    }
  }
  return true;
}

// Returns magic, version, length, text and padding, or NULL where memory is short.
static char* assemble(const text* from, int version, size_t prefix, size_t* size,
                      descryi_npy_arena* arena) {
  *size = (prefix + from->length + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  char* bytes = descryi_npy_alloc(arena, 1, *size);
  if (!bytes) return NULL;
  memset(bytes, ' ', *size);
  memcpy(bytes, "\x93NUMPY", 6);
  bytes[6] = (char)version;
  bytes[7] = 0;
  size_t rest = *size - prefix;
  for (size_t i = 8; i < prefix; ++i, rest >>= 8) bytes[i] = (char)(rest & 0xff);
  memcpy(bytes + prefix, from->bytes, from->length);
  bytes[*size - 1] = '\n';
  return bytes;
}

char* descryi_npy_header_write(const descryi_npy_header* header, size_t* size,
                               descryi_npy_arena* arena, descryi_npy_problem* problem) {
  if (!has_utf8_names(&header->layout)) {
    descryi_npy_fail(problem, "the name of a field is not UTF-8");
    return NULL;
  }
  text to = {0};
  append_text(&to, "{'descr': ");
  append_descr(&to, &header->layout);
  append_text(&to, header->is_fortran ? ", 'fortran_order': True, " : ", 'fortran_order': False, ");
  const bool is_wide = to.is_wide;
  if (!is_wide && !to.failed) narrow(&to);
  const bool is_long = to.length > UINT16_MAX - 4096;
  const size_t prefix = is_wide || is_long ? 12 : 10;
  append_growing_shape(&to, header, prefix);
  char* bytes = NULL;
  if (!to.failed && to.length > DESCRYI_NPY_MAX_HEADER - 64) {
    descryi_npy_fail(problem, "its header has more than %d bytes", DESCRYI_NPY_MAX_HEADER);
  } else {
    if (!to.failed) bytes = assemble(&to, is_wide ? 3 : is_long ? 2 : 1, prefix, size, arena);
    if (!bytes) descryi_npy_no_memory(problem);
  }
  free(to.bytes);
  return bytes;
}
