// SPDX-License-Identifier: BSD-3-Clause
#include "src/schema/problem.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static _Thread_local descryi_problem reported;

static bool continues_character(char byte) { return ((unsigned char)byte & 0xC0) == 0x80; }

// Ends `text` in front of the character that its last byte is part of.
static void cut_last_character(char* text, size_t length) {
  while (length > 0 && continues_character(text[length - 1])) --length;
  if (length > 0) text[length - 1] = '\0';
}

int descryi_problem_set(descryi_problem* problem, const char* format, ...) {
  if (problem->text[0] != '\0') return -1;
  va_list arguments;
  va_start(arguments, format);
  const int length = vsnprintf(problem->text, sizeof problem->text, format, arguments);
  va_end(arguments);
  if (length >= (int)sizeof problem->text) {
    cut_last_character(problem->text, sizeof problem->text - 1);
  }
  return -1;
}

void descryi_problem_report(const descryi_problem* problem) {
  if (problem) {
    reported = *problem;
  } else {
    reported.text[0] = '\0';
  }
}

const char* descryi_problem_reported(void) {
  return reported.text[0] != '\0' ? reported.text : NULL;
}

// Returns the number of bytes that follow the first one of a character, or -1 where none begins so.
static int following_bytes(unsigned char first) {
  if (first < 0x80) return 0;
  if (first >= 0xC2 && first <= 0xDF) return 1;
  if (first >= 0xE0 && first <= 0xEF) return 2;
  return first >= 0xF0 && first <= 0xF4 ? 3 : -1;
}

// Whether a second byte makes no longer form of a shorter character, no surrogate, and nothing past
// U+10FFFF.
static bool fits_first(unsigned char first, unsigned char second) {
  switch (first) {
    case 0xE0:
      return second >= 0xA0;
    case 0xED:
      return second < 0xA0;
    case 0xF0:
      return second >= 0x90;
    case 0xF4:
      return second < 0x90;
    default:
      return true;
  }
}

bool descryi_is_utf8(const char* text) {
  while (*text != '\0') {
    const int more = following_bytes((unsigned char)*text);
    if (more < 0 || (more > 0 && !fits_first((unsigned char)text[0], (unsigned char)text[1]))) {
      return false;
    }
    for (int i = 1; i <= more; ++i) {
      if (!continues_character(text[i])) return false;
    }
    text += more + 1;
  }
  return true;
}
