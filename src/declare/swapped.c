// SPDX-License-Identifier: BSD-3-Clause
#include "src/declare/swapped.h"

#include <descry/declare.h>
#include <stdlib.h>
#include <string.h>

// One of the types that are made for one use of DESCRY_SWAPPED, in one block with its fields.
typedef struct made_type {
  descry_type type;  // first, so that the type's address is the block's
  descry_state state;
  struct made_type* older;
  descry_field fields[];
} made_type;

static descry_state no_memory_state, no_order_state;
#define STAND_IN(name, code, state)                                                               \
  {                                                                                               \
    DESCRY_TYPE_VERSION, DESCRY_KIND_ELEMENT, name, 1, 1, 0, NULL, code, NULL, &(state), 0, NULL, \
        NULL                                                                                      \
  }
const descry_type descryi_type_no_memory = STAND_IN("(no memory)", "-", no_memory_state);
const descry_type descryi_type_no_order = STAND_IN("(no byte order)", "-", no_order_state);

// The elements that have a byte order, each with those of the two orders.
static const struct {
  const descry_type *native, *big, *little;
} kOrdered[] = {
#define DESCRY_ELEMENT_ORDERED(tag, c_type, dtype) \
  {DESCRY_TYPE(tag), DESCRY_TYPE(tag##_be), DESCRY_TYPE(tag##_le)},
#include <descry/elements.inc>
};

static const descry_type* swapped_element(const descry_type* element) {
  const bool is_little = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
  if (element == DESCRY_TYPE(bfloat16)) return &descryi_type_no_order;
  for (size_t i = 0; i < sizeof kOrdered / sizeof *kOrdered; ++i) {
    const descry_type *big = kOrdered[i].big, *little = kOrdered[i].little;
    const descry_type* native = kOrdered[i].native;
    if (element == (is_little ? big : little)) return native;
    if (element == native || element == (is_little ? little : big)) return is_little ? big : little;
  }
  return element;
}

static void free_all(made_type* newest) {
  for (made_type* older; newest; newest = older) {
    older = newest->older;
    free(newest);
  }
}

// Returns a copy of `original` that is added to those that are made, or NULL.
static made_type* copy_type(const descry_type* original, size_t field_count, made_type** newest) {
  made_type* made = malloc(sizeof *made + field_count * sizeof *made->fields);
  if (!made) return NULL;
  made->type = *original;
  made->type.original = original;
  made->type.flags |= DESCRY_TYPE_MADE;
  made->type.state = &made->state;
  made->type.fields = made->fields;
  memset(&made->state, 0, sizeof made->state);
  memcpy(made->fields, original->fields, field_count * sizeof *made->fields);
  made->older = *newest;
  return *newest = made;
}

// Returns what is made already of `original`, a record in itself among them, or NULL.
static const descry_type* find_made(const descry_type* original, const made_type* newest) {
  for (; newest; newest = newest->older) {
    if (newest->type.original == original) return &newest->type;
  }
  return NULL;
}

// Returns a type like `original` in the other byte order, or NULL where there is no memory. A
// reference to a Python object has no byte order.
static const descry_type* make_swapped(const descry_type* original, made_type** newest) {
  if (original->kind == DESCRY_KIND_ELEMENT) return swapped_element(original);
  if (original->kind == DESCRY_KIND_OBJECT) return original;
  // The one that is swapped back is the one before.
  if (descryi_type_is_swapped(original)) return original->original;
  const descry_type* known = find_made(original, *newest);
  if (known) return known;

  const size_t count = original->kind == DESCRY_KIND_RECORD ? original->field_count : 1;
  made_type* made = copy_type(original, count, newest);
  for (size_t i = 0; made && i < count; ++i) {
    made->fields[i].flags ^= DESCRY_FIELD_SWAPPED;
    made->fields[i].element = make_swapped(made->fields[i].element, newest);
    if (!made->fields[i].element) return NULL;
  }
  return made ? &made->type : NULL;
}

// The outermost type of those that are made has the name that DESCRY_SWAPPED gives. Every record in
// it keeps its own.
static const descry_type* make_named(const descry_type* type, made_type** newest) {
  const descry_type* element = make_swapped(type->original, newest);
  for (made_type* made = *newest; made; made = made->older) {
    if (made->type.original == type->original) made->type.name = type->name;
  }
  return element;
}

const descry_field* descryi_type_swapped_field(const descry_type* type) {
  // The macro defines the field as data that can be written.
  descry_field* field = (descry_field*)type->fields;
  const descry_type* known = __atomic_load_n(&field->element, __ATOMIC_ACQUIRE);
  if (known) return field;

  static const descry_field no_memory = {
      .element = &descryi_type_no_memory, .unit = 1, .alignment = 1};
  made_type* newest = NULL;
  const descry_type* element = make_named(type, &newest);
  if (!element) {
    free_all(newest);
    return &no_memory;
  }
  const bool is_first = __atomic_compare_exchange_n(&field->element, &known, element, false,
                                                    __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
  if (!is_first) free_all(newest);
  return field;
}
