// SPDX-License-Identifier: BSD-3-Clause
// What an array says, checked before anything in its buffers is used. How large a buffer is, nobody
// says but for text in views: that it reaches as far as lengths and offsets do is the producer's
// part.
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "src/arrow/number.h"
#include "src/arrow/reader.h"
#include "src/arrow/strided.h"

typedef descryi_arrow_reader descryi_arrow_reader;

static int bind(descryi_arrow_reader* reader, const struct ArrowArray* array, int64_t first,
                int64_t count, descryi_arrow_problem* problem);

__attribute__((format(printf, 2, 3))) static int broken_array(descryi_arrow_problem* problem,
                                                              const char* format, ...);

static int broken_array(descryi_arrow_problem* problem, const char* format, ...) {
  char what[120];
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(what, sizeof what, format, arguments);
  va_end(arguments);
  return descryi_arrow_fail(problem, DESCRYI_ARROW_VALUE_ERROR, "the array is broken: %s", what);
}

// The buffers that an encoding has besides the bitmap, -1 for none of them, not even that.
static int64_t own_buffers(descryi_arrow_encoding encoding) {
  switch (encoding) {
    case DESCRYI_ARROW_NULLS:
      return -1;
    case DESCRYI_ARROW_STRUCTS:
    case DESCRYI_ARROW_FIXED_LISTS:
      return 0;
    case DESCRYI_ARROW_TEXT:
    case DESCRYI_ARROW_LARGE_TEXT:
      return 2;
    default:
      return 1;
  }
}

static int check_buffers(const descryi_arrow_reader* reader, const struct ArrowArray* array,
                         descryi_arrow_problem* problem) {
  const int64_t expected = 1 + own_buffers(reader->encoding);
  const int64_t actual = array->n_buffers;
  const bool is_views = reader->encoding == DESCRYI_ARROW_VIEWS;
  if (is_views ? actual < 3 || actual > INT32_MAX : actual != expected) {
    return broken_array(problem, "it has %" PRId64 " buffers", actual);
  }
  if (actual > 0 && !array->buffers) return broken_array(problem, "its buffers are NULL");
  return 0;
}

static int check_array_children(const descryi_arrow_reader* reader, const struct ArrowArray* array,
                                descryi_arrow_problem* problem) {
  const bool is_list = reader->encoding == DESCRYI_ARROW_FIXED_LISTS ||
                       reader->encoding == DESCRYI_ARROW_LISTS ||
                       reader->encoding == DESCRYI_ARROW_LARGE_LISTS;
  const int64_t expected = is_list ? 1 : reader->source_children;
  if (array->n_children != expected) {
    return broken_array(problem, "it has %" PRId64 " children", array->n_children);
  }
  if (expected > 0 && !array->children) return broken_array(problem, "its children are NULL");
  const bool has_dictionary = reader->encoding == DESCRYI_ARROW_DICTIONARY;
  if (has_dictionary && !array->dictionary) return broken_array(problem, "it has no dictionary");
  return 0;
}

// Checks an array's own numbers, of which elements from `first` on are asked for.
static int check_numbers(const struct ArrowArray* array, int64_t first, int64_t count,
                         descryi_arrow_problem* problem) {
  int64_t end;
  if (array->length < 0 || array->offset < 0) {
    return broken_array(problem, "length %" PRId64 ", offset %" PRId64, array->length,
                        array->offset);
  }
  // Offsets of bits and of wide elements have to fit as well.
  if (__builtin_add_overflow(array->length, array->offset, &end) || end > INT64_MAX / 64) {
    return broken_array(problem, "length %" PRId64 ", offset %" PRId64, array->length,
                        array->offset);
  }
  if (first > array->length || count > array->length - first) {
    return broken_array(problem,
                        "it has %" PRId64 " elements, and %" PRId64 " from %" PRId64 " on are used",
                        array->length, count, first);
  }
  if (array->null_count < -1 || array->null_count > array->length) {
    return broken_array(problem, "%" PRId64 " of %" PRId64 " elements are null", array->null_count,
                        array->length);
  }
  return 0;
}

static int bind_validity(descryi_arrow_reader* reader, const struct ArrowArray* array,
                         descryi_arrow_problem* problem) {
  reader->validity = NULL;
  if (reader->encoding == DESCRYI_ARROW_NULLS) return 0;
  if (array->null_count != 0) reader->validity = array->buffers[0];
  if (array->null_count > 0 && !reader->validity) {
    return broken_array(problem, "%" PRId64 " elements are null, and it is not said which",
                        array->null_count);
  }
  return 0;
}

// Reads an offset of 4 or 8 bytes.
static int64_t load_offset(const descryi_arrow_reader* reader, int64_t index) {
  int64_t value;
  (void)descryi_arrow_load_integer(reader->width == 4 ? 'i' : 'l',
                                   reader->data + (size_t)index * reader->width, &value);
  return value;
}

