// SPDX-License-Identifier: BSD-3-Clause
#include "src/convert/text.h"

#include <descry/flags.h>
#include <string.h>

#include "src/convert/number.h"
#include "src/view/exact_value.h"

static const char kInexact[] = "which it cannot hold exactly";

static int refuse_long(const descryi_rule* rule, Py_ssize_t length, const char* unit,
                       descryi_reading* reading) {
  const size_t room = descryi_descr_kind(rule->dtype) == 'U' ? rule->itemsize / 4 : rule->itemsize;
  return descryi_refuse_because(reading, PyExc_ValueError,
                                PyUnicode_FromFormat("expected at most %zu %s%s, got %zd", room,
                                                     unit, room == 1 ? "" : "s", length));
}

static int refuse_nul(const descryi_rule* rule, PyObject* value, descryi_reading* reading) {
  return descryi_refuse_value(reading, rule, PyExc_ValueError, value,
                              "which ends in a NUL that would be lost");
}

// How many of the first `room` bytes are whole characters of UTF-8.
static size_t whole_characters(const char* text, size_t room) {
  while (room > 0 && ((unsigned char)text[room] & 0xC0) == 0x80) --room;
  return room;
}

static int store_bytes(const descryi_rule* rule, PyObject* value, const char* bytes, size_t length,
                       bool is_text, char* element, descryi_reading* reading) {
  const bool cuts = (reading->flags & DESCRY_TRUNCATE_TEXT) != 0;
  if (length > rule->itemsize) {
    if (!cuts) return refuse_long(rule, (Py_ssize_t)length, "byte", reading);
    length = is_text ? whole_characters(bytes, rule->itemsize) : rule->itemsize;
  }
  if (!cuts && length && bytes[length - 1] == '\0') return refuse_nul(rule, value, reading);
  memcpy(element, bytes, length);
  memset(element + length, 0, rule->itemsize - length);
  return 0;
}

int descryi_read_bytes(const descryi_rule* rule, PyObject* value, char* element,
                       descryi_reading* reading) {
  char* bytes;
  Py_ssize_t length;
  if (PyBytes_Check(value)) {
    if (PyBytes_AsStringAndSize(value, &bytes, &length) < 0) return -1;
    return store_bytes(rule, value, bytes, (size_t)length, false, element, reading);
  }
  if (!PyUnicode_Check(value)) {
    return descryi_refuse_value(reading, rule, PyExc_TypeError, value, NULL);
  }
  PyObject* encoded = PyUnicode_AsUTF8String(value);
  if (!encoded) {
    if (!PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) return -1;
    PyErr_Clear();
    return descryi_refuse_value(reading, rule, PyExc_ValueError, value,
                                "which has surrogates, for which UTF-8 has no bytes");
  }
  int result = PyBytes_AsStringAndSize(encoded, &bytes, &length);
  if (result == 0) {
    result = store_bytes(rule, value, bytes, (size_t)length, true, element, reading);
  }
  Py_DECREF(encoded);
  return result;
}

static void swap_characters(const descryi_rule* rule, char* element) {
  for (size_t at = 0; rule->swapped && at < rule->itemsize; at += 4) {
    const char first = element[at], second = element[at + 1];
    element[at] = element[at + 3];
    element[at + 1] = element[at + 2];
    element[at + 2] = second;
    element[at + 3] = first;
  }
}

int descryi_read_unicode(const descryi_rule* rule, PyObject* value, char* element,
                         descryi_reading* reading) {
  if (!PyUnicode_Check(value)) {
    return descryi_refuse_value(reading, rule, PyExc_TypeError, value, NULL);
  }
  const bool cuts = (reading->flags & DESCRY_TRUNCATE_TEXT) != 0;
  const Py_ssize_t room = (Py_ssize_t)(rule->itemsize / 4);
  Py_ssize_t length = PyUnicode_GetLength(value);
  if (length < 0) return -1;
  if (length > room && !cuts) return refuse_long(rule, length, "character", reading);
  if (length && !cuts && PyUnicode_ReadChar(value, length - 1) == 0) {
    return refuse_nul(rule, value, reading);
  }
  if (length > room) length = room;
  memset(element, 0, rule->itemsize);
  for (Py_ssize_t i = 0; i < length; ++i) {
    const Py_UCS4 character = PyUnicode_ReadChar(value, i);
    if (character == (Py_UCS4)-1 && PyErr_Occurred()) return -1;
    memcpy(element + 4 * i, &character, sizeof character);
  }
  swap_characters(rule, element);
  return 0;
}

