// SPDX-License-Identifier: BSD-3-Clause
#include "src/convert/bits.h"

#include <descry/flags.h>
#include <limits.h>

#include "src/convert/record.h"
#include "src/match/difference.h"

// The bit at `index` of the bytes of a field, the least significant one first.
static size_t byte_of(const descryi_rule* field, size_t index) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  const bool from_end = field->swapped;
#else
  const bool from_end = !field->swapped;
#endif
  const size_t byte = index / CHAR_BIT;
  return from_end ? field->itemsize - 1 - byte : byte;
}

// A bit-field's rule has its shift for an offset and its width for an itemsize.
static unsigned long long load_bits(const descryi_rule* field, const descryi_rule* bit,
                                    const char* element) {
  unsigned long long value = 0;
  for (size_t i = bit->itemsize; i-- > 0;) {
    const size_t at = bit->offset + i;
    const unsigned byte = (unsigned char)element[byte_of(field, at)];
    value = value << 1 | (byte >> at % CHAR_BIT & 1u);
  }
  return value;
}

static void store(const descryi_rule* field, const descryi_rule* bit, unsigned long long value,
                  char* element) {
  for (size_t i = 0; i < bit->itemsize; ++i, value >>= 1) {
    const size_t at = bit->offset + i;
    char* const byte = &element[byte_of(field, at)];
    const unsigned mask = 1u << at % CHAR_BIT;
    const unsigned others = (unsigned char)*byte & ~mask;
    *byte = (char)(value & 1 ? others | mask : others);
  }
}

static int refuse_bits(const descryi_rule* bit, PyObject* value, PyObject* exception,
                       const char* remark, descryi_reading* reading) {
  PyObject* shown = descryi_short_repr(value, DESCRYI_VALUE_LENGTH);
  if (!shown) return -1;
  PyObject* reason = PyUnicode_FromFormat(
      "expected %s integer of %zu bit%s, got %U%s", bit->is_signed ? "a signed" : "an unsigned",
      bit->itemsize, bit->itemsize == 1 ? "" : "s", shown, remark);
  Py_DECREF(shown);
  return descryi_refuse_because(reading, exception, reason);
}

// Whether `number` is one of the values that the bit-field has.
static bool fits(const descryi_rule* bit, long long number) {
  const size_t bits = bit->itemsize - (bit->is_signed ? 1 : 0);
  if (bits >= 63) return bit->is_signed || number >= 0;
  return number < (1LL << bits) && number >= (bit->is_signed ? -(1LL << bits) : 0);
}

// Stores an int. The one that is not a long long is of 64 bits.
static int read_bit(const descryi_rule* field, const descryi_rule* bit, PyObject* value,
                    char* element, descryi_reading* reading) {
  int overflow;
  PyObject* number = PyNumber_Index(value);
  if (!number && !PyErr_ExceptionMatches(PyExc_TypeError)) return -1;
  if (!number) {
    PyErr_Clear();
    return refuse_bits(bit, value, PyExc_TypeError, "", reading);
  }
  const long long small = PyLong_AsLongLongAndOverflow(number, &overflow);
  unsigned long long bits = (unsigned long long)small;
  bool good = !overflow && fits(bit, small);
  if (overflow > 0 && !bit->is_signed && bit->itemsize == 64) {
    bits = PyLong_AsUnsignedLongLong(number);
    good = bits != (unsigned long long)-1 || !PyErr_Occurred();
    if (!good) PyErr_Clear();
  }
  Py_DECREF(number);
  if (!good) {
    return refuse_bits(bit, value, PyExc_OverflowError, ", which is out of range", reading);
  }
  store(field, bit, bits, element);
  return 0;
}

// Reads the bit-field at `index`. Steals `value`, NULL passing as the failure that it is.
static int read_bit_field(const descryi_rule* field, size_t index, PyObject* value, char* element,
                          descryi_reading* reading) {
  const descryi_rule* bit = &field->parts[index];
  if (!value) return -1;
  const int result = read_bit(field, bit, value, element, reading);
  Py_DECREF(value);
  if (result == 0) return 0;
  Py_INCREF(bit->name);
  return descryi_refuse_inside(reading, bit->name);
}

