// SPDX-License-Identifier: BSD-3-Clause
// The fields of a schema, checked and laid out one by one. Plain C, no Python.
#ifndef DESCRY_SRC_SCHEMA_DRAFT_H_
#define DESCRY_SRC_SCHEMA_DRAFT_H_

#include <descry/type.h>
#include <stdbool.h>
#include <stdint.h>

#include "src/schema/problem.h"

// The most dimensions that a field may have (NumPy's own limit is 32, from 2.0 on 64), and the most
// records that may be nested.
enum { DESCRYI_SCHEMA_MAX_NDIM = 64, DESCRYI_SCHEMA_MAX_DEPTH = 64 };

// What of a field is not in its descry_field.
typedef struct descryi_draft_note {
  uint32_t name_hash;
  uint32_t title_hash;  // 0 where there is none
  bool has_object;
} descryi_draft_note;

typedef struct descryi_draft {
  size_t count;
  size_t capacity;
  descry_field*
      fields;  // names, titles and shapes are owned, one block a field, elements are references
  descryi_draft_note* notes;
  bool packed;
  bool has_size;     // was set by the user
  size_t size;       // valid where has_size
  size_t extent;     // bytes up to the end of the last field in memory
  size_t alignment;  // of all fields
  size_t depth;
  descryi_problem problem;
} descryi_draft;

// One field that is to be added.
typedef struct descryi_draft_field {
  const char* name;
  const char* title;  // or NULL
  const descry_type* element;
  size_t ndim;
  const size_t* shape;
  unsigned flags;        // DESCRY_FIELD_CASE and the like
  long long case_value;  // with DESCRY_FIELD_CASE
} descryi_draft_field;

// Returns the alignment that the fields of `element` have.
size_t descryi_draft_alignment(const descryi_draft* draft, const descry_type* element);

// Returns the first offset behind all fields that fits `alignment`.
size_t descryi_draft_next_offset(const descryi_draft* draft, size_t alignment);

// Whether elements of the type are, or hold, references to Python objects.
bool descryi_type_has_object(const descry_type* type);

// Checks and adds a field at `offset`. Returns 0, or -1 with the problem set.
int descryi_draft_add(descryi_draft* draft, const descryi_draft_field* field, size_t offset);

// Frees all fields. The problem stays.
void descryi_draft_clear(descryi_draft* draft);

#endif  // DESCRY_SRC_SCHEMA_DRAFT_H_
