// SPDX-License-Identifier: BSD-3-Clause
#include "src/schema/draft.h"

#include <descry/schema.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "src/declare/field_form.h"
#include "src/schema/counted.h"

static bool has_object(const descry_type* type, int depth);

static bool fields_have_object(const descry_type* type, size_t count, int depth) {
  for (size_t i = 0; i < count; ++i) {
    if (has_object(type->fields[i].element, depth)) return true;
  }
  return false;
}

// A declared type may contain itself, which only its dtype complains of.
static bool has_object(const descry_type* type, int depth) {
  if (depth > DESCRYI_SCHEMA_MAX_DEPTH) return false;
  switch (type->kind) {
    case DESCRY_KIND_ELEMENT:
      return strcmp(type->code, "O") == 0;
    case DESCRY_KIND_OBJECT:
      return true;
    case DESCRY_KIND_RECORD:
      return fields_have_object(type, type->field_count, depth + 1);
    default:
      return has_object(descryi_type_target_field(type)->element, depth + 1);
  }
}

bool descryi_type_has_object(const descry_type* type) { return has_object(type, 0); }

size_t descryi_draft_alignment(const descryi_draft* draft, const descry_type* element) {
  return draft->packed ? 1 : element->alignment;
}

size_t descryi_draft_next_offset(const descryi_draft* draft, size_t alignment) {
  const size_t over = draft->extent % alignment;
  return over == 0 ? draft->extent : draft->extent + (alignment - over);
}

// FNV-1a: texts are compared only where this agrees, so that records of thousands of fields take no
// time to check.
static uint32_t hash_text(const char* text) {
  uint32_t hash = 2166136261u;
  for (; *text != '\0'; ++text) hash = (hash ^ (unsigned char)*text) * 16777619u;
  return hash;
}

// Whether a field that is there has that name or that title.
static bool is_taken(const descryi_draft* draft, const char* text, uint32_t hash) {
  for (size_t i = 0; i < draft->count; ++i) {
    const descryi_draft_note* note = &draft->notes[i];
    if (note->name_hash == hash && strcmp(draft->fields[i].name, text) == 0) return true;
    if (note->title_hash != hash || !draft->fields[i].title) continue;
    if (strcmp(draft->fields[i].title, text) == 0) return true;
  }
  return false;
}

static int check_name(descryi_draft* draft, const char* name, uint32_t hash) {
  if (!descryi_is_utf8(name)) {
    return descryi_problem_set(&draft->problem, "field %zu: the name is not UTF-8", draft->count);
  }
  if (!is_taken(draft, name, hash)) return 0;
  return descryi_problem_set(&draft->problem, "field '%s': another field has that name", name);
}

static int check_title(descryi_draft* draft, const descryi_draft_field* field, uint32_t hash) {
  if (!field->title) return 0;
  if (field->title[0] == '\0' || !descryi_is_utf8(field->title)) {
    return descryi_problem_set(&draft->problem, "field '%s': the title is empty or not UTF-8",
                               field->name);
  }
  if (strcmp(field->name, field->title) != 0 && !is_taken(draft, field->title, hash)) return 0;
  return descryi_problem_set(&draft->problem, "field '%s': the title '%s' is taken already",
                             field->name, field->title);
}

static int check_element(descryi_draft* draft, const descryi_draft_field* field) {
  descryi_problem* problem = &draft->problem;
  if (!field->element) {
    return descryi_problem_set(problem, "field '%s' has no element type", field->name);
  }
  if (field->ndim > DESCRYI_SCHEMA_MAX_NDIM) {
    return descryi_problem_set(problem, "field '%s' has %zu dimensions, more than %d", field->name,
                               field->ndim, DESCRYI_SCHEMA_MAX_NDIM);
  }
  if (field->ndim > 0 && !field->shape) {
    return descryi_problem_set(problem, "field '%s' has %zu dimensions and no shape", field->name,
                               field->ndim);
  }
  if (field->ndim == 0 && descryi_type_is_flexible(field->element)) {
    return descryi_problem_set(problem, "field '%s': %s needs a length, as its last dimension",
                               field->name, field->element->name);
  }
  if (descryi_counted_depth(field->element) >= DESCRYI_SCHEMA_MAX_DEPTH) {
    return descryi_problem_set(problem, "field '%s': records are nested more than %d deep",
                               field->name, DESCRYI_SCHEMA_MAX_DEPTH);
  }
  return 0;
}

// Computes the bytes of a field.
static int find_size(descryi_draft* draft, const descryi_draft_field* field, size_t* size) {
  *size = field->element->size;
  for (size_t i = 0; i < field->ndim; ++i) {
    if (__builtin_mul_overflow(*size, field->shape[i], size) || *size > PTRDIFF_MAX) {
      return descryi_problem_set(&draft->problem, "field '%s' is too large for any memory",
                                 field->name);
    }
  }
  return 0;
}

static int check_place(descryi_draft* draft, const descryi_draft_field* field, size_t offset,
                       size_t size) {
  size_t end;
  // Room for the padding at the end of the record, too.
  if (__builtin_add_overflow(offset, size, &end) || end > PTRDIFF_MAX / 2) {
    return descryi_problem_set(
        &draft->problem, "field '%s' at offset %zu is %zu bytes long, too large for any memory",
        field->name, offset, size);
  }
  if (draft->has_size && end > draft->size) {
    return descryi_problem_set(
        &draft->problem,
        "field '%s' at offset %zu is %zu bytes long and ends past the record's size of %zu",
        field->name, offset, size, draft->size);
  }
  return 0;
}

