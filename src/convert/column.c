// SPDX-License-Identifier: BSD-3-Clause
#include "src/convert/column.h"

#include <descry/flags.h>
#include <string.h>

#include "src/array/object_slots.h"
#include "src/array/shape.h"
#include "src/convert/messages.h"
#include "src/convert/number.h"
#include "src/convert/record.h"
#include "src/match/castable.h"
#include "src/match/compare.h"
#include "src/match/match.h"
#include "src/view/checks.h"
#include "src/view/converted_copy.h"

// Returns a new plain array over the memory of `array`, which nothing that Python does to that one
// changes; or NULL with an exception set.
static PyObject* plain_view(PyObject* array) {
  const descryi_array* parts = descryi_as_array(array);
  Py_INCREF(parts->descr);
  PyObject* plain =
      descryi_np.new_from_descr(descryi_np.array_type, parts->descr, parts->nd, parts->dimensions,
                                parts->strides, parts->data, 0, NULL);
  if (!plain) return NULL;
  Py_INCREF(array);
  if (descryi_np.set_base_object(plain, array) < 0) Py_CLEAR(plain);
  return plain;
}

static int refuse_single(const descryi_column* column, const descry_type* type, PyObject* object) {
  PyObject* name = descryi_class_name(object);
  if (name) descryi_raise_column_single(column->path, type->name, name);
  Py_XDECREF(name);
  return -1;
}

// Takes an array. Steals a reference to it, NULL passing as the failure that it is.
static int set_array(descryi_column* column, const descry_type* type, PyObject* array,
                     PyObject* object) {
  if (!array) return -1;
  if (descryi_as_array(array)->nd == 0) {
    Py_DECREF(array);
    return refuse_single(column, type, object);
  }
  column->array = array;
  if (Py_TYPE(array) != descryi_np.array_type && descryi_check_mask(type, array) < 0) return -1;
  column->values = plain_view(array);
  return column->values ? descry_borrow_shared(&column->borrow, array) : -1;
}

// Whether NumPy can make an array of an object at once.
static bool has_array(PyObject* object) {
  return PyObject_CheckBuffer(object) || PyObject_HasAttrString(object, "__array__") ||
         PyObject_HasAttrString(object, "__array_interface__") ||
         PyObject_HasAttrString(object, "__array_struct__");
}

int descryi_column_set(descryi_column* column, const descry_type* type, PyObject* object) {
  Py_INCREF(object);
  if (descryi_is_array(object)) return set_array(column, type, object, object);
  if (PyList_Check(object) || PyTuple_Check(object)) {
    column->values = object;
    return 0;
  }
  Py_DECREF(object);
  if (PyUnicode_Check(object) || PyBytes_Check(object) || PyDict_Check(object)) {
    return refuse_single(column, type, object);
  }
  if (has_array(object)) {
    return set_array(column, type, descryi_np.from_any(object, NULL, 0, 0, 0, NULL), object);
  }
  column->values = PySequence_List(object);
  if (column->values) return 0;
  if (!PyErr_ExceptionMatches(PyExc_TypeError)) return -1;
  PyErr_Clear();
  return refuse_single(column, type, object);
}

void descryi_column_clear(descryi_column* column) {
  descry_borrow_release(&column->borrow);
  Py_CLEAR(column->values);
  Py_CLEAR(column->array);
  Py_CLEAR(column->path);
}

Py_ssize_t descryi_column_length(const descryi_column* column) {
  if (column->array) return descryi_as_array(column->values)->dimensions[0];
  return PyList_Check(column->values) ? PyList_Size(column->values) : PyTuple_Size(column->values);
}

// Whether the array has just the field's dimensions behind the first one.
static bool has_shape(const descryi_column* column) {
  const descryi_array* array = descryi_as_array(column->values);
  bool same = array->nd == 1 + column->rule->ndim;
  for (int axis = 1; same && axis < array->nd; ++axis) {
    same = array->dimensions[axis] == column->rule->shape[axis - 1];
  }
  return same;
}

// Whether the items of each row lie one behind the other.
static bool is_packed(const descryi_column* column) {
  const descryi_array* array = descryi_as_array(column->values);
  Py_ssize_t step = descryi_descr_itemsize(array->descr);
  bool packed = true;
  for (int axis = array->nd - 1; axis > 0; step *= array->dimensions[axis--]) {
    packed = packed && (array->dimensions[axis] == 1 || array->strides[axis] == step);
  }
  return packed;
}

int descryi_column_is_same(const descryi_column* column, descryi_column_copy* copy) {
  const descryi_rule* const rule = column->rule;
  const bool in_order = rule->valid || rule->is_valid || rule->tag;  // one after the other
  if (!column->array || in_order || !has_shape(column) || !is_packed(column)) return 0;
  const descryi_array* array = descryi_as_array(column->values);
  if (descryi_descr_has_objects(rule->dtype)) return 0;
  const int same = descryi_equivalent(descryi_innermost(rule->dtype), array->descr, NULL);
  if (same <= 0) return same;
  copy->source = array->data;
  copy->source_stride = array->strides[0];
  copy->size = rule->itemsize;
  return 1;
}

