// SPDX-License-Identifier: BSD-3-Clause
#include "src/convert/number.h"

#include <descry/flags.h>
#include <math.h>
#include <string.h>

// Copies `size` bytes, each `unit` of them in reverse order.
static void copy_swapped(char* target, const char* source, size_t size, size_t unit) {
  for (size_t start = 0; start < size; start += unit) {
    for (size_t i = 0; i < unit; ++i) target[start + i] = source[start + unit - 1 - i];
  }
}

// The compiler makes a load and a store of a memcpy whose size it knows.
static inline void copy_element(void* target, const void* source, size_t size) {
  switch (size) {
    case 1:
      memcpy(target, source, 1);
      return;
    case 2:
      memcpy(target, source, 2);
      return;
    case 4:
      memcpy(target, source, 4);
      return;
    case 8:
      memcpy(target, source, 8);
      return;
    default:
      memcpy(target, source, size);
  }
}

void descryi_store_native(const descryi_rule* rule, char* element, const void* value, size_t unit) {
  if (rule->swapped) {
    copy_swapped(element, value, rule->itemsize, unit);
  } else {
    copy_element(element, value, rule->itemsize);
  }
}

void descryi_load_native(const descryi_rule* rule, const char* element, void* value) {
  if (rule->swapped) {
    copy_swapped(value, element, rule->itemsize, rule->itemsize);
  } else {
    copy_element(value, element, rule->itemsize);
  }
}

// Copies the one element of an array that NumPy makes of `value`, with the rule's dtype. Returns 0,
// or -1 with an exception set.
static int store_by_numpy(const descryi_rule* rule, PyObject* value, char* element) {
  Py_INCREF(rule->dtype);
  PyObject* array = descryi_np.from_any(value, rule->dtype, 0, 0, 0, NULL);
  if (!array) return -1;
  memcpy(element, descryi_as_array(array)->data, rule->itemsize);
  Py_DECREF(array);
  return 0;
}

// Refuses a value, and lets an exception of the value's own code pass: what is only about its class
// says less than the refusal.
static int refuse_after_error(descryi_reading* reading, const descryi_rule* rule, PyObject* value) {
  if (!PyErr_ExceptionMatches(PyExc_TypeError)) return -1;
  PyErr_Clear();
  return descryi_refuse_value(reading, rule, PyExc_TypeError, value, NULL);
}

static int refuse_range(descryi_reading* reading, const descryi_rule* rule, PyObject* value) {
  return descryi_refuse_value(reading, rule, PyExc_OverflowError, value, "which is out of range");
}

// Whether a NumPy scalar is of the kind, such as 'b'; -1 with an exception set.
static int is_numpy_kind(PyObject* value, char kind) {
  if (!descryi_is_scalar(value)) return 0;
  PyObject* array = descryi_np.from_any(value, NULL, 0, 0, 0, NULL);
  if (!array) return -1;
  const int is_kind = descryi_descr_kind(descryi_as_array(array)->descr) == kind;
  Py_DECREF(array);
  return is_kind;
}

int descryi_read_bool(const descryi_rule* rule, PyObject* value, char* element,
                      descryi_reading* reading) {
  int truth = value == Py_True ? 1 : value == Py_False ? 0 : -1;
  if (truth < 0 && PyLong_Check(value)) {
    int overflow;
    const long number = PyLong_AsLongAndOverflow(value, &overflow);
    if (number == 0 || number == 1) truth = (int)number;
  } else if (truth < 0) {
    const int is_bool = is_numpy_kind(value, 'b');
    if (is_bool > 0) truth = PyObject_IsTrue(value);
    if (is_bool < 0 || (is_bool && truth < 0)) return -1;
  }
  if (truth < 0) return descryi_refuse_value(reading, rule, PyExc_TypeError, value, NULL);
  *element = (char)truth;
  return 0;
}

// The range of the integers that have the rule's size.
static long long least_of(const descryi_rule* rule) {
  return rule->itemsize == 8 ? INT64_MIN : -(1LL << (8 * rule->itemsize - 1));
}
static unsigned long long greatest_of(const descryi_rule* rule, bool is_signed) {
  const size_t bits = 8 * rule->itemsize - (is_signed ? 1 : 0);
  return bits == 64 ? UINT64_MAX : (1ULL << bits) - 1;
}

// The lowest bytes of a number are its value in every smaller type.
void descryi_store_integer(const descryi_rule* rule, char* element, unsigned long long number) {
  const uint8_t one = (uint8_t)number;
  const uint16_t two = (uint16_t)number;
  const uint32_t four = (uint32_t)number;
  const uint64_t eight = number;
  const void* const forms[] = {NULL, &one, &two, NULL, &four, NULL, NULL, NULL, &eight};
  descryi_store_native(rule, element, forms[rule->itemsize], rule->itemsize);
}

