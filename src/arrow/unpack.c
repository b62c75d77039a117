// SPDX-License-Identifier: BSD-3-Clause
#include <inttypes.h>
#include <string.h>

#include "src/arrow/number.h"
#include "src/arrow/reader.h"
#include "src/arrow/strided.h"
#include "src/arrow/text.h"

typedef descryi_arrow_reader descryi_arrow_reader;

// Elements that are read at once: `count` from `first` on go into as many records.
typedef struct unpacked_rows {
  int64_t first;
  int64_t count;
  char* record;
  ptrdiff_t stride;
} unpacked_rows;

static int unpack(const descryi_arrow_reader* reader, unpacked_rows to,
                  descryi_arrow_problem* problem);

static int at_row(descryi_arrow_problem* problem, int64_t row) {
  problem->row = row;
  return -1;
}

static void read_same(const descryi_arrow_reader* reader, const unpacked_rows* to) {
  const descryi_arrow_column* const column = reader->column;
  const size_t size = column->itemsize;
  descryi_arrow_copy_ordered(to->record + column->offset, to->stride,
                             reader->data + (size_t)(reader->offset + to->first) * size,
                             (ptrdiff_t)size, size, column->word, to->count);
}

static void unpack_bits(const descryi_arrow_reader* reader, const unpacked_rows* to) {
  const uint8_t* const bits = (const uint8_t*)reader->data;
  char* element = to->record + reader->column->offset;
  for (int64_t i = 0; i < to->count; ++i, element += to->stride) {
    *element = (char)descryi_arrow_bit(bits, reader->offset + to->first + i);
  }
}

static int read_converted(const descryi_arrow_reader* reader, const unpacked_rows* to,
                          descryi_arrow_problem* problem) {
  const bool is_time = reader->encoding == DESCRYI_ARROW_TIMES;
  const char* from = reader->data + (size_t)(reader->offset + to->first) * reader->width;
  char* element = to->record + reader->column->offset;
  for (int64_t i = 0; i < to->count; ++i, element += to->stride, from += reader->width) {
    if ((is_time ? descryi_arrow_convert_time : descryi_arrow_convert_number)(reader, from, element,
                                                                              problem) < 0) {
      return at_row(problem, to->first + i);
    }
  }
  return 0;
}

static int read_text(const descryi_arrow_reader* reader, const unpacked_rows* to,
                     descryi_arrow_problem* problem) {
  char* element = to->record + reader->column->offset;
  for (int64_t i = 0; i < to->count; ++i, element += to->stride) {
    const char* text;
    int64_t size;
    if (descryi_arrow_find_text(reader, reader->offset + to->first + i, &text, &size, problem) <
            0 ||
        descryi_arrow_store_text(reader, text, size, element, problem) < 0) {
      return at_row(problem, to->first + i);
    }
  }
  return 0;
}

// Lists of numbers that are copied as they are, all of one length.
static void read_short_lists(const descryi_arrow_reader* reader, const descryi_arrow_reader* item,
                             const unpacked_rows* to) {
  const size_t size = item->column->itemsize, count = reader->column->count;
  const char* const from = item->data + ((size_t)item->offset + (size_t)to->first * count) * size;
  char* const element = to->record + reader->column->offset;
  for (size_t k = 0; k < count; ++k) {
    descryi_arrow_copy_ordered(element + k * size, to->stride, from + k * size,
                               (ptrdiff_t)(count * size), size, item->column->word, to->count);
  }
}

// Finds the items of the list at `index`. Returns 0, or -1 with the problem.
static int find_items(const descryi_arrow_reader* reader, int64_t index, int64_t* first,
                      descryi_arrow_problem* problem) {
  const int64_t expected = (int64_t)reader->column->count;
  if (reader->encoding == DESCRYI_ARROW_FIXED_LISTS) return *first = index * expected, 0;
  const char format = reader->width == 4 ? 'i' : 'l';
  const char* const from = reader->data + (size_t)(reader->offset + index) * reader->width;
  int64_t next;
  (void)descryi_arrow_load_integer(format, from, first);
  (void)descryi_arrow_load_integer(format, from + reader->width, &next);
  if (next - *first == expected) return 0;
  return descryi_arrow_fail(problem, DESCRYI_ARROW_VALUE_ERROR,
                            "expected a list of %" PRId64 " items, got %" PRId64, expected,
                            next - *first);
}

static int read_lists(const descryi_arrow_reader* reader, const unpacked_rows* to,
                      descryi_arrow_problem* problem) {
  const descryi_arrow_reader* const item = reader->children;
  const int64_t count = (int64_t)reader->column->count;
  if (reader->encoding == DESCRYI_ARROW_FIXED_LISTS && item->encoding == DESCRYI_ARROW_SAME &&
      !item->validity && count <= DESCRYI_ARROW_SHORT_LIST) {
    if (count && to->count) read_short_lists(reader, item, to);
    return 0;
  }
  char* element = to->record + reader->column->offset;
  for (int64_t i = to->first; i < to->first + to->count; ++i, element += to->stride) {
    unpacked_rows items = {0, count, element, (ptrdiff_t)item->column->itemsize};
    if (find_items(reader, i, &items.first, problem) < 0) return at_row(problem, i);
    if (unpack(item, items, problem) == 0) continue;
    descryi_arrow_inside_item(problem, problem->row - items.first);
    return at_row(problem, i);
  }
  return 0;
}

static int read_structs(const descryi_arrow_reader* reader, const unpacked_rows* to,
                        descryi_arrow_problem* problem) {
  unpacked_rows inner = *to;
  inner.record += reader->column->offset;
  for (size_t i = 0; i < reader->child_count; ++i) {
    const descryi_arrow_reader* const child = &reader->children[i];
    if (child->encoding == DESCRYI_ARROW_MISSING) continue;
    if (unpack(child, inner, problem) < 0) {
      return descryi_arrow_inside(problem, child->column->name);
    }
  }
  return 0;
}

