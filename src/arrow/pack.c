// SPDX-License-Identifier: BSD-3-Clause
#include "src/arrow/pack.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "src/arrow/array.h"
#include "src/arrow/civil.h"
#include "src/arrow/strided.h"
#include "src/arrow/utf8.h"

// Elements that are packed at once: `count` of them, of which the first is in `record` at the
// column's offset and becomes the one at `first` of the array.
typedef struct packed_rows {
  int64_t first;
  int64_t count;
  const char* record;
  ptrdiff_t stride;
} packed_rows;

static int pack(const descryi_arrow_column* column, struct ArrowArray* array, packed_rows from,
                descryi_arrow_problem* problem);

static bool is_time_column(const descryi_arrow_column* column) {
  return column->form == DESCRYI_ARROW_TIME || column->form == DESCRYI_ARROW_DAYS ||
         column->form == DESCRYI_ARROW_MONTHS;
}

// Sets the bits of the elements that have a value.
static void mark(const descryi_arrow_column* column, struct ArrowArray* array,
                 const packed_rows* from) {
  uint8_t* const validity = descryi_arrow_block_of(array)->validity;
  const char* record = from->record;
  for (int64_t i = 0; i < from->count; ++i, record += from->stride) {
    bool valid = descryi_arrow_is_present(column, record);
    if (valid && is_time_column(column)) {
      valid = descryi_arrow_load64(record + column->offset, column->word) != INT64_MIN;
    }
    if (valid) {
      descryi_arrow_set_bit(validity, from->first + i);
    } else {
      ++array->null_count;
    }
  }
}

static bool is_valid(const descryi_arrow_column* column, const descryi_arrow_block* block,
                     int64_t index) {
  return !column->nullable || descryi_arrow_bit(block->validity, index);
}

// Puts zeros, or text of no length, where nothing is to be seen. REQUIRES: bitmaps are zero there.
static void clear(const descryi_arrow_column* column, struct ArrowArray* array, int64_t first,
                  int64_t count) {
  descryi_arrow_block* const block = descryi_arrow_block_of(array);
  if (column->nullable) array->null_count += count;
  for (size_t i = 0; i < column->child_count; ++i) {
    const int64_t items = column->form == DESCRYI_ARROW_LIST ? (int64_t)column->count : 1;
    clear(&column->children[i], array->children[i], first * items, count * items);
  }
  if (descryi_arrow_is_text(column)) {
    for (int64_t i = first; i < first + count; ++i) block->offsets[i + 1] = block->offsets[first];
  } else if (column->form != DESCRYI_ARROW_BOOL && !column->child_count && block->data) {
    const size_t size = descryi_arrow_width(column);
    memset(block->data + (size_t)first * size, 0, (size_t)count * size);
  }
}

static void pack_plain(const descryi_arrow_column* column, const descryi_arrow_block* block,
                       const packed_rows* from) {
  const size_t size = column->itemsize;
  descryi_arrow_copy_ordered(block->data + (size_t)from->first * size, (ptrdiff_t)size,
                             from->record + column->offset, from->stride, size, column->word,
                             from->count);
}

static void pack_bool(const descryi_arrow_column* column, const descryi_arrow_block* block,
                      const packed_rows* from) {
  const char* element = from->record + column->offset;
  for (int64_t i = 0; i < from->count; ++i, element += from->stride) {
    if (*element) descryi_arrow_set_bit((uint8_t*)block->data, from->first + i);
  }
}

static int pack_time(const descryi_arrow_column* column, const descryi_arrow_block* block,
                     const packed_rows* from, descryi_arrow_problem* problem) {
  const char* element = from->record + column->offset;
  int64_t* const data = (int64_t*)(void*)block->data + from->first;
  for (int64_t i = 0; i < from->count; ++i, element += from->stride) {
    data[i] = descryi_arrow_load64(element, column->word);
    if (column->scale == 1 || !is_valid(column, block, from->first + i)) continue;
    if (__builtin_mul_overflow(data[i], column->scale, &data[i])) {
      descryi_arrow_fail(problem, DESCRYI_ARROW_OVERFLOW_ERROR,
                         "%s %" PRId64 " is out of range in seconds", column->code,
                         descryi_arrow_load64(element, column->word));
      problem->row = from->first + i;
      return -1;
    }
  }
  return 0;
}

