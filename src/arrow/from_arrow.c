// SPDX-License-Identifier: BSD-3-Clause
#include <descry/array.h>

#include "src/arrow/messages.h"
#include "src/arrow/reader.h"
#include "src/arrow/source.h"
#include "src/base/numpy.h"

// Every flag of an import.
enum {
  IMPORT_FLAGS = DESCRY_CONVERT | DESCRY_NONE_IS_NAN | DESCRY_MISSING_IS_ZERO |
                 DESCRY_EXTRA_IGNORED | DESCRY_TRUNCATE_TEXT
};

// Stores all elements at `data`, which holds zeros. Returns 0, or -1 with the problem. No Python.
static int read_arrays(const descryi_arrow_source* source, descryi_arrow_reader* reader, char* data,
                       descryi_arrow_problem* problem) {
  const size_t itemsize = reader->column->itemsize;
  int64_t done = 0;
  for (size_t i = 0; i < source->count; ++i) {
    const struct ArrowArray* const array = &source->arrays[i];
    if (descryi_arrow_reader_bind(reader, array, problem) < 0) return -1;
    if (descryi_arrow_unpack(reader, 0, array->length, data + (size_t)done * itemsize,
                             (ptrdiff_t)itemsize, problem) < 0) {
      problem->row += done;
      return -1;
    }
    done += array->length;
  }
  return 0;
}

// Returns a new array with all elements, or NULL with an exception set.
static PyObject* read_source(const descry_type* type, const descryi_arrow_source* source,
                             descryi_arrow_reader* reader) {
  const Py_ssize_t length = (Py_ssize_t)source->length;
  PyObject* array = descry_zeros(type, 1, &length, DESCRY_C_ORDER);
  if (!array) return NULL;
  descryi_arrow_problem problem = {0};
  int result;
  Py_BEGIN_ALLOW_THREADS result =
      read_arrays(source, reader, descryi_as_array(array)->data, &problem);
  Py_END_ALLOW_THREADS if (result < 0) {
    Py_CLEAR(array);
    descryi_arrow_raise(&problem);
  }
  return array;
}

static PyObject* from_source(const descry_type* type, const descryi_arrow_column* column,
                             const descryi_arrow_source* source, unsigned flags) {
  descryi_arrow_problem problem = {0};
  descryi_arrow_reader reader;
  if (descryi_arrow_reader_init(&reader, column, &source->schema, flags, &problem) < 0) {
    descryi_arrow_raise(&problem);
    return NULL;
  }
  PyObject* array = read_source(type, source, &reader);
  descryi_arrow_reader_clear(&reader);
  return array;
}

PyObject* descry_from_arrow(const descry_type* type, PyObject* object, unsigned flags) {
  descryi_arrow_column column;
  descryi_arrow_source source;
  if (flags & ~(unsigned)IMPORT_FLAGS) {
    descryi_raise_arrow_flags("those that the header names for it", flags);
    return NULL;
  }
  if (descryi_arrow_column_init(&column, type, 0) < 0) return NULL;
  PyObject* array = NULL;
  if (descryi_arrow_source_open(&source, object) == 0) {
    array = from_source(type, &column, &source, flags);
    descryi_arrow_source_close(&source);
  }
  descryi_arrow_column_clear(&column);
  return array;
}
