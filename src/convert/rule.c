// SPDX-License-Identifier: BSD-3-Clause
#include "src/convert/rule.h"

#include <descry/dtype.h>
#include <string.h>

#include "src/base/errors.h"
#include "src/convert/bits.h"
#include "src/convert/record.h"
#include "src/convert/variant.h"
#include "src/declare/field_form.h"
#include "src/dtype/element.h"
#include "src/match/difference.h"
#include "src/view/checks.h"

static int make_rule(descryi_rule* rule, const descry_type* type, PyObject* dtype);

static int allocate_parts(descryi_rule* rule, size_t count) {
  rule->parts = descryi_calloc(count ? count : 1, sizeof *rule->parts);
  if (rule->parts) return 0;
  PyErr_NoMemory();
  return -1;
}

// Sets the shape to the lengths of all sub-arrays that `dtype` is made of, outermost first.
static int set_shape(descryi_rule* rule, PyObject* dtype) {
  for (const descryi_subarray* sub; (sub = descryi_descr_subarray(dtype)); dtype = sub->base) {
    rule->ndim += (int)descryi_tuple_size(sub->shape);
  }
  rule->shape = PyMem_Malloc((size_t)rule->ndim * sizeof *rule->shape);
  if (!rule->shape) {
    PyErr_NoMemory();
    return -1;
  }
  Py_ssize_t* length = rule->shape;
  dtype = rule->dtype;
  for (const descryi_subarray* sub; (sub = descryi_descr_subarray(dtype)); dtype = sub->base) {
    for (Py_ssize_t i = 0; i < descryi_tuple_size(sub->shape); ++i, ++length) {
      *length = PyLong_AsSsize_t(descryi_tuple_item(sub->shape, i));
      if (*length == -1 && PyErr_Occurred()) return -1;
    }
  }
  return 0;
}

static int make_subarray(descryi_rule* rule) {
  if (set_shape(rule, rule->dtype) < 0 || allocate_parts(rule, 1) < 0) return -1;
  rule->count = 1;
  rule->read = descryi_read_subarray;
  rule->write = descryi_write_subarray;
  return make_rule(rule->parts, rule->type, descryi_innermost(rule->dtype));
}

static int make_field(descryi_rule* rule, const descry_field* field, PyObject* record) {
  rule->name = PyUnicode_InternFromString(field->name);
  if (!rule->name) return -1;
  PyObject* entry = descryi_dict_find(descryi_descr_fields(record), rule->name);
  if (!entry) {
    if (!PyErr_Occurred()) PyErr_SetObject(PyExc_KeyError, rule->name);
    return -1;
  }
  rule->field = field;
  rule->offset = field->offset;
  if (make_rule(rule, field->element, descryi_tuple_item(entry, 0)) < 0) return -1;
  return field->bit_count && !rule->ndim ? descryi_rule_set_bits(rule) : 0;
}

// Finds what the fields of a record say of each other. Returns whether any does.
static bool relate_fields(descryi_rule* rule) {
  bool any = false;
  const descry_type* const type = rule->type;
  for (size_t i = 0; i < rule->count; ++i) {
    descryi_rule* const part = &rule->parts[i];
    const descry_field* const valid = descry_field_valid(type, part->field);
    const descry_field* const tag = descry_field_tag(type, part->field);
    if (valid) part->valid = &rule->parts[valid - type->fields];
    if (valid) rule->parts[valid - type->fields].is_valid = true;
    if (tag) part->tag = &rule->parts[tag - type->fields];
    if (tag) rule->parts[tag - type->fields].is_tag = true;
    any = any || valid || tag;
  }
  return any;
}

// A field that says whether another has a value has no place in a row, and the cases of a variant
// share one.
static size_t count_values(const descryi_rule* rule) {
  size_t count = 0;
  for (size_t i = 0; i < rule->count; ++i) {
    const descryi_rule* const part = &rule->parts[i];
    count += !part->is_valid && descryi_rule_has_place(part);
  }
  return count;
}

// Returns the field that stands at `index` in a row: a struct may be declared in any order, and its
// rows have the order of its dtype. A variant's tag comes first, as it was declared. NULL with an
// exception set on failure.
static const descry_field* rule_field(const descry_type* type, PyObject* record, size_t index) {
  const descry_field* field = &type->fields[index];
  if (type->flags & DESCRY_TYPE_VARIANT) return field;
  const char* name = PyUnicode_AsUTF8AndSize(
      descryi_tuple_item(descryi_descr_names(record), (Py_ssize_t)index), NULL);
  if (!name || strcmp(name, field->name) == 0) return name ? field : NULL;
  field = descry_type_field_named(type, name);
  if (!field) PyErr_SetString(PyExc_KeyError, name);
  return field;
}

// A list can be changed to hold whatever holds it, and an object may be anything.
static bool are_acyclic(const descryi_rule* parts, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const bool is_record = parts[i].type->kind == DESCRY_KIND_RECORD;
    if (parts[i].ndim || parts[i].kind == 'O' || (is_record && !parts[i].is_acyclic)) return false;
  }
  return true;
}

// Sets the reader and the writer of a record, of which `related` fields say something of others.
static void set_record_rule(descryi_rule* rule, bool related) {
  const unsigned kind = rule->type->flags & (DESCRY_TYPE_STANDARD | DESCRY_TYPE_VARIANT);
  rule->read = related ? descryi_read_variant : descryi_read_record;
  rule->write = related ? descryi_write_variant : descryi_write_record;
  if (kind != DESCRY_TYPE_STANDARD) return;
  rule->read = descryi_read_standard_optional;
  rule->write = descryi_write_standard_optional;
}

