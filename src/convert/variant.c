// SPDX-License-Identifier: BSD-3-Clause
#include "src/convert/variant.h"

#include <descry/flags.h>

#include "src/convert/number.h"
#include "src/convert/record.h"

// The value of a tag in a record.
static long long tag_value(const descryi_rule* tag, const char* record) {
  return (long long)descryi_load_integer(tag, record + tag->offset);
}

static bool is_live(const descryi_rule* field, const char* record) {
  return !field->tag || tag_value(field->tag, record) == field->field->case_value;
}

// Returns the live case of those that share a place with `first`, or NULL.
static const descryi_rule* live_rule(const descryi_rule* rule, const descryi_rule* first,
                                     const char* record) {
  const descryi_rule* const end = rule->parts + rule->count;
  for (const descryi_rule* field = first; field < end && field->tag == first->tag; ++field) {
    if (is_live(field, record)) return field;
  }
  return NULL;
}

// Returns the first case of the variant that a tag belongs to, or NULL where it has none.
static const descryi_rule* first_case(const descryi_rule* rule, const descryi_rule* tag) {
  for (size_t i = 0; i < rule->count; ++i) {
    if (rule->parts[i].tag == tag) return &rule->parts[i];
  }
  return NULL;
}

static bool has_value(const descryi_rule* field, const char* record) {
  return !field->valid || record[field->valid->offset] != 0;
}

// Reads a field, optional or not. Steals `value`, NULL passing as the failure that it is.
static int read_optional(const descryi_rule* field, PyObject* value, char* record,
                         descryi_reading* reading) {
  if (field->valid && value == Py_None) {
    Py_DECREF(value);
    return 0;
  }
  if (descryi_read_field(field, value, record, reading) < 0) return -1;
  if (field->valid) record[field->valid->offset] = 1;
  return 0;
}

// Reads what a tuple has in place of all cases. Steals `value`.
static int read_case(const descryi_rule* rule, const descryi_rule* first, PyObject* value,
                     char* record, descryi_reading* reading) {
  const descryi_rule* live = live_rule(rule, first, record);
  if (live || !value) return live ? descryi_read_field(live, value, record, reading) : -1;
  const bool is_none = value == Py_None;
  Py_DECREF(value);
  if (is_none) return 0;
  return descryi_refuse_because(
      reading, PyExc_ValueError,
      PyUnicode_FromFormat("expected None, since %s has no case where '%U' is %lld",
                           rule->type->name, first->tag->name, tag_value(first->tag, record)));
}

static int read_variant_sequence(const descryi_rule* rule, PyObject* row, char* record,
                                 descryi_reading* reading) {
  Py_ssize_t at = 0;
  if (descryi_check_row_length(rule, row, reading) < 0) return -1;
  for (size_t i = 0; i < rule->count; ++i) {
    const descryi_rule* field = &rule->parts[i];
    if (field->is_valid || !descryi_rule_has_place(field)) continue;
    PyObject* value = descryi_sequence_item(row, at++);
    const int result = field->tag ? read_case(rule, field, value, record, reading)
                                  : read_optional(field, value, record, reading);
    if (result < 0) return -1;
    if (descryi_check_unchanged(row, (Py_ssize_t)rule->value_count, reading) < 0) return -1;
  }
  return 0;
}

// Sets `*value` to a new reference to what a row has under the name of a field, or to NULL.
// Returns 0, or -1 with an exception set.
static int find_value(PyObject* row, const descryi_rule* field, bool by_item, PyObject** value) {
  *value = by_item ? PyObject_GetItem(row, field->name) : PyObject_GetAttr(row, field->name);
  if (*value) return 0;
  const bool is_missing = by_item ? PyErr_ExceptionMatches(PyExc_LookupError) ||
                                        PyErr_ExceptionMatches(PyExc_ValueError)
                                  : PyErr_ExceptionMatches(PyExc_AttributeError);
  if (!is_missing) return -1;
  PyErr_Clear();
  return 0;
}

// A row that is read by name.
typedef struct named_row {
  PyObject* row;
  bool by_item;  // a mapping; else by attributes
  bool has_all;  // whether it may have cases that are not live, as a np.void has
  size_t found;  // values that it had
} named_row;

// Reads a plain field or an optional one, which has no value where its `name_valid` is there and
// false.
static int read_named(const descryi_rule* rule, const descryi_rule* field, named_row* from,
                      char* record, descryi_reading* reading) {
  PyObject *value, *valid = NULL;
  if (field->valid && find_value(from->row, field->valid, from->by_item, &valid) < 0) return -1;
  if (valid) {
    if (descryi_read_field(field->valid, valid, record, reading) < 0) return -1;
    if (!record[field->valid->offset]) return 0;
    record[field->valid->offset] = 0;
  }
  if (find_value(from->row, field, from->by_item, &value) < 0) return -1;
  if (!value) return field->valid ? 0 : descryi_refuse_missing(rule, field, reading);
  ++from->found;
  return read_optional(field, value, record, reading);
}

