// SPDX-License-Identifier: BSD-3-Clause
// What C can find out about a member at compile time: its array dimensions, its innermost element
// and the tag that goes with it.
//
// A field leaves behind the typedefs descry_m0_T_member (its type) to descry_m8_T_member, each with
// one array dimension less until none is left, and the enumerators descry_b_T_member and
// descry_e_T_member (its first byte and the one past it). They make every further question a short
// expression; nested ones would double in length with each dimension.
#ifndef DESCRY_PRIVATE_DEDUCE_H_
#define DESCRY_PRIVATE_DEDUCE_H_

#ifdef __cplusplus
#error "C++ has deduce.hpp"
#endif

#include <descry/private/each.h>
#include <descry/private/elements.h>

struct _object;

#define DESCRY_PRIV_ASSERT(condition, message) _Static_assert(condition, message)
// The same by way of an enumerator: clang prints the condition, and `name` reads better than what
// it stands for.
#define DESCRY_PRIV_ASSERT_NAMED(name, condition, message) \
  enum { name = (condition) };                             \
  _Static_assert(name, message)
#define DESCRY_PRIV_ALIGNOF(T) _Alignof(T)
#define DESCRY_PRIV_DECLARE(T)                 \
  extern const descry_type descry_type_of_##T; \
  typedef T descry_ctype_##T

// The compilers name this macro where the member is a bit-field, which has no type, address or
// offset.
#define DESCRY_PRIV_BIT_FIELDS_ARE_LEFT_OUT_BY_DESCRY_RECORD_PARTIAL(T, member) \
  __typeof__(*&((T*)0)->member)

// 1 where the type `X` is an array: its value decays to another type.
#define DESCRY_PRIV_IS_ARRAY(X) (!__builtin_types_compatible_p(X, __typeof__(((void)0, *(X*)0))))
// `X` without its first dimension, or as it is.
#define DESCRY_PRIV_ROW(X) \
  __typeof__(*__builtin_choose_expr(DESCRY_PRIV_IS_ARRAY(X), *(X*)0, (X*)0))
// 1 where `X` is an array of unknown length. For clang such a type is compatible with arrays of two
// lengths; gcc tells a flexible member from others only by refusing its size, and then names this
// macro.
#ifdef __clang__
#define DESCRY_PRIV_IS_OPEN(X, row)                       \
  (__builtin_types_compatible_p(X, __typeof__(row[1])) && \
   __builtin_types_compatible_p(X, __typeof__(row[2])))
#else
#define DESCRY_PRIV_IS_OPEN(X, row) \
  DESCRY_PRIV_FLEXIBLE_ARRAYS_ARE_LEFT_OUT_BY_DESCRY_RECORD_PARTIAL(X)
#define DESCRY_PRIV_FLEXIBLE_ARRAYS_ARE_LEFT_OUT_BY_DESCRY_RECORD_PARTIAL(X) \
  (sizeof(X) == (size_t)-1)
#endif

#define DESCRY_PRIV_LEVEL(k, T, member) DESCRY_PRIV_CAT(descry_m##k##_##T##_, member)
#define DESCRY_PRIV_LEAF(T, member) DESCRY_PRIV_LEVEL(8, T, member)
#define DESCRY_PRIV_BEGIN(T, member) DESCRY_PRIV_CAT(descry_b_##T##_, member)
#define DESCRY_PRIV_PAST(T, member) DESCRY_PRIV_CAT(descry_e_##T##_, member)