static int pack_days(const descryi_arrow_column* column, const descryi_arrow_block* block,
                     const packed_rows* from, descryi_arrow_problem* problem) {
  const char* element = from->record + column->offset;
  int32_t* const data = (int32_t*)(void*)block->data + from->first;
  for (int64_t i = 0; i < from->count; ++i, element += from->stride) {
    data[i] = 0;
    if (!is_valid(column, block, from->first + i)) continue;
    const int64_t value = descryi_arrow_load64(element, column->word);
    int64_t days = INT64_MAX;
    if (column->form == DESCRYI_ARROW_DAYS ? __builtin_mul_overflow(value, column->scale, &days)
                                           : !descryi_days_of_months(value, column->scale, &days)) {
      days = INT64_MAX;
    }
    if (days < INT32_MIN || days > INT32_MAX) {
      descryi_arrow_fail(problem, DESCRYI_ARROW_OVERFLOW_ERROR,
                         "%s %" PRId64 " is out of the range of date32", column->code, value);
      problem->row = from->first + i;
      return -1;
    }
    data[i] = (int32_t)days;
  }
  return 0;
}

// Copies a text to where there is room for a whole element. A call for a few bytes would take
// longer than the bytes.
static inline void copy_text(char* to, const char* from, size_t size, size_t itemsize) {
  if (itemsize >= 8 && itemsize <= 16) {
    char head[8], tail[8];
    memcpy(head, from, 8);
    memcpy(tail, from + itemsize - 8, 8);
    memcpy(to, head, 8);
    memcpy(to + itemsize - 8, tail, 8);
  } else {
    memcpy(to, from, size);
  }
}

static int pack_bytes(const descryi_arrow_column* column, descryi_arrow_block* block,
                      const packed_rows* from, descryi_arrow_problem* problem) {
  const bool is_utf8 = column->format[0] == 'u';
  const size_t itemsize = column->itemsize;
  const char* element = from->record + column->offset;
  int32_t used = block->offsets[from->first];
  for (int64_t i = from->first; i < from->first + from->count; ++i, element += from->stride) {
    const size_t size = is_valid(column, block, i) ? descryi_trimmed_length(element, itemsize) : 0;
    if (is_utf8 && !descryi_utf8_is_valid(element, size)) {
      descryi_arrow_fail(problem, DESCRYI_ARROW_VALUE_ERROR, "the text is not UTF-8");
      problem->row = i;
      return -1;
    }
    if (size) copy_text(block->data + used, element, size, itemsize);
    used += (int32_t)size;
    block->offsets[i + 1] = used;
  }
  return 0;
}

static uint32_t load_code_point(const char* from, bool swapped) {
  uint32_t character;
  memcpy(&character, from, sizeof character);
  return swapped ? __builtin_bswap32(character) : character;
}

static int pack_unicode(const descryi_arrow_column* column, descryi_arrow_block* block,
                        const packed_rows* from, descryi_arrow_problem* problem) {
  const char* element = from->record + column->offset;
  char* to = block->data + block->offsets[from->first];
  for (int64_t i = from->first; i < from->first + from->count; ++i, element += from->stride) {
    size_t size = is_valid(column, block, i) ? column->itemsize : 0;
    while (size >= 4 && load_code_point(element + size - 4, false) == 0) size -= 4;
    for (size_t at = 0; at + 4 <= size; at += 4) {
      const uint32_t character = load_code_point(element + at, column->word != 0);
      const size_t length = descryi_utf8_write(to, character);
      if (!length) {
        descryi_arrow_fail(problem, DESCRYI_ARROW_VALUE_ERROR,
                           "the text has U+%04" PRIX32 ", which is not a character", character);
        problem->row = i;
        return -1;
      }
      to += length;
    }
    block->offsets[i + 1] = (int32_t)(to - block->data);
  }
  return 0;
}

// The items of lists whose items are copied as they are.
static void pack_plain_items(const descryi_arrow_column* list, const descryi_arrow_column* item,
                             struct ArrowArray* items, const packed_rows* from) {
  char* const data = descryi_arrow_block_of(items)->data;
  const size_t size = item->itemsize, count = list->count;
  char* to = data + (size_t)from->first * count * size;
  const char* element = from->record + list->offset;
  for (size_t k = 0; k < count; ++k) {
    descryi_arrow_copy_ordered(to + k * size, (ptrdiff_t)(count * size), element + k * size,
                               from->stride, size, item->word, from->count);
  }
}

