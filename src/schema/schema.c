// SPDX-License-Identifier: BSD-3-Clause
#include <descry/schema.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/schema/counted.h"
#include "src/schema/draft.h"

// What a variant's tag, a uint8, can tell apart.
enum { MAX_BRANCHES = 256 };

struct descry_schema {
  char* name;
  descryi_draft draft;
  bool placed;  // the next field goes to `offset`
  size_t offset;
  char* title;  // of the next field, or NULL
};

static bool is_failed(const descry_schema* schema) {
  return !schema || schema->draft.problem.text[0] != '\0';
}

static int set_out_of_memory(descry_schema* schema) {
  return descryi_problem_set(&schema->draft.problem, "out of memory");
}

// Returns a new text, `stem` and behind it `ending`, or NULL with the problem set.
static char* join_name(descry_schema* schema, const char* stem, const char* ending) {
  const size_t size = strlen(stem) + strlen(ending) + 1;
  char* text = malloc(size);
  if (!text) {
    set_out_of_memory(schema);
    return NULL;
  }
  (void)snprintf(text, size, "%s%s", stem, ending);
  return text;
}

descry_schema* descry_schema_new(const char* name, unsigned flags) {
  descry_schema* schema = calloc(1, sizeof *schema);
  if (!schema) return NULL;
  schema->draft.alignment = 1;
  schema->draft.packed = (flags & DESCRY_PACKED) != 0;
  if (flags & ~(unsigned)DESCRY_PACKED) {
    descryi_problem_set(&schema->draft.problem, "flags 0x%x are not for a schema", flags);
  } else if (!name || *name == '\0') {
    descryi_problem_set(&schema->draft.problem, "the schema has an empty name");
  } else if (!descryi_is_utf8(name)) {
    descryi_problem_set(&schema->draft.problem, "the name of the schema is not UTF-8");
  } else {
    schema->name = join_name(schema, name, "");
  }
  return schema;
}

void descry_schema_free(descry_schema* schema) {
  if (!schema) return;
  descryi_draft_clear(&schema->draft);
  free(schema->name);
  free(schema->title);
  free(schema);
}

const char* descry_schema_problem(const descry_schema* schema) {
  if (!schema) return descryi_problem_reported();
  return is_failed(schema) ? schema->draft.problem.text : NULL;
}

int descry_schema_place(descry_schema* schema, size_t offset) {
  if (is_failed(schema)) return -1;
  if (schema->draft.has_size && offset > schema->draft.size) {
    return descryi_problem_set(&schema->draft.problem,
                               "field %zu at offset %zu begins past the record's size of %zu",
                               schema->draft.count, offset, schema->draft.size);
  }
  schema->placed = true;
  schema->offset = offset;
  return 0;
}

int descry_schema_title(descry_schema* schema, const char* title) {
  if (is_failed(schema)) return -1;
  char* copy = join_name(schema, title ? title : "", "");
  if (!copy) return -1;
  free(schema->title);
  schema->title = copy;
  return 0;
}

static int check_resize(descryi_draft* draft, size_t size) {
  for (size_t i = 0; i < draft->count; ++i) {
    const descry_field* field = &draft->fields[i];
    const size_t bytes = descry_field_size(field);
    if (field->offset + bytes <= size) continue;
    return descryi_problem_set(
        &draft->problem,
        "field '%s' at offset %zu is %zu bytes long and ends past the record's size of %zu",
        field->name, field->offset, bytes, size);
  }
  if (size <= PTRDIFF_MAX) return 0;
  return descryi_problem_set(&draft->problem, "a record of %zu bytes is too large for any memory",
                             size);
}

int descry_schema_resize(descry_schema* schema, size_t size) {
  if (is_failed(schema) || check_resize(&schema->draft, size) < 0) return -1;
  schema->draft.has_size = true;
  schema->draft.size = size;
  return 0;
}

// Returns where a field of that alignment goes: where the user said, or behind all others.
static size_t take_offset(descry_schema* schema, size_t alignment) {
  const bool placed = schema->placed;
  schema->placed = false;
  return placed ? schema->offset : descryi_draft_next_offset(&schema->draft, alignment);
}