// Returns a new array over the column's field of the records of `array`, or NULL with an exception
// set.
static PyObject* column_field(const descryi_column* column, PyObject* array) {
  const descryi_array* records = descryi_as_array(array);
  PyObject* const dtype = column->rule->dtype;
  Py_INCREF(dtype);
  PyObject* field = descryi_np.new_from_descr(descryi_np.array_type, dtype, 1, records->dimensions,
                                              records->strides, records->data + column->offset,
                                              DESCRYI_ARRAY_WRITEABLE, NULL);
  if (!field) return NULL;
  Py_INCREF(array);
  if (descryi_np.set_base_object(field, array) < 0) Py_CLEAR(field);
  return field;
}

// Raises the TypeError for an array whose dtype does not cast to the field's.
static int refuse_dtype(const descryi_column* column, const descry_type* type, int level) {
  PyObject* const own = descryi_innermost(column->rule->dtype);
  PyObject* line = descryi_mismatch(own, descryi_as_array(column->values)->descr, level);
  if (line) descryi_raise_column_dtype(column->path, type->name, line);
  Py_XDECREF(line);
  return -1;
}

static int refuse_column_shape(const descryi_column* column, const descry_type* type) {
  const descryi_array* array = descryi_as_array(column->values);
  PyObject* expected = descryi_tuple_of(column->rule->ndim, column->rule->shape);
  PyObject* actual = expected ? descryi_tuple_of(array->nd - 1, array->dimensions + 1) : NULL;
  if (actual) descryi_raise_column_shape(column->path, type->name, expected, actual);
  Py_XDECREF(expected);
  Py_XDECREF(actual);
  return -1;
}

static void set_valid(const descryi_column* column, char* record) {
  const descryi_rule* const rule = column->rule;
  if (rule->valid) record[column->offset - rule->offset + rule->valid->offset] = 1;
}

static int fill_from_array(const descryi_column* column, const descry_type* type, PyObject* array,
                           unsigned flags) {
  const int casting = flags & DESCRY_SAME_KIND ? DESCRYI_SAME_KIND_CASTING : DESCRYI_SAFE_CASTING;
  const int level =
      DESCRYI_CASTABLE | casting | (flags & DESCRY_EXTRA_IGNORED ? (int)DESCRYI_EXTRA_FIELDS : 0);
  if (!has_shape(column)) return refuse_column_shape(column, type);
  PyObject* const own = descryi_innermost(column->rule->dtype);
  const int casts = descryi_castable(own, descryi_as_array(column->values)->descr, level, NULL);
  if (casts <= 0) return casts < 0 ? -1 : refuse_dtype(column, type, level);
  PyObject* field = column_field(column, array);
  if (!field) return -1;
  const int result = descryi_copy_by_name(type, column->path, 1, field, column->values, casting);
  Py_DECREF(field);
  const descryi_array* records = descryi_as_array(array);
  for (Py_ssize_t i = 0; result == 0 && i < records->dimensions[0]; ++i) {
    set_valid(column, records->data + i * records->strides[0]);
  }
  return result;
}

// Whether a field of `record` takes part: not a case of a variant that is not live.
static bool is_live_column(const descryi_column* column, const char* record) {
  const descryi_rule* const rule = column->rule;
  if (!rule->tag) return true;
  const char* const tag = record + column->offset - rule->offset + rule->tag->offset;
  return (long long)descryi_load_integer(rule->tag, tag) == rule->field->case_value;
}

// Reads one value. Steals `value`, NULL passing as the failure that it is.
static int fill_one(const descryi_column* column, PyObject* value, char* record,
                    descryi_reading* reading) {
  const descryi_rule* const rule = column->rule;
  if (!value) return -1;
  int result = 0;
  if (!(rule->valid && value == Py_None)) {
    result = rule->read(rule, value, record + column->offset, reading);
    if (result == 0) set_valid(column, record);
  }
  Py_DECREF(value);
  if (result == 0) return 0;
  Py_INCREF(column->path);
  return descryi_refuse_inside(reading, column->path);
}

static int fill_by_values(const descryi_column* column, PyObject* array, descryi_reading* reading) {
  const descryi_array* records = descryi_as_array(array);
  for (Py_ssize_t i = 0; i < records->dimensions[0]; ++i) {
    char* const record = records->data + i * records->strides[0];
    const Py_ssize_t now = descryi_column_length(column);
    if (now != records->dimensions[0]) {
      return descryi_raise_rows_changed(records->dimensions[0], now);
    }
    if (!is_live_column(column, record)) continue;
    PyObject* value = descryi_sequence_item(column->values, i);
    if (fill_one(column, value, record, reading) < 0) return descryi_raise_refusal(reading, i);
  }
  return 0;
}

int descryi_column_fill(const descryi_column* column, const descry_type* type, PyObject* array,
                        descryi_reading* reading) {
  const bool by_values = !column->array || column->rule->tag ||
                         descryi_descr_has_objects(column->rule->dtype) ||
                         descryi_descr_has_objects(descryi_as_array(column->values)->descr);
  return by_values ? fill_by_values(column, array, reading)
                   : fill_from_array(column, type, array, reading->flags);
}
