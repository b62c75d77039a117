// SPDX-License-Identifier: BSD-3-Clause
// The built-in elements: for each tag of elements.inc its type object and, as `descry_ctype_<tag>`,
// a C type of its size and alignment. DESCRY_PRIV_DECLARE does the same for a user's type.
#ifndef DESCRY_PRIVATE_ELEMENTS_H_
#define DESCRY_PRIVATE_ELEMENTS_H_

#include <descry/private/each.h>
#include <descry/type.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
#define DESCRY_PRIV_EXTERN extern "C"
#else
#define DESCRY_PRIV_EXTERN extern
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
#define DESCRY_PRIV_MISFIT_MESSAGE(T, member, element)                               \
  "descry: " #T "." DESCRY_PRIV_STR(member) " has not the size of " DESCRY_PRIV_STR( \
      element) ", nor is it an array of it"

#endif  // DESCRY_PRIVATE_ELEMENTS_H_