// Adds a field with the title that was set for it. An element that is missing is complained of
// later.
static int add_titled(descry_schema* schema, const descryi_draft_field* field) {
  const size_t alignment =
      field->element ? descryi_draft_alignment(&schema->draft, field->element) : 1;
  descryi_draft_field titled = *field;
  titled.title = schema->title;
  const int result = descryi_draft_add(&schema->draft, &titled, take_offset(schema, alignment));
  free(schema->title);
  schema->title = NULL;
  return result;
}

int descry_schema_add(descry_schema* schema, const char* name, const descry_type* element,
                      size_t ndim, const size_t* shape) {
  if (is_failed(schema)) return -1;
  const descryi_draft_field field = {name, NULL, element, ndim, shape, 0, 0};
  return add_titled(schema, &field);
}

int descry_schema_add_optional(descry_schema* schema, const char* name, const descry_type* element,
                               size_t ndim, const size_t* shape) {
  if (is_failed(schema)) return -1;
  const descryi_draft_field field = {name, NULL, element, ndim, shape, DESCRY_FIELD_OPTIONAL, 0};
  if (add_titled(schema, &field) < 0) return -1;
  char* valid_name = join_name(schema, name, "_valid");
  if (!valid_name) return -1;
  const descry_field* value = &schema->draft.fields[schema->draft.count - 1];
  const descryi_draft_field valid = {valid_name, NULL, DESCRY_TYPE(bool_), 0, NULL, 0, 0};
  const int result =
      descryi_draft_add(&schema->draft, &valid, value->offset + descry_field_size(value));
  free(valid_name);
  return result;
}

static int check_branch(descryi_draft* draft, const char* variant, size_t index, const char* name,
                        const descry_type* element, bool overlap) {
  if (!name != !element) {
    return descryi_problem_set(&draft->problem, "variant '%s': branch %zu has no %s", variant,
                               index, name ? "element type" : "name");
  }
  if (overlap && element && descryi_type_has_object(element)) {
    return descryi_problem_set(
        &draft->problem, "variant '%s': branch '%s' holds Python objects, which cannot overlap",
        variant, name);
  }
  return 0;
}

static int check_variant(descryi_draft* draft, const char* name, size_t count,
                         const char* const* names, const descry_type* const* elements,
                         unsigned flags) {
  if (!name || *name == '\0') {
    return descryi_problem_set(&draft->problem, "variant %zu has an empty name", draft->count);
  }
  if (!descryi_is_utf8(name)) {
    return descryi_problem_set(&draft->problem, "variant %zu: the name is not UTF-8", draft->count);
  }
  if (flags & ~(unsigned)DESCRY_OVERLAP) {
    return descryi_problem_set(&draft->problem, "variant '%s': flags 0x%x are not for a variant",
                               name, flags);
  }
  if (count == 0 || count > MAX_BRANCHES || !names || !elements) {
    return descryi_problem_set(&draft->problem, "variant '%s' has %zu branches, not 1 to %d", name,
                               names && elements ? count : 0, MAX_BRANCHES);
  }
  for (size_t i = 0; i < count; ++i) {
    if (check_branch(draft, name, i, names[i], elements[i], (flags & DESCRY_OVERLAP) != 0) < 0) {
      return -1;
    }
  }
  return 0;
}

static int add_tag(descry_schema* schema, const char* name) {
  char* tag_name = join_name(schema, name, "_tag");
  if (!tag_name) return -1;
  const descryi_draft_field tag = {tag_name,         NULL, DESCRY_TYPE(uint8), 0, NULL,
                                   DESCRY_FIELD_TAG, 0};
  const int result = add_titled(schema, &tag);
  free(tag_name);
  return result;
}

// The offset where all branches fit that share their bytes.
static size_t shared_offset(const descryi_draft* draft, size_t count,
                            const descry_type* const* elements) {
  size_t widest = 1;
  for (size_t i = 0; i < count; ++i) {
    const size_t alignment = elements[i] ? descryi_draft_alignment(draft, elements[i]) : 1;
    if (alignment > widest) widest = alignment;
  }
  return descryi_draft_next_offset(draft, widest);
}

