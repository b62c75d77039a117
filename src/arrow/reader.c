// SPDX-License-Identifier: BSD-3-Clause
// What a schema says, compared with what the type expects.
#include "src/arrow/reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/arrow/number.h"

typedef descryi_arrow_reader descryi_arrow_reader;

void descryi_arrow_label(const descryi_arrow_column* column, char* text, size_t size) {
  static const char kKinds[][2] = {"ii", "uu", "ff", "cc"};
  static const char* const kWords[] = {"int", "uint", "float", "complex"};
  const char kind = column->code[0];
  (void)snprintf(text, size, "%s", column->code);
  if (column->form == DESCRYI_ARROW_STRUCT && !*column->code) {
    (void)snprintf(text, size, "a struct");
  } else if (column->form == DESCRYI_ARROW_LIST && !*column->code) {
    (void)snprintf(text, size, "a list of %zu items", column->count);
  } else if (kind == '?') {
    (void)snprintf(text, size, "bool");
  } else if (kind == 'p' || kind == 'P') {
    (void)snprintf(text, size, "%s%zu", kind == 'p' ? "int" : "uint", 8 * column->itemsize);
  } else if (kind == 'M' || kind == 'm') {
    (void)snprintf(text, size, "%s%s", kind == 'M' ? "datetime64" : "timedelta64",
                   column->code + 2);
  } else if (strchr("SV", kind)) {
    (void)snprintf(text, size, "%c%zu", kind, column->itemsize);
  } else if (kind == 'U') {
    (void)snprintf(text, size, "U%zu", column->itemsize / 4);
  }
  for (size_t i = 0; i < 4; ++i) {
    if (kind != kKinds[i][0]) continue;
    (void)snprintf(text, size, "%s%zu", kWords[i], 8 * column->itemsize);
  }
}

// What Arrow calls a format.
static const char* word_of(const char* format) {
  static const char* const kWords[][2] = {{"+ud", "a dense union"},
                                          {"+us", "a sparse union"},
                                          {"+vl", "a list view"},
                                          {"+vL", "a list view"},
                                          {"+s", "a struct"},
                                          {"+w", "a fixed-size list"},
                                          {"+l", "a list"},
                                          {"+L", "a large list"},
                                          {"+m", "a map"},
                                          {"+r", "run-end encoded"},
                                          {"td", "a date"},
                                          {"tt", "a time of day"},
                                          {"ts", "a timestamp"},
                                          {"tD", "a duration"},
                                          {"ti", "an interval"},
                                          {"vz", "binary view"},
                                          {"vu", "utf8 view"},
                                          {"n", "null"},
                                          {"b", "bool"},
                                          {"c", "int8"},
                                          {"C", "uint8"},
                                          {"s", "int16"},
                                          {"S", "uint16"},
                                          {"i", "int32"},
                                          {"I", "uint32"},
                                          {"l", "int64"},
                                          {"L", "uint64"},
                                          {"e", "float16"},
                                          {"f", "float32"},
                                          {"g", "float64"},
                                          {"z", "binary"},
                                          {"Z", "large binary"},
                                          {"u", "utf8"},
                                          {"U", "large utf8"},
                                          {"d", "a decimal"},
                                          {"w", "fixed-size binary"}};
  for (size_t i = 0; i < sizeof kWords / sizeof *kWords; ++i) {
    if (strncmp(format, kWords[i][0], strlen(kWords[i][0])) == 0) return kWords[i][1];
  }
  return "an unknown type";
}

static int refuse_schema(const descryi_arrow_reader* reader, const char* format,
                         descryi_arrow_problem* problem) {
  char expected[48];
  descryi_arrow_label(reader->column, expected, sizeof expected);
  return descryi_arrow_fail(problem, DESCRYI_ARROW_TYPE_ERROR,
                            "expected %s, got %s (Arrow's '%.40s')", expected, word_of(format),
                            format);
}

static int broken_schema(descryi_arrow_problem* problem, const char* what) {
  return descryi_arrow_fail(problem, DESCRYI_ARROW_VALUE_ERROR, "the schema is broken: %s", what);
}

// Checks what is used of a schema.
static int check_schema(const struct ArrowSchema* schema, descryi_arrow_problem* problem) {
  if (!schema) return broken_schema(problem, "a child is NULL");
  if (!schema->release) return broken_schema(problem, "it was released");
  if (!schema->format) return broken_schema(problem, "there is no format");
  if (schema->n_children < 0) return broken_schema(problem, "the number of children is negative");
  if (schema->n_children > 0 && !schema->children)
    return broken_schema(problem, "there are no children");
  for (int64_t i = 0; i < schema->n_children; ++i) {
    if (!schema->children[i]) return broken_schema(problem, "a child is NULL");
  }
  return 0;
}

static int check_schema_children(const struct ArrowSchema* schema, int64_t count,
                                 descryi_arrow_problem* problem) {
  if (schema->n_children == count) return 0;
  return broken_schema(problem, count ? "a list has one child" : "an element has children");
}