int descryi_read_void(const descryi_rule* rule, PyObject* value, char* element,
                      descryi_reading* reading) {
  Py_buffer buffer;
  if (!PyObject_CheckBuffer(value)) {
    return descryi_refuse_value(reading, rule, PyExc_TypeError, value, NULL);
  }
  if (PyObject_GetBuffer(value, &buffer, PyBUF_SIMPLE) < 0) return -1;
  const Py_ssize_t length = buffer.len;
  const bool fits = (size_t)length == rule->itemsize;
  if (fits) memcpy(element, buffer.buf, rule->itemsize);
  PyBuffer_Release(&buffer);
  if (fits) return 0;
  return descryi_refuse_because(
      reading, PyExc_ValueError,
      PyUnicode_FromFormat("expected %zu bytes, got %zd", rule->itemsize, length));
}

PyObject* descryi_write_bytes(const descryi_rule* rule, const char* element,
                              descryi_row_form form) {
  (void)form;
  size_t length = rule->itemsize;
  while (length > 0 && element[length - 1] == '\0') --length;
  return PyBytes_FromStringAndSize(element, (Py_ssize_t)length);
}

PyObject* descryi_write_unicode(const descryi_rule* rule, const char* element,
                                descryi_row_form form) {
  return descryi_write_by_numpy(rule, element, form);
}

PyObject* descryi_write_void(const descryi_rule* rule, const char* element, descryi_row_form form) {
  (void)form;
  return PyBytes_FromStringAndSize(element, (Py_ssize_t)rule->itemsize);
}

// The unit in which NumPy reads an object of the module datetime: exactly.
static const char* const kClasses[][2] = {
    {"datetime", "M8[us]"}, {"date", "M8[D]"}, {"timedelta", "m8[us]"}};

// Returns a new dtype for an instance of one of these classes, or NULL, with an exception set only
// if one came up.
static PyObject* dtype_of_time(PyObject* value) {
  PyObject* module = PyImport_ImportModule("datetime");
  PyObject* found = NULL;
  for (size_t i = 0; module && !found && i < sizeof kClasses / sizeof *kClasses; ++i) {
    PyObject* class_ = PyObject_GetAttrString(module, kClasses[i][0]);
    const int is_one = class_ ? PyObject_IsInstance(value, class_) : -1;
    Py_XDECREF(class_);
    if (is_one < 0) break;
    if (!is_one) continue;
    PyObject* spec = PyUnicode_FromString(kClasses[i][1]);
    found = spec ? descryi_descr_convert(spec) : NULL;
    Py_XDECREF(spec);
    break;
  }
  Py_XDECREF(module);
  return found;
}

// Whether a value knows of a time zone; -1 with an exception set.
static int has_zone(PyObject* value) {
  PyObject* zone = PyObject_GetAttrString(value, "tzinfo");
  if (!zone && !PyErr_ExceptionMatches(PyExc_AttributeError)) return -1;
  if (!zone) PyErr_Clear();
  const int has = zone && zone != Py_None;
  Py_XDECREF(zone);
  return has;
}

