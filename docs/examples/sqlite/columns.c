// SPDX-License-Identifier: BSD-3-Clause
#include "columns.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// What a variant's branches are called, behind the column's name.
static const char* const kEndings[] = {"_integer", "_real", "_text", "_blob", "_tag", "_valid"};
enum { ENDINGS = sizeof kEndings / sizeof kEndings[0] };

static int fail(columns* all, const char* format, const char* name) {
  snprintf(all->problem, sizeof all->problem, format, name);
  return -1;
}

// Reads one character. Returns its length in bytes, or 0 where there is none. Overlong forms and
// surrogates are none.
static int read_character(const unsigned char* text, int size, uint32_t* out) {
  static const uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const unsigned char first = text[0];
  const int length = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (length == 0 || length > size || first > 0xF4) return 0;
  uint32_t value = length == 1 ? first : first & (0x7Fu >> length);
  for (int i = 1; i < length; ++i) {
    if ((text[i] & 0xC0) != 0x80) return 0;
    value = value << 6 | (text[i] & 0x3Fu);
  }
  const bool surrogate = value >= 0xD800 && value < 0xE000;
  if (value < kLeast[length] || value > 0x10FFFF || surrogate) return 0;
  *out = value;
  return length;
}

sqlite3_int64 text_length(const unsigned char* text, int size) {
  sqlite3_int64 count = 0;
  for (int at = 0; at < size; ++count) {
    uint32_t character;
    const int length = read_character(text + at, size - at, &character);
    if (length == 0) return -1;
    at += length;
  }
  return count;
}

void text_decode(const unsigned char* text, int size, char* out) {
  for (int at = 0; at < size; out += sizeof(uint32_t)) {
    uint32_t character = 0;
    at += read_character(text + at, size - at, &character);
    memcpy(out, &character, sizeof character);
  }
}

int columns_init(columns* all, sqlite3_stmt* statement, bool objects) {
  *all = (columns){.count = sqlite3_column_count(statement), .objects = objects};
  if (all->count == 0) return fail(all, "%s returns no columns", "the statement");
  all->items = calloc((size_t)all->count, sizeof *all->items);
  if (!all->items) return fail(all, "out of %s", "memory");
  for (int i = 0; i < all->count; ++i) {
    all->items[i].only_bits = all->items[i].only_exact = true;
  }
  return 0;
}

void columns_clear(columns* all) {
  for (int i = 0; all->items && i < all->count; ++i) free(all->items[i].name);
  free(all->items);
  all->items = NULL;
}

static void look_at_integer(column* one, sqlite3_int64 value) {
  const sqlite3_int64 exact = (sqlite3_int64)1 << 53;
  one->seen |= SEEN_INTEGER;
  if (value != 0 && value != 1) one->only_bits = false;
  if (value < -exact || value > exact) one->only_exact = false;
}

static int look_at_text(columns* all, column* one, sqlite3_stmt* statement, int index) {
  const unsigned char* text = sqlite3_column_text(statement, index);
  if (!text) return fail(all, "out of %s", "memory");
  const sqlite3_int64 length = text_length(text, sqlite3_column_bytes(statement, index));
  if (length < 0) {
    return fail(all, "column '%s' has a text that is not UTF-8",
                sqlite3_column_name(statement, index));
  }
  one->seen |= SEEN_TEXT;
  if ((size_t)length > one->text_size) one->text_size = (size_t)length;
  return 0;
}

static void look_at_blob(column* one, int size) {
  if ((one->seen & SEEN_BLOB) && one->blob_size != (size_t)size) one->blobs_differ = true;
  one->seen |= SEEN_BLOB;
  one->blob_size = (size_t)size;
}

int columns_look(columns* all, sqlite3_stmt* statement) {
  ++all->rows;
  for (int i = 0; i < all->count; ++i) {
    column* one = &all->items[i];
    switch (sqlite3_column_type(statement, i)) {
      case SQLITE_INTEGER:
        look_at_integer(one, sqlite3_column_int64(statement, i));
        break;
      case SQLITE_FLOAT:
        one->seen |= SEEN_REAL;
        break;
      case SQLITE_TEXT:
        if (look_at_text(all, one, statement, i) < 0) return -1;
        break;
      case SQLITE_BLOB:
        look_at_blob(one, sqlite3_column_bytes(statement, i));
        break;
      default:
        one->seen |= SEEN_NULL;
    }
  }
  return 0;
}

static bool declared_as(const char* declared, const char* word) {
  return sqlite3_strlike(word, declared, 0) == 0;
}

// What a column without any value becomes: SQLite's rules of affinity, in their order.
static column_form form_of_declared(const char* declared) {
  if (!declared || declared_as(declared, "%BLOB%")) return FORM_BLOB;
  if (declared_as(declared, "%INT%")) return FORM_INTEGER;
  if (declared_as(declared, "%CHAR%") || declared_as(declared, "%CLOB%") ||
      declared_as(declared, "%TEXT%")) {
    return FORM_TEXT;
  }
  return declared_as(declared, "BOOL%") ? FORM_BOOL : FORM_REAL;
}

static column_form form_of(const column* one, const char* declared) {
  switch (one->seen & ~(unsigned)SEEN_NULL) {
    case 0:
      return form_of_declared(declared);
    case SEEN_INTEGER:
      return one->only_bits && declared && declared_as(declared, "BOOL%") ? FORM_BOOL
                                                                          : FORM_INTEGER;
    case SEEN_REAL:
      return FORM_REAL;
    case SEEN_INTEGER | SEEN_REAL:
      return one->only_exact ? FORM_REAL : FORM_MIXED;
    case SEEN_TEXT:
      return FORM_TEXT;
    case SEEN_BLOB:
      return FORM_BLOB;
    default:
      return FORM_MIXED;
  }
}

