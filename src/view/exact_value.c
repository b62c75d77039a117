// SPDX-License-Identifier: BSD-3-Clause
#include "src/view/exact_value.h"

#include <float.h>
#include <limits.h>
#include <math.h>
#include <string.h>

// The bytes of the largest number: a complex one of long doubles.
enum { LARGEST = 2 * sizeof(long double) };

// Bytes of a long double that mean something: x86 has 10 of them, and padding.
enum { LONG_DOUBLE_BYTES = LDBL_MANT_DIG == 64 ? 10 : sizeof(long double) };

descryi_value_form descryi_value_form_of(PyObject* descr) {
  descryi_value_form form = {.size = (size_t)descryi_descr_itemsize(descr),
                             .swapped = !descryi_descr_is_native(descr)};
  const bool is_builtin = descryi_descr_type_num(descr) <= DESCRYI_NPY_HALF;
  switch (is_builtin ? descryi_descr_kind(descr) : '\0') {
    case 'b':
      form.kind = DESCRYI_VALUE_BOOL;
      break;
    case 'i':
      form.kind = DESCRYI_VALUE_INT;
      break;
    case 'u':
      form.kind = DESCRYI_VALUE_UINT;
      break;
    case 'f':
      form.kind = DESCRYI_VALUE_FLOAT;
      break;
    case 'c':
      form.kind = DESCRYI_VALUE_COMPLEX;
      break;
    case 'S':
      form.kind = DESCRYI_VALUE_BYTES;
      break;
    case 'U':
      form.kind = DESCRYI_VALUE_UNICODE;
      break;
    case 'V':
      form.kind = DESCRYI_VALUE_VOID;
      break;
    case 'O':
      form.kind = DESCRYI_VALUE_OBJECT;
      break;
    case 'M':
    case 'm':
      form.kind =
          descryi_descr_kind(descr) == 'M' ? DESCRYI_VALUE_DATETIME : DESCRYI_VALUE_TIMEDELTA;
      form.unit = descryi_descr_datetime(descr)->unit;
      form.count = descryi_descr_datetime(descr)->count;
      break;
    default:
      form.kind = DESCRYI_VALUE_UNKNOWN;
  }
  return form;
}

static bool holds_number(const descryi_value_form* form) {
  return form->kind >= DESCRYI_VALUE_BOOL && form->kind <= DESCRYI_VALUE_COMPLEX;
}

static bool is_text(const descryi_value_form* form) {
  return form->kind == DESCRYI_VALUE_BYTES || form->kind == DESCRYI_VALUE_UNICODE;
}

static bool is_int(const descryi_value_form* form) {
  return form->kind == DESCRYI_VALUE_INT || form->kind == DESCRYI_VALUE_UINT;
}

bool descryi_value_forms_known(const descryi_value_form* from, const descryi_value_form* to) {
  if (holds_number(from) && holds_number(to)) return true;
  if (is_text(from) && is_text(to)) return true;
  return from->kind == to->kind && from->kind != DESCRYI_VALUE_UNKNOWN;
}

// The size in bytes of a float, or of either part of a complex number.
static size_t part_size(const descryi_value_form* form) {
  return form->kind == DESCRYI_VALUE_COMPLEX ? form->size / 2 : form->size;
}

// The bits of the mantissa of such a part.
static int mantissa_digits(const descryi_value_form* form) {
  switch (part_size(form)) {
    case 2:
      return 11;
    case sizeof(float):
      return FLT_MANT_DIG;
    case sizeof(double):
      return DBL_MANT_DIG;
    default:
      return LDBL_MANT_DIG;
  }
}

bool descryi_value_always_fits(const descryi_value_form* from, const descryi_value_form* to) {
  if (from->kind == DESCRYI_VALUE_DATETIME || from->kind == DESCRYI_VALUE_TIMEDELTA) {
    return from->unit == to->unit && from->count == to->count;
  }
  if (is_int(from) && !is_int(to)) {
    const int digits = CHAR_BIT * (int)from->size - (from->kind == DESCRYI_VALUE_INT);
    return digits <= mantissa_digits(to);
  }
  // NumPy reads bools that are neither 0 nor 1 in its own way, and text that is not ASCII not at
  // all.
  const bool other = from->kind == DESCRYI_VALUE_BOOL || is_text(from);
  return !other || from->kind == to->kind;
}

bool descryi_value_same_bytes(const descryi_value_form* form, const char* one, const char* other) {
  const bool is_float = form->kind == DESCRYI_VALUE_FLOAT || form->kind == DESCRYI_VALUE_COMPLEX;
  const size_t part = part_size(form);
  if (!is_float || part <= LONG_DOUBLE_BYTES) return memcmp(one, other, form->size) == 0;
  const size_t skipped = form->swapped ? part - LONG_DOUBLE_BYTES : 0;
  for (size_t at = 0; at < form->size; at += part) {
    if (memcmp(one + at + skipped, other + at + skipped, LONG_DOUBLE_BYTES) != 0) return false;
  }
  return true;
}

