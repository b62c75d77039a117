// SPDX-License-Identifier: BSD-3-Clause
#include "src/base/errors.h"

#include <stdarg.h>

void descryi_raise_format(PyObject* exception, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  PyErr_FormatV(exception, format, arguments);
  va_end(arguments);
}

void descryi_set_cause(PyObject* cause) {
  PyObject* error = descryi_error_take();
  if (error) {
    PyException_SetCause(error, cause);
  } else {
    Py_XDECREF(cause);
  }
  descryi_error_restore(error);
}

PyObject* descryi_class_name(PyObject* object) {
  return PyObject_GetAttrString((PyObject*)Py_TYPE(object), "__name__");
}
