// SPDX-License-Identifier: BSD-3-Clause
// What decides about the order of elements: a list of numbers, texts and objects inside of them.
#ifndef DESCRY_SRC_OPERATE_KEYS_H_
#define DESCRY_SRC_OPERATE_KEYS_H_

#include <descry/view.h>
#include <stdint.h>

#include "src/base/python.h"

typedef enum descryi_key_kind {
  DESCRYI_KEY_UNSIGNED,  // and bool
  DESCRYI_KEY_SIGNED,
  DESCRYI_KEY_TIME,  // datetime64, timedelta64
  DESCRYI_KEY_FLOAT,
  DESCRYI_KEY_BFLOAT16,
  DESCRYI_KEY_NANS,   // which parts of a complex number are NaN: those come behind all others
  DESCRYI_KEY_BYTES,  // bytes, void_
  DESCRYI_KEY_UNICODE,
  DESCRYI_KEY_LONGDOUBLE,
  DESCRYI_KEY_LONG_NANS,  // the same of a clongdouble
  DESCRYI_KEY_OBJECT
} descryi_key_kind;

// One of them.
typedef struct descryi_key {
  descryi_key_kind kind;
  bool swapped;   // it is in the other byte order
  size_t offset;  // bytes from the start of the element
  size_t size;    // bytes; of one of the two parts for which parts of a complex number are NaN
} descryi_key;

// All of them, the first one decides first.
typedef struct descryi_keys {
  int count;
  descryi_key* items;
  bool has_objects;
  bool descending;
} descryi_keys;

// Finds what `path` names, a list with commas; NULL is all of an element of `itemsize` bytes.
// Returns 0, or -1 with an exception set and nothing to clear.
int descryi_keys_init(descryi_keys* keys, const descry_type* type, size_t itemsize,
                      const char* path, bool descending);

void descryi_keys_clear(descryi_keys* keys);

// Whether two lists can be compared, one by one.
bool descryi_keys_fit(const descryi_keys* one, const descryi_keys* other);

// Whether the order of a key is that of numbers of 64 bits.
static inline bool descryi_key_has_rank(const descryi_key* key) {
  return key->kind < DESCRYI_KEY_BYTES || (key->kind == DESCRYI_KEY_BYTES && key->size <= 8);
}

// Returns the number of 64 bits that stands for the key of `element`. REQUIRES: it has one.
uint64_t descryi_key_rank(const descryi_key* key, const char* element, bool descending);

// Compares two elements by the keys from `first` on. Returns a number below, at or above 0. Where
// objects cannot be compared there is an exception set, and the number means nothing.
int descryi_keys_compare(const descryi_keys* keys, int first, const char* one, const char* other);

// The same for elements of two types. REQUIRES: descryi_keys_fit().
int descryi_keys_compare_with(const descryi_keys* keys, const char* one,
                              const descryi_keys* other_keys, const char* other);

#endif  // DESCRY_SRC_OPERATE_KEYS_H_
