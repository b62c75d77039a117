// SPDX-License-Identifier: BSD-3-Clause
// The built-in elements: for each tag of elements.inc its type object and, as `descry_ctype_<tag>`,
// a C type of its size and alignment. DESCRY_PRIV_DECLARE does the same for a user's type.
#ifndef DESCRY_PRIVATE_ELEMENTS_H_
#define DESCRY_PRIVATE_ELEMENTS_H_

#include <descry/private/each.h>
#include <descry/type.h>
#include <stdbool.h>
#include <stdint.h>

// Declared data belongs to one module, also where modules share their symbols (RTLD_GLOBAL): two
// structs of one name must not become one. DESCRY_EXPORT_TYPES, defined before the first header of
// descry, shows it to other shared libraries.
#ifdef DESCRY_EXPORT_TYPES
#define DESCRY_PRIV_VISIBLE __attribute__((visibility("default")))
#else
#define DESCRY_PRIV_VISIBLE __attribute__((visibility("hidden")))
#endif

// At global scope the symbol of a variable is the same in C and C++, inside a namespace it is that
// namespace's own. The linkage is named because a C header may wrap what it includes.
#ifdef __cplusplus
#define DESCRY_PRIV_EXTERN extern "C++" DESCRY_PRIV_VISIBLE
#else
#define DESCRY_PRIV_EXTERN extern DESCRY_PRIV_VISIBLE
#endif

// On what C++ makes of a user's type, the type's own size or its type object: inline functions of
// one name are one function to modules that share symbols, which is right only for one type.
#ifdef __cplusplus
#define DESCRY_PRIV_LOCAL __attribute__((visibility("hidden")))
#endif

typedef bool descry_priv_bool;
typedef struct descry_priv_complex64 {
  float part[2];
} descry_priv_complex64;
typedef struct descry_priv_complex128 {
  double part[2];
} descry_priv_complex128;
typedef struct descry_priv_clongdouble {
  long double part[2];
} descry_priv_clongdouble;

// Stands for bytes of any number.
typedef struct descry_priv_opaque {
  char byte;
} descry_priv_opaque;

#define DESCRY_ELEMENT(tag, c_type, dtype)                   \
  DESCRY_PRIV_EXTERN const descry_type descry_type_of_##tag; \
  typedef c_type descry_ctype_##tag;
#include <descry/elements.inc>

// What is said of a member that cannot be a field, in C and in C++.
#define DESCRY_PRIV_FLEXIBLE_MESSAGE(T, member) \
  "descry: " #T "." DESCRY_PRIV_STR(member) " is a flexible array member, which no dtype can hold: leave it out with DESCRY_RECORD_PARTIAL"
#define DESCRY_PRIV_UNDEDUCED_MESSAGE(T, member)                                      \
  "descry: the element of " #T                                                        \
  "." DESCRY_PRIV_STR(member) " cannot be deduced: write DESCRY_AS(" DESCRY_PRIV_STR( \
      member) ", a declared type or a tag), or leave it out with DESCRY_RECORD_PARTIAL"
#define DESCRY_PRIV_MISFIT_MESSAGE(T, member, element)                                     \
  "descry: " #T "." DESCRY_PRIV_STR(member) " does not have the size of " DESCRY_PRIV_STR( \
      element) ", and it is not an array of it"
#define DESCRY_PRIV_MISKIND_MESSAGE(T, member, element)                          \
  "descry: " #T "." DESCRY_PRIV_STR(member) " has the size of " DESCRY_PRIV_STR( \
      element) ", but is a number of another kind or sign"
#define DESCRY_PRIV_BIT_FIELD_MESSAGE(T, member) \
  "descry: " #T "." DESCRY_PRIV_STR(member) " is a bit-field, which has no address: list the bytes between two other members with DESCRY_BITS"
#define DESCRY_PRIV_NAME_MESSAGE(T) \
  "descry: " DESCRY_PRIV_STR(T) " is not a single name: give the type one with a typedef"

// 1 for the tags whose C type says no more than their size.
#define DESCRY_PRIV_LAX(element) DESCRY_PRIV_LAX_(element)
#define DESCRY_PRIV_LAX_(element) DESCRY_PRIV_SECOND(DESCRY_PRIV_LAX_##element, 0, ~)
#define DESCRY_PRIV_LAX_bool_ ~, 1
#define DESCRY_PRIV_LAX_bytes ~, 1
#define DESCRY_PRIV_LAX_unicode ~, 1
#define DESCRY_PRIV_LAX_unicode_be ~, 1
#define DESCRY_PRIV_LAX_unicode_le ~, 1
#define DESCRY_PRIV_LAX_float16 ~, 1
#define DESCRY_PRIV_LAX_float16_be ~, 1
#define DESCRY_PRIV_LAX_float16_le ~, 1
#define DESCRY_PRIV_LAX_bfloat16 ~, 1

#endif  // DESCRY_PRIVATE_ELEMENTS_H_
