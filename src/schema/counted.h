// SPDX-License-Identifier: BSD-3-Clause
// A type that was made at run time: the block that it lives in, and how many references there are.
// Plain C, no Python; any thread.
#ifndef DESCRY_SRC_SCHEMA_COUNTED_H_
#define DESCRY_SRC_SCHEMA_COUNTED_H_

#include <descry/type.h>
#include <stdbool.h>

// The members of descry_state that a stage fills in and has to free again.
typedef enum descryi_state_part {
  DESCRYI_STATE_ENTRY,
  DESCRYI_STATE_VERDICTS,
  DESCRYI_STATE_OWN_FIELDS,
  DESCRYI_STATE_REPLACED,
  DESCRYI_STATE_NUMBERS,
  DESCRYI_STATE_PARTS  // how many there are
} descryi_state_part;

// Frees what a stage kept in a type's state. May be called on any thread, with or without the GIL.
typedef void (*descryi_state_free)(void* kept);

// What a record remembers of each field, while it is put together and in the block: the texts and
// the shape are its own, and the element is one reference.
typedef struct descryi_counted_spec {
  descry_kind kind;
  unsigned flags;
  const char* name;
  size_t size;
  size_t alignment;
  size_t depth;  // of nested types that were made at run time, this one included
  size_t field_count;
  const descry_field* fields;
} descryi_counted_spec;

// Returns a new type, with one reference, that copies all of `spec` and adds a reference to each
// element; or NULL where memory is short.
const descry_type* descryi_counted_new(const descryi_counted_spec* spec);

// Returns how deep types that were made at run time are nested in `type`: 0 for a declared one.
size_t descryi_counted_depth(const descry_type* type);

// Has `release` called with what the state then has there, where it has anything, before `type` is
// freed. Has no effect on declared types. Call it before anything is stored there.
void descryi_type_on_free(const descry_type* type, descryi_state_part part,
                          descryi_state_free release);

#endif  // DESCRY_SRC_SCHEMA_COUNTED_H_