// Copies `size` bytes, in reverse order where `swapped`.
static void copy_bytes(char* target, const char* source, size_t size, bool swapped) {
  for (size_t i = 0; i < size; ++i) target[i] = source[swapped ? size - 1 - i : i];
}

// A number of whatever form. A float holds no int64 where a long double is a double.
typedef struct exact_number {
  bool is_int;
  bool negative;
  uint64_t magnitude;  // of an int
  long double real, imaginary;
} exact_number;

static exact_number load_int(const char* bytes, size_t size, bool is_signed) {
  uint64_t bits = 0;
  const int shift = CHAR_BIT * (int)(sizeof bits - size);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  memcpy(&bits, bytes, size);
#else
  memcpy((char*)&bits + sizeof bits - size, bytes, size);
#endif
  const char most_significant = bytes[__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? size - 1 : 0];
  const bool negative = is_signed && (most_significant & 0x80);
  // The high bits of a negative number are those of its sign.
  if (negative && shift) bits |= ~(uint64_t)0 << (CHAR_BIT * (int)size);
  return (exact_number){.is_int = true, .negative = negative, .magnitude = negative ? -bits : bits};
}

static long double load_half(const char* bytes) {
  uint16_t bits;
  memcpy(&bits, bytes, sizeof bits);
  const int exponent = bits >> 10 & 0x1f;
  const int fraction = bits & 0x3ff;
  long double value;
  if (exponent == 0x1f) {
    value = fraction ? (long double)NAN : (long double)INFINITY;
  } else {
    value = exponent ? ldexpl(fraction + 0x400, exponent - 25) : ldexpl(fraction, -24);
  }
  return bits >> 15 ? -value : value;
}

static long double load_float(const char* bytes, size_t size) {
  float single;
  double twice;
  long double longest;
  switch (size) {
    case 2:
      return load_half(bytes);
    case sizeof single:
      memcpy(&single, bytes, sizeof single);
      return single;
    case sizeof twice:
      memcpy(&twice, bytes, sizeof twice);
      return twice;
    default:
      memcpy(&longest, bytes, sizeof longest);
      return longest;
  }
}

static exact_number load_number(const descryi_value_form* form, const char* source) {
  char bytes[LARGEST] = {0};
  const size_t part = part_size(form);
  copy_bytes(bytes, source, part, form->swapped);
  switch (form->kind) {
    case DESCRYI_VALUE_BOOL:
      return (exact_number){.is_int = true, .magnitude = bytes[0] != 0};
    case DESCRYI_VALUE_INT:
    case DESCRYI_VALUE_UINT:
      return load_int(bytes, part, form->kind == DESCRYI_VALUE_INT);
    default:
      break;
  }
  exact_number value = {.real = load_float(bytes, part)};
  if (form->kind == DESCRYI_VALUE_COMPLEX) {
    copy_bytes(bytes, source + part, part, form->swapped);
    value.imaginary = load_float(bytes, part);
  }
  return value;
}

// Makes `value` an int. Returns whether it is one.
static bool make_int(exact_number* value) {
  if (value->is_int) return true;
  if (value->imaginary != 0) return false;
  const long double size = fabsl(value->real);
  if (!(size < 18446744073709551616.0L)) return false;  // NaN, too
  value->magnitude = (uint64_t)size;
  value->negative = value->real < 0;
  return (long double)value->magnitude == size;
}

static bool store_exact_int(exact_number value, size_t size, bool is_signed, char* bytes) {
  if (!make_int(&value)) return false;
  const uint64_t highest = ~(uint64_t)0 >> (64 - CHAR_BIT * (int)size + is_signed);
  if (value.negative && value.magnitude && !is_signed) return false;
  if (value.magnitude > highest + (value.negative && is_signed)) return false;
  const uint64_t bits = value.negative ? -value.magnitude : value.magnitude;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  memcpy(bytes, &bits, size);
#else
  memcpy(bytes, (const char*)&bits + sizeof bits - size, size);
#endif
  return true;
}

// Stores a value as a half float, which has 11 bits from 2**-24 on and ends before 2**16.
static bool store_half(long double value, char* bytes) {
  unsigned bits = signbit(value) ? 0x8000 : 0;
  int exponent;
  if (isnan(value)) {
    bits |= 0x7e00;
  } else if (isinf(value)) {
    bits |= 0x7c00;
  } else if (value != 0) {
    (void)frexpl(value, &exponent);
    const int lowest = exponent - 11 < -24 ? -24 : exponent - 11;  // of the bits there are
    const long double scaled = ldexpl(fabsl(value), -lowest);
    if (exponent > 16 || scaled != floorl(scaled)) return false;
    const unsigned fraction = (unsigned)scaled;
    bits |= fraction < 0x400 ? fraction : (unsigned)(lowest + 25) << 10 | (fraction & 0x3ff);
  }
  const uint16_t half = (uint16_t)bits;
  memcpy(bytes, &half, sizeof half);
  return true;
}

