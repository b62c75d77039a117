// SPDX-License-Identifier: BSD-3-Clause
// Records and sub-arrays: values that have parts. GIL held, NumPy loaded.
#ifndef DESCRY_SRC_CONVERT_RECORD_H_
#define DESCRY_SRC_CONVERT_RECORD_H_

#include "src/convert/rule.h"

// A record is read from a tuple or list with a value for each field, from a mapping or a np.void
// by name, or from the attributes of any other object.
descryi_reader descryi_read_record;
descryi_writer descryi_write_record;

// Returns a new reference to an item of a sequence, or NULL with an exception set.
PyObject* descryi_sequence_item(PyObject* sequence, Py_ssize_t index);

// Refuses a tuple or list that has not just a value for each field. Returns 0, or -1 as a reader
// does, as all that follow.
int descryi_check_row_length(const descryi_rule* rule, PyObject* row, descryi_reading* reading);

// Checks, after one of its values was read, whose own code may have changed that, that a list has
// as many as before.
int descryi_check_unchanged(PyObject* list, Py_ssize_t before, descryi_reading* reading);

// Reads one field. Steals `value`, NULL passing as the failure that it is.
int descryi_read_field(const descryi_rule* field, PyObject* value, char* record,
                       descryi_reading* reading);

// Refuses a row without a value for `field`, unless that is to be zero.
int descryi_refuse_missing(const descryi_rule* rule, const descryi_rule* field,
                           descryi_reading* reading);

// Refuses the first of `names`, any iterable, that is not a field.
int descryi_refuse_extra(const descryi_rule* rule, PyObject* names, descryi_reading* reading);

// What has a value of its own and is never taken for an object with attributes.
bool descryi_is_plain(PyObject* value);

// A sub-array is read from nested sequences of exactly its shape, and comes out as lists.
descryi_reader descryi_read_subarray;
descryi_writer descryi_write_subarray;

// Hands what a writer has made, in the form of tuples, to CPython's garbage collector: these
// writers leave its tuples and lists out, since the collector would go over all of them again and
// again while more are made, which takes longer than to make them. Tuples of plain values stay left
// out, as the collector leaves them once it has met them. REQUIRES: nobody else has seen the value.
void descryi_track(const descryi_rule* rule, PyObject* value);

#endif  // DESCRY_SRC_CONVERT_RECORD_H_
