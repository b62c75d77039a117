// SPDX-License-Identifier: BSD-3-Clause
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "src/npy/layout.h"

// What an element is called in a sentence: "float64", ">f8", "S12", "a record of 3 fields".
typedef struct label {
  char text[96];
} label;

static label label_of(const descryi_npy_layout* layout, size_t ndim, const size_t* shape) {
  static const struct {
    char kind;
    const char* word;
  } kWords[] = {{'i', "int"},     {'u', "uint"},       {'f', "float"},
                {'c', "complex"}, {'M', "datetime64"}, {'m', "timedelta64"}};
  label result = {""};
  char* const text = result.text;
  const size_t room = sizeof result.text;
  const char* code = layout->code;
  if (!*code) {
    (void)snprintf(text, room, "a record of %zu field%s", layout->field_count,
                   layout->field_count == 1 ? "" : "s");
  } else if (*code != '|' && *code != DESCRYI_NPY_NATIVE) {
    (void)snprintf(text, room, "%s", code);
  } else {
    (void)snprintf(text, room, "%s", code[1] == 'b' ? "bool" : code + 1);
    for (size_t i = 0; i < sizeof kWords / sizeof *kWords; ++i) {
      if (code[1] != kWords[i].kind) continue;
      const char* unit = strchr(code, '[');
      if (strchr("Mm", code[1])) {
        (void)snprintf(text, room, "%s%s", kWords[i].word, unit ? unit : "");
      } else {
        (void)snprintf(text, room, "%s%zu", kWords[i].word, 8 * layout->itemsize);
      }
    }
  }
  for (size_t i = 0; i < ndim; ++i) {
    const size_t used = strlen(text);
    const char* end = i + 1 < ndim ? "" : ndim == 1 ? ",)" : ")";
    (void)snprintf(text + used, room - used, "%s%zu%s", i ? ", " : " of shape (", shape[i], end);
  }
  return result;
}

// Where a walk is: the names of the fields that it went through.
typedef struct path {
  const struct path* outer;
  const char* name;
  size_t offset;  // from the start of the element
} path;

static size_t write_path(const path* at, char* text, size_t room) {
  const size_t used = at->outer ? write_path(at->outer, text, room) : 0;
  if (used >= room) return used;
  return used + (size_t)snprintf(text + used, room - used, "%s%s", at->outer ? "." : "", at->name);
}

// Stores "field 'pos.y' at offset 16: " and the rest. Returns -1.
__attribute__((format(printf, 3, 4))) static int differ(descryi_npy_problem* problem,
                                                        const path* at, const char* format, ...) {
  char reason[256], name[160] = "";
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(reason, sizeof reason, format, arguments);
  va_end(arguments);
  if (!at) return descryi_npy_fail(problem, "%s", reason);
  write_path(at, name, sizeof name);
  return descryi_npy_fail(problem, "field '%s' at offset %zu: %s", name, at->offset, reason);
}

static const descryi_npy_field* field_named(const descryi_npy_layout* layout, const char* name) {
  for (size_t i = 0; i < layout->field_count; ++i) {
    if (strcmp(layout->fields[i].name, name) == 0) return &layout->fields[i];
  }
  return NULL;
}

static bool same_stored_shape(const descryi_npy_field* a, const descryi_npy_field* b) {
  return a->ndim == b->ndim && memcmp(a->shape, b->shape, a->ndim * sizeof *a->shape) == 0;
}

static bool same_stored_title(const char* a, const char* b) {
  return a && b ? strcmp(a, b) == 0 : !a && !b;
}

static int compare_elements(const descryi_npy_layout* expected, const descryi_npy_layout* actual,
                            const path* at, descryi_npy_problem* problem);

static int compare_stored_fields(const descryi_npy_field* expected, const descryi_npy_field* actual,
                                 const path* at, descryi_npy_problem* problem) {
  const descryi_npy_layout *ours = &expected->element, *theirs = &actual->element;
  if (!same_stored_shape(expected, actual) || strcmp(ours->code, theirs->code) != 0) {
    const label wanted = label_of(ours, expected->ndim, expected->shape);
    const label got = label_of(theirs, actual->ndim, actual->shape);
    return differ(problem, at, "expected %s, got %s", wanted.text, got.text);
  }
  if (!same_stored_title(expected->title, actual->title)) {
    return differ(problem, at, "expected the title '%s', got '%s'",
                  expected->title ? expected->title : "", actual->title ? actual->title : "");
  }
  return compare_elements(ours, theirs, at, problem);
}

static int compare_stored_records(const descryi_npy_layout* expected,
                                  const descryi_npy_layout* actual, const path* outer,
                                  descryi_npy_problem* problem) {
  for (size_t i = 0; i < expected->field_count; ++i) {
    const descryi_npy_field* field = &expected->fields[i];
    const descryi_npy_field* found = field_named(actual, field->name);
    const path at = {outer, field->name, (outer ? outer->offset : 0) + field->offset};
    if (!found && i < actual->field_count && !field_named(expected, actual->fields[i].name)) {
      return differ(problem, &at, "expected this name, got '%s'", actual->fields[i].name);
    }
    if (!found) {
      const label wanted = label_of(&field->element, field->ndim, field->shape);
      return differ(problem, &at, "expected %s, got no such field", wanted.text);
    }
    if (found->offset != field->offset) {
      return differ(problem, &at, "expected it at this offset, got it at offset %zu",
                    (outer ? outer->offset : 0) + found->offset);
    }
    if (compare_stored_fields(field, found, &at, problem) < 0) return -1;
  }
  for (size_t i = 0; i < actual->field_count; ++i) {
    const descryi_npy_field* field = &actual->fields[i];
    if (field_named(expected, field->name)) continue;
    const path at = {outer, field->name, (outer ? outer->offset : 0) + field->offset};
    const label got = label_of(&field->element, field->ndim, field->shape);
    return differ(problem, &at, "expected no such field, got %s", got.text);
  }
  return 0;
}

static int compare_elements(const descryi_npy_layout* expected, const descryi_npy_layout* actual,
                            const path* at, descryi_npy_problem* problem) {
  if (strcmp(expected->code, actual->code) != 0) {
    const label wanted = label_of(expected, 0, NULL), got = label_of(actual, 0, NULL);
    return differ(problem, at, "expected %s, got %s", wanted.text, got.text);
  }
  if (!*expected->code && compare_stored_records(expected, actual, at, problem) < 0) return -1;
  if (expected->itemsize == actual->itemsize) return 0;
  return differ(problem, at, "expected an itemsize of %zu bytes, got %zu", expected->itemsize,
                actual->itemsize);
}

int descryi_npy_compare(const descryi_npy_layout* expected, const descryi_npy_layout* actual,
                        descryi_npy_problem* problem) {
  return compare_elements(expected, actual, NULL, problem);
}
