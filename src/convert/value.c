// SPDX-License-Identifier: BSD-3-Clause
// One element.
#include <descry/array.h>
#include <descry/convert.h>
#include <descry/dtype.h>
#include <string.h>

#include "src/convert/flags.h"
#include "src/convert/record.h"
#include "src/convert/rule.h"

int descry_from_python(const descry_type* type, PyObject* value, void* element, unsigned flags) {
  memset(element, 0, type->size);
  descryi_rule rule;
  if (descryi_convert_check_flags(flags, 0) < 0 || descryi_rule_init(&rule, type) < 0) return -1;
  descryi_reading reading = {.flags = flags};
  int result = rule.read(&rule, value, element, &reading);
  if (result < 0) {
    descryi_raise_refusal(&reading, -1);
    PyObject* const error = descryi_error_take();
    descryi_rule_drop(&rule, element);
    descryi_error_restore(error);
    memset(element, 0, type->size);
  }
  descryi_rule_clear(&rule);
  return result;
}

PyObject* descry_to_python(const descry_type* type, const void* element) {
  PyObject* dtype = descry_dtype(type);
  if (!dtype) return NULL;
  PyObject* made = descryi_descr_subarray(dtype) ? descry_copy(type, element, 0, NULL, NULL)
                                                 : descryi_np.scalar((void*)element, dtype, NULL);
  Py_DECREF(dtype);
  return made;
}

static PyObject* write_element(const descry_type* type, const void* element,
                               descryi_row_form form) {
  descryi_rule rule;
  if (descryi_rule_init(&rule, type) < 0) return NULL;
  PyObject* value = rule.write(&rule, element, form);
  if (value && form == DESCRYI_ROW_TUPLE) descryi_track(&rule, value);
  descryi_rule_clear(&rule);
  return value;  // cppcheck-suppress returnDanglingLifetime ; a new object, which keeps no rule
}

PyObject* descry_to_tuple(const descry_type* type, const void* element) {
  return write_element(type, element, DESCRYI_ROW_TUPLE);
}

PyObject* descry_to_dict(const descry_type* type, const void* element) {
  return write_element(type, element, DESCRYI_ROW_DICT);
}