// Whether a name, or any that a column of that name may need, is an earlier column's.
static bool names_clash(const char* one, const char* other) {
  if (strcmp(one, other) == 0) return true;
  for (int i = 0; i < ENDINGS; ++i) {
    const size_t a = strlen(one), b = strlen(other), ending = strlen(kEndings[i]);
    const char *longer = a > b ? one : other, *shorter = a > b ? other : one;
    const size_t stem = strlen(shorter);
    if (strlen(longer) == stem + ending && strncmp(longer, shorter, stem) == 0 &&
        strcmp(longer + stem, kEndings[i]) == 0) {
      return true;
    }
  }
  return false;
}

static bool is_taken(const columns* all, int before, const char* name) {
  for (int i = 0; i < before; ++i) {
    if (names_clash(name, all->items[i].name)) return true;
  }
  return false;
}

// Names a column as the query does, with a number where that name is taken or empty.
static int name_column(columns* all, int index, const char* name) {
  const size_t size = strlen(name) + 24;
  char* text = malloc(size);
  if (!text) return fail(all, "out of %s", "memory");
  snprintf(text, size, "%s", *name ? name : "column");
  for (int number = 2; is_taken(all, index, text); ++number) {
    snprintf(text, size, "%s_%d", *name ? name : "column", number);
  }
  all->items[index].name = text;
  return 0;
}

static size_t at_least_one(size_t size) { return size > 0 ? size : 1; }

// Returns the element of one kind of value, and sets `*length` for texts and blobs, else 0.
static const descry_type* element_of(const columns* all, const column* one, column_form form,
                                     size_t* length) {
  *length = 0;
  switch (form) {
    case FORM_BOOL:
      return DESCRY_TYPE(bool_);
    case FORM_INTEGER:
      return DESCRY_TYPE(int64);
    case FORM_REAL:
      return DESCRY_TYPE(float64);
    case FORM_TEXT:
      if (all->objects) return DESCRY_TYPE(object_);
      *length = at_least_one(one->text_size);
      return DESCRY_TYPE(unicode);
    default:
      if (all->objects) return DESCRY_TYPE(object_);
      *length = at_least_one(one->blob_size);
      return DESCRY_TYPE(void_);
  }
}

static void add_plain(columns* all, column* one, descry_schema* schema) {
  size_t length;
  const descry_type* element = element_of(all, one, one->form, &length);
  const size_t ndim = length > 0 ? 1 : 0;
  if (one->seen & SEEN_NULL) {
    descry_schema_add_optional(schema, one->name, element, ndim, &length);
  } else {
    descry_schema_add(schema, one->name, element, ndim, &length);
  }
}

// A column of several kinds: branch 0 is NULL, the others are in the order of kEndings, and all of
// them are there, so that the tag of a kind is the same in every result.
static int add_mixed(columns* all, const column* one, descry_schema* schema) {
  static const column_form kForms[] = {FORM_INTEGER, FORM_REAL, FORM_TEXT, FORM_BLOB};
  char* names[5] = {NULL};
  const descry_type* elements[5] = {NULL};
  int result = -1;
  for (int i = 0; i < 4; ++i) {
    if (!(one->seen & (1u << i))) continue;
    size_t length;
    const descry_type* element = element_of(all, one, kForms[i], &length);
    elements[i + 1] = length > 0 ? descry_type_array(element, 1, &length) : element;
    names[i + 1] = sqlite3_mprintf("%s%s", one->name, kEndings[i]);
    if (!elements[i + 1] || !names[i + 1]) goto done;
  }
  descry_schema_add_variant(schema, one->name, 5, (const char* const*)names, elements, 0);
  result = 0;

done:
  for (int i = 1; i < 5; ++i) {
    sqlite3_free(names[i]);
    descry_type_release(elements[i]);
  }
  return result < 0 ? fail(all, "out of %s", "memory") : 0;
}

static int add_column(columns* all, int index, sqlite3_stmt* statement, descry_schema* schema) {
  column* one = &all->items[index];
  one->form = form_of(one, sqlite3_column_decltype(statement, index));
  const char* name = sqlite3_column_name(statement, index);
  if (!name) return fail(all, "out of %s", "memory");
  if (one->blobs_differ && !all->objects) {
    return fail(all, "column '%s' has blobs of several sizes: ask for objects", name);
  }
  if (name_column(all, index, name) < 0) return -1;
  if (one->form == FORM_MIXED) return add_mixed(all, one, schema);
  add_plain(all, one, schema);
  return 0;
}

// Finds the fields that the columns became.
static void find_fields(columns* all, const descry_type* type) {
  size_t at = 0;
  for (int i = 0; i < all->count; ++i) {
    column* one = &all->items[i];
    one->value = descry_type_field(type, at++);
    if (one->form != FORM_MIXED) {
      if (one->seen & SEEN_NULL) ++at;
      continue;
    }
    for (unsigned bit = SEEN_INTEGER; bit <= SEEN_BLOB; bit *= 2) {
      if (one->seen & bit) ++at;
    }
  }
}

const descry_type* columns_type(columns* all, sqlite3_stmt* statement) {
  descry_schema* schema = descry_schema_new("row", 0);
  for (int i = 0; i < all->count; ++i) {
    if (add_column(all, i, statement, schema) == 0) continue;
    descry_schema_free(schema);
    return NULL;
  }
  const descry_type* type = descry_schema_build(schema);
  if (type) {
    find_fields(all, type);
  } else {
    fail(all, "%s", descry_schema_problem(NULL));
  }
  return type;
}