static int add_child_readers(descryi_arrow_reader* reader, size_t count,
                             descryi_arrow_problem* problem) {
  reader->children = calloc(count ? count : 1, sizeof *reader->children);
  if (!reader->children) return descryi_arrow_no_memory(problem);
  reader->child_count = count;
  return 0;
}

static int init(descryi_arrow_reader* reader, const descryi_arrow_column* column,
                const struct ArrowSchema* schema, unsigned flags, descryi_arrow_problem* problem);

// Finds a column by its name. Returns its index, -1 where it is not there, -2 where it is twice.
static int64_t find_child(const struct ArrowSchema* schema, const char* name) {
  int64_t found = -1;
  for (int64_t i = 0; i < schema->n_children; ++i) {
    const char* const candidate = schema->children[i]->name;
    if (strcmp(candidate ? candidate : "", name) != 0) continue;
    if (found >= 0) return -2;
    found = i;
  }
  return found;
}

static int init_field(descryi_arrow_reader* reader, const descryi_arrow_column* column,
                      const struct ArrowSchema* schema, unsigned flags,
                      descryi_arrow_problem* problem) {
  const int64_t index = find_child(schema, column->name);
  reader->column = column;
  reader->index = index;
  if (index >= 0) return init(reader, column, schema->children[index], flags, problem);
  if (index == -2) {
    return descryi_arrow_fail(problem, DESCRYI_ARROW_VALUE_ERROR, "there are several of that name");
  }
  if (flags & DESCRY_MISSING_IS_ZERO || column->presence != DESCRYI_ARROW_ALWAYS) return 0;
  return descryi_arrow_fail(problem, DESCRYI_ARROW_TYPE_ERROR, "it is missing");
}

static bool has_column(const descryi_arrow_column* column, size_t count, const char* name) {
  for (size_t i = 0; i < count; ++i) {
    if (strcmp(column[i].name, name) == 0) return true;
  }
  return false;
}

// The columns that there are, and no others.
static int init_struct(descryi_arrow_reader* reader, const descryi_arrow_column* columns,
                       size_t count, const struct ArrowSchema* schema,
                       descryi_arrow_problem* problem) {
  reader->encoding = DESCRYI_ARROW_STRUCTS;
  reader->source_children = schema->n_children;
  if (add_child_readers(reader, count, problem) < 0) return -1;
  for (size_t i = 0; i < count; ++i) {
    if (init_field(&reader->children[i], &columns[i], schema, reader->flags, problem) < 0) {
      return descryi_arrow_inside(problem, columns[i].name);
    }
  }
  for (int64_t i = 0; i < schema->n_children && !(reader->flags & DESCRY_EXTRA_IGNORED); ++i) {
    const char* const name = schema->children[i]->name ? schema->children[i]->name : "";
    if (has_column(columns, count, name)) continue;
    descryi_arrow_fail(problem, DESCRYI_ARROW_TYPE_ERROR, "there is no field for it");
    return descryi_arrow_inside(problem, name);
  }
  return 0;
}

static int init_list(descryi_arrow_reader* reader, const struct ArrowSchema* schema,
                     descryi_arrow_problem* problem) {
  const descryi_arrow_column* const column = reader->column;
  const char* const format = schema->format;
  if (strncmp(format, "+w:", 3) == 0) {
    reader->encoding = DESCRYI_ARROW_FIXED_LISTS;
    char* end;
    const long long count = strtoll(format + 3, &end, 10);
    if (*end || end == format + 3 || count < 0 || (size_t)count != column->count) {
      return refuse_schema(reader, format, problem);
    }
  } else {
    reader->encoding = format[1] == 'l' ? DESCRYI_ARROW_LISTS : DESCRYI_ARROW_LARGE_LISTS;
    reader->width = format[1] == 'l' ? 4 : 8;
  }
  if (check_schema_children(schema, 1, problem) < 0 || add_child_readers(reader, 1, problem) < 0)
    return -1;
  return init(reader->children, column->children, schema->children[0], reader->flags, problem);
}

static int init_dictionary(descryi_arrow_reader* reader, const struct ArrowSchema* schema,
                           descryi_arrow_problem* problem) {
  reader->encoding = DESCRYI_ARROW_DICTIONARY;
  reader->number = schema->format[0];
  reader->width = descryi_arrow_number_width(reader->number);
  if (schema->format[1] || !reader->width || strchr("efg", reader->number)) {
    return broken_schema(problem, "the indices of a dictionary are not integers");
  }
  if (schema->dictionary->dictionary) return refuse_schema(reader, "a dictionary", problem);
  if (add_child_readers(reader, 1, problem) < 0) return -1;
  return init(reader->children, reader->column, schema->dictionary, reader->flags, problem);
}

