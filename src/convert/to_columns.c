// SPDX-License-Identifier: BSD-3-Clause
// Columns from records.
#include <descry/convert.h>
#include <descry/dtype.h>

#include "src/array/fresh.h"
#include "src/array/object_slots.h"
#include "src/convert/blocks.h"
#include "src/convert/flags.h"
#include "src/convert/messages.h"
#include "src/convert/rule.h"
#include "src/view/hold.h"

// The columns of a view that are being made.
typedef struct column_writer {
  const descry_view* view;
  unsigned flags;
  PyObject* columns;  // a dict
  size_t count;
  descryi_column_copy* copies;  // of bytes, for all columns at once
} column_writer;

// Returns a new array over a field of the view's records, or NULL with an exception set; valid as
// long as the view is.
static PyObject* field_array(const descry_view* view, const descryi_rule* field, size_t offset) {
  Py_INCREF(field->dtype);
  PyObject* array =
      descryi_np.new_from_descr(descryi_np.array_type, field->dtype, view->ndim, view->shape,
                                view->strides, view->data + offset, 0, NULL);
  if (!array) return NULL;
  Py_INCREF(view->array);
  if (descryi_np.set_base_object(array, view->array) < 0) Py_CLEAR(array);
  return array;
}

// Fills in a column of objects, with references of its own.
static int copy_objects(const descry_view* view, const descryi_rule* field, size_t offset,
                        PyObject* column) {
  PyObject* source = field_array(view, field, offset);
  const int result = source ? descryi_np.copy_into(column, source) : -1;
  Py_XDECREF(source);
  return result;
}

static void add_copy(column_writer* writer, const descryi_rule* field, size_t offset,
                     PyObject* column) {
  const descry_view* const view = writer->view;
  descryi_column_copy* copy = &writer->copies[writer->count++];
  copy->target = descryi_as_array(column)->data;
  copy->target_stride = (Py_ssize_t)field->itemsize;
  copy->source = view->data + offset;
  copy->source_stride = view->ndim ? view->strides[view->ndim - 1] : 0;
  copy->size = field->itemsize;
}

// A nested record's member "b" of "a", with DESCRY_FLAT, and a field called "a.b" are two.
static int check_column_is_new(const column_writer* writer, PyObject* name) {
  const int taken = PyDict_Contains(writer->columns, name);
  return taken > 0 ? descryi_raise_column_twice(writer->view->type->name, name) : taken;
}

static PyObject* new_empty_column(const descry_view* view, PyObject* dtype) {
  Py_INCREF(dtype);
  return descryi_is_empty_text(dtype) ? descryi_fresh_empty_texts(dtype, view->ndim, view->shape)
                                      : descryi_np.empty(view->ndim, view->shape, dtype, 0);
}

static int store_column(column_writer* writer, const descryi_rule* field, size_t offset,
                        PyObject* name) {
  const descry_view* const view = writer->view;
  if (check_column_is_new(writer, name) < 0) return -1;
  PyObject* column = new_empty_column(view, field->dtype);
  int result = column ? 0 : -1;
  if (result == 0 && descryi_descr_has_objects(field->dtype)) {
    result = copy_objects(view, field, offset, column);
  } else if (result == 0) {
    add_copy(writer, field, offset, column);
  }
  if (result == 0) result = PyDict_SetItem(writer->columns, name, column);
  Py_XDECREF(column);
  return result;
}

// Adds the columns of a record, whose names begin with `prefix`.
static int add_columns(column_writer* writer, const descryi_rule* record, size_t offset,
                       PyObject* prefix) {
  for (size_t i = 0; i < record->count; ++i) {
    const descryi_rule* field = &record->parts[i];
    const bool is_nested = field->type->kind == DESCRY_KIND_RECORD && !field->ndim;
    const bool is_flat = is_nested && writer->flags & DESCRY_FLAT;
    PyObject* name = PyUnicode_FromFormat("%U%U%s", prefix, field->name, is_flat ? "." : "");
    int result = -1;
    if (name && is_flat) {
      result = add_columns(writer, field, offset + field->offset, name);
    } else if (name) {
      result = store_column(writer, field, offset + field->offset, name);
    }
    Py_XDECREF(name);
    if (result < 0) return -1;
  }
  return 0;
}

// How many columns there can be.
static size_t count_columns(const descryi_rule* record) {
  size_t count = 0;
  for (size_t i = 0; i < record->count; ++i) {
    const descryi_rule* field = &record->parts[i];
    count += field->type->kind == DESCRY_KIND_RECORD ? count_columns(field) : 1;
  }
  return count + 1;
}

// Copies the rows along the last axis, with all outer indices in turn.
static void copy_rows(column_writer* writer, int axis) {
  const descry_view* const view = writer->view;
  if (axis >= view->ndim - 1) {
    const Py_ssize_t length = view->ndim ? view->shape[axis] : 1;
    descryi_copy_columns(writer->copies, writer->count, length);
    for (size_t i = 0; i < writer->count; ++i) {
      writer->copies[i].target += length * writer->copies[i].target_stride;
    }
    return;
  }
  const Py_ssize_t stride = view->strides[axis], length = view->shape[axis];
  for (Py_ssize_t i = 0; i < length; ++i) {
    copy_rows(writer, axis + 1);
    for (size_t k = 0; k < writer->count; ++k) writer->copies[k].source += stride;
  }
  for (size_t k = 0; k < writer->count; ++k) writer->copies[k].source -= length * stride;
}

static int write_columns(column_writer* writer, const descryi_rule* rule) {
  writer->copies = PyMem_Malloc(count_columns(rule) * sizeof *writer->copies);
  if (!writer->copies) {
    PyErr_NoMemory();
    return -1;
  }
  PyObject* prefix = PyUnicode_FromString("");
  const int result = prefix ? add_columns(writer, rule, 0, prefix) : -1;
  Py_XDECREF(prefix);
  if (result == 0) copy_rows(writer, 0);
  PyMem_Free(writer->copies);
  return result;
}

static PyObject* columns_of(const descry_view* view, unsigned flags) {
  descryi_rule rule;
  if (descryi_rule_init(&rule, view->type) < 0) return NULL;
  column_writer writer = {view, flags, NULL, 0, NULL};
  if (rule.type->kind != DESCRY_KIND_RECORD || rule.ndim) {
    descryi_raise_columns_not_record(view->type->name);
  } else {
    writer.columns = PyDict_New();
    if (writer.columns && write_columns(&writer, &rule) < 0) Py_CLEAR(writer.columns);
  }
  descryi_rule_clear(&rule);
  return writer.columns;
}

PyObject* descry_to_columns(const descry_view* view, unsigned flags) {
  descry_view kept;
  PyObject* columns = NULL;
  if (flags & ~(unsigned)DESCRY_FLAT) {
    descryi_raise_convert_flags(flags);
    return NULL;
  }
  if (descryi_view_keep(view, &kept) == 0) columns = columns_of(&kept, flags);
  descryi_view_keep_end(&kept);
  return columns;
}