// Checks that offsets do not go down, and stores the last one.
static int check_offsets(const descryi_arrow_reader* reader, int64_t count, int64_t* last,
                         descryi_arrow_problem* problem) {
  int64_t before = *last = 0;
  if (count == 0) return 0;
  for (int64_t i = 0; i <= count; ++i) {
    *last = load_offset(reader, reader->offset + i);
    if (*last < before) {
      return broken_array(problem, "offset %" PRId64 " is %" PRId64 ", behind %" PRId64, i, *last,
                          before);
    }
    before = *last;
  }
  return 0;
}

static int bind_text(descryi_arrow_reader* reader, const struct ArrowArray* array, int64_t count,
                     descryi_arrow_problem* problem) {
  int64_t last;
  if (check_offsets(reader, count, &last, problem) < 0) return -1;
  reader->text = array->buffers[2];
  if (!reader->text && last > 0) return broken_array(problem, "it has no text");
  return 0;
}

static int bind_views(descryi_arrow_reader* reader, const struct ArrowArray* array,
                      descryi_arrow_problem* problem) {
  reader->variadic_count = array->n_buffers - 3;
  reader->variadic = array->buffers + 2;
  reader->variadic_sizes = array->buffers[array->n_buffers - 1];
  if (reader->variadic_count > 0 && !reader->variadic_sizes) {
    return broken_array(problem, "the sizes of its buffers are NULL");
  }
  return 0;
}

static int bind_lists(descryi_arrow_reader* reader, const struct ArrowArray* array, int64_t count,
                      descryi_arrow_problem* problem) {
  int64_t last;
  if (check_offsets(reader, count, &last, problem) < 0) return -1;
  return bind(reader->children, array->children[0], 0, last, problem);
}

static int bind_fixed_lists(descryi_arrow_reader* reader, const struct ArrowArray* array,
                            int64_t count, descryi_arrow_problem* problem) {
  const int64_t items = (int64_t)reader->column->count;
  int64_t first, used;
  if (__builtin_mul_overflow(reader->offset, items, &first) ||
      __builtin_mul_overflow(count, items, &used)) {
    return broken_array(problem, "its lists are longer than can be");
  }
  return bind(reader->children, array->children[0], first, used, problem);
}

static int bind_structs(descryi_arrow_reader* reader, const struct ArrowArray* array, int64_t count,
                        descryi_arrow_problem* problem) {
  for (size_t i = 0; i < reader->child_count; ++i) {
    descryi_arrow_reader* const child = &reader->children[i];
    if (child->encoding == DESCRYI_ARROW_MISSING) continue;
    if (bind(child, array->children[child->index], reader->offset, count, problem) < 0) {
      return descryi_arrow_inside(problem, child->column->name);
    }
  }
  return 0;
}

static int bind_nested(descryi_arrow_reader* reader, const struct ArrowArray* array, int64_t count,
                       descryi_arrow_problem* problem) {
  switch (reader->encoding) {
    case DESCRYI_ARROW_TEXT:
    case DESCRYI_ARROW_LARGE_TEXT:
      return bind_text(reader, array, count, problem);
    case DESCRYI_ARROW_VIEWS:
      return bind_views(reader, array, problem);
    case DESCRYI_ARROW_LISTS:
    case DESCRYI_ARROW_LARGE_LISTS:
      return bind_lists(reader, array, count, problem);
    case DESCRYI_ARROW_FIXED_LISTS:
      return bind_fixed_lists(reader, array, count, problem);
    case DESCRYI_ARROW_STRUCTS:
      return bind_structs(reader, array, count, problem);
    case DESCRYI_ARROW_DICTIONARY:
      reader->length = array->dictionary->length;
      return bind(reader->children, array->dictionary, 0, reader->length, problem);
    default:
      return 0;
  }
}

static int bind(descryi_arrow_reader* reader, const struct ArrowArray* array, int64_t first,
                int64_t count, descryi_arrow_problem* problem) {
  if (!array) return broken_array(problem, "it is NULL");
  if (!array->release) return broken_array(problem, "it was released");
  if (check_numbers(array, first, count, problem) < 0 ||
      check_buffers(reader, array, problem) < 0 ||
      check_array_children(reader, array, problem) < 0 ||
      bind_validity(reader, array, problem) < 0) {
    return -1;
  }
  reader->offset = array->offset + first;
  if (own_buffers(reader->encoding) > 0) {
    const bool is_empty =
        count == 0 || (reader->encoding == DESCRYI_ARROW_FIXED_TEXT && !reader->width);
    reader->data = array->buffers[1];
    if (!reader->data && !is_empty) return broken_array(problem, "a buffer is NULL");
  }
  return bind_nested(reader, array, count, problem);
}

int descryi_arrow_reader_bind(descryi_arrow_reader* reader, const struct ArrowArray* array,
                              descryi_arrow_problem* problem) {
  return bind(reader, array, 0, array->length, problem);
}
