// SPDX-License-Identifier: BSD-3-Clause
#include "src/base/errors.h"

#include <stdarg.h>

static const struct {
  PyObject** exception;
  const char* format;
} kMessages[] = {
#define DESCRYI_OLD_MESSAGE(id, exception, format) {&PyExc_##exception, format},
#include "src/base/messages.inc"
};

int descryi_raise_format(PyObject* exception, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  PyErr_FormatV(exception, format, arguments);
  va_end(arguments);
  return -1;
}

int descryi_raise(descryi_message message, ...) {
  va_list arguments;
  va_start(arguments, message);
  PyErr_FormatV(*kMessages[message].exception, kMessages[message].format, arguments);
  va_end(arguments);
  return -1;
}

int descryi_raise_because(PyObject* line, descryi_message message, ...) {
  va_list arguments;
  va_start(arguments, message);
  PyObject* text = PyUnicode_FromFormatV(kMessages[message].format, arguments);
  va_end(arguments);
  if (!text) return -1;
  if (line) {
    PyErr_Format(*kMessages[message].exception, "%U: %U", text, line);
  } else {
    PyErr_SetObject(*kMessages[message].exception, text);
  }
  Py_DECREF(text);
  return -1;
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
