// SPDX-License-Identifier: BSD-3-Clause
// Text: UTF-8 as Unicode has it (no surrogates, nothing longer than it need be), and UCS-4 as NumPy
// does. Plain C.
#ifndef DESCRY_SRC_ARROW_UTF8_H_
#define DESCRY_SRC_ARROW_UTF8_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Returns the length without the NULs at the end.
size_t descryi_trimmed_length(const char* text, size_t size);

// Reads the character at `text`, of which `size` > 0 bytes are left. Returns its length in bytes,
// or 0 where it is not UTF-8.
size_t descryi_utf8_read(const char* text, size_t size, uint32_t* character);

// Writes a character, up to 4 bytes. Returns its length, or 0 for what is not a character.
size_t descryi_utf8_write(char* text, uint32_t character);

// Whether all of a text is UTF-8.
bool descryi_utf8_is_valid(const char* text, size_t size);

#endif  // DESCRY_SRC_ARROW_UTF8_H_
