// SPDX-License-Identifier: BSD-3-Clause
#include "src/arrow/number.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/arrow/civil.h"
#include "src/arrow/strided.h"

typedef descryi_arrow_reader descryi_arrow_reader;

size_t descryi_arrow_number_width(char format) {
  switch (format) {
    case 'c':
    case 'C':
      return 1;
    case 's':
    case 'S':
    case 'e':
      return 2;
    case 'i':
    case 'I':
    case 'f':
      return 4;
    case 'l':
    case 'L':
    case 'g':
      return 8;
    default:
      return 0;
  }
}

static bool is_float(char format) { return format && strchr("efg", format); }
static bool is_unsigned(char format) { return format && strchr("CSIL", format); }

// Whether every number of one format is one of the other.
static bool widens(char from, char to) {
  const size_t narrow = descryi_arrow_number_width(from), wide = descryi_arrow_number_width(to);
  if (is_float(from) != is_float(to) || narrow >= wide) return false;
  return is_float(from) || is_unsigned(from) || !is_unsigned(to);
}

bool descryi_arrow_set_number(descryi_arrow_reader* reader, const char* format) {
  const descryi_arrow_column* const column = reader->column;
  const size_t width = descryi_arrow_number_width(format[0]);
  const char target = column->format[0];
  const bool is_number = width && !format[1] && column->form == DESCRYI_ARROW_PLAIN &&
                         descryi_arrow_number_width(target) && !column->format[1];
  if (!is_number) return false;
  reader->number = format[0];
  reader->width = width;
  reader->encoding = format[0] == target ? DESCRYI_ARROW_SAME : DESCRYI_ARROW_NUMBERS;
  const bool converts = (reader->flags & DESCRY_CONVERT) && target != 'e';
  return format[0] == target || widens(format[0], target) || converts;
}

// A unit of time as a fraction of seconds.
typedef struct unit {
  int64_t seconds;
  int64_t parts;
} unit;

// Gets the unit of "D]" or of Arrow's "D"; years and months are counted by their days. Returns
// false for one that is not there.
static bool unit_of(const char* name, size_t length, unit* out) {
  static const struct {
    const char* name;
    unit unit;
  } kUnits[] = {{"Y", {86400, 1}},    {"M", {86400, 1}},      {"W", {604800, 1}}, {"D", {86400, 1}},
                {"h", {3600, 1}},     {"m", {60, 1}},         {"s", {1, 1}},      {"ms", {1, 1000}},
                {"us", {1, 1000000}}, {"ns", {1, 1000000000}}};
  for (size_t i = 0; i < sizeof kUnits / sizeof *kUnits; ++i) {
    if (strlen(kUnits[i].name) != length || strncmp(kUnits[i].name, name, length) != 0) continue;
    *out = kUnits[i].unit;
    return true;
  }
  return false;
}

static bool is_utc(const char* zone) {
  static const char* const kNames[] = {"", "UTC", "Etc/UTC", "Z", "+00:00"};
  for (size_t i = 0; i < sizeof kNames / sizeof *kNames; ++i) {
    if (strcmp(zone, kNames[i]) == 0) return true;
  }
  return false;
}

// Gets what Arrow's dates, timestamps and durations are counted in.
static bool source_unit(const char* format, unit* out, size_t* width, bool* is_duration) {
  static const char* const kUnits[][2] = {{"s", "s"}, {"m", "ms"}, {"u", "us"}, {"n", "ns"}};
  const char* name = NULL;
  *is_duration = format[1] == 'D';
  *width = strcmp(format, "tdD") == 0 ? 4 : 8;
  if (strcmp(format, "tdD") == 0) name = "D";
  if (strcmp(format, "tdm") == 0) name = "ms";
  const bool is_stamp = strncmp(format, "ts", 2) == 0 && format[2] && format[3] == ':';
  const bool is_span = strncmp(format, "tD", 2) == 0 && format[2] && !format[3];
  for (size_t i = 0; i < 4 && (is_span || (is_stamp && is_utc(format + 4))); ++i) {
    if (format[2] == kUnits[i][0][0]) name = kUnits[i][1];
  }
  return name && unit_of(name, strlen(name), out);
}

