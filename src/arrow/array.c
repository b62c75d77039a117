// SPDX-License-Identifier: BSD-3-Clause
#include "src/arrow/array.h"

#include <stdlib.h>
#include <string.h>

// What Arrow recommends for buffers.
enum { BUFFER_ALIGNMENT = 64 };

static void release_array(struct ArrowArray* array) {
  descryi_arrow_block* const block = array->private_data;
  for (int64_t i = 0; block->children && i < array->n_children; ++i) {
    struct ArrowArray* const child = &block->children[i];
    if (child->release) child->release(child);
  }
  free(block->pointers);
  free(block->children);
  free(block->validity);
  free(block->offsets);
  free(block->data);
  free(block);
  array->release = NULL;
}

size_t descryi_arrow_width(const descryi_arrow_column* column) {
  const bool is_date = column->form == DESCRYI_ARROW_DAYS || column->form == DESCRYI_ARROW_MONTHS;
  return is_date ? sizeof(int32_t) : column->itemsize;
}

static size_t padded_size(size_t size) {
  return (size + BUFFER_ALIGNMENT) / BUFFER_ALIGNMENT * BUFFER_ALIGNMENT;
}

// Returns memory that is not NULL also for no bytes, or NULL where memory is short.
static void* allocate_buffer(size_t count, size_t size) {
  size_t bytes;
  void* memory;
  if (__builtin_mul_overflow(count, size, &bytes) || bytes > PTRDIFF_MAX / 2) return NULL;
  return posix_memalign(&memory, BUFFER_ALIGNMENT, padded_size(bytes)) == 0 ? memory : NULL;
}

static void* allocate_zeroed(size_t size) {
  void* const memory = allocate_buffer(size, 1);
  if (memory) memset(memory, 0, padded_size(size));
  return memory;
}

// Allocates the buffers of an array without its children.
static int add_buffers(descryi_arrow_block* block, const descryi_arrow_column* column,
                       size_t count) {
  const size_t bitmap = (count + 7) / 8;
  if (column->nullable && !(block->validity = allocate_zeroed(bitmap))) return -1;
  if (descryi_arrow_is_text(column)) {
    // Not aligned: it shrinks, and realloc() would not keep that.
    const size_t room = count * column->itemsize;
    block->offsets = allocate_buffer(count + 1, sizeof *block->offsets);
    block->data = malloc(room ? room : 1);
    if (block->offsets) block->offsets[0] = 0;
    return block->offsets && block->data ? 0 : -1;
  }
  if (column->form == DESCRYI_ARROW_LIST || column->form == DESCRYI_ARROW_STRUCT) return 0;
  block->data = column->form == DESCRYI_ARROW_BOOL
                    ? allocate_zeroed(bitmap)
                    : allocate_buffer(count, descryi_arrow_width(column));
  return block->data ? 0 : -1;
}

static int add_child_arrays(struct ArrowArray* array, descryi_arrow_block* block,
                            const descryi_arrow_column* column) {
  int64_t count = array->length;
  if (column->form == DESCRYI_ARROW_LIST &&
      __builtin_mul_overflow(count, (int64_t)column->count, &count)) {
    return -1;
  }
  block->pointers = calloc(column->child_count, sizeof *block->pointers);
  block->children = calloc(column->child_count, sizeof *block->children);
  if (!block->pointers || !block->children) return -1;
  array->children = block->pointers;
  for (size_t i = 0; i < column->child_count; ++i) {
    block->pointers[i] = &block->children[i];
    if (descryi_arrow_array_new(&block->children[i], &column->children[i], count) < 0) return -1;
    ++array->n_children;
  }
  return 0;
}

int descryi_arrow_array_new(struct ArrowArray* out, const descryi_arrow_column* column,
                            int64_t count) {
  descryi_arrow_block* const block = calloc(1, sizeof *block);
  memset(out, 0, sizeof *out);
  if (!block) return -1;
  out->length = count;
  out->private_data = block;
  out->release = release_array;
  if (add_buffers(block, column, (size_t)count) == 0 &&
      (!column->child_count || add_child_arrays(out, block, column) == 0)) {
    return 0;
  }
  release_array(out);
  memset(out, 0, sizeof *out);
  return -1;
}

// Text gets room for the longest before it is known.
static void shrink(descryi_arrow_block* block, int64_t count) {
  const size_t size = (size_t)block->offsets[count];
  char* const smaller = realloc(block->data, size ? size : 1);
  if (smaller) block->data = smaller;
}

void descryi_arrow_array_finish(struct ArrowArray* array, const descryi_arrow_column* column) {
  descryi_arrow_block* const block = descryi_arrow_block_of(array);
  array->buffers = block->buffers;
  array->n_buffers = 1;
  block->buffers[0] = array->null_count ? block->validity : NULL;
  if (block->offsets) {
    shrink(block, array->length);
    block->buffers[array->n_buffers++] = block->offsets;
  }
  if (block->data) block->buffers[array->n_buffers++] = block->data;
  for (size_t i = 0; i < column->child_count; ++i) {
    descryi_arrow_array_finish(array->children[i], &column->children[i]);
  }
}