// Returns a new 0-d array of the value in a unit that holds it exactly, or NULL: with a refusal, or
// with an exception set.
static PyObject* time_array(const descryi_rule* rule, PyObject* value, descryi_reading* reading) {
  PyObject* dtype = NULL;
  if (!descryi_is_scalar(value)) {
    dtype = dtype_of_time(value);
    if (!dtype && PyErr_Occurred()) return NULL;
    if (!dtype) return descryi_refuse_value(reading, rule, PyExc_TypeError, value, NULL), NULL;
    const int zone = has_zone(value);
    if (zone) Py_DECREF(dtype);
    if (zone < 0) return NULL;
    if (zone) {
      descryi_refuse_value(reading, rule, PyExc_ValueError, value, "which has a time zone");
      return NULL;
    }
  }
  PyObject* array = descryi_np.from_any(value, dtype, 0, 0, 0, NULL);
  if (!array) return NULL;
  PyObject* const actual = descryi_as_array(array)->descr;
  if (descryi_descr_kind(actual) != descryi_descr_kind(rule->dtype)) {
    descryi_refuse_value(reading, rule, PyExc_TypeError, value, NULL);
    Py_CLEAR(array);
  } else if (descryi_descr_is_stepless(actual)) {
    descryi_refuse_value(reading, rule, PyExc_ValueError, value, kInexact);
    Py_CLEAR(array);
  }
  return array;
}

// Stores the element where the rule's unit holds it exactly. NumPy's own casts take a month
// for 30.4 days, and wrapped up to 2.4 what is out of range.
static int store_time(const descryi_rule* rule, PyObject* value, PyObject* array, char* element,
                      descryi_reading* reading) {
  const descryi_array* const source = descryi_as_array(array);
  const descryi_value_form from = descryi_value_form_of(source->descr);
  const descryi_value_form to = descryi_value_form_of(rule->dtype);
  if (descryi_time_convert(&from, source->data, &to, element)) return 0;
  return descryi_refuse_value(reading, rule, PyExc_ValueError, value, kInexact);
}

int descryi_read_time(const descryi_rule* rule, PyObject* value, char* element,
                      descryi_reading* reading) {
  if (PyLong_Check(value) && !PyBool_Check(value)) {
    int overflow;
    const int64_t count = PyLong_AsLongLongAndOverflow(value, &overflow);
    if (count == -1 && !overflow && PyErr_Occurred()) return -1;
    if (overflow) {
      return descryi_refuse_value(reading, rule, PyExc_OverflowError, value,
                                  "which is out of range");
    }
    descryi_store_native(rule, element, &count, sizeof count);
    return 0;
  }
  if (value == Py_None) {
    const int64_t not_a_time = INT64_MIN;
    descryi_store_native(rule, element, &not_a_time, sizeof not_a_time);
    return 0;
  }
  PyObject* array = time_array(rule, value, reading);
  if (!array) return -1;
  const int result = store_time(rule, value, array, element, reading);
  Py_DECREF(array);
  return result;
}

// NPY_DATETIMEUNIT: from nanoseconds on no class of the module datetime has the unit.
enum { UNIT_NANOSECONDS = 10 };

// As NumPy's item(): None, a count of a fine unit, or an object of the module datetime.
PyObject* descryi_write_time(const descryi_rule* rule, const char* element, descryi_row_form form) {
  int64_t count;
  const descryi_datetime_metadata* time = descryi_descr_datetime(rule->dtype);
  descryi_load_native(rule, element, &count);
  if (count == INT64_MIN) {
    Py_INCREF(Py_None);
    return Py_None;
  }
  if (time && time->unit >= UNIT_NANOSECONDS) return PyLong_FromLongLong(count);
  return descryi_write_by_numpy(rule, element, form);
}

int descryi_read_object(const descryi_rule* rule, PyObject* value, char* element,
                        descryi_reading* reading) {
  PyTypeObject* const class_ =
      rule->type->kind == DESCRY_KIND_OBJECT ? *rule->type->class_ptr : NULL;
  if (class_ && !PyObject_TypeCheck(value, class_)) {
    return descryi_refuse_value(reading, rule, PyExc_TypeError, value, NULL);
  }
  PyObject* former;
  memcpy(&former, element, sizeof former);
  Py_INCREF(value);
  memcpy(element, &value, sizeof value);
  Py_XDECREF(former);
  return 0;
}

PyObject* descryi_write_object(const descryi_rule* rule, const char* element,
                               descryi_row_form form) {
  (void)rule;
  (void)form;
  PyObject* object;
  memcpy(&object, element, sizeof object);
  if (!object) object = Py_None;
  Py_INCREF(object);
  return object;
}