static int refuse_cases(const descryi_rule* rule, const descryi_rule* one,
                        const descryi_rule* other, descryi_reading* reading) {
  return descryi_refuse_because(reading, PyExc_ValueError,
                                PyUnicode_FromFormat("expected one case of %s, got '%U' and '%U'",
                                                     rule->type->name, one->name, other->name));
}

// Chooses the one case that a row has, for a tag that it has not. Of several, those that are None
// do not count. Returns 0 with the tag set, 1 where there is none, or -1.
static int choose_case(const descryi_rule* rule, const descryi_rule* tag, named_row* from,
                       char* record, descryi_reading* reading) {
  const descryi_rule* found = NULL;
  bool found_none = false;
  for (size_t i = 0; i < rule->count; ++i) {
    const descryi_rule* const field = &rule->parts[i];
    PyObject* value = NULL;
    if (field->tag != tag) continue;
    if (find_value(from->row, field, from->by_item, &value) < 0) return -1;
    if (!value) continue;
    const bool is_none = value == Py_None;
    Py_DECREF(value);
    if (found && is_none) continue;
    if (found && !found_none) return refuse_cases(rule, found, field, reading);
    found = field;
    found_none = is_none;
  }
  if (!found) return 1;
  descryi_store_integer(tag, record + tag->offset, (unsigned long long)found->field->case_value);
  return 0;
}

static int refuse_other_case(const descryi_rule* rule, const descryi_rule* field,
                             const descryi_rule* tag, const char* record,
                             descryi_reading* reading) {
  return descryi_refuse_because(
      reading, PyExc_ValueError,
      PyUnicode_FromFormat("expected no '%U' of %s where '%U' is %lld", field->name,
                           rule->type->name, tag->name, tag_value(tag, record)));
}

// Refuses cases besides the live one, but of rows that have all at any time.
static int check_other_cases(const descryi_rule* rule, const descryi_rule* tag, named_row* from,
                             const char* record, descryi_reading* reading) {
  if (from->has_all || reading->flags & DESCRY_EXTRA_IGNORED) return 0;
  for (size_t i = 0; i < rule->count; ++i) {
    const descryi_rule* const field = &rule->parts[i];
    PyObject* value;
    if (field->tag != tag || is_live(field, record)) continue;
    if (find_value(from->row, field, from->by_item, &value) < 0) return -1;
    const bool is_there = value && value != Py_None;
    Py_XDECREF(value);
    if (is_there) return refuse_other_case(rule, field, tag, record, reading);
  }
  return 0;
}

static int read_variant(const descryi_rule* rule, const descryi_rule* tag, named_row* from,
                        char* record, descryi_reading* reading) {
  PyObject* value;
  if (find_value(from->row, tag, from->by_item, &value) < 0) return -1;
  if (value) {
    ++from->found;
    if (descryi_read_field(tag, value, record, reading) < 0) return -1;
  } else {
    const int missing = choose_case(rule, tag, from, record, reading);
    if (missing) return missing < 0 ? -1 : descryi_refuse_missing(rule, tag, reading);
  }
  const descryi_rule* first = first_case(rule, tag);
  const descryi_rule* live = first ? live_rule(rule, first, record) : NULL;
  if (live && read_named(rule, live, from, record, reading) < 0) return -1;
  return check_other_cases(rule, tag, from, record, reading);
}

static int read_by_name(const descryi_rule* rule, named_row* from, char* record,
                        descryi_reading* reading) {
  for (size_t i = 0; i < rule->count; ++i) {
    const descryi_rule* field = &rule->parts[i];
    if (field->is_valid || field->tag) continue;
    const int result = field->is_tag ? read_variant(rule, field, from, record, reading)
                                     : read_named(rule, field, from, record, reading);
    if (result < 0) return -1;
  }
  return 0;
}

// Reads a mapping whose names are those of `names`, any iterable; or a np.void.
static int read_variant_mapping(const descryi_rule* rule, PyObject* row, PyObject* names,
                                char* record, descryi_reading* reading) {
  named_row from = {row, true, names != row, 0};
  if (read_by_name(rule, &from, record, reading) < 0) return -1;
  return reading->flags & DESCRY_EXTRA_IGNORED ? 0 : descryi_refuse_extra(rule, names, reading);
}

static int read_variant_attributes(const descryi_rule* rule, PyObject* row, char* record,
                                   descryi_reading* reading) {
  named_row from = {row, false, true, 0};
  if (read_by_name(rule, &from, record, reading) < 0 && (from.found || !reading->reason)) return -1;
  if (from.found) return 0;
  Py_CLEAR(reading->reason);
  return descryi_refuse_value(reading, rule, PyExc_TypeError, row, NULL);
}

