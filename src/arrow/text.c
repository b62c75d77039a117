// SPDX-License-Identifier: BSD-3-Clause
#include "src/arrow/text.h"

#include <inttypes.h>
#include <string.h>

#include "src/arrow/utf8.h"

// Views have so many bytes of text in themselves, or else where it is.
enum { INLINE_TEXT = 12, VIEW_SIZE = 16 };

static int32_t load32(const char* from) {
  int32_t value;
  memcpy(&value, from, sizeof value);
  return value;
}

static int64_t load64(const char* from) {
  int64_t value;
  memcpy(&value, from, sizeof value);
  return value;
}

static int find_view(const descryi_arrow_reader* reader, const char* view, const char** text,
                     int64_t* size, descryi_arrow_problem* problem) {
  *size = load32(view);
  if (*size >= 0 && *size <= INLINE_TEXT) return *text = view + 4, 0;
  const int32_t buffer = load32(view + 8), offset = load32(view + 12);
  if (*size >= 0 && buffer >= 0 && buffer < reader->variadic_count && offset >= 0) {
    const int64_t room = load64(reader->variadic_sizes + 8 * (size_t)buffer);
    const char* const start = reader->variadic[buffer];
    if (start && offset + *size <= room) return *text = start + offset, 0;
  }
  return descryi_arrow_fail(problem, DESCRYI_ARROW_VALUE_ERROR,
                            "the array is broken: %" PRId64 " bytes at offset %" PRId32
                            " of buffer %" PRId32 " are not there",
                            *size, offset, buffer);
}

int descryi_arrow_find_text(const descryi_arrow_reader* reader, int64_t index, const char** text,
                            int64_t* size, descryi_arrow_problem* problem) {
  const char* const place = reader->data + (size_t)index * reader->width;
  int64_t start;
  switch (reader->encoding) {
    case DESCRYI_ARROW_VIEWS:
      return find_view(reader, place, text, size, problem);
    case DESCRYI_ARROW_FIXED_TEXT:
      *text = place;
      *size = (int64_t)reader->width;
      return 0;
    case DESCRYI_ARROW_TEXT:
      start = load32(place);
      *size = load32(place + 4) - start;
      break;
    default:
      start = load64(place);
      *size = load64(place + 8) - start;
  }
  *text = *size ? reader->text + start : "";
  return 0;
}

static int refuse_text_length(descryi_arrow_problem* problem, size_t most, int64_t size,
                              const char* what) {
  return descryi_arrow_fail(problem, DESCRYI_ARROW_VALUE_ERROR,
                            "expected at most %zu %s, got %" PRId64, most, what, size);
}

// Cuts a text before the character that does not fit.
static size_t cut(const char* text, size_t size, bool is_utf8) {
  while (is_utf8 && size > 0 && (text[size] & 0xC0) == 0x80) --size;
  return size;
}

static int store_text_bytes(const descryi_arrow_reader* reader, const char* text, int64_t size,
                            char* to, descryi_arrow_problem* problem) {
  const size_t itemsize = reader->column->itemsize;
  size_t length = (size_t)size;
  const bool cuts = (reader->flags & DESCRY_TRUNCATE_TEXT) != 0;
  if (reader->encoding == DESCRYI_ARROW_FIXED_TEXT) {
    length = descryi_trimmed_length(text, length);
  } else if (length > itemsize && !cuts) {
    // Not looked at: nothing else tells whether the producer's buffer is as long as its last
    // offset.
    return refuse_text_length(problem, itemsize, size, "bytes");
  } else if (length > 0 && text[length - 1] == '\0') {
    return descryi_arrow_fail(problem, DESCRYI_ARROW_VALUE_ERROR,
                              "the text ends in a NUL that would be lost");
  }
  if (length > itemsize) {
    if (!cuts) return refuse_text_length(problem, itemsize, (int64_t)length, "bytes");
    length = cut(text, itemsize, reader->is_utf8);
  }
  if (length > 0) memcpy(to, text, length);
  return 0;
}

static int store_characters(const descryi_arrow_reader* reader, const char* text, int64_t size,
                            char* to, descryi_arrow_problem* problem) {
  const size_t most = reader->column->itemsize / 4;
  size_t count = 0;
  uint32_t character = 1;
  for (size_t at = 0; at < (size_t)size; ++count) {
    const size_t length = descryi_utf8_read(text + at, (size_t)size - at, &character);
    if (!length) {
      return descryi_arrow_fail(problem, DESCRYI_ARROW_VALUE_ERROR, "the text is not UTF-8");
    }
    at += length;
    if (count >= most) continue;
    const uint32_t stored = reader->column->word ? __builtin_bswap32(character) : character;
    memcpy(to + 4 * count, &stored, sizeof stored);
  }
  if (character == 0) {
    return descryi_arrow_fail(problem, DESCRYI_ARROW_VALUE_ERROR,
                              "the text ends in a NUL that would be lost");
  }
  if (count <= most || reader->flags & DESCRY_TRUNCATE_TEXT) return 0;
  return refuse_text_length(problem, most, (int64_t)count, "characters");
}

static int store_opaque(const descryi_arrow_reader* reader, const char* text, int64_t size,
                        char* to, descryi_arrow_problem* problem) {
  if ((size_t)size != reader->column->itemsize) {
    return descryi_arrow_fail(problem, DESCRYI_ARROW_VALUE_ERROR,
                              "expected %zu bytes, got %" PRId64, reader->column->itemsize, size);
  }
  memcpy(to, text, (size_t)size);
  return 0;
}

int descryi_arrow_store_text(const descryi_arrow_reader* reader, const char* text, int64_t size,
                             char* to, descryi_arrow_problem* problem) {
  switch (reader->column->form) {
    case DESCRYI_ARROW_BYTES:
      return store_text_bytes(reader, text, size, to, problem);
    case DESCRYI_ARROW_UNICODE:
      return store_characters(reader, text, size, to, problem);
    default:
      return store_opaque(reader, text, size, to, problem);
  }
}
