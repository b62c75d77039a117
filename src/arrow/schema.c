// SPDX-License-Identifier: BSD-3-Clause
#include "src/arrow/schema.h"

#include <stdlib.h>
#include <string.h>

#include "src/arrow/messages.h"

// What a schema points at: one block, and one for each child, which a consumer may move away.
typedef struct schema_block {
  struct ArrowSchema** pointers;
  struct ArrowSchema* children;
  char* name;
  char format[24];
} schema_block;

static void release_schema(struct ArrowSchema* schema) {
  schema_block* const block = schema->private_data;
  for (int64_t i = 0; block->children && i < schema->n_children; ++i) {
    struct ArrowSchema* const child = &block->children[i];
    if (child->release) child->release(child);
  }
  free(block->pointers);
  free(block->children);
  free(block->name);
  free(block);
  schema->release = NULL;
}

int descryi_arrow_schema_of(struct ArrowSchema* out, const descryi_arrow_column* column) {
  schema_block* const block = calloc(1, sizeof *block);
  memset(out, 0, sizeof *out);
  if (!block) return -1;
  out->private_data = block;
  out->release = release_schema;
  out->format = memcpy(block->format, column->format, sizeof block->format);
  out->flags = column->nullable ? ARROW_FLAG_NULLABLE : 0;
  const size_t name_size = strlen(column->name) + 1;
  block->name = malloc(name_size);
  if (block->name) out->name = memcpy(block->name, column->name, name_size);
  if (column->child_count) {
    block->pointers = calloc(column->child_count, sizeof *block->pointers);
    block->children = calloc(column->child_count, sizeof *block->children);
    out->children = block->pointers;
  }
  bool whole = block->name && (!column->child_count || (block->pointers && block->children));
  for (size_t i = 0; whole && i < column->child_count; ++i) {
    block->pointers[i] = &block->children[i];
    whole = descryi_arrow_schema_of(block->pointers[i], &column->children[i]) == 0;
    if (whole) ++out->n_children;
  }
  if (whole) return 0;
  release_schema(out);
  memset(out, 0, sizeof *out);
  return -1;
}

int descryi_arrow_check_flags(unsigned flags) {
  const unsigned known = DESCRY_TEXT_UTF8 | DESCRY_COMPLEX_STRUCT;
  if (!(flags & ~known)) return 0;
  return descryi_raise_arrow_flags("DESCRY_TEXT_UTF8 and DESCRY_COMPLEX_STRUCT", flags);
}

int descry_arrow_schema(const descry_type* type, struct ArrowSchema* out, unsigned flags) {
  descryi_arrow_column column;
  memset(out, 0, sizeof *out);
  if (descryi_arrow_check_flags(flags) < 0) return -1;
  if (descryi_arrow_column_init(&column, type, flags) < 0) return -1;
  const int result = descryi_arrow_schema_of(out, &column);
  descryi_arrow_column_clear(&column);
  if (result < 0) PyErr_NoMemory();
  return result;
}