int descryi_read_variant(const descryi_rule* rule, PyObject* row, char* element,
                         descryi_reading* reading) {
  if (PyTuple_Check(row) || PyList_Check(row))
    return read_variant_sequence(rule, row, element, reading);
  PyObject* names = descryi_is_void(row) ? descryi_descr_names(descryi_as_void(row)->descr) : NULL;
  if (names) {
    Py_INCREF(names);
    const int result = read_variant_mapping(rule, row, names, element, reading);
    Py_DECREF(names);
    return result;
  }
  if (descryi_is_plain(row) || descryi_is_array(row) || descryi_is_void(row)) {
    return descryi_refuse_value(reading, rule, PyExc_TypeError, row, NULL);
  }
  const bool is_mapping = PyMapping_Check(row) && PyObject_HasAttrString(row, "keys");
  return is_mapping ? read_variant_mapping(rule, row, row, element, reading)
                    : read_variant_attributes(rule, row, element, reading);
}

// Returns a new reference to the value of a field, None where it has none.
static PyObject* write_optional(const descryi_rule* field, const char* record,
                                descryi_row_form form) {
  if (has_value(field, record)) return field->write(field, record + field->offset, form);
  Py_INCREF(Py_None);
  return Py_None;
}

// Returns the part of a std::optional that is its value.
static const descryi_rule* standard_value(const descryi_rule* rule) {
  return rule->parts[0].valid ? &rule->parts[0] : &rule->parts[1];
}

// Whether a value is an element of the optional's own dtype, or of one with the same names; -1 with
// an exception set on failure.
static int has_both_parts(const descryi_rule* rule, PyObject* value) {
  PyObject* names =
      descryi_is_void(value) ? descryi_descr_names(descryi_as_void(value)->descr) : NULL;
  const int found = names ? PySequence_Contains(names, rule->parts[0].name) : 0;
  return found > 0 ? PySequence_Contains(names, rule->parts[1].name) : found;
}

int descryi_read_standard_optional(const descryi_rule* rule, PyObject* value, char* element,
                                   descryi_reading* reading) {
  const descryi_rule* const part = standard_value(rule);
  if (value == Py_None) return 0;
  const int both = has_both_parts(rule, value);
  if (both) return both < 0 ? -1 : descryi_read_variant(rule, value, element, reading);
  if (part->read(part, value, element + part->offset, reading) < 0) return -1;
  element[part->valid->offset] = 1;
  return 0;
}

static PyObject* write_place(const descryi_rule* rule, const descryi_rule* field,
                             const char* record) {
  const descryi_rule* shown = field->tag ? live_rule(rule, field, record) : field;
  if (shown) {
    PyObject* value = write_optional(shown, record, DESCRYI_ROW_TUPLE);
    if (value && value != Py_None) descryi_track(shown, value);
    return value;
  }
  Py_INCREF(Py_None);
  return Py_None;
}

static PyObject* write_tuple(const descryi_rule* rule, const char* record) {
  Py_ssize_t at = 0;
  PyObject* tuple = PyTuple_New((Py_ssize_t)rule->value_count);
  for (size_t i = 0; tuple && i < rule->count; ++i) {
    const descryi_rule* field = &rule->parts[i];
    if (field->is_valid || !descryi_rule_has_place(field)) continue;
    PyObject* value = write_place(rule, field, record);
    if (!value || PyTuple_SetItem(tuple, at++, value) < 0) Py_CLEAR(tuple);
  }
  return tuple;
}

// Whether a dict of the record has the field: a tag says nothing that its live case does not.
static bool is_in_dict(const descryi_rule* rule, const descryi_rule* field, const char* record) {
  if (field->is_valid) return false;
  if (!field->is_tag) return is_live(field, record);
  const descryi_rule* first = first_case(rule, field);
  return !first || !live_rule(rule, first, record);
}

PyObject* descryi_write_variant(const descryi_rule* rule, const char* element,
                                descryi_row_form form) {
  if (form == DESCRYI_ROW_TUPLE) return write_tuple(rule, element);
  PyObject* dict = PyDict_New();
  for (size_t i = 0; dict && i < rule->count; ++i) {
    const descryi_rule* field = &rule->parts[i];
    if (!is_in_dict(rule, field, element)) continue;
    PyObject* value = write_optional(field, element, form);
    if (!value || PyDict_SetItem(dict, field->name, value) < 0) Py_CLEAR(dict);
    Py_XDECREF(value);
  }
  return dict;
}

PyObject* descryi_write_standard_optional(const descryi_rule* rule, const char* element,
                                          descryi_row_form form) {
  const descryi_rule* const part = standard_value(rule);
  return form == DESCRYI_ROW_TUPLE ? write_place(rule, part, element)
                                   : write_optional(part, element, form);
}
