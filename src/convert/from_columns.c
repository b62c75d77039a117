// SPDX-License-Identifier: BSD-3-Clause
// Records from columns.
#include <descry/array.h>
#include <descry/convert.h>
#include <descry/dtype.h>

#include "src/convert/column.h"
#include "src/convert/column_names.h"
#include "src/convert/flags.h"
#include "src/convert/record.h"
#include "src/convert/rule.h"

// The columns that were found, in the order of the fields.
typedef struct column_list {
  const descry_type* type;
  unsigned flags;
  size_t count, room;
  descryi_column* items;
} column_list;

// Where a record's columns are looked up, and what is put before the names of its fields: there and
// in messages.
typedef struct record_place {
  descryi_column_source* source;
  PyObject* prefix;  // a str such as "pos.", or empty
  PyObject* path;    // likewise, but whole where columns stand in columns
  size_t offset;     // of the record
} record_place;

static int collect(column_list* list, const descryi_rule* rule, const record_place* place);

static descryi_column* new_column(column_list* list) {
  if (list->count == list->room) {
    const size_t room = list->room ? 2 * list->room : 8;
    descryi_column* items = PyMem_Realloc(list->items, room * sizeof *items);
    if (!items) return (descryi_column*)PyErr_NoMemory();
    list->items = items;
    list->room = room;
  }
  descryi_column* column = &list->items[list->count++];
  *column = (descryi_column){0};
  return column;
}

static int add_column(column_list* list, const descryi_rule* field, PyObject* path, size_t offset,
                      PyObject* values) {
  descryi_column* column = new_column(list);
  if (!column) return -1;
  Py_INCREF(path);
  column->path = path;
  column->rule = field;
  column->offset = offset;
  return descryi_column_set(column, list->type, values);
}

static int refuse_unused(const column_list* list, const descryi_column_source* source) {
  PyObject* name = NULL;
  if (list->flags & DESCRY_EXTRA_IGNORED) return 0;
  if (descryi_column_unused(source, &name) < 0) return -1;
  return name ? descryi_raise_column_extra(list->type->name, name) : 0;
}

// Looks up the fields of a record in columns of their own. Steals `names`.
static int collect_from(column_list* list, const descryi_rule* rule, PyObject* columns,
                        PyObject* names, PyObject* path, size_t offset) {
  descryi_column_source source;
  if (descryi_column_source_init(&source, columns, names) < 0) return -1;
  PyObject* empty = PyUnicode_FromString("");
  const record_place place = {&source, empty, path, offset};
  int result = empty ? collect(list, rule, &place) : -1;
  if (result == 0) result = refuse_unused(list, &source);
  Py_XDECREF(empty);
  descryi_column_source_clear(&source);
  return result;
}

static bool is_record(const descryi_rule* field) {
  return field->type->kind == DESCRY_KIND_RECORD && !field->ndim;
}

static PyObject* join_names(PyObject* prefix, PyObject* name, const char* end) {
  return PyUnicode_FromFormat("%U%U%s", prefix, name, end);
}

// Takes the column of a field: that of a record may have columns in turn.
static int take_column(column_list* list, const descryi_rule* field, PyObject* column,
                       const record_place* place) {
  int result = -1;
  const size_t offset = place->offset + field->offset;
  PyObject* names = is_record(field) ? descryi_column_names(column) : NULL;
  if (!names && PyErr_Occurred()) return -1;
  PyObject* path = join_names(place->path, field->name, names ? "." : "");
  if (!path) {
    Py_XDECREF(names);
  } else if (names) {
    result = collect_from(list, field, column, names, path, offset);
  } else {
    result = add_column(list, field, path, offset, column);
  }
  Py_XDECREF(path);
  return result;
}

// Looks up the members of a nested record, "pos.x". Returns 1 where there are none.
static int collect_flat(column_list* list, const descryi_rule* field, const record_place* place) {
  int result = -1;
  PyObject* prefix = join_names(place->prefix, field->name, ".");
  PyObject* path = prefix ? join_names(place->path, field->name, ".") : NULL;
  const int any = path ? descryi_column_has_prefix(place->source, prefix) : -1;
  const record_place inner = {place->source, prefix, path, place->offset + field->offset};
  if (any >= 0) result = any ? collect(list, field, &inner) : 1;
  Py_XDECREF(prefix);
  Py_XDECREF(path);
  return result;
}

static int refuse_missing(const column_list* list, const descryi_rule* field,
                          const record_place* place) {
  // What need not have a value has none, and what says whether it has one follows from it.
  const bool needed = !field->valid && !field->is_valid && !field->tag;
  if (!needed || list->flags & DESCRY_MISSING_IS_ZERO) return 0;
  PyObject* path = join_names(place->path, field->name, "");
  if (path) descryi_raise_column_missing(path, list->type->name);
  Py_XDECREF(path);
  return -1;
}