static int read_dictionary(const descryi_arrow_reader* reader, const unpacked_rows* to,
                           descryi_arrow_problem* problem) {
  const char* from = reader->data + (size_t)(reader->offset + to->first) * reader->width;
  for (int64_t i = 0; i < to->count; ++i, from += reader->width) {
    int64_t index;
    const bool is_index = descryi_arrow_load_integer(reader->number, from, &index);
    if (!is_index || index < 0 || index >= reader->length) {
      descryi_arrow_fail(problem, DESCRYI_ARROW_VALUE_ERROR,
                         "the array is broken: a dictionary of %" PRId64
                         " values has none at %" PRId64,
                         reader->length, index);
      return at_row(problem, to->first + i);
    }
    const unpacked_rows one = {index, 1, to->record + i * to->stride, to->stride};
    if (unpack(reader->children, one, problem) < 0) return at_row(problem, to->first + i);
  }
  return 0;
}

// Reads elements that all have a value.
static int read_values(const descryi_arrow_reader* reader, const unpacked_rows* to,
                       descryi_arrow_problem* problem) {
  switch (reader->encoding) {
    case DESCRYI_ARROW_SAME:
      read_same(reader, to);
      return 0;
    case DESCRYI_ARROW_BITS:
      unpack_bits(reader, to);
      return 0;
    case DESCRYI_ARROW_NUMBERS:
    case DESCRYI_ARROW_TIMES:
      return read_converted(reader, to, problem);
    case DESCRYI_ARROW_FIXED_LISTS:
    case DESCRYI_ARROW_LISTS:
    case DESCRYI_ARROW_LARGE_LISTS:
      return read_lists(reader, to, problem);
    case DESCRYI_ARROW_STRUCTS:
      return read_structs(reader, to, problem);
    case DESCRYI_ARROW_DICTIONARY:
      return read_dictionary(reader, to, problem);
    default:
      return read_text(reader, to, problem);
  }
}

// Stores what stands for a null, or says that nothing does.
static int read_nulls(const descryi_arrow_reader* reader, const unpacked_rows* to,
                      descryi_arrow_problem* problem) {
  const descryi_arrow_column* const column = reader->column;
  char* record = to->record;
  if (column->presence == DESCRYI_ARROW_WHERE_VALID) {
    for (int64_t i = 0; i < to->count; ++i, record += to->stride) {
      record[column->present_offset] = 0;
    }
    return 0;
  }
  for (int64_t i = 0; i < to->count; ++i, record += to->stride) {
    if (descryi_arrow_store_null(column, reader->flags, record + column->offset)) continue;
    if (reader->flags & DESCRY_MISSING_IS_ZERO) return 0;
    char expected[48];
    descryi_arrow_label(column, expected, sizeof expected);
    descryi_arrow_fail(problem, DESCRYI_ARROW_VALUE_ERROR, "expected %s, got null", expected);
    return at_row(problem, to->first + i);
  }
  return 0;
}

// What becomes of one element.
typedef enum fate { READ, NULL_VALUE, NOT_LIVE } fate;

static fate fate_of(const descryi_arrow_reader* reader, int64_t index, const char* record) {
  if (reader->column->presence == DESCRYI_ARROW_WHERE_TAG &&
      !descryi_arrow_is_present(reader->column, record)) {
    return NOT_LIVE;
  }
  if (reader->encoding == DESCRYI_ARROW_NULLS) return NULL_VALUE;
  if (!reader->validity) return READ;
  return descryi_arrow_bit(reader->validity, reader->offset + index) ? READ : NULL_VALUE;
}

static int read_fate(const descryi_arrow_reader* reader, fate what, const unpacked_rows* to,
                     descryi_arrow_problem* problem) {
  const descryi_arrow_column* const column = reader->column;
  if (what == NOT_LIVE) return 0;
  if (what == NULL_VALUE) return read_nulls(reader, to, problem);
  if (column->presence == DESCRYI_ARROW_WHERE_VALID) {
    for (int64_t i = 0; i < to->count; ++i)
      to->record[i * to->stride + (ptrdiff_t)column->present_offset] = 1;
  }
  return read_values(reader, to, problem);
}

static int unpack(const descryi_arrow_reader* reader, unpacked_rows to,
                  descryi_arrow_problem* problem) {
  const bool all_are_read = reader->column->presence != DESCRYI_ARROW_WHERE_TAG &&
                            reader->encoding != DESCRYI_ARROW_NULLS && !reader->validity;
  if (all_are_read) return read_fate(reader, READ, &to, problem);
  for (int64_t i = 0, next; i < to.count; i = next) {
    const fate what = fate_of(reader, to.first + i, to.record + i * to.stride);
    for (next = i + 1; next < to.count; ++next) {
      if (fate_of(reader, to.first + next, to.record + next * to.stride) != what) break;
    }
    const unpacked_rows run = {to.first + i, next - i, to.record + i * to.stride, to.stride};
    if (read_fate(reader, what, &run, problem) < 0) return -1;
  }
  return 0;
}

int descryi_arrow_unpack(const descryi_arrow_reader* reader, int64_t first, int64_t count,
                         char* data, ptrdiff_t stride, descryi_arrow_problem* problem) {
  for (int64_t i = 0; i < count; i += DESCRYI_ARROW_BLOCK) {
    const int64_t left = count - i;
    const unpacked_rows block = {first + i, left < DESCRYI_ARROW_BLOCK ? left : DESCRYI_ARROW_BLOCK,
                                 data + i * stride, stride};
    if (unpack(reader, block, problem) < 0) return -1;
  }
  return 0;
}
