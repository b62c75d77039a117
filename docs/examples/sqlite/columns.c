// SPDX-License-Identifier: BSD-3-Clause
#include "columns.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "utf8.h"

// What a variant's branches are called, behind the column's name.
static const char* const kEndings[] = {"_integer", "_real", "_text", "_blob", "_tag", "_valid"};
enum { ENDINGS = sizeof kEndings / sizeof kEndings[0] };

static int fail(columns* all, const char* format, const char* name) {
  snprintf(all->problem, sizeof all->problem, format, name);
  return -1;
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
  free(all->data);
  *all = (columns){0};
}

static int reserve(columns* all, size_t size) {
  size_t room = all->room > 0 ? all->room : 1 << 16;
  while (room - all->size < size) {
    if (room > SIZE_MAX / 2) return fail(all, "out of %s", "memory");
    room *= 2;
  }
  char* data = realloc(all->data, room);
  if (!data) return fail(all, "out of %s", "memory");
  all->data = data;
  all->room = room;
  return 0;
}

static int keep(columns* all, const void* value, size_t size) {
  if (all->room - all->size < size && reserve(all, size) < 0) return -1;
  if (size > 0) memcpy(all->data + all->size, value, size);
  all->size += size;
  return 0;
}

static int keep_bytes(columns* all, const void* bytes, int size) {
  return keep(all, &size, sizeof size) < 0 ? -1 : keep(all, bytes, (size_t)size);
}

static int take_integer(columns* all, column* one, sqlite3_int64 value) {
  const sqlite3_int64 exact = (sqlite3_int64)1 << 53;
  one->seen |= SEEN_INTEGER;
  if (value != 0 && value != 1) one->only_bits = false;
  if (value < -exact || value > exact) one->only_exact = false;
  return keep(all, &value, sizeof value);
}

static int take_real(columns* all, column* one, double value) {
  one->seen |= SEEN_REAL;
  return keep(all, &value, sizeof value);
}

static int take_text(columns* all, column* one, sqlite3_value* value) {
  const char* text = (const char*)sqlite3_value_text(value);
  const int size = sqlite3_value_bytes(value);
  if (!text) return fail(all, "out of %s", "memory");
  const ptrdiff_t length = utf8_length(text, (size_t)size);
  one->not_utf8 |= length < 0;
  one->seen |= SEEN_TEXT;
  if (length > (ptrdiff_t)one->text_size) one->text_size = (size_t)length;
  one->ends_in_nul |= size > 0 && text[size - 1] == '\0';
  return keep_bytes(all, text, size);
}

static int take_blob(columns* all, column* one, const void* data, int size) {
  if ((one->seen & SEEN_BLOB) && one->blob_size != (size_t)size) one->blobs_differ = true;
  one->seen |= SEEN_BLOB;
  one->blob_size = (size_t)size;
  return keep_bytes(all, data, size);
}

// REQUIRES: no other thread uses the connection, for else a value would have to be copied first.
static int take_value(columns* all, column* one, sqlite3_value* value) {
  const char kind = (char)sqlite3_value_type(value);
  if (keep(all, &kind, 1) < 0) return -1;
  switch (kind) {
    case SQLITE_INTEGER:
      return take_integer(all, one, sqlite3_value_int64(value));
    case SQLITE_FLOAT:
      return take_real(all, one, sqlite3_value_double(value));
    case SQLITE_TEXT:
      return take_text(all, one, value);
    case SQLITE_BLOB:
      return take_blob(all, one, sqlite3_value_blob(value), sqlite3_value_bytes(value));
    default:
      one->seen |= SEEN_NULL;
      return 0;
  }
}

int columns_take(columns* all, sqlite3_stmt* statement) {
  ++all->rows;
  for (int i = 0; i < all->count; ++i) {
    if (take_value(all, &all->items[i], sqlite3_column_value(statement, i)) < 0) return -1;
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
      // Nothing but empty ones: void of one byte would be a zero.
      return (one->seen & SEEN_BLOB) && one->blob_size == 0 ? DESCRY_TYPE(bytes)
                                                            : DESCRY_TYPE(void_);
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
  if (one->not_utf8) return fail(all, "column '%s' has a text that is not UTF-8", name);
  if (one->ends_in_nul && !all->objects) {
    return fail(all,
                "column '%s' has a text that ends in a NUL, which NumPy would cut: ask for objects",
                name);
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

// Copies a value to `to`, and moves on behind it.
static void take(const char** from, void* to, size_t size) {
  memcpy(to, *from, size);
  *from += size;
}

static int write_bytes(const columns* all, int kind, const char** from, char* to,
                       make_object* make) {
  int size;
  take(from, &size, sizeof size);
  const char* data = *from;
  *from += size;
  if (all->objects) return make(kind, data, (size_t)size, to);
  if (kind == SQLITE_TEXT) {
    utf8_decode(data, (size_t)size, to);
  } else {
    memcpy(to, data, (size_t)size);
  }
  return 0;
}

static void write_integer(column_form form, const char** from, char* to) {
  sqlite3_int64 value;
  take(from, &value, sizeof value);
  const double real = (double)value;
  if (form == FORM_BOOL) {
    *to = (char)value;
  } else if (form == FORM_REAL) {
    memcpy(to, &real, sizeof real);
  } else {
    memcpy(to, &value, sizeof value);
  }
}

// Writes a value of SQLite's `kind` where a field of `form` is.
static int write_value(const columns* all, column_form form, int kind, const char** from, char* to,
                       make_object* make) {
  switch (kind) {
    case SQLITE_INTEGER:
      write_integer(form, from, to);
      return 0;
    case SQLITE_FLOAT:
      take(from, to, sizeof(double));
      return 0;
    default:
      return write_bytes(all, kind, from, to, make);
  }
}

// Returns the branch of a variant that values of SQLite's `kind` go to.
static const descry_field* branch_of(const column* one, int kind) {
  const descry_field* branch = one->value + 1;
  for (int i = 1; i < kind; ++i) {  // SQLITE_INTEGER is 1, and so on
    if (one->seen & (1u << (i - 1))) ++branch;
  }
  return branch;
}

static int write_column(const columns* all, const column* one, const char** from, char* record,
                        make_object* make) {
  const int kind = *(*from)++;
  if (kind == SQLITE_NULL) return 0;
  const descry_field* field = one->value;
  if (one->form == FORM_MIXED) {
    record[descry_field_offset(field)] = (char)kind;
    field = branch_of(one, kind);
  } else if (one->seen & SEEN_NULL) {
    record[descry_field_offset(field + 1)] = 1;
  }
  return write_value(all, one->form, kind, from, record + descry_field_offset(field), make);
}

int columns_write(const columns* all, const char** from, char* record, make_object* make) {
  for (int i = 0; i < all->count; ++i) {
    if (write_column(all, &all->items[i], from, record, make) < 0) return -1;
  }
  return 0;
}