static int make_record(descryi_rule* rule) {
  if (allocate_parts(rule, rule->type->field_count) < 0) return -1;
  while (rule->count < rule->type->field_count) {
    const descry_field* field = rule_field(rule->type, rule->dtype, rule->count);
    if (!field || make_field(&rule->parts[rule->count++], field, rule->dtype) < 0) return -1;
  }
  const bool related = relate_fields(rule);
  rule->value_count = count_values(rule);
  rule->is_acyclic = !related && are_acyclic(rule->parts, rule->count);
  set_record_rule(rule, related);
  return 0;
}

// Fills in a rule whose name and offset are set. What it has by the time of a failure is cleared
// with the root.
static int make_rule(descryi_rule* rule, const descry_type* type, PyObject* dtype) {
  rule->type = descryi_type_resolve(type);
  Py_INCREF(dtype);
  rule->dtype = dtype;
  rule->itemsize = (size_t)descryi_descr_itemsize(dtype);
  rule->kind = descryi_descr_kind(dtype);
  rule->is_signed = rule->kind == 'i';
  rule->swapped = !descryi_descr_is_native(dtype);
  if (descryi_descr_subarray(dtype)) return make_subarray(rule);
  if (rule->type->kind == DESCRY_KIND_RECORD) return make_record(rule);
  descryi_rule_set_element(rule);
  return 0;
}

int descryi_rule_init(descryi_rule* rule, const descry_type* type) {
  memset(rule, 0, sizeof *rule);
  PyObject* dtype = descry_dtype(type);
  const int result = dtype ? make_rule(rule, type, dtype) : -1;
  Py_XDECREF(dtype);
  if (result < 0) descryi_rule_clear(rule);
  return result;
}

void descryi_rule_clear(descryi_rule* rule) {
  for (size_t i = 0; i < rule->count; ++i) descryi_rule_clear(&rule->parts[i]);
  PyMem_Free(rule->parts);
  PyMem_Free(rule->shape);
  Py_XDECREF(rule->name);
  Py_XDECREF(rule->dtype);
  memset(rule, 0, sizeof *rule);
}

// Returns a new str: what a rule expects.
static PyObject* expectation(const descryi_rule* rule) {
  if (rule->type->kind == DESCRY_KIND_OBJECT || rule->type->kind == DESCRY_KIND_RECORD) {
    return PyUnicode_FromString(rule->type->name);
  }
  return descryi_element_name(rule->dtype);
}

int descryi_refuse_because(descryi_reading* reading, PyObject* exception, PyObject* reason) {
  if (!reason) return -1;
  reading->exception = exception;
  reading->reason = reason;
  return -1;
}

int descryi_refuse_value(descryi_reading* reading, const descryi_rule* rule, PyObject* exception,
                         PyObject* value, const char* remark) {
  PyObject* reason = NULL;
  PyObject* expected = expectation(rule);
  PyObject* kind = expected ? descryi_class_name(value) : NULL;
  PyObject* shown = kind ? descryi_short_repr(value, DESCRYI_VALUE_LENGTH) : NULL;
  if (shown) {
    reason = PyUnicode_FromFormat(
        value == Py_None ? "expected %U, got %.0U%U%s%s" : "expected %U, got %U %U%s%s", expected,
        kind, shown, remark ? ", " : "", remark ? remark : "");
  }
  Py_XDECREF(expected);
  Py_XDECREF(kind);
  Py_XDECREF(shown);
  return descryi_refuse_because(reading, exception, reason);
}

int descryi_refuse_masked(descryi_reading* reading, const descryi_rule* rule, PyObject* value) {
  const int masked = descryi_is_array(value) ? descryi_has_masked(value) : 0;
  if (masked <= 0) return masked;
  return descryi_refuse_value(reading, rule, PyExc_TypeError, value, "which is masked out");
}

int descryi_refuse_inside(descryi_reading* reading, PyObject* step) {
  if (!reading->reason || !step) {
    Py_XDECREF(step);
    return -1;
  }
  reading->path = descryi_path_join(step, reading->path);
  Py_DECREF(step);
  if (!reading->path) Py_CLEAR(reading->reason);
  return -1;
}

// Sets the exception, in the words for a row and a path or without.
static void raise_at(const descryi_reading* reading, Py_ssize_t row) {
  if (reading->path && row >= 0) {
    PyErr_Format(reading->exception, "row %zd, field '%U': %U", row, reading->path,
                 reading->reason);
  } else if (reading->path) {
    PyErr_Format(reading->exception, "field '%U': %U", reading->path, reading->reason);
  } else if (row >= 0) {
    PyErr_Format(reading->exception, "row %zd: %U", row, reading->reason);
  } else {
    PyErr_SetObject(reading->exception, reading->reason);
  }
}

int descryi_raise_refusal(descryi_reading* reading, Py_ssize_t row) {
  if (reading->reason) raise_at(reading, row);
  Py_CLEAR(reading->reason);
  Py_CLEAR(reading->path);
  return -1;
}

static void drop_elements(const descryi_rule* rule, char* element) {
  const descryi_rule* part = rule->parts;
  for (size_t at = 0; part->itemsize && at < rule->itemsize; at += part->itemsize) {
    descryi_rule_drop(part, element + at);
  }
}

void descryi_rule_drop(const descryi_rule* rule, char* element) {
  if (!(descryi_descr_flags(rule->dtype) & DESCRYI_DESCR_HASOBJECT)) return;
  if (rule->ndim) {
    drop_elements(rule, element);
  } else if (rule->parts) {
    for (size_t i = 0; i < rule->count; ++i) {
      descryi_rule_drop(&rule->parts[i], element + rule->parts[i].offset);
    }
  } else {
    PyObject* object;
    memcpy(&object, element, sizeof object);
    memset(element, 0, sizeof object);
    Py_XDECREF(object);
  }
}
