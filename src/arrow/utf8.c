// SPDX-License-Identifier: BSD-3-Clause
#include "src/arrow/utf8.h"

#include <string.h>

static uint64_t load_word(const char* text) {
  uint64_t word;
  memcpy(&word, text, sizeof word);
  return word;
}

size_t descryi_trimmed_length(const char* text, size_t size) {
  while (size >= 8 && load_word(text + size - 8) == 0) size -= 8;
  while (size > 0 && text[size - 1] == '\0') --size;
  return size;
}

size_t descryi_utf8_read(const char* text, size_t size, uint32_t* character) {
  static const uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const unsigned char* const bytes = (const unsigned char*)text;
  const unsigned char first = bytes[0];
  if (first < 0x80) return *character = first, 1;
  const size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || length > size) return 0;
  uint32_t value = first & (0x7Fu >> length);
  for (size_t i = 1; i < length; ++i) {
    if ((bytes[i] & 0xC0) != 0x80) return 0;
    value = value << 6 | (bytes[i] & 0x3Fu);
  }
  const bool is_surrogate = value >= 0xD800 && value < 0xE000;
  if (value < kSmallest[length] || value > 0x10FFFF || is_surrogate) return 0;
  *character = value;
  return length;
}

size_t descryi_utf8_write(char* text, uint32_t character) {
  const uint32_t c = character;
  if (c < 0x80) return text[0] = (char)c, 1;
  if (c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) return 0;
  const size_t length = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  for (size_t i = length, rest = c; i-- > 1; rest >>= 6) text[i] = (char)(0x80 | (rest & 0x3F));
  const unsigned mark = 0xF00u >> length & 0xF0u;
  text[0] = (char)(mark | c >> (6 * (length - 1)));
  return length;
}

bool descryi_utf8_is_valid(const char* text, size_t size) {
  uint32_t character;
  for (size_t i = 0, length; i < size; i += length) {
    if (i + 8 <= size && !(load_word(text + i) & UINT64_C(0x8080808080808080))) {
      length = 8;
      continue;
    }
    length = descryi_utf8_read(text + i, size - i, &character);
    if (!length) return false;
  }
  return true;
}