int descry_schema_add_variant(descry_schema* schema, const char* name, size_t count,
                              const char* const* names, const descry_type* const* elements,
                              unsigned flags) {
  if (is_failed(schema)) return -1;
  descryi_draft* draft = &schema->draft;
  if (check_variant(draft, name, count, names, elements, flags) < 0) return -1;
  if (add_tag(schema, name) < 0) return -1;
  const size_t shared = shared_offset(draft, count, elements);
  for (size_t i = 0; i < count; ++i) {
    if (!elements[i]) continue;
    const size_t alignment = descryi_draft_alignment(draft, elements[i]);
    const size_t own = descryi_draft_next_offset(draft, alignment);
    const descryi_draft_field branch = {names[i],          NULL,        elements[i], 0, NULL,
                                        DESCRY_FIELD_CASE, (long long)i};
    if (descryi_draft_add(draft, &branch, flags & DESCRY_OVERLAP ? shared : own) < 0) return -1;
  }
  return 0;
}

// Finds size and alignment of the whole, and makes the type. Returns NULL with the problem set.
static const descry_type* make_type(descry_schema* schema) {
  descryi_draft* draft = &schema->draft;
  size_t alignment = draft->alignment;
  if (draft->has_size) {
    while (draft->size % alignment != 0) alignment /= 2;
  }
  const descryi_counted_spec spec = {
      DESCRY_KIND_RECORD,
      0,
      schema->name,
      draft->has_size ? draft->size : descryi_draft_next_offset(draft, alignment),
      alignment,
      draft->depth + 1,
      draft->count,
      draft->fields};
  const descry_type* type = descryi_counted_new(&spec);
  if (!type) set_out_of_memory(schema);
  return type;
}

const descry_type* descry_schema_build(descry_schema* schema) {
  static const descryi_problem kOutOfMemory = {"out of memory"};
  if (!schema) {
    descryi_problem_report(&kOutOfMemory);
    return NULL;
  }
  if (!is_failed(schema) && (schema->placed || schema->title)) {
    descryi_problem_set(&schema->draft.problem,
                        "an offset or a title was set for field %zu, which was not added",
                        schema->draft.count);
  }
  const descry_type* type = is_failed(schema) ? NULL : make_type(schema);
  descryi_problem_report(type ? NULL : &schema->draft.problem);
  descry_schema_free(schema);
  return type;
}

// Writes "bytes[12]" or "float32[3][2]" into a new text, or returns NULL.
static char* array_name(const descry_type* element, size_t ndim, const size_t* shape) {
  const size_t stem = strlen(element->name);
  char* text = malloc(stem + ndim * sizeof "[18446744073709551615]" + 1);
  if (!text) return NULL;
  memcpy(text, element->name, stem + 1);
  char* end = text + stem;
  for (size_t i = 0; i < ndim; ++i) end += sprintf(end, "[%zu]", shape[i]);
  return text;
}

// Returns the type that stands for the one field of `draft`, or NULL with the problem set.
static const descry_type* stand_for(descryi_draft* draft) {
  descry_field* field = draft->fields;
  char* name = array_name(field->element, field->ndim, field->shape);
  descry_field target = *field;
  target.name = NULL;
  const descryi_counted_spec spec = {
      DESCRY_KIND_TRANSPARENT, 0, name,   descry_field_size(field), field->alignment,
      draft->depth + 1,        1, &target};
  const descry_type* type = name ? descryi_counted_new(&spec) : NULL;
  if (!type) descryi_problem_set(&draft->problem, "out of memory");
  free(name);
  return type;
}

const descry_type* descry_type_array(const descry_type* element, size_t ndim, const size_t* shape) {
  descryi_draft draft = {.alignment = 1};
  const descryi_draft_field field = {"elements", NULL, element, ndim, shape, 0, 0};
  const descry_type* type = NULL;
  if (descryi_draft_add(&draft, &field, 0) == 0) type = stand_for(&draft);
  descryi_draft_clear(&draft);
  descryi_problem_report(type ? NULL : &draft.problem);
  return type;
}
