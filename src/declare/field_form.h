// SPDX-License-Identifier: BSD-3-Clause
// How a field's C array dimensions divide into its element and the sub-array around it. Plain C, no
// Python.
#ifndef DESCRY_SRC_DECLARE_FIELD_FORM_H_
#define DESCRY_SRC_DECLARE_FIELD_FORM_H_

#include <descry/type.h>
#include <stdbool.h>

typedef struct descryi_field_form {
  size_t itemsize;  // bytes of one element
  size_t ndim;      // leading dimensions that repeat it
} descryi_field_form;

// The last dimension of a string is its length; an element that is itself an array takes as many
// dimensions as it has.
descryi_field_form descryi_field_form_of(const descry_field* field);

// Whether `type` is one of the tags whose size its field decides: bytes, unicode, void_.
bool descryi_type_is_flexible(const descry_type* type);

// Returns what an alias, a transparent wrapper or a type of DESCRY_SWAPPED stands for, or NULL for
// any other kind.
const descry_field* descryi_type_target_field(const descry_type* type);

// Returns what a type stands for in the end: aliases and transparent wrappers taken off, also those
// that are arrays.
const descry_type* descryi_type_resolve(const descry_type* type);

#endif  // DESCRY_SRC_DECLARE_FIELD_FORM_H_