// Bytes of a Python object that another field shares could be overwritten with anything.
static int check_shared_objects(descryi_draft* draft, const descryi_draft_field* field,
                                size_t offset, size_t size, bool objects) {
  if (offset >= draft->extent) return 0;
  for (size_t i = 0; i < draft->count; ++i) {
    const descry_field* there = &draft->fields[i];
    const bool apart =
        offset + size <= there->offset || there->offset + descry_field_size(there) <= offset;
    if (apart || (!objects && !draft->notes[i].has_object)) continue;
    return descryi_problem_set(&draft->problem,
                               "field '%s' at offset %zu shares bytes with field '%s', and one of "
                               "them holds Python objects",
                               field->name, offset, there->name);
  }
  return 0;
}

// Makes room for one more field.
static int grow_fields(descryi_draft* draft) {
  if (draft->count < draft->capacity) return 0;
  const size_t capacity = draft->capacity == 0 ? 16 : 2 * draft->capacity;
  descry_field* fields = realloc(draft->fields, capacity * sizeof *fields);
  if (fields) draft->fields = fields;
  descryi_draft_note* notes = realloc(draft->notes, capacity * sizeof *notes);
  if (notes) draft->notes = notes;
  if (!fields || !notes) return descryi_problem_set(&draft->problem, "out of memory");
  draft->capacity = capacity;
  return 0;
}

// The shape and the texts of a field are one block, which `shape` points to, of no dimensions too.
static void free_field(const descry_field* field) {
  free((void*)field->shape);
  descry_type_release(field->element);
}

// Returns a block that begins with a copy of the shape and has room for `more` bytes, or NULL.
static size_t* copy_shape(const descryi_draft_field* field, size_t more) {
  const size_t size = field->ndim * sizeof *field->shape;
  size_t* copy = malloc(size + more);
  if (copy && size > 0) memcpy(copy, field->shape, size);
  return copy;
}

// Copies what the caller gave. Returns 0, or -1 with the problem set and nothing to free.
static int copy_field(descryi_draft* draft, const descryi_draft_field* field, descry_field* out) {
  const size_t name_size = strlen(field->name) + 1;
  const size_t title_size = field->title ? strlen(field->title) + 1 : 0;
  const descry_field copy = {.shape = copy_shape(field, name_size + title_size),
                             .element = descry_type_retain(field->element),
                             .ndim = field->ndim,
                             .unit = field->element->size,
                             .flags = field->flags,
                             .case_value = field->case_value};
  if (!copy.shape) {
    free_field(&copy);
    return descryi_problem_set(&draft->problem, "out of memory");
  }
  *out = copy;
  char* name = (char*)(copy.shape + field->ndim);
  out->name = memcpy(name, field->name, name_size);
  if (field->title) out->title = memcpy(name + name_size, field->title, title_size);
  return 0;
}

// Returns the largest power of two, at most `alignment`, that divides `offset`.
static size_t alignment_at(size_t offset, size_t alignment) {
  while (offset % alignment != 0) alignment /= 2;
  return alignment;
}

// Puts a field that was checked behind the others.
static int append_draft_field(descryi_draft* draft, const descryi_draft_field* field, size_t offset,
                              const descryi_draft_note* note) {
  if (grow_fields(draft) < 0) return -1;
  descry_field* there = &draft->fields[draft->count];
  if (copy_field(draft, field, there) < 0) return -1;
  there->offset = offset;
  there->alignment = alignment_at(offset, descryi_draft_alignment(draft, field->element));
  draft->notes[draft->count++] = *note;

  const size_t end = offset + descry_field_size(there);
  const size_t depth = descryi_counted_depth(field->element);
  if (end > draft->extent) draft->extent = end;
  if (there->alignment > draft->alignment) draft->alignment = there->alignment;
  if (depth > draft->depth) draft->depth = depth;
  return 0;
}

int descryi_draft_add(descryi_draft* draft, const descryi_draft_field* field, size_t offset) {
  if (!field->name || *field->name == '\0') {
    return descryi_problem_set(&draft->problem, "field %zu has an empty name", draft->count);
  }
  descryi_draft_note note = {hash_text(field->name), 0, false};
  if (field->title) note.title_hash = hash_text(field->title);
  size_t size;
  if (check_name(draft, field->name, note.name_hash) < 0 ||
      check_title(draft, field, note.title_hash) < 0 || check_element(draft, field) < 0 ||
      find_size(draft, field, &size) < 0 || check_place(draft, field, offset, size) < 0) {
    return -1;
  }
  note.has_object = descryi_type_has_object(field->element);
  if (check_shared_objects(draft, field, offset, size, note.has_object) < 0) return -1;
  return append_draft_field(draft, field, offset, &note);
}

void descryi_draft_clear(descryi_draft* draft) {
  for (size_t i = 0; i < draft->count; ++i) free_field(&draft->fields[i]);
  free(draft->fields);
  free(draft->notes);
  draft->fields = NULL;
  draft->notes = NULL;
  draft->count = draft->capacity = 0;
}
