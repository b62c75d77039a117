// SPDX-License-Identifier: BSD-3-Clause
#include "src/arrow/problem.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "src/base/python.h"

int descryi_arrow_fail(descryi_arrow_problem* problem, descryi_arrow_error error,
                       const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(problem->text, sizeof problem->text, format, arguments);
  va_end(arguments);
  problem->error = error;
  problem->row = -1;
  problem->path[0] = '\0';
  return -1;
}

int descryi_arrow_no_memory(descryi_arrow_problem* problem) {
  return descryi_arrow_fail(problem, DESCRYI_ARROW_MEMORY_ERROR, "memory is short");
}

// Puts a step before the path: the walk returns from its end.
static int prepend(descryi_arrow_problem* problem, const char* step) {
  char path[sizeof problem->path];
  const char* const dot = *problem->path && *problem->path != '[' && *step ? "." : "";
  const int written = snprintf(path, sizeof path, "%s%s%s", step, dot, problem->path);
  if (written > 0 && (size_t)written < sizeof path) memcpy(problem->path, path, sizeof path);
  return -1;
}

int descryi_arrow_inside(descryi_arrow_problem* problem, const char* name) {
  return prepend(problem, name);
}

int descryi_arrow_inside_item(descryi_arrow_problem* problem, int64_t index) {
  char step[32];
  (void)snprintf(step, sizeof step, "[%" PRId64 "]", index);
  return prepend(problem, step);
}

void descryi_arrow_describe(const descryi_arrow_problem* problem, char* text, size_t size) {
  char row[40] = "", column[sizeof problem->path + 16] = "";
  if (problem->row >= 0) (void)snprintf(row, sizeof row, "row %" PRId64, problem->row);
  if (*problem->path) (void)snprintf(column, sizeof column, "column '%s'", problem->path);
  (void)snprintf(text, size, "%s%s%s%s%s", row, *row && *column ? ", " : "", column,
                 *row || *column ? ": " : "", problem->text);
}

int descryi_arrow_raise(const descryi_arrow_problem* problem) {
  PyObject* const classes[] = {PyExc_SystemError, PyExc_TypeError, PyExc_ValueError,
                               PyExc_OverflowError, PyExc_MemoryError};
  if (problem->error == DESCRYI_ARROW_MEMORY_ERROR) {
    PyErr_NoMemory();
    return -1;
  }
  char text[sizeof problem->path + sizeof problem->text + 64];
  descryi_arrow_describe(problem, text, sizeof text);
  // A text that was cut may end within a character.
  PyObject* message = PyUnicode_DecodeUTF8(text, (Py_ssize_t)strlen(text), "replace");
  if (message) PyErr_SetObject(classes[problem->error], message);
  Py_XDECREF(message);
  return -1;
}