// Sets how text of a format is read; returns false where it is not text.
static bool set_text(descryi_arrow_reader* reader, const char* format) {
  static const struct {
    const char* format;
    descryi_arrow_encoding encoding;
    size_t width;
  } kTexts[] = {{"z", DESCRYI_ARROW_TEXT, 4},       {"u", DESCRYI_ARROW_TEXT, 4},
                {"Z", DESCRYI_ARROW_LARGE_TEXT, 8}, {"U", DESCRYI_ARROW_LARGE_TEXT, 8},
                {"vz", DESCRYI_ARROW_VIEWS, 16},    {"vu", DESCRYI_ARROW_VIEWS, 16}};
  for (size_t i = 0; i < sizeof kTexts / sizeof *kTexts; ++i) {
    if (strcmp(kTexts[i].format, format) != 0) continue;
    reader->encoding = kTexts[i].encoding;
    reader->width = kTexts[i].width;
    reader->is_utf8 = strchr(format, 'u') || strchr(format, 'U');
    return true;
  }
  return false;
}

static bool set_fixed(descryi_arrow_reader* reader, const char* format) {
  char* end;
  if (strncmp(format, "w:", 2) != 0 || !format[2]) return false;
  const long long size = strtoll(format + 2, &end, 10);
  if (*end || size < 0 || size > INT32_MAX) return false;
  reader->encoding = DESCRYI_ARROW_FIXED_TEXT;
  reader->width = (size_t)size;
  return true;
}

// Whether a column of text, or of opaque bytes, can be read from what was found.
static bool takes_text(const descryi_arrow_reader* reader) {
  switch (reader->column->code[0]) {
    case 'S':
      return true;
    case 'U':
      return reader->is_utf8;
    case 'V':
      return reader->encoding != DESCRYI_ARROW_FIXED_TEXT
                 ? !reader->is_utf8
                 : reader->width == reader->column->itemsize;
    default:
      return false;
  }
}

static int init_element(descryi_arrow_reader* reader, const struct ArrowSchema* schema,
                        descryi_arrow_problem* problem) {
  const char* const format = schema->format;
  if (check_schema_children(schema, 0, problem) < 0) return -1;
  if (set_text(reader, format) || set_fixed(reader, format)) {
    return takes_text(reader) ? 0 : refuse_schema(reader, format, problem);
  }
  if (strcmp(format, "b") == 0 && reader->column->form == DESCRYI_ARROW_BOOL) {
    reader->encoding = DESCRYI_ARROW_BITS;
    return 0;
  }
  if (descryi_arrow_set_number(reader, format) || descryi_arrow_set_time(reader, format)) return 0;
  return refuse_schema(reader, format, problem);
}

static int choose_reader(descryi_arrow_reader* reader, const struct ArrowSchema* schema,
                         descryi_arrow_problem* problem) {
  const descryi_arrow_column* const column = reader->column;
  const char* const format = schema->format;
  if (schema->dictionary) return init_dictionary(reader, schema, problem);
  if (strcmp(format, "n") == 0) {
    reader->encoding = DESCRYI_ARROW_NULLS;
    return check_schema_children(schema, 0, problem);
  }
  if (strcmp(format, "+s") == 0) {
    if (column->form == DESCRYI_ARROW_STRUCT) {
      return init_struct(reader, column->children, column->child_count, schema, problem);
    }
    // The parts of a complex number stand behind its items.
    if (*column->code == 'c') return init_struct(reader, column->children + 1, 2, schema, problem);
  }
  const bool is_list =
      strncmp(format, "+w:", 3) == 0 || strcmp(format, "+l") == 0 || strcmp(format, "+L") == 0;
  if (is_list && column->form == DESCRYI_ARROW_LIST) return init_list(reader, schema, problem);
  if (*format == '+' || column->child_count) return refuse_schema(reader, format, problem);
  if (column->form == DESCRYI_ARROW_STRUCT) return refuse_schema(reader, format, problem);
  return init_element(reader, schema, problem);
}

static int init(descryi_arrow_reader* reader, const descryi_arrow_column* column,
                const struct ArrowSchema* schema, unsigned flags, descryi_arrow_problem* problem) {
  reader->column = column;
  reader->flags = flags;
  reader->multiply = reader->divide = 1;
  return check_schema(schema, problem) < 0 ? -1 : choose_reader(reader, schema, problem);
}

int descryi_arrow_reader_init(descryi_arrow_reader* reader, const descryi_arrow_column* column,
                              const struct ArrowSchema* schema, unsigned flags,
                              descryi_arrow_problem* problem) {
  memset(reader, 0, sizeof *reader);
  if (init(reader, column, schema, flags, problem) == 0) return 0;
  descryi_arrow_reader_clear(reader);
  return -1;
}

void descryi_arrow_reader_clear(descryi_arrow_reader* reader) {
  for (size_t i = 0; i < reader->child_count; ++i) descryi_arrow_reader_clear(&reader->children[i]);
  free(reader->children);
  reader->children = NULL;
  reader->child_count = 0;
}