static int pack_list(const descryi_arrow_column* column, struct ArrowArray* array,
                     const packed_rows* from, descryi_arrow_problem* problem) {
  const descryi_arrow_column* const item = column->children;
  struct ArrowArray* const items = array->children[0];
  const int64_t count = (int64_t)column->count;
  if (item->form == DESCRYI_ARROW_PLAIN && column->count <= DESCRYI_ARROW_SHORT_LIST) {
    pack_plain_items(column, item, items, from);
    return 0;
  }
  const char* element = from->record + column->offset;
  for (int64_t i = from->first; i < from->first + from->count; ++i, element += from->stride) {
    const packed_rows inner = {i * count, count, element, (ptrdiff_t)item->itemsize};
    if (pack(item, items, inner, problem) == 0) continue;
    descryi_arrow_inside_item(problem, problem->row - i * count);
    problem->row = i;
    return -1;
  }
  return 0;
}

static int pack_struct(const descryi_arrow_column* column, struct ArrowArray* array,
                       const packed_rows* from, descryi_arrow_problem* problem) {
  packed_rows inner = *from;
  inner.record += column->offset;
  for (size_t i = 0; i < column->child_count; ++i) {
    if (pack(&column->children[i], array->children[i], inner, problem) < 0) {
      return descryi_arrow_inside(problem, column->children[i].name);
    }
  }
  return 0;
}

// Lists and structs that may be null: what is inside of those that are is not looked at.
static int pack_runs(const descryi_arrow_column* column, struct ArrowArray* array,
                     const packed_rows* all, descryi_arrow_problem* problem) {
  const descryi_arrow_block* const block = descryi_arrow_block_of(array);
  const int64_t items = column->form == DESCRYI_ARROW_LIST ? (int64_t)column->count : 1;
  const int64_t end = all->first + all->count;
  for (int64_t i = all->first, next; i < end; i = next) {
    const bool valid = descryi_arrow_bit(block->validity, i);
    for (next = i + 1; next < end && descryi_arrow_bit(block->validity, next) == valid;) ++next;
    const packed_rows run = {i, next - i, all->record + (i - all->first) * all->stride,
                             all->stride};
    if (!valid) {
      for (size_t k = 0; k < column->child_count; ++k) {
        clear(&column->children[k], array->children[k], i * items, run.count * items);
      }
    } else if ((column->form == DESCRYI_ARROW_LIST ? pack_list : pack_struct)(column, array, &run,
                                                                              problem) < 0) {
      return -1;
    }
  }
  return 0;
}

static int pack(const descryi_arrow_column* column, struct ArrowArray* array, packed_rows from,
                descryi_arrow_problem* problem) {
  descryi_arrow_block* const block = descryi_arrow_block_of(array);
  if (column->nullable) mark(column, array, &from);
  switch (column->form) {
    case DESCRYI_ARROW_PLAIN:
      pack_plain(column, block, &from);
      return 0;
    case DESCRYI_ARROW_BOOL:
      pack_bool(column, block, &from);
      return 0;
    case DESCRYI_ARROW_TIME:
      return pack_time(column, block, &from, problem);
    case DESCRYI_ARROW_DAYS:
    case DESCRYI_ARROW_MONTHS:
      return pack_days(column, block, &from, problem);
    case DESCRYI_ARROW_BYTES:
      return pack_bytes(column, block, &from, problem);
    case DESCRYI_ARROW_UNICODE:
      return pack_unicode(column, block, &from, problem);
    case DESCRYI_ARROW_LIST:
      if (column->nullable) return pack_runs(column, array, &from, problem);
      return pack_list(column, array, &from, problem);
    default:
      if (column->nullable) return pack_runs(column, array, &from, problem);
      return pack_struct(column, array, &from, problem);
  }
}

int descryi_arrow_pack(struct ArrowArray* out, const descryi_arrow_column* column, const char* data,
                       ptrdiff_t stride, int64_t count, descryi_arrow_problem* problem) {
  if (descryi_arrow_array_new(out, column, count) < 0) return descryi_arrow_no_memory(problem);
  for (int64_t first = 0; first < count; first += DESCRYI_ARROW_BLOCK) {
    const int64_t left = count - first;
    const packed_rows block = {first, left < DESCRYI_ARROW_BLOCK ? left : DESCRYI_ARROW_BLOCK,
                               data + first * stride, stride};
    if (pack(column, out, block, problem) < 0) {
      out->release(out);
      memset(out, 0, sizeof *out);
      return -1;
    }
  }
  descryi_arrow_array_finish(out, column);
  return 0;
}