static bool store_float(long double value, size_t size, char* bytes) {
  const float single = (float)value;
  const double twice = (double)value;
  switch (size) {
    case 2:
      return store_half(value, bytes);
    case sizeof single:
      memcpy(bytes, &single, sizeof single);
      return single == value || isnan(value);
    case sizeof twice:
      memcpy(bytes, &twice, sizeof twice);
      return (long double)twice == value || isnan(value);
    default:
      memset(bytes, 0, size);
      memcpy(bytes, &value, LONG_DOUBLE_BYTES);
      return true;
  }
}

// Makes `value` a float. Returns whether a long double holds it.
static bool make_float(exact_number* value) {
  if (!value->is_int) return true;
  const long double size = (long double)value->magnitude;
  value->real = value->negative ? -size : size;
  return size < 18446744073709551616.0L && (uint64_t)size == value->magnitude;
}

static bool store_number(exact_number value, const descryi_value_form* form, char* target) {
  char bytes[LARGEST] = {0};
  const size_t part = part_size(form);
  const bool is_signed = form->kind == DESCRYI_VALUE_INT;
  switch (form->kind) {
    case DESCRYI_VALUE_BOOL:
      if (!make_int(&value) || value.magnitude > 1 || (value.negative && value.magnitude)) {
        return false;
      }
      *target = (char)value.magnitude;
      return true;
    case DESCRYI_VALUE_INT:
    case DESCRYI_VALUE_UINT:
      if (!store_exact_int(value, part, is_signed, bytes)) return false;
      break;
    default:
      if (!make_float(&value) || !store_float(value.real, part, bytes)) return false;
      if (form->kind == DESCRYI_VALUE_FLOAT && value.imaginary != 0) return false;
      if (form->kind == DESCRYI_VALUE_COMPLEX) {
        if (!store_float(value.imaginary, part, bytes + part)) return false;
        copy_bytes(target + part, bytes + part, part, form->swapped);
      }
  }
  copy_bytes(target, bytes, part, form->swapped);
  return true;
}

// The characters of a text, whatever it is stored as.
static size_t text_length(const descryi_value_form* form) {
  return form->kind == DESCRYI_VALUE_UNICODE ? form->size / 4 : form->size;
}

static uint32_t load_character(const descryi_value_form* form, const char* text, size_t index) {
  uint32_t character;
  if (form->kind != DESCRYI_VALUE_UNICODE) return (unsigned char)text[index];
  copy_bytes((char*)&character, text + 4 * index, sizeof character, form->swapped);
  return character;
}

static void store_character(uint32_t character, const descryi_value_form* form, char* text,
                            size_t index) {
  if (form->kind != DESCRYI_VALUE_UNICODE) {
    text[index] = (char)character;
  } else {
    copy_bytes(text + 4 * index, (const char*)&character, sizeof character, form->swapped);
  }
}

// Bytes and characters are the same only as far as ASCII goes; zeros at the end are none.
static bool convert_text(const descryi_value_form* from, const char* source,
                         const descryi_value_form* to, char* target) {
  const size_t length = text_length(from), room = text_length(to);
  for (size_t i = 0; i < length; ++i) {
    const uint32_t character = load_character(from, source, i);
    if (from->kind != to->kind && character > 127) return false;
    if (i >= room && character) return false;
  }
  for (size_t i = 0; i < room; ++i) {
    store_character(i < length ? load_character(from, source, i) : 0, to, target, i);
  }
  return true;
}

static bool convert_object(const char* source, char* target) {
  PyObject *object, *previous;
  memcpy(&object, source, sizeof object);
  memcpy(&previous, target, sizeof previous);
  if (!object) object = Py_None;
  Py_INCREF(object);
  memcpy(target, &object, sizeof object);
  Py_XDECREF(previous);
  return true;
}

bool descryi_value_convert(const descryi_value_form* from, const char* source,
                           const descryi_value_form* to, char* target) {
  switch (to->kind) {
    case DESCRYI_VALUE_BYTES:
    case DESCRYI_VALUE_UNICODE:
    case DESCRYI_VALUE_VOID:
      return convert_text(from, source, to, target);
    case DESCRYI_VALUE_DATETIME:
    case DESCRYI_VALUE_TIMEDELTA:
      return descryi_time_convert(from, source, to, target);
    case DESCRYI_VALUE_OBJECT:
      return convert_object(source, target);
    default:
      return store_number(load_number(from, source), to, target);
  }
}
