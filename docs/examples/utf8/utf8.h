// SPDX-License-Identifier: BSD-3-Clause
// UTF-8 to the UCS-4 of NumPy's `U`. Used by several examples.
#ifndef UTF8_H_
#define UTF8_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// Reads one character. Returns its length in bytes, or 0 where there is none. Overlong forms and
// surrogates are none.
static inline size_t utf8_read(const char* text, size_t size, uint32_t* out) {
  static const uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const unsigned char* bytes = (const unsigned char*)text;
  const unsigned first = bytes[0];
  const size_t length = first < 0x80   ? 1
                        : first < 0xC2 ? 0
                        : first < 0xE0 ? 2
                        : first < 0xF0 ? 3
                                       : 4;
  if (length == 0 || length > size || first > 0xF4) return 0;
  uint32_t value = length == 1 ? first : first & (0x7Fu >> length);
  for (size_t i = 1; i < length; ++i) {
    if ((bytes[i] & 0xC0) != 0x80) return 0;
    value = value << 6 | (bytes[i] & 0x3Fu);
  }
  const bool surrogate = value >= 0xD800 && value < 0xE000;
  if (value < kLeast[length] || value > 0x10FFFF || surrogate) return 0;
  *out = value;
  return length;
}

// Counts the characters of a text. Returns -1 where it is not UTF-8.
static inline ptrdiff_t utf8_length(const char* text, size_t size) {
  ptrdiff_t count = 0;
  for (size_t at = 0; at < size; ++count) {
    uint32_t character;
    const size_t length =
        (signed char)text[at] >= 0 ? 1 : utf8_read(text + at, size - at, &character);
    if (length == 0) return -1;
    at += length;
  }
  return count;
}

// Writes a text as UCS-4. REQUIRES: utf8_length() took the text, and `out` has room for that many.
static inline void utf8_decode(const char* text, size_t size, char* out) {
  for (size_t at = 0; at < size; out += sizeof(uint32_t)) {
    uint32_t character = (unsigned char)text[at];
    at += character < 0x80 ? 1 : utf8_read(text + at, size - at, &character);
    memcpy(out, &character, sizeof character);
  }
}

#endif  // UTF8_H_
