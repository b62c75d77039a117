// SPDX-License-Identifier: BSD-3-Clause
// The module `fonts`: the tables of a font as arrays over its bytes. Each function takes whatever
// has a buffer, a bytes object or an mmap, which its arrays keep exported; descry_wrap_buffer()
// refuses what is not within it.

#include <descry/descry.h>
#include <string.h>

#include "font_types.h"

// Returns what big-endian bytes say.
static uint32_t number(const void* bytes, size_t size) {
  const unsigned char* at = bytes;
  uint32_t value = 0;
  for (size_t i = 0; i < size; ++i) value = value << 8 | at[i];
  return value;
}

// Returns the number of tables, or -1 with an exception set.
static Py_ssize_t table_count(PyObject* buffer) {
  descry_view view = {0};
  Py_ssize_t count = -1;
  PyObject* array =
      descry_wrap_buffer(DESCRY_TYPE(font_header), buffer, 0, 0, NULL, NULL, DESCRY_READ);
  if (array && descry_view_acquire(&view, array, DESCRY_TYPE(font_header), 0, DESCRY_READ) == 0) {
    const font_header* header = DESCRY_AT(font_header, &view);
    const uint32_t version = number(&header->version, sizeof header->version);
    if (version == 0x00010000 || version == 0x4F54544F || version == 0x74727565) {
      count = (Py_ssize_t)number(&header->table_count, sizeof header->table_count);
    } else {
      PyErr_Format(PyExc_ValueError, "not a TrueType or OpenType font: it begins with %08x",
                   (unsigned)version);
    }
  }
  descry_view_release(&view);
  Py_XDECREF(array);
  return count;
}

// tables(buffer): the directory, one font_table for each table.
static PyObject* tables(PyObject* Py_UNUSED(module), PyObject* buffer) {
  const Py_ssize_t count = table_count(buffer);
  if (count < 0) return NULL;
  return descry_wrap_buffer(DESCRY_TYPE(font_table), buffer, sizeof(font_header), 1, &count, NULL,
                            DESCRY_READ);
}

// Finds the table that has the tag, and room for `size` bytes. Returns its offset, or -1 with an
// exception set.
static Py_ssize_t find_table(PyObject* buffer, const char* tag, size_t size) {
  descry_view view = {0};
  Py_ssize_t offset = -1;
  PyObject* directory = tables(NULL, buffer);
  if (directory &&
      descry_view_acquire(&view, directory, DESCRY_TYPE(font_table), 1, DESCRY_READ) == 0) {
    for (Py_ssize_t i = 0; i < view.shape[0] && offset < 0; ++i) {
      const font_table* table = DESCRY_AT(font_table, &view, i);
      if (memcmp(table->tag, tag, sizeof table->tag) != 0) continue;
      if (number(&table->length, sizeof table->length) < size) break;
      offset = (Py_ssize_t)number(&table->offset, sizeof table->offset);
    }
    if (offset < 0) {
      PyErr_Format(PyExc_ValueError, "the font has no table '%s' of at least %zu bytes", tag, size);
    }
  }
  descry_view_release(&view);
  Py_XDECREF(directory);
  return offset;
}

// Returns a new array over a table: one element without dimensions where `count` is negative.
static PyObject* wrap_table(PyObject* buffer, const char* tag, const descry_type* type,
                            Py_ssize_t count) {
  const size_t size = descry_type_size(type) * (size_t)(count < 0 ? 1 : count);
  const Py_ssize_t offset = find_table(buffer, tag, size);
  if (offset < 0) return NULL;
  return descry_wrap_buffer(type, buffer, offset, count < 0 ? 0 : 1, count < 0 ? NULL : &count,
                            NULL, DESCRY_READ);
}

static PyObject* head(PyObject* Py_UNUSED(module), PyObject* buffer) {
  return wrap_table(buffer, "head", DESCRY_TYPE(font_head), -1);
}

static PyObject* hhea(PyObject* Py_UNUSED(module), PyObject* buffer) {
  return wrap_table(buffer, "hhea", DESCRY_TYPE(font_hhea), -1);
}

// metrics(buffer): how wide glyphs are, by their number. Those from the last on have its width.
static PyObject* metrics(PyObject* module, PyObject* buffer) {
  descry_view view = {0};
  PyObject* result = NULL;
  PyObject* array = hhea(module, buffer);
  if (array && descry_view_acquire(&view, array, DESCRY_TYPE(font_hhea), 0, DESCRY_READ) == 0) {
    const font_hhea* header = DESCRY_AT(font_hhea, &view);
    const Py_ssize_t count = (Py_ssize_t)number(&header->metric_count, sizeof header->metric_count);
    result = wrap_table(buffer, "hmtx", DESCRY_TYPE(font_metric), count);
  }
  descry_view_release(&view);
  Py_XDECREF(array);
  return result;
}

static PyMethodDef methods[] = {
    {"tables", tables, METH_O, "tables(buffer): the directory of the font's tables"},
    {"head", head, METH_O, "head(buffer): the table 'head', an array without dimensions"},
    {"hhea", hhea, METH_O, "hhea(buffer): the table 'hhea', an array without dimensions"},
    {"metrics", metrics, METH_O, "metrics(buffer): advance widths and bearings"},
    {NULL, NULL, 0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "fonts", NULL, 0, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_fonts(void) { return PyModule_Create(&definition); }