static int64_t common_divisor_of_longs(int64_t a, int64_t b) {
  while (b) {
    const int64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

bool descryi_arrow_set_time(descryi_arrow_reader* reader, const char* format) {
  const descryi_arrow_column* const column = reader->column;
  const char* const code = column->code;
  unit from, to;
  bool is_duration;
  if (format[0] != 't' || (*code != 'M' && *code != 'm')) return false;
  if (!source_unit(format, &from, &reader->width, &is_duration)) return false;
  if (is_duration != (*code == 'm') || !unit_of(code + 3, strlen(code) - 4, &to)) return false;
  const bool is_ours = strncmp(format, column->format, strlen(column->format)) == 0;
  const bool is_date = strcmp(format, "tdm") == 0 && strcmp(code, "M8[ms]") == 0;
  if (!is_ours && !is_date && !(reader->flags & DESCRY_CONVERT)) return false;
  const int64_t multiply = from.seconds * to.parts, divide = from.parts * to.seconds;
  const int64_t common = common_divisor_of_longs(multiply, divide);
  reader->multiply = multiply / common;
  reader->divide = divide / common;
  const bool as_it_is = reader->width == 8 && reader->multiply == 1 && reader->divide == 1 &&
                        column->form == DESCRYI_ARROW_TIME;
  reader->encoding = as_it_is ? DESCRYI_ARROW_SAME : DESCRYI_ARROW_TIMES;
  return true;
}

bool descryi_arrow_load_integer(char format, const char* from, int64_t* value) {
  union {
    int64_t l;
    int8_t c;
    uint8_t C;
    int16_t s;
    uint16_t S;
    int32_t i;
    uint32_t I;
  } number = {0};
  memcpy(&number, from, descryi_arrow_number_width(format));
  switch (format) {
    case 'c':  // NOLINTNEXTLINE(bugprone-signed-char-misuse,cert-str34-c): a number with a sign.
      return *value = number.c, true;
    case 'C':
      return *value = number.C, true;
    case 's':
      return *value = number.s, true;
    case 'S':
      return *value = number.S, true;
    case 'i':
      return *value = number.i, true;
    case 'I':
      return *value = number.I, true;
    default:
      *value = number.l;
      return format == 'l' || number.l >= 0;
  }
}

// Without a library for it: normal halves have the same mantissa in a double, to the left.
static double half_value(uint16_t half) {
  const uint64_t exponent = half >> 10 & 0x1F, mantissa = half & 0x3FF;
  double value = (double)mantissa * 0x1p-24;
  if (exponent) {
    const uint64_t wide = exponent == 0x1F ? 0x7FF : exponent - 15 + 1023;
    const uint64_t bits = wide << 52 | mantissa << 42;
    memcpy(&value, &bits, sizeof value);
  }
  return half & 0x8000 ? -value : value;
}

static double load_floating(char format, const char* from) {
  uint16_t half;
  float single;
  double value;
  switch (format) {
    case 'e':
      memcpy(&half, from, sizeof half);
      return half_value(half);
    case 'f':
      memcpy(&single, from, sizeof single);
      return (double)single;
    default:
      memcpy(&value, from, sizeof value);
      return value;
  }
}

// What the integers of 64 bits end before.
static const double kTwo63 = 9223372036854775808.0;
static const double kTwo64 = 18446744073709551616.0;

// A number on its way: an integer, which may be past INT64_MAX, or a float.
typedef struct number {
  bool is_float;
  bool is_huge;  // whether `integer` is that of a uint64
  int64_t integer;
  double real;
} number;

static number load_any(char format, const char* from) {
  number value = {.is_float = is_float(format)};
  if (value.is_float) {
    value.real = load_floating(format, from);
  } else {
    value.is_huge = !descryi_arrow_load_integer(format, from, &value.integer);
  }
  return value;
}

// Stores an integer of `width` bytes. Returns false where it does not fit.
static bool put_integer(char target, const number* value, char* to) {
  const size_t width = descryi_arrow_number_width(target);
  const unsigned bits = 8 * (unsigned)width;
  number whole = *value;
  if (width == 0) return false;  // no integer: not reached
  if (value->is_float) {
    // 2**63 and 2**64 are floats, their predecessors are not.
    const bool is_big = is_unsigned(target) && value->real >= kTwo63 && value->real < kTwo64;
    if (!(value->real >= -kTwo63 && value->real < kTwo63) && !is_big) return false;
    whole.integer = is_big ? (int64_t)(uint64_t)value->real : (int64_t)value->real;
    whole.is_huge = is_big;
    const double back = is_big ? (double)(uint64_t)whole.integer : (double)whole.integer;
    if (back != value->real) return false;
  }
  if (is_unsigned(target)) {
    if (whole.integer < 0 && !whole.is_huge) return false;
    if (bits < 64 && (uint64_t)whole.integer >> bits) return false;
  } else {
    if (whole.is_huge) return false;
    const int64_t limit = (int64_t)(UINT64_MAX >> (65 - bits));
    if (whole.integer > limit || whole.integer < -limit - 1) return false;
  }
  const uint8_t one = (uint8_t)whole.integer;
  const uint16_t two = (uint16_t)whole.integer;
  const uint32_t four = (uint32_t)whole.integer;
  const void* const source = width == 1   ? (const void*)&one
                             : width == 2 ? (const void*)&two
                             : width == 4 ? (const void*)&four
                                          : (const void*)&whole.integer;
  memcpy(to, source, width);
  return true;
}

// Stores a float of 4 or 8 bytes. Returns false where it is not exact.
static bool put_float(char target, const number* value, char* to) {
  double real = value->real;
  if (!value->is_float) {
    real = value->is_huge ? (double)(uint64_t)value->integer : (double)value->integer;
    const bool exact = value->is_huge ? real < kTwo64 && (uint64_t)real == (uint64_t)value->integer
                                      : real < kTwo63 && (int64_t)real == value->integer;
    if (!exact) return false;
  }
  if (target == 'g') return memcpy(to, &real, sizeof real), true;
  const float single = (float)real;
  if ((double)single != real && real == real) return false;
  return memcpy(to, &single, sizeof single), true;
}

// Writes a number for a message.
static void print(const number* value, char* text, size_t size) {
  if (value->is_float) {
    (void)snprintf(text, size, "%.17g", value->real);
  } else if (value->is_huge) {
    (void)snprintf(text, size, "%" PRIu64, (uint64_t)value->integer);
  } else {
    (void)snprintf(text, size, "%" PRId64, value->integer);
  }
}

// Copies a native element to where it belongs, in the column's byte order.
static void put_native(const descryi_arrow_column* column, char* to, const char* native) {
  if (column->word) {
    descryi_arrow_swap(to, native, column->itemsize);
  } else {
    memcpy(to, native, column->itemsize);
  }
}

int descryi_arrow_convert_number(const descryi_arrow_reader* reader, const char* from, char* to,
                                 descryi_arrow_problem* problem) {
  const descryi_arrow_column* const column = reader->column;
  const char target = column->format[0];
  const number value = load_any(reader->number, from);
  char native[8];
  if ((is_float(target) ? put_float : put_integer)(target, &value, native)) {
    put_native(column, to, native);
    return 0;
  }
  char expected[48], shown[32];
  descryi_arrow_label(column, expected, sizeof expected);
  print(&value, shown, sizeof shown);
  return descryi_arrow_fail(problem, DESCRYI_ARROW_OVERFLOW_ERROR,
                            "expected %s, got %s, which it cannot hold exactly", expected, shown);
}

// Makes `value` one in the column's unit. Returns false where it is out of range or not exact.
static bool scale_time(const descryi_arrow_reader* reader, int64_t value, int64_t* out) {
  const descryi_arrow_column* const column = reader->column;
  if (__builtin_mul_overflow(value, reader->multiply, &value)) return false;
  if (value % reader->divide != 0) return false;
  value /= reader->divide;
  if (column->form == DESCRYI_ARROW_MONTHS) {
    if (value < INT32_MIN || value > INT32_MAX || !descryi_months_of_days(value, &value)) {
      return false;
    }
    if (value % column->scale != 0) return false;
    value /= column->scale;
  }
  *out = value;
  return value != INT64_MIN;
}

int descryi_arrow_convert_time(const descryi_arrow_reader* reader, const char* from, char* to,
                               descryi_arrow_problem* problem) {
  const descryi_arrow_column* const column = reader->column;
  int64_t value;
  (void)descryi_arrow_load_integer(reader->width == 4 ? 'i' : 'l', from, &value);
  const int64_t before = value;
  // What NumPy made may have NaT without saying that it is null.
  if ((reader->width == 4 || value != INT64_MIN) && !scale_time(reader, value, &value)) {
    char expected[48];
    descryi_arrow_label(column, expected, sizeof expected);
    return descryi_arrow_fail(problem, DESCRYI_ARROW_OVERFLOW_ERROR,
                              "expected %s, got the count %" PRId64
                              ", which is out of range or between two steps of the unit",
                              expected, before);
  }
  char native[8];
  memcpy(native, &value, sizeof native);
  put_native(column, to, native);
  return 0;
}

bool descryi_arrow_store_null(const descryi_arrow_column* column, unsigned flags, char* to) {
  static const uint16_t kHalf = 0x7E00;
  static const float kSingle = NAN;
  static const double kDouble = (double)NAN;
  static const int64_t kNotATime = INT64_MIN;
  const char* const code = column->code;
  char native[8] = {0};
  const bool is_time = *code == 'M' || *code == 'm';
  if (!is_time && !(flags & DESCRY_NONE_IS_NAN)) return false;
  if (is_time) {
    memcpy(native, &kNotATime, sizeof kNotATime);
  } else if (strcmp(code, "f8") == 0) {
    memcpy(native, &kDouble, sizeof kDouble);
  } else if (strcmp(code, "f4") == 0) {
    memcpy(native, &kSingle, sizeof kSingle);
  } else if (strcmp(code, "f2") == 0) {
    memcpy(native, &kHalf, sizeof kHalf);
  } else if (*code == 'c') {
    const descryi_arrow_column* const part = column->children;
    return descryi_arrow_store_null(part, flags, to) &&
           descryi_arrow_store_null(part, flags, to + part->itemsize);
  } else {
    return false;
  }
  put_native(column, to, native);
  return true;
}