static int read_bit_sequence(const descryi_rule* field, PyObject* value, char* element,
                             descryi_reading* reading) {
  if (descryi_check_row_length(field, value, reading) < 0) return -1;
  for (size_t i = 0; i < field->count; ++i) {
    PyObject* item = descryi_sequence_item(value, (Py_ssize_t)i);
    if (read_bit_field(field, i, item, element, reading) < 0) return -1;
    if (descryi_check_unchanged(value, (Py_ssize_t)field->value_count, reading) < 0) return -1;
  }
  return 0;
}

static int read_bit_mapping(const descryi_rule* field, PyObject* value, char* element,
                            descryi_reading* reading) {
  for (size_t i = 0; i < field->count; ++i) {
    PyObject* item = PyObject_GetItem(value, field->parts[i].name);
    if (item) {
      if (read_bit_field(field, i, item, element, reading) < 0) return -1;
      continue;
    }
    if (!PyErr_ExceptionMatches(PyExc_LookupError)) return -1;
    PyErr_Clear();
    if (descryi_refuse_missing(field, &field->parts[i], reading) < 0) return -1;
  }
  return reading->flags & DESCRY_EXTRA_IGNORED ? 0 : descryi_refuse_extra(field, value, reading);
}

// Bits that have no name are left as they are: zero.
static int read_bit_fields(const descryi_rule* rule, PyObject* value, char* element,
                           descryi_reading* reading) {
  if (PyTuple_Check(value) || PyList_Check(value)) {
    return read_bit_sequence(rule, value, element, reading);
  }
  const bool is_whole = descryi_is_plain(value) || descryi_is_array(value) ||
                        PyObject_CheckBuffer(value) || !PyMapping_Check(value);
  return is_whole ? rule->read_whole(rule, value, element, reading)
                  : read_bit_mapping(rule, value, element, reading);
}

static PyObject* write_bit(const descryi_rule* field, const descryi_rule* bit,
                           const char* element) {
  const unsigned long long bits = load_bits(field, bit, element);
  if (!bit->is_signed) return PyLong_FromUnsignedLongLong(bits);
  // NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): none is of no bits.
  const unsigned long long sign = 1ULL << (bit->itemsize - 1);
  return PyLong_FromLongLong((long long)((bits ^ sign) - sign));
}

static PyObject* write_bits(const descryi_rule* rule, const char* element, descryi_row_form form) {
  if (form == DESCRYI_ROW_TUPLE) return rule->write_whole(rule, element, form);
  PyObject* dict = PyDict_New();
  for (size_t i = 0; dict && i < rule->count; ++i) {
    const descryi_rule* bit = &rule->parts[i];
    PyObject* value = write_bit(rule, bit, element);
    if (!value || PyDict_SetItem(dict, bit->name, value) < 0) Py_CLEAR(dict);
    Py_XDECREF(value);
  }
  return dict;
}

int descryi_rule_set_bits(descryi_rule* rule) {
  const size_t all = descry_field_bit_count(rule->field);
  rule->parts = descryi_calloc(all, sizeof *rule->parts);
  if (!rule->parts) {
    PyErr_NoMemory();
    return -1;
  }
  for (size_t i = 0; i < all; ++i) {
    size_t shift;
    const descry_bit* const declared = descry_field_bit(rule->field, i, &shift);
    if (!declared->name || declared->width == 0 || declared->width > 64) continue;
    descryi_rule* const bit = &rule->parts[rule->count++];
    bit->offset = shift;
    bit->itemsize = declared->width;
    bit->is_signed = declared->is_signed != 0;
    bit->name = PyUnicode_InternFromString(declared->name);
    if (!bit->name) return -1;
  }
  rule->value_count = rule->count;
  if (rule->count == 0) return 0;
  // Opaque bytes have no byte order, but bit-fields among them do.
  if (rule->field->flags & DESCRY_FIELD_SWAPPED) rule->swapped = true;
  rule->read_whole = rule->read;
  rule->write_whole = rule->write;
  rule->read = read_bit_fields;
  rule->write = write_bits;
  return 0;
}