static int store_int(const descryi_rule* rule, PyObject* number, PyObject* value, char* element,
                     descryi_reading* reading) {
  const bool is_signed = rule->is_signed;
  int overflow;
  const long long small = PyLong_AsLongLongAndOverflow(number, &overflow);
  if (small == -1 && !overflow && PyErr_Occurred()) return -1;
  if (!overflow) {
    const bool fits = small < 0 ? is_signed && small >= least_of(rule)
                                : (unsigned long long)small <= greatest_of(rule, is_signed);
    if (!fits) return refuse_range(reading, rule, value);
    descryi_store_integer(rule, element, (unsigned long long)small);
    return 0;
  }
  if (overflow < 0 || is_signed || rule->itemsize < 8) return refuse_range(reading, rule, value);
  const unsigned long long large = PyLong_AsUnsignedLongLong(number);
  if (large == (unsigned long long)-1 && PyErr_Occurred()) {
    if (!PyErr_ExceptionMatches(PyExc_OverflowError)) return -1;
    PyErr_Clear();
    return refuse_range(reading, rule, value);
  }
  descryi_store_integer(rule, element, large);
  return 0;
}

// Returns a new int that is equal to a float, or NULL: with a refusal, or with an exception set.
static PyObject* integral(const descryi_rule* rule, PyObject* value, descryi_reading* reading) {
  const double number = PyFloat_AsDouble(value);
  if (number == -1.0 && PyErr_Occurred()) return NULL;
  if (reading->flags & DESCRY_INTEGRAL_FLOATS && isfinite(number) && floor(number) == number) {
    return PyLong_FromDouble(number);
  }
  descryi_refuse_value(
      reading, rule, PyExc_TypeError, value,
      reading->flags & DESCRY_INTEGRAL_FLOATS ? "which is not a whole number" : NULL);
  return NULL;
}

int descryi_read_int(const descryi_rule* rule, PyObject* value, char* element,
                     descryi_reading* reading) {
  if (PyLong_Check(value)) return store_int(rule, value, value, element, reading);
  PyObject* number;
  if (descryi_refuse_masked(reading, rule, value) < 0) return -1;
  const int is_float = PyFloat_Check(value) ? 1 : is_numpy_kind(value, 'f');
  if (is_float < 0) return -1;
  if (is_float) {
    number = integral(rule, value, reading);
    if (!number) return -1;
  } else {
    number = PyNumber_Index(value);
    if (!number) return refuse_after_error(reading, rule, value);
  }
  const int result = store_int(rule, number, value, element, reading);
  Py_DECREF(number);
  return result;
}

PyObject* descryi_write_bool(const descryi_rule* rule, const char* element, descryi_row_form form) {
  (void)rule;
  (void)form;
  return PyBool_FromLong(*element != 0);
}

unsigned long long descryi_load_integer(const descryi_rule* rule, const char* element) {
  uint8_t one;
  uint16_t two;
  uint32_t four;
  uint64_t eight;
  const bool is_signed = rule->is_signed;
  switch (rule->itemsize) {
    case 1:
      descryi_load_native(rule, element, &one);
      return is_signed ? (unsigned long long)(int8_t)one : one;
    case 2:
      descryi_load_native(rule, element, &two);
      return is_signed ? (unsigned long long)(int16_t)two : two;
    case 4:
      descryi_load_native(rule, element, &four);
      return is_signed ? (unsigned long long)(int32_t)four : four;
    default:
      descryi_load_native(rule, element, &eight);
      return eight;
  }
}

PyObject* descryi_write_int(const descryi_rule* rule, const char* element, descryi_row_form form) {
  (void)form;
  const unsigned long long number = descryi_load_integer(rule, element);
  if (rule->is_signed) return PyLong_FromLongLong((long long)number);
  return PyLong_FromUnsignedLongLong(number);
}

// Sets `*number` to what a value is as a double. Returns 0, or -1 as a reader does.
static int as_double(const descryi_rule* rule, PyObject* value, double* number,
                     descryi_reading* reading) {
  *number = NAN;
  if (value == Py_None && reading->flags & DESCRY_NONE_IS_NAN) return 0;
  if (PyUnicode_Check(value) || PyBytes_Check(value) || PyComplex_Check(value)) {
    return descryi_refuse_value(reading, rule, PyExc_TypeError, value, NULL);
  }
  const bool is_python = PyFloat_Check(value) || PyLong_Check(value);
  if (!is_python && descryi_refuse_masked(reading, rule, value) < 0) return -1;
  *number = PyFloat_AsDouble(value);
  if (*number != -1.0 || !PyErr_Occurred()) return 0;
  if (!PyErr_ExceptionMatches(PyExc_OverflowError)) {
    return refuse_after_error(reading, rule, value);
  }
  PyErr_Clear();
  return refuse_range(reading, rule, value);
}

// An int has to be what it was: 2 ** 53 + 1 is no double. `number` is what it has become.
static int check_int(const descryi_rule* rule, PyObject* value, double number,
                     descryi_reading* reading) {
  const double exact = rule->itemsize == 4 ? 16777216.0 : rule->itemsize == 2 ? 2048.0 : 0x1p53;
  if (!PyLong_Check(value) || fabs(number) < exact) return 0;
  PyObject* back = isfinite(number) ? PyLong_FromDouble(number) : NULL;
  if (!back && PyErr_Occurred()) return -1;
  const int same = back ? PyObject_RichCompareBool(back, value, Py_EQ) : 0;
  Py_XDECREF(back);
  if (same) return same < 0 ? -1 : 0;
  return descryi_refuse_value(reading, rule, PyExc_OverflowError, value,
                              "which it cannot hold exactly");
}

