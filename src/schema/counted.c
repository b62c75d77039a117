// SPDX-License-Identifier: BSD-3-Clause
#include "src/schema/counted.h"

#include <descry/schema.h>
#include <stdlib.h>
#include <string.h>

// One block: this, the fields, their shapes, and all texts.
typedef struct counted {
  descry_type type;  // first, so that the type's address is the block's
  descry_state state;
  size_t references;
  size_t depth;
  descryi_state_free release[DESCRYI_STATE_PARTS];
  descry_field fields[];
} counted;

static bool is_counted(const descry_type* type) {
  return type && (type->flags & DESCRY_TYPE_DYNAMIC);
}

static counted* counted_of(const descry_type* type) { return (counted*)type; }

// Cannot overflow: all of it is in memory already.
static size_t block_size(const descryi_counted_spec* spec) {
  size_t size = sizeof(counted) + spec->field_count * sizeof(descry_field) + strlen(spec->name) + 1;
  for (size_t i = 0; i < spec->field_count; ++i) {
    const descry_field* field = &spec->fields[i];
    size += field->ndim * sizeof *field->shape;
    if (field->name) size += strlen(field->name) + 1;
    if (field->title) size += strlen(field->title) + 1;
  }
  return size;
}

// Copies a text to `*end`, which moves behind it. Returns the copy; NULL is its own.
static const char* pack_text(char** end, const char* text) {
  if (!text) return NULL;
  const size_t size = strlen(text) + 1;
  char* copy = memcpy(*end, text, size);
  *end += size;
  return copy;
}

// Copies the fields into the block: shapes first, which are to be aligned, then the texts.
static void copy_fields(counted* block, const descryi_counted_spec* spec) {
  size_t* shape = (size_t*)(void*)(block->fields + spec->field_count);
  for (size_t i = 0; i < spec->field_count; ++i) {
    descry_field* field = &block->fields[i];
    *field = spec->fields[i];
    descry_type_retain(field->element);
    if (field->ndim > 0) memcpy(shape, field->shape, field->ndim * sizeof *shape);
    field->shape = field->ndim > 0 ? shape : NULL;
    shape += field->ndim;
  }
  char* text = (char*)shape;
  block->type.name = pack_text(&text, spec->name);
  for (size_t i = 0; i < spec->field_count; ++i) {
    block->fields[i].name = pack_text(&text, spec->fields[i].name);
    block->fields[i].title = pack_text(&text, spec->fields[i].title);
  }
}

const descry_type* descryi_counted_new(const descryi_counted_spec* spec) {
  counted* block = malloc(block_size(spec));
  if (!block) return NULL;
  memset(block, 0, sizeof *block);
  block->references = 1;
  block->depth = spec->depth;
  block->type.version = DESCRY_TYPE_VERSION;
  block->type.kind = spec->kind;
  block->type.size = spec->size;
  block->type.alignment = spec->alignment;
  block->type.field_count = spec->kind == DESCRY_KIND_RECORD ? spec->field_count : 0;
  block->type.fields = block->fields;
  block->type.state = &block->state;
  block->type.flags = spec->flags | DESCRY_TYPE_DYNAMIC;
  copy_fields(block, spec);
  return &block->type;
}

size_t descryi_counted_depth(const descry_type* type) {
  return is_counted(type) ? counted_of(type)->depth : 0;
}

void descryi_type_on_free(const descry_type* type, descryi_state_part part,
                          descryi_state_free release) {
  if (is_counted(type)) {
    __atomic_store_n(&counted_of(type)->release[part], release, __ATOMIC_RELEASE);
  }
}

const descry_type* descry_type_retain(const descry_type* type) {
  if (is_counted(type)) __atomic_fetch_add(&counted_of(type)->references, 1, __ATOMIC_RELAXED);
  return type;
}

static void free_state(counted* block) {
  void* kept[DESCRYI_STATE_PARTS];
  kept[DESCRYI_STATE_ENTRY] = block->state.entry;
  kept[DESCRYI_STATE_VERDICTS] = block->state.verdicts;
  kept[DESCRYI_STATE_OWN_FIELDS] = block->state.own_fields;
  kept[DESCRYI_STATE_REPLACED] = block->state.replaced;
  kept[DESCRYI_STATE_NUMBERS] = block->state.numbers;
  for (int part = 0; part < DESCRYI_STATE_PARTS; ++part) {
    if (kept[part] && block->release[part]) block->release[part](kept[part]);
  }
}

void descry_type_release(const descry_type* type) {
  if (!is_counted(type)) return;
  counted* block = counted_of(type);
  if (__atomic_fetch_sub(&block->references, 1, __ATOMIC_ACQ_REL) != 1) return;
  free_state(block);
  const size_t held = type->kind == DESCRY_KIND_RECORD ? type->field_count : 1;
  for (size_t i = 0; i < held; ++i) descry_type_release(block->fields[i].element);
  free(block);
}