static int collect_field(column_list* list, const descryi_rule* field, const record_place* place) {
  PyObject* column = NULL;
  PyObject* name = join_names(place->prefix, field->name, "");
  int result = name ? descryi_column_find(place->source, name, &column) : -1;
  if (result == 0 && column) {
    result = take_column(list, field, column, place);
  } else if (result == 0) {
    result = is_record(field) ? collect_flat(list, field, place) : 1;
    if (result == 1) result = refuse_missing(list, field, place);
  }
  Py_XDECREF(name);
  Py_XDECREF(column);
  return result;
}

// Finds the columns of all fields of a record.
static int collect(column_list* list, const descryi_rule* rule, const record_place* place) {
  for (size_t i = 0; i < rule->count; ++i) {
    if (collect_field(list, &rule->parts[i], place) < 0) return -1;
  }
  return 0;
}

// Sets `*length` to that of all columns.
static int common_length(const column_list* list, Py_ssize_t* length) {
  *length = list->count ? descryi_column_length(list->items) : 0;
  for (size_t i = 1; i < list->count; ++i) {
    const descryi_column* column = &list->items[i];
    const Py_ssize_t actual = descryi_column_length(column);
    if (actual == *length) continue;
    return descryi_raise_column_length(column->path, list->type->name, list->items->path, *length,
                                       actual);
  }
  return 0;
}

// Copies the columns whose bytes are those of the fields, all at once.
static int copy_same(const column_list* list, PyObject* array) {
  const descryi_array* records = descryi_as_array(array);
  size_t count = 0;
  descryi_column_copy* copies = PyMem_Malloc((list->count + 1) * sizeof *copies);
  int same = copies ? 0 : -1;
  if (!copies) PyErr_NoMemory();
  for (size_t i = 0; same >= 0 && i < list->count; ++i) {
    descryi_column* column = &list->items[i];
    same = descryi_column_is_same(column, &copies[count]);
    if (same <= 0) continue;
    column->is_copied = true;
    copies[count].target = records->data + column->offset;
    copies[count++].target_stride = records->strides[0];
  }
  if (same >= 0) descryi_copy_columns(copies, count, records->dimensions[0]);
  PyMem_Free(copies);
  return same < 0 ? -1 : 0;
}

static int fill_columns(const column_list* list, PyObject* array) {
  descryi_reading reading = {.flags = list->flags};
  if (copy_same(list, array) < 0) return -1;
  for (size_t i = 0; i < list->count; ++i) {
    const descryi_column* column = &list->items[i];
    if (!column->is_copied && descryi_column_fill(column, list->type, array, &reading) < 0) {
      return -1;
    }
  }
  return 0;
}

// Returns a new array, or NULL with an exception set. Steals `names`.
static PyObject* read_columns(column_list* list, const descryi_rule* rule, PyObject* columns,
                              PyObject* names) {
  Py_ssize_t length;
  PyObject* array = NULL;
  PyObject* path = PyUnicode_FromString("");
  if (!path) {
    Py_DECREF(names);
    return NULL;
  }
  if (collect_from(list, rule, columns, names, path, 0) == 0 && common_length(list, &length) == 0) {
    array = descry_zeros(list->type, 1, &length, DESCRY_C_ORDER);
  }
  Py_DECREF(path);
  if (array && fill_columns(list, array) < 0) {
    descryi_drop(array);
    array = NULL;
  }
  return array;
}

static PyObject* refuse_columns(const descry_type* type, PyObject* columns) {
  PyObject* name = PyErr_Occurred() ? NULL : descryi_class_name(columns);
  if (name) descryi_raise_columns_none(type->name, name);
  Py_XDECREF(name);
  return NULL;
}

PyObject* descry_from_columns(const descry_type* type, PyObject* columns, unsigned flags) {
  descryi_rule rule;
  if (descryi_convert_check_flags(flags, DESCRY_SAME_KIND) < 0) return NULL;
  if (descryi_rule_init(&rule, type) < 0) return NULL;
  column_list list = {.type = type, .flags = flags};
  PyObject* array = NULL;
  if (!is_record(&rule)) {
    descryi_raise_columns_not_record(type->name);
  } else {
    PyObject* names = descryi_column_names(columns);
    array = names ? read_columns(&list, &rule, columns, names) : refuse_columns(type, columns);
  }
  for (size_t i = 0; i < list.count; ++i) descryi_column_clear(&list.items[i]);
  PyMem_Free(list.items);
  descryi_rule_clear(&rule);
  return array;
}