int descryi_read_float(const descryi_rule* rule, PyObject* value, char* element,
                       descryi_reading* reading) {
  double number;
  const bool is_float = PyFloat_CheckExact(value);
  if (is_float) {
    number = descryi_float_value(value);
  } else if (as_double(rule, value, &number, reading) < 0) {
    return -1;
  }
  const float single = (float)number;
  const bool is_single = rule->itemsize == sizeof single;
  if (is_single && isinf(single) && !isinf(number)) return refuse_range(reading, rule, value);
  if (!is_float && check_int(rule, value, is_single ? (double)single : number, reading) < 0) {
    return -1;
  }
  const void* const stored = is_single ? (const void*)&single : (const void*)&number;
  descryi_store_native(rule, element, stored, rule->itemsize);
  return 0;
}

// Returns what a stored element is as a double, by its __float__; or -1 with an exception set.
static double stored_double(const descryi_rule* rule, const char* element) {
  PyObject* item = descryi_write_by_numpy(rule, element, DESCRYI_ROW_TUPLE);
  const double number = item ? PyFloat_AsDouble(item) : -1.0;
  Py_XDECREF(item);
  return number;
}

int descryi_read_float_by_numpy(const descryi_rule* rule, PyObject* value, char* element,
                                descryi_reading* reading) {
  double number;
  char made[sizeof(long double)];
  if (as_double(rule, value, &number, reading) < 0) return -1;
  // NumPy would warn of it.
  const bool is_half = rule->kind == 'f' && rule->itemsize == 2;
  if (is_half && isfinite(number) && fabs(number) >= 65520.0) {
    return refuse_range(reading, rule, value);
  }
  const bool is_plain = value == Py_None || !descryi_is_scalar(value);
  PyObject* converted = is_plain ? PyFloat_FromDouble(number) : value;
  if (is_plain && !converted) return -1;
  const int result = store_by_numpy(rule, converted, made);
  if (is_plain) Py_DECREF(converted);
  if (result < 0) return -1;
  const double back = stored_double(rule, made);
  if (back == -1.0 && PyErr_Occurred()) return -1;
  if (isinf(back) && !isinf(number)) return refuse_range(reading, rule, value);
  if (check_int(rule, value, back, reading) < 0) return -1;
  memcpy(element, made, rule->itemsize);
  return 0;
}

PyObject* descryi_write_float(const descryi_rule* rule, const char* element,
                              descryi_row_form form) {
  (void)form;
  float single;
  double twice = 0.0;
  if (rule->itemsize == sizeof single) {
    descryi_load_native(rule, element, &single);
    return PyFloat_FromDouble((double)single);
  }
  descryi_load_native(rule, element, &twice);
  return PyFloat_FromDouble(twice);
}

PyObject* descryi_write_by_numpy(const descryi_rule* rule, const char* element,
                                 descryi_row_form form) {
  (void)form;
  PyObject* scalar = descryi_np.scalar((void*)element, rule->dtype, NULL);
  PyObject* item = scalar ? PyObject_CallMethod(scalar, "item", NULL) : NULL;
  Py_XDECREF(scalar);
  return item;
}

// Returns a new complex, or NULL: with a refusal, or with an exception set.
static PyObject* as_complex(const descryi_rule* rule, PyObject* value, descryi_reading* reading) {
  const int is_complex = PyComplex_Check(value) ? 1 : is_numpy_kind(value, 'c');
  if (is_complex < 0) return NULL;
  if (is_complex) return PyObject_CallFunctionObjArgs((PyObject*)&PyComplex_Type, value, NULL);
  double number;
  if (as_double(rule, value, &number, reading) < 0) return NULL;
  if (check_int(rule, value, number, reading) < 0) return NULL;
  return PyComplex_FromDoubles(number, 0);
}

int descryi_read_complex(const descryi_rule* rule, PyObject* value, char* element,
                         descryi_reading* reading) {
  PyObject* number = as_complex(rule, value, reading);
  if (!number) return -1;
  const double parts[] = {PyComplex_RealAsDouble(number), PyComplex_ImagAsDouble(number)};
  Py_DECREF(number);
  if (rule->itemsize == sizeof parts) {
    descryi_store_native(rule, element, parts, sizeof *parts);
    return 0;
  }
  if (rule->itemsize > sizeof parts) return store_by_numpy(rule, value, element);
  const float singles[] = {(float)parts[0], (float)parts[1]};
  for (int i = 0; i < 2; ++i) {
    if (isinf(singles[i]) && !isinf(parts[i])) return refuse_range(reading, rule, value);
  }
  descryi_store_native(rule, element, singles, sizeof *singles);
  return 0;
}