// What a field leaves behind, for the type `M` that is its own.
#define DESCRY_PRIV_LEVELS(T, member, ...)                                                    \
  typedef __VA_ARGS__ DESCRY_PRIV_LEVEL(0, T, member);                                        \
  typedef DESCRY_PRIV_ROW(DESCRY_PRIV_LEVEL(0, T, member)) DESCRY_PRIV_LEVEL(1, T, member);   \
  DESCRY_PRIV_ASSERT_NAMED(                                                                   \
      DESCRY_PRIV_CAT(descry_has_a_length_##T##_, member),                                    \
      !DESCRY_PRIV_IS_OPEN(DESCRY_PRIV_LEVEL(0, T, member), DESCRY_PRIV_LEVEL(1, T, member)), \
      DESCRY_PRIV_FLEXIBLE_MESSAGE(T, member));                                               \
  typedef DESCRY_PRIV_ROW(DESCRY_PRIV_LEVEL(1, T, member)) DESCRY_PRIV_LEVEL(2, T, member);   \
  typedef DESCRY_PRIV_ROW(DESCRY_PRIV_LEVEL(2, T, member)) DESCRY_PRIV_LEVEL(3, T, member);   \
  typedef DESCRY_PRIV_ROW(DESCRY_PRIV_LEVEL(3, T, member)) DESCRY_PRIV_LEVEL(4, T, member);   \
  typedef DESCRY_PRIV_ROW(DESCRY_PRIV_LEVEL(4, T, member)) DESCRY_PRIV_LEVEL(5, T, member);   \
  typedef DESCRY_PRIV_ROW(DESCRY_PRIV_LEVEL(5, T, member)) DESCRY_PRIV_LEVEL(6, T, member);   \
  typedef DESCRY_PRIV_ROW(DESCRY_PRIV_LEVEL(6, T, member)) DESCRY_PRIV_LEVEL(7, T, member);   \
  typedef DESCRY_PRIV_ROW(DESCRY_PRIV_LEVEL(7, T, member)) DESCRY_PRIV_LEVEL(8, T, member);   \
  DESCRY_PRIV_ASSERT(!DESCRY_PRIV_IS_ARRAY(DESCRY_PRIV_LEVEL(8, T, member)),                  \
                     "descry: " #T                                                            \
                     "." DESCRY_PRIV_STR(member) " has more than 8 dimensions: declare " #T   \
                                                 " in a C++ source");

// The array dimensions of a member: how many, and their lengths.
#define DESCRY_PRIV_ARRAY_AT(k, T, member) DESCRY_PRIV_IS_ARRAY(DESCRY_PRIV_LEVEL(k, T, member))
#define DESCRY_PRIV_NDIM(T, member)                                          \
  (DESCRY_PRIV_ARRAY_AT(0, T, member) + DESCRY_PRIV_ARRAY_AT(1, T, member) + \
   DESCRY_PRIV_ARRAY_AT(2, T, member) + DESCRY_PRIV_ARRAY_AT(3, T, member) + \
   DESCRY_PRIV_ARRAY_AT(4, T, member) + DESCRY_PRIV_ARRAY_AT(5, T, member) + \
   DESCRY_PRIV_ARRAY_AT(6, T, member) + DESCRY_PRIV_ARRAY_AT(7, T, member))
#define DESCRY_PRIV_LENGTH(X, row) (sizeof(X) / (sizeof(row) ? sizeof(row) : 1))
#define DESCRY_PRIV_LENGTH_AT(j, k, T, member) \
  DESCRY_PRIV_LENGTH(DESCRY_PRIV_LEVEL(j, T, member), DESCRY_PRIV_LEVEL(k, T, member))
#define DESCRY_PRIV_SHAPE(T, member)                                                  \
  ((const size_t[]){                                                                  \
      DESCRY_PRIV_LENGTH_AT(0, 1, T, member), DESCRY_PRIV_LENGTH_AT(1, 2, T, member), \
      DESCRY_PRIV_LENGTH_AT(2, 3, T, member), DESCRY_PRIV_LENGTH_AT(3, 4, T, member), \
      DESCRY_PRIV_LENGTH_AT(4, 5, T, member), DESCRY_PRIV_LENGTH_AT(5, 6, T, member), \
      DESCRY_PRIV_LENGTH_AT(6, 7, T, member), DESCRY_PRIV_LENGTH_AT(7, 8, T, member)})
#define DESCRY_PRIV_UNIT(T, member) sizeof(DESCRY_PRIV_LEAF(T, member))

// The C types that have a tag, with it. One list for the question whether there is one and for the
// answer; enumerators have the type of an integer, and qualifiers fall away where an expression
// takes its value.
#define DESCRY_PRIV_INTEGER(c_type)                       \
  (sizeof(c_type) == 1   ? DESCRY_PRIV_SIGNED(c_type, 8)  \
   : sizeof(c_type) == 2 ? DESCRY_PRIV_SIGNED(c_type, 16) \
   : sizeof(c_type) == 4 ? DESCRY_PRIV_SIGNED(c_type, 32) \
                         : DESCRY_PRIV_SIGNED(c_type, 64))
#define DESCRY_PRIV_SIGNED(c_type, bits) \
  ((c_type)-1 < (c_type)1 ? &descry_type_of_int##bits : &descry_type_of_uint##bits)
#define DESCRY_PRIV_DEDUCIBLE(X)                                                                  \
  _Generic(*(X*)0, _Bool : 1, char : 1, signed char : 1, unsigned char : 1, short : 1,            \
           unsigned short : 1, int : 1, unsigned : 1, long : 1, unsigned long : 1, long long : 1, \
           unsigned long long : 1, float : 1, double : 1, long double : 1, float _Complex : 1,    \
           double _Complex : 1, long double _Complex : 1, struct _object* : 1, default : 0)
#define DESCRY_PRIV_DEDUCE(X, is_array) \
  _Generic(*(X*)0, _Bool: &descry_type_of_bool_,                                             \
      char: (is_array) ? &descry_type_of_bytes : DESCRY_PRIV_INTEGER(char),                  \
      signed char: &descry_type_of_int8, unsigned char: &descry_type_of_uint8,                  \
      short: DESCRY_PRIV_INTEGER(short), unsigned short: DESCRY_PRIV_INTEGER(unsigned short), \
      int: DESCRY_PRIV_INTEGER(int), unsigned: DESCRY_PRIV_INTEGER(unsigned),             \
      long: DESCRY_PRIV_INTEGER(long), unsigned long: DESCRY_PRIV_INTEGER(unsigned long), \
      long long: &descry_type_of_int64, unsigned long long: &descry_type_of_uint64,             \
      float: &descry_type_of_float32, double: &descry_type_of_float64,                          \
      long double: &descry_type_of_longdouble, float _Complex: &descry_type_of_complex64,       \
      double _Complex: &descry_type_of_complex128, long double _Complex: &descry_type_of_clongdouble, \
      struct _object*: &descry_type_of_object_, default: (const descry_type*)0)

// The element of a field, by how it was listed.
#define DESCRY_PRIV_BARE_ELEMENT(T, member, element) \
  DESCRY_PRIV_DEDUCE(DESCRY_PRIV_LEAF(T, member), DESCRY_PRIV_ARRAY_AT(0, T, member))
#define DESCRY_PRIV_AS_ELEMENT(T, member, element) (&DESCRY_PRIV_CAT(descry_type_of_, element))

// What must hold of a field, by how it was listed.
#define DESCRY_PRIV_BARE_CHECK(T, member, element)                                               \
  DESCRY_PRIV_ASSERT_NAMED(                                                                      \
      DESCRY_PRIV_CAT(descry_element_is_known_##T##_, member),                                   \
      DESCRY_PRIV_DEDUCIBLE(DESCRY_PRIV_LEAF(T, member)) && !DESCRY_PRIV_ARRAY_AT(2, T, member), \
      DESCRY_PRIV_UNDEDUCED_MESSAGE(T, member));
#define DESCRY_PRIV_AS_CHECK(T, member, element)                                     \
  DESCRY_PRIV_ASSERT_NAMED(                                                          \
      DESCRY_PRIV_CAT(descry_element_fits_##T##_, member),                           \
      DESCRY_PRIV_FITS(DESCRY_PRIV_LEVEL(0, T, member), DESCRY_PRIV_LEAF(T, member), \
                       DESCRY_PRIV_CAT(descry_ctype_, element)),                     \
      DESCRY_PRIV_MISFIT_MESSAGE(T, member, element));
// An element fits as the innermost one, as an array that is itself a declared type, as a pointer to
// an object, or as any bytes.
#define DESCRY_PRIV_FITS(M, leaf, E)                                                       \
  (sizeof(leaf) == sizeof(E) || (DESCRY_PRIV_IS_ARRAY(E) && sizeof(M) % sizeof(E) == 0) || \
   __builtin_types_compatible_p(leaf, E*) || __builtin_types_compatible_p(E, descry_priv_opaque))

#define DESCRY_PRIV_ALIAS_FITS(T, wrapper, E)                  \
  (DESCRY_PRIV_FITS(T, DESCRY_PRIV_LEAF(wrapper, value), E) && \
   (_Alignof(T) == _Alignof(E) || __builtin_types_compatible_p(E, descry_priv_opaque)))

#endif  // DESCRY_PRIVATE_DEDUCE_H_
