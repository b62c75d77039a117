// SPDX-License-Identifier: BSD-3-Clause
#include "src/match/element.h"

#include "src/base/numpy.h"

// NumPy's own type numbers end here; up to DESCRYI_NPY_LEGACY_END follow users' types of the old
// style, anything else is a dtype of the new style, of which we know nothing.
enum { NPY_USER_BEGIN = 256 };

static bool is_builtin(PyObject* descr) {
  const int type_num = descryi_descr_type_num(descr);
  return type_num >= 0 && type_num < NPY_USER_BEGIN;
}

static bool is_old_style(PyObject* descr) {
  const int type_num = descryi_descr_type_num(descr);
  return type_num >= 0 && type_num < DESCRYI_NPY_LEGACY_END;
}

static bool is_time(PyObject* descr) {
  const int type_num = descryi_descr_type_num(descr);
  return type_num == DESCRYI_NPY_DATETIME || type_num == DESCRYI_NPY_TIMEDELTA;
}

// NumPy calls M8[2001us] and M8[2ms] equal, one way round.
static bool same_unit(PyObject* one, PyObject* other) {
  const descryi_datetime_metadata* mine = descryi_descr_datetime(one);
  const descryi_datetime_metadata* theirs = descryi_descr_datetime(other);
  if (!mine || !theirs) return mine == theirs;
  return mine->unit == theirs->unit && mine->count == theirs->count;
}

// Two dtypes of which at least one is a user's.
static bool same_user_element(PyObject* one, PyObject* other) {
  if (is_old_style(one) && is_old_style(other)) {
    return descryi_descr_type_num(one) == descryi_descr_type_num(other) &&
           descryi_descr_itemsize(one) == descryi_descr_itemsize(other) &&
           descryi_descr_is_native(one) == descryi_descr_is_native(other);
  }
  return descryi_np.equiv_types(one, other) != 0;
}

bool descryi_element_equals(PyObject* one, PyObject* other) {
  if (one == other) return true;
  if (!is_builtin(one) || !is_builtin(other)) return same_user_element(one, other);
  return descryi_descr_kind(one) == descryi_descr_kind(other) &&
         descryi_descr_itemsize(one) == descryi_descr_itemsize(other) &&
         descryi_descr_is_native(one) == descryi_descr_is_native(other) &&
         (!is_time(one) || same_unit(one, other));
}

// By NPY_DATETIMEUNIT; number 3 was business days, and the last one is the unit of all units.
static const char* const kUnits[] = {"Y",  "M",  "W",  "?",  "D",  "h",  "m", "s",
                                     "ms", "us", "ns", "ps", "fs", "as", ""};

// "datetime64[ns]", "timedelta64[25s]", or "datetime64" where there is no unit.
static PyObject* time_name(PyObject* element, const char* word) {
  const descryi_datetime_metadata* time = descryi_descr_datetime(element);
  const int last = (int)(sizeof kUnits / sizeof *kUnits) - 1;
  if (!time || time->unit < 0 || time->unit >= last) return PyUnicode_FromString(word);
  if (time->count == 1) return PyUnicode_FromFormat("%s[%s]", word, kUnits[time->unit]);
  return PyUnicode_FromFormat("%s[%d%s]", word, time->count, kUnits[time->unit]);
}

static PyObject* number_name(PyObject* element, const char* word) {
  return PyUnicode_FromFormat("%s%zd", word, 8 * descryi_descr_itemsize(element));
}

// The name without a byte order. The size of a long double is the machine's, so it goes by its
// word.
static PyObject* plain_name(PyObject* element) {
  const Py_ssize_t itemsize = descryi_descr_itemsize(element);
  if (!is_builtin(element)) return PyObject_Str(element);
  if (descryi_head(element)->type == 'g') return PyUnicode_FromString("longdouble");
  if (descryi_head(element)->type == 'G') return PyUnicode_FromString("clongdouble");
  switch (descryi_descr_kind(element)) {
    case 'b':
      return PyUnicode_FromString("bool");
    case 'i':
      return number_name(element, "int");
    case 'u':
      return number_name(element, "uint");
    case 'f':
      return number_name(element, "float");
    case 'c':
      return number_name(element, "complex");
    case 'O':
      return PyUnicode_FromString("object");
    case 'M':
      return time_name(element, "datetime64");
    case 'm':
      return time_name(element, "timedelta64");
    case 'U':
      return PyUnicode_FromFormat("U%zd", itemsize / 4);
    case 'S':
    case 'V':
      return PyUnicode_FromFormat("%c%zd", descryi_descr_kind(element), itemsize);
    default:
      return PyObject_Str(element);
  }
}

PyObject* descryi_element_name(PyObject* element) {
  PyObject* name = plain_name(element);
  if (!name || descryi_descr_is_native(element) || !is_builtin(element)) return name;
  const char* order = descryi_head(element)->byteorder == '>' ? "big" : "little";
  PyObject* whole = PyUnicode_FromFormat("%s-endian %U", order, name);
  Py_DECREF(name);
  return whole;
}
