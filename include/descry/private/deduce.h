// SPDX-License-Identifier: BSD-3-Clause
// What C can find out about a member at compile time: its array dimensions, its innermost element,
// the tag that goes with it, and where its bytes are.
//
// A field leaves behind the typedefs descry_m0_T_id (its type) to descry_m8_T_id, each with one
// array dimension less until none is left, and enumerators for its first byte and the one past it.
// They make every further question a short expression; nested ones would double in length with each
// dimension.
#ifndef DESCRY_PRIVATE_DEDUCE_H_
#define DESCRY_PRIVATE_DEDUCE_H_

#ifdef __cplusplus
#error "C++ has deduce.hpp"
#endif

#include <descry/private/each.h>
#include <descry/private/elements.h>

#if defined(__GNUC__)
#pragma GCC system_header
#endif

struct _object;

#define DESCRY_PRIV_ASSERT(condition, message) _Static_assert(condition, message)
// The same by way of an enumerator: clang prints the condition, and `name` reads better than what
// it stands for. `gate` is true, or silence behind another mistake.
#define DESCRY_PRIV_ASSERT_NAMED(name, gate, condition, message) \
  enum { name = (condition) };                                   \
  _Static_assert((gate) && name, message)
#define DESCRY_PRIV_CONSTANT(name, value) enum { name = (value) };
#define DESCRY_PRIV_INTEGER_CONSTANT(name, value) enum { name = (value) };
#define DESCRY_PRIV_CHECK_NAME(...)
#define DESCRY_PRIV_CHECK_COMPLETE(...)
#define DESCRY_PRIV_ALIGNOF(T) _Alignof(T)
#define DESCRY_PRIV_CAST(T, value) ((T)(value))
#define DESCRY_PRIV_DEFINE(...) __VA_ARGS__
#define DESCRY_PRIV_DECLARE_(T)                            \
  DESCRY_PRIV_EXTERN const descry_type descry_type_of_##T; \
  typedef T descry_ctype_##T

#define DESCRY_PRIV_CTYPE(T) descry_ctype_##T
#define DESCRY_PRIV_DECLARE_SWAPPED_(name, T)                 \
  typedef descry_ctype_##T name;                              \
  DESCRY_PRIV_EXTERN const descry_type descry_type_of_##name; \
  typedef name descry_ctype_##name

// 1 where the type `X` is an array: its value decays to another type.
#define DESCRY_PRIV_IS_ARRAY(X) (!__builtin_types_compatible_p(X, __typeof__(((void)0, *(X*)0))))
// `X` without its first dimension, or as it is.
#define DESCRY_PRIV_ROW(X) \
  __typeof__(*__builtin_choose_expr(DESCRY_PRIV_IS_ARRAY(X), *(X*)0, (X*)0))
// 1 where `X` is an array of unknown length. For clang such a type is compatible with arrays of two
// lengths; gcc tells a flexible member from others only by refusing its size.
#ifdef __clang__
#define DESCRY_PRIV_IS_OPEN(X, row)                       \
  (__builtin_types_compatible_p(X, __typeof__(row[1])) && \
   __builtin_types_compatible_p(X, __typeof__(row[2])))
#else
#define DESCRY_PRIV_IS_OPEN(X, row) (sizeof(X) == (size_t)-1)
#endif

#define DESCRY_PRIV_LEVEL(k, T, id) DESCRY_PRIV_CAT(descry_m##k##_##T##_, id)
#define DESCRY_PRIV_LEAF(T, id) DESCRY_PRIV_LEVEL(8, T, id)

// clang tells of each mistake in as many lines as there are macros in it. So the member is asked
// for its offset first, which no bit-field has, and what refers to a variable that could not be
// declared is passed over in silence; so is the rest of clang's __builtin_choose_expr, if its
// condition does.
#define DESCRY_PRIV_OFFSET_OF(T, id) DESCRY_PRIV_CAT(descry_bit_fields_have_no_offset_##T##_, id)
#define DESCRY_PRIV_GATE(T, id) (sizeof(DESCRY_PRIV_OFFSET_OF(T, id)) > 0)
#define DESCRY_PRIV_GATE_BEGIN(T, id, member) \
  extern char DESCRY_PRIV_OFFSET_OF(T, id)[offsetof(T, member) + 1];
#define DESCRY_PRIV_OFFSET(T, id) (sizeof(DESCRY_PRIV_OFFSET_OF(T, id)) - 1)
#ifdef __clang__
#define DESCRY_PRIV_GATED(T, id, x) __builtin_choose_expr(DESCRY_PRIV_GATE(T, id), x, 0)
#define DESCRY_PRIV_CLOSED(X, row) \
  __typeof__(*__builtin_choose_expr(DESCRY_PRIV_IS_OPEN(X, row), (char*)0, (X*)0))
#else
#define DESCRY_PRIV_GATED(T, id, x) x
#define DESCRY_PRIV_CLOSED(X, row) X
#endif

// What a field leaves behind.
#define DESCRY_PRIV_LEVELS(T, id, next, member)                                                  \
  DESCRY_PRIV_GATE_BEGIN(T, id, member)                                                          \
  typedef __typeof__(DESCRY_PRIV_GATED(T, id, ((T*)0)->member)) DESCRY_PRIV_CAT(descry_m_##T##_, \
                                                                                id);             \
  typedef DESCRY_PRIV_ROW(DESCRY_PRIV_CAT(descry_m_##T##_, id))                                  \
      DESCRY_PRIV_CAT(descry_r_##T##_, id);                                                      \
  DESCRY_PRIV_ASSERT_NAMED(DESCRY_PRIV_CAT(descry_has_a_length_##T##_, id),                      \
                           DESCRY_PRIV_GATE(T, id),                                              \
                           !DESCRY_PRIV_IS_OPEN(DESCRY_PRIV_CAT(descry_m_##T##_, id),            \
                                                DESCRY_PRIV_CAT(descry_r_##T##_, id)),           \
                           DESCRY_PRIV_FLEXIBLE_MESSAGE(T, member));                             \
  typedef DESCRY_PRIV_CLOSED(DESCRY_PRIV_CAT(descry_m_##T##_, id),                               \
                             DESCRY_PRIV_CAT(descry_r_##T##_, id)) DESCRY_PRIV_LEVEL(0, T, id);  \
  typedef DESCRY_PRIV_ROW(DESCRY_PRIV_LEVEL(0, T, id)) DESCRY_PRIV_LEVEL(1, T, id);              \
  typedef DESCRY_PRIV_ROW(DESCRY_PRIV_LEVEL(1, T, id)) DESCRY_PRIV_LEVEL(2, T, id);              \
  typedef DESCRY_PRIV_ROW(DESCRY_PRIV_LEVEL(2, T, id)) DESCRY_PRIV_LEVEL(3, T, id);              \
  typedef DESCRY_PRIV_ROW(DESCRY_PRIV_LEVEL(3, T, id)) DESCRY_PRIV_LEVEL(4, T, id);              \
  typedef DESCRY_PRIV_ROW(DESCRY_PRIV_LEVEL(4, T, id)) DESCRY_PRIV_LEVEL(5, T, id);              \
  typedef DESCRY_PRIV_ROW(DESCRY_PRIV_LEVEL(5, T, id)) DESCRY_PRIV_LEVEL(6, T, id);              \
  typedef DESCRY_PRIV_ROW(DESCRY_PRIV_LEVEL(6, T, id)) DESCRY_PRIV_LEVEL(7, T, id);              \
  typedef DESCRY_PRIV_ROW(DESCRY_PRIV_LEVEL(7, T, id)) DESCRY_PRIV_LEVEL(8, T, id);              \
  DESCRY_PRIV_ASSERT(!DESCRY_PRIV_IS_ARRAY(DESCRY_PRIV_LEVEL(8, T, id)),                         \
                     "descry: " #T                                                               \
                     "." DESCRY_PRIV_STR(member) " has more than 8 dimensions: declare " #T      \
                                                 " in a C++ source");                            \
  DESCRY_PRIV_BOUNDS(T, id, next, DESCRY_PRIV_OFFSET(T, id),                                     \
                     DESCRY_PRIV_BEGIN(T, id) + sizeof(DESCRY_PRIV_LEVEL(0, T, id)),             \
                     DESCRY_PRIV_GATED(T, id, DESCRY_PRIV_ALIGNOF_MEMBER(T, member)))

// The array dimensions of a member: how many, and their lengths.
#define DESCRY_PRIV_ARRAY_AT(k, T, id) DESCRY_PRIV_IS_ARRAY(DESCRY_PRIV_LEVEL(k, T, id))
#define DESCRY_PRIV_NDIM(T, id)                                      \
  (DESCRY_PRIV_ARRAY_AT(0, T, id) + DESCRY_PRIV_ARRAY_AT(1, T, id) + \
   DESCRY_PRIV_ARRAY_AT(2, T, id) + DESCRY_PRIV_ARRAY_AT(3, T, id) + \
   DESCRY_PRIV_ARRAY_AT(4, T, id) + DESCRY_PRIV_ARRAY_AT(5, T, id) + \
   DESCRY_PRIV_ARRAY_AT(6, T, id) + DESCRY_PRIV_ARRAY_AT(7, T, id))
#define DESCRY_PRIV_LENGTH(X, row) (sizeof(X) / (sizeof(row) ? sizeof(row) : 1))
#define DESCRY_PRIV_LENGTH_AT(j, k, T, id) \
  DESCRY_PRIV_LENGTH(DESCRY_PRIV_LEVEL(j, T, id), DESCRY_PRIV_LEVEL(k, T, id))
#define DESCRY_PRIV_SHAPE(T, id)                                                            \
  ((const size_t[]){DESCRY_PRIV_LENGTH_AT(0, 1, T, id), DESCRY_PRIV_LENGTH_AT(1, 2, T, id), \
                    DESCRY_PRIV_LENGTH_AT(2, 3, T, id), DESCRY_PRIV_LENGTH_AT(3, 4, T, id), \
                    DESCRY_PRIV_LENGTH_AT(4, 5, T, id), DESCRY_PRIV_LENGTH_AT(5, 6, T, id), \
                    DESCRY_PRIV_LENGTH_AT(6, 7, T, id), DESCRY_PRIV_LENGTH_AT(7, 8, T, id)})
#define DESCRY_PRIV_UNIT(T, id) sizeof(DESCRY_PRIV_LEAF(T, id))

// The C types that have a tag, with it. One list for the question whether there is one and for the
// answer; enumerators have the type of an integer, and qualifiers fall away where an expression
// takes its value. `s` is the byte order as tags end in it, or nothing.
#define DESCRY_PRIV_INTEGER(c_type, s)                       \
  (sizeof(c_type) == 1   ? DESCRY_PRIV_SIGNED(c_type, 8, )   \
   : sizeof(c_type) == 2 ? DESCRY_PRIV_SIGNED(c_type, 16, s) \
   : sizeof(c_type) == 4 ? DESCRY_PRIV_SIGNED(c_type, 32, s) \
                         : DESCRY_PRIV_SIGNED(c_type, 64, s))
#define DESCRY_PRIV_SIGNED(c_type, bits, s) \
  ((c_type)-1 < (c_type)1 ? &descry_type_of_int##bits##s : &descry_type_of_uint##bits##s)
#define DESCRY_PRIV_DEDUCIBLE(X)                                                                  \
  _Generic(*(X*)0, _Bool : 1, char : 1, signed char : 1, unsigned char : 1, short : 1,            \
           unsigned short : 1, int : 1, unsigned : 1, long : 1, unsigned long : 1, long long : 1, \
           unsigned long long : 1, float : 1, double : 1, long double : 1, float _Complex : 1,    \
           double _Complex : 1, long double _Complex : 1, struct _object* : 1, default : 0)
// clang-format off
#define DESCRY_PRIV_DEDUCE(X, is_array, s)                                                   \
  _Generic(*(X*)0, _Bool: &descry_type_of_bool_,                                             \
      char: (is_array) ? &descry_type_of_bytes : DESCRY_PRIV_INTEGER(char, s),               \
      signed char: &descry_type_of_int8, unsigned char: &descry_type_of_uint8,               \
      short: DESCRY_PRIV_INTEGER(short, s),                                                  \
      unsigned short: DESCRY_PRIV_INTEGER(unsigned short, s),                                \
      int: DESCRY_PRIV_INTEGER(int, s), unsigned: DESCRY_PRIV_INTEGER(unsigned, s),          \
      long: DESCRY_PRIV_INTEGER(long, s),                                                    \
      unsigned long: DESCRY_PRIV_INTEGER(unsigned long, s),                                  \
      long long: &descry_type_of_int64##s, unsigned long long: &descry_type_of_uint64##s,    \
      float: &descry_type_of_float32##s, double: &descry_type_of_float64##s,                 \
      long double: &descry_type_of_longdouble##s,                                            \
      float _Complex: &descry_type_of_complex64##s,                                          \
      double _Complex: &descry_type_of_complex128##s,                                        \
      long double _Complex: &descry_type_of_clongdouble##s,                                  \
      struct _object*: &descry_type_of_object_, default: (const descry_type*)0)
// clang-format on

#define DESCRY_PRIV_DEDUCED(T, id, s) \
  DESCRY_PRIV_DEDUCE(DESCRY_PRIV_LEAF(T, id), DESCRY_PRIV_ARRAY_AT(0, T, id), s)
#define DESCRY_PRIV_DEDUCED_CHECK(T, id, member, s)                                      \
  DESCRY_PRIV_ASSERT_NAMED(                                                              \
      DESCRY_PRIV_CAT(descry_element_is_known_##T##_, id), DESCRY_PRIV_GATE(T, id),      \
      DESCRY_PRIV_DEDUCIBLE(DESCRY_PRIV_LEAF(T, id)) && !DESCRY_PRIV_ARRAY_AT(2, T, id), \
      DESCRY_PRIV_UNDEDUCED_MESSAGE(T, member));

// The kind of a C type: b bool, c plain char, i and u integers, f and z real and complex numbers, p
// a pointer, s everything else.
#define DESCRY_PRIV_KIND(X)               \
  _Generic(*(X*)0, _Bool                  \
           : 'b', char                    \
           : 'c', signed char             \
           : 'i', unsigned char           \
           : 'u', short                   \
           : 'i', unsigned short          \
           : 'u', int                     \
           : 'i', unsigned                \
           : 'u', long                    \
           : 'i', unsigned long           \
           : 'u', long long               \
           : 'i', unsigned long long      \
           : 'u', float                   \
           : 'f', double                  \
           : 'f', long double             \
           : 'f', float _Complex          \
           : 'z', double _Complex         \
           : 'z', long double _Complex    \
           : 'z', descry_priv_complex64   \
           : 'z', descry_priv_complex128  \
           : 'z', descry_priv_clongdouble \
           : 'z', default                 \
           : __builtin_classify_type(*(X*)0) == 5 ? 'p' : 's')
// Whether a member of the kind `m` can be an element of the kind `e`, if it has its size.
#define DESCRY_PRIV_KINDS_FIT(m, e)                                          \
  ((m) == (e) || (m) == 's' || ((m) == 'c' && ((e) == 'i' || (e) == 'u')) || \
   ((e) == 'c' && ((m) == 'i' || (m) == 'u')) || ((m) == 'p' && (e) == 'u'))
#define DESCRY_PRIV_IS_TAG(T, id)                          \
  (DESCRY_PRIV_KIND(DESCRY_PRIV_LEVEL(0, T, id)) == 'i' || \
   DESCRY_PRIV_KIND(DESCRY_PRIV_LEVEL(0, T, id)) == 'u' || \
   DESCRY_PRIV_KIND(DESCRY_PRIV_LEVEL(0, T, id)) == 'c' || \
   DESCRY_PRIV_KIND(DESCRY_PRIV_LEVEL(0, T, id)) == 'b')
// Whether a member is a number, or numbers may be in it: integers, real and complex numbers,
// structs are the classes 1 to 3, 8, 9 and 12. An array of plain `char` is text.
#define DESCRY_PRIV_IS_NUMBER(T, id)                                          \
  (DESCRY_PRIV_GATE(T, id) &&                                                 \
   ((0x130e >> __builtin_classify_type(*(DESCRY_PRIV_LEAF(T, id)*)0)) & 1) && \
   !__builtin_types_compatible_p(DESCRY_PRIV_LEAF(T, id), _Bool))
#define DESCRY_PRIV_IS_TEXT(T, id) \
  (__builtin_types_compatible_p(DESCRY_PRIV_LEAF(T, id), char) && DESCRY_PRIV_ARRAY_AT(0, T, id))
#define DESCRY_PRIV_IS_BYTE(X)                                                                \
  (__builtin_types_compatible_p(X, char) || __builtin_types_compatible_p(X, unsigned char) || \
   __builtin_types_compatible_p(X, signed char))
// Whether one of the arrays that the member consists of is as large as E.
#define DESCRY_PRIV_GROUP_AT(k, T, id, E) (sizeof(DESCRY_PRIV_LEVEL(k, T, id)) == sizeof(E))
#define DESCRY_PRIV_GROUPS(T, id, E)                                         \
  (DESCRY_PRIV_GROUP_AT(0, T, id, E) || DESCRY_PRIV_GROUP_AT(1, T, id, E) || \
   DESCRY_PRIV_GROUP_AT(2, T, id, E) || DESCRY_PRIV_GROUP_AT(3, T, id, E) || \
   DESCRY_PRIV_GROUP_AT(4, T, id, E) || DESCRY_PRIV_GROUP_AT(5, T, id, E) || \
   DESCRY_PRIV_GROUP_AT(6, T, id, E) || DESCRY_PRIV_GROUP_AT(7, T, id, E))
// An element fits as the innermost one, as an array that is itself a declared type, as bytes or a
// pair of numbers that make one, as a pointer to an object, or as any bytes. 0: not by its size, 1:
// not by its kind.
#define DESCRY_PRIV_FIT(T, id, E, lax)                                                         \
  (__builtin_types_compatible_p(DESCRY_PRIV_LEAF(T, id), E*) ||                                \
           __builtin_types_compatible_p(E, descry_priv_opaque) ||                              \
           (DESCRY_PRIV_IS_ARRAY(E) && sizeof(DESCRY_PRIV_LEVEL(0, T, id)) % sizeof(E) == 0)   \
       ? 2                                                                                     \
   : sizeof(DESCRY_PRIV_LEAF(T, id)) == sizeof(E)                                              \
       ? 1 + (lax || DESCRY_PRIV_IS_ARRAY(DESCRY_PRIV_LEAF(T, id)) ||                          \
              DESCRY_PRIV_KINDS_FIT(DESCRY_PRIV_KIND(DESCRY_PRIV_LEAF(T, id)),                 \
                                    DESCRY_PRIV_KIND(E)))                                      \
   : DESCRY_PRIV_GROUPS(T, id, E) &&                                                           \
           (DESCRY_PRIV_IS_BYTE(DESCRY_PRIV_LEAF(T, id)) ||                                    \
            (DESCRY_PRIV_KIND(E) == 'z' && DESCRY_PRIV_KIND(DESCRY_PRIV_LEAF(T, id)) == 'f' && \
             2 * sizeof(DESCRY_PRIV_LEAF(T, id)) == sizeof(E)))                                \
       ? 2                                                                                     \
       : 0)
// The element's C type, and its type object once more: of a name that is not declared one error is
// enough.
#define DESCRY_PRIV_ELEMENT_LOOKUP(T, id, written, element)                        \
  typedef DESCRY_PRIV_CAT(descry_ctype_, element) DESCRY_PRIV_ELEMENT_TYPE(T, id); \
  DESCRY_PRIV_EXTERN const descry_type DESCRY_PRIV_CAT(descry_type_of_, element);
#define DESCRY_PRIV_ELEMENT_TYPE(T, id) DESCRY_PRIV_CAT(descry_c_##T##_, id)
#define DESCRY_PRIV_ELEMENT_OBJECT(T, id, element) \
  (&DESCRY_PRIV_CAT(descry_type_of_, DESCRY_PRIV_ELEMENT_NAME(element)))
#define DESCRY_PRIV_FITS_CHECK(T, id, member, element)                                             \
  enum {                                                                                           \
    DESCRY_PRIV_CAT(descry_fit_##T##_, id) =                                                       \
        DESCRY_PRIV_FIT(T, id, DESCRY_PRIV_ELEMENT_TYPE(T, id), DESCRY_PRIV_LAX(element))          \
  };                                                                                               \
  DESCRY_PRIV_ASSERT(!DESCRY_PRIV_CAT(descry_has_a_length_##T##_, id) ||                           \
                         (DESCRY_PRIV_GATE(T, id) && DESCRY_PRIV_CAT(descry_fit_##T##_, id) != 0), \
                     DESCRY_PRIV_MISFIT_MESSAGE(T, member, element));                              \
  DESCRY_PRIV_ASSERT(!DESCRY_PRIV_CAT(descry_has_a_length_##T##_, id) ||                           \
                         (DESCRY_PRIV_GATE(T, id) && DESCRY_PRIV_CAT(descry_fit_##T##_, id) != 1), \
                     DESCRY_PRIV_MISKIND_MESSAGE(T, member, element));

#define DESCRY_PRIV_ALIAS_FITS(T, wrapper, element)                      \
  (DESCRY_PRIV_FIT(wrapper, 0_0, DESCRY_PRIV_ELEMENT_TYPE(wrapper, 0_0), \
                   DESCRY_PRIV_LAX(element)) == 2 &&                     \
   (_Alignof(T) >= _Alignof(DESCRY_PRIV_ELEMENT_TYPE(wrapper, 0_0)) ||   \
    __builtin_types_compatible_p(DESCRY_PRIV_ELEMENT_TYPE(wrapper, 0_0), descry_priv_opaque)))

// Where an item's bytes are, as enumerators: b first, e past the end, a its alignment, f the first
// one that could be padding before it, w the widest alignment before it. (Not the struct's own: a
// typedef may lower that.)
#define DESCRY_PRIV_BEGIN(T, id) DESCRY_PRIV_CAT(descry_b_##T##_, id)
#define DESCRY_PRIV_PAST(T, id) DESCRY_PRIV_CAT(descry_e_##T##_, id)
#define DESCRY_PRIV_ALIGN(T, id) DESCRY_PRIV_CAT(descry_a_##T##_, id)
#define DESCRY_PRIV_FIRST(T, id) DESCRY_PRIV_CAT(descry_f_##T##_, id)
#define DESCRY_PRIV_WIDEST(T, id) DESCRY_PRIV_CAT(descry_w_##T##_, id)
#define DESCRY_PRIV_BOUNDS_BEGIN(T) enum { DESCRY_PRIV_WIDEST(T, 0_0) = _Alignof(T) };
#define DESCRY_PRIV_BOUNDS(T, id, next, begin, past, alignment)                               \
  enum {                                                                                      \
    DESCRY_PRIV_BEGIN(T, id) = begin,                                                         \
    DESCRY_PRIV_PAST(T, id) = past,                                                           \
    DESCRY_PRIV_ALIGN(T, id) = alignment,                                                     \
    DESCRY_PRIV_FIRST(T, id) = DESCRY_PRIV_BEGIN(T, id) < DESCRY_PRIV_ALIGN(T, id)            \
                                   ? 0                                                        \
                                   : DESCRY_PRIV_BEGIN(T, id) - DESCRY_PRIV_ALIGN(T, id) + 1, \
    DESCRY_PRIV_WIDEST(T, next) = DESCRY_PRIV_ALIGN(T, id) > DESCRY_PRIV_WIDEST(T, id)        \
                                      ? DESCRY_PRIV_ALIGN(T, id)                              \
                                      : DESCRY_PRIV_WIDEST(T, id)                             \
  };
#define DESCRY_PRIV_BOUNDS_END(T, id, next)                                                    \
  enum {                                                                                       \
    DESCRY_PRIV_BEGIN(T, id) = sizeof(T),                                                      \
    DESCRY_PRIV_FIRST(T, id) = DESCRY_PRIV_BEGIN(T, id) < DESCRY_PRIV_WIDEST(T, id)            \
                                   ? 0                                                         \
                                   : DESCRY_PRIV_BEGIN(T, id) - DESCRY_PRIV_WIDEST(T, id) + 1, \
    DESCRY_PRIV_WIDEST(T, next) = DESCRY_PRIV_WIDEST(T, id)                                    \
  };
// __alignof__ of a member, which unlike that of its type knows about packing and alignas.
#define DESCRY_PRIV_ALIGNOF_MEMBER(T, member) __alignof__(((T*)0)->member)
#define DESCRY_PRIV_MEMBER_BOUNDS(T, id, next, member)                                             \
  DESCRY_PRIV_GATE_BEGIN(T, id, member)                                                            \
  DESCRY_PRIV_BOUNDS(T, id, next, DESCRY_PRIV_OFFSET(T, id),                                       \
                     DESCRY_PRIV_BEGIN(T, id) + sizeof(DESCRY_PRIV_GATED(T, id, ((T*)0)->member)), \
                     DESCRY_PRIV_GATED(T, id, DESCRY_PRIV_ALIGNOF_MEMBER(T, member)))

// Of the members on both sides of a DESCRY_BITS.
#define DESCRY_PRIV_EDGE_BOUNDS(T, id, member)                                        \
  DESCRY_PRIV_GATE_BEGIN(T, id, member)                                               \
  enum {                                                                              \
    DESCRY_PRIV_PAST(T, id) =                                                         \
        DESCRY_PRIV_OFFSET(T, id) + sizeof(DESCRY_PRIV_GATED(T, id, ((T*)0)->member)) \
  };
#define DESCRY_PRIV_EDGE_BEGIN(T, id) DESCRY_PRIV_OFFSET(T, id)
#define DESCRY_PRIV_EDGE_PAST(T, id) DESCRY_PRIV_PAST(T, id)

// A list in the struct's order is checked member by member: each must begin within its own
// alignment of the end of the one before. Any other list (reordered, a union) by a bitmap of the
// first 256 bytes, in which a member also covers the padding that its alignment may need.
#define DESCRY_PRIV_COVERED(T, e, ...)                                                  \
  DESCRY_PRIV_ASSERT_NAMED(                                                             \
      descry_all_members_are_listed_##T, DESCRY_PRIV_GATES(T, e, e##__VA_ARGS__),       \
      !DESCRY_PRIV_SOUND(T, e, e##__VA_ARGS__) ||                                       \
          (DESCRY_PRIV_FIRST(T, 0_0) == 0 &&                                            \
           (1 DESCRY_PRIV_EACH(DESCRY_PRIV_TIGHT, T, e, e##__VA_ARGS__))) ||            \
          (!(1 DESCRY_PRIV_EACH(DESCRY_PRIV_ORDERED, T, e, e##__VA_ARGS__)) &&          \
           (sizeof(T) > 256 || (DESCRY_PRIV_COVERED_WORD(0, T, e, e##__VA_ARGS__) &&    \
                                DESCRY_PRIV_COVERED_WORD(64, T, e, e##__VA_ARGS__) &&   \
                                DESCRY_PRIV_COVERED_WORD(128, T, e, e##__VA_ARGS__) &&  \
                                DESCRY_PRIV_COVERED_WORD(192, T, e, e##__VA_ARGS__)))), \
      DESCRY_PRIV_COVERED_MESSAGE(T));
#define DESCRY_PRIV_GATES(T, e, ...) 1 DESCRY_PRIV_EACH(DESCRY_PRIV_GATE_OF, T, e, e##__VA_ARGS__)
#define DESCRY_PRIV_GATE_OF(T, id, next, how, ...) &&how##_GATE(T, id)
#define DESCRY_PRIV_GATE_OF_END(T, id, next)
// Bit-fields that lie nowhere have a message of their own.
#define DESCRY_PRIV_SOUND(T, e, ...) \
  (1 DESCRY_PRIV_EACH(DESCRY_PRIV_SOUND_OF, T, e, e##__VA_ARGS__))
#define DESCRY_PRIV_SOUND_OF(T, id, next, how, ...)                                           \
  DESCRY_PRIV_CAT(DESCRY_PRIV_SOUND_OF_, DESCRY_PRIV_SECOND(DESCRY_PRIV_IS_BITS_##how, 0, ~)) \
  (T, id)
#define DESCRY_PRIV_SOUND_OF_END(T, id, next)
#define DESCRY_PRIV_SOUND_OF_0(T, id)
#define DESCRY_PRIV_SOUND_OF_1(T, id) &&DESCRY_PRIV_HAS_BITS(T, id)
#define DESCRY_PRIV_IS_BITS_DESCRY_PRIV_BITS ~, 1
#define DESCRY_PRIV_ORDERED(T, id, next, ...) \
  &&DESCRY_PRIV_PAST(T, id) <= DESCRY_PRIV_BEGIN(T, next)
#define DESCRY_PRIV_ORDERED_END(T, id, next)
#define DESCRY_PRIV_TIGHT(T, id, next, ...)                  \
  &&DESCRY_PRIV_PAST(T, id) <= DESCRY_PRIV_BEGIN(T, next) && \
      DESCRY_PRIV_PAST(T, id) >= DESCRY_PRIV_FIRST(T, next)
#define DESCRY_PRIV_TIGHT_END(T, id, next)

// One word of the bitmap, bytes `w` to `w + 63`: every one covered, or past the end of the struct
// less its padding.
#define DESCRY_PRIV_COVERED_WORD(w, T, e, ...) \
  ((0 DESCRY_PRIV_EACH(DESCRY_PRIV_BITMAP_##w, T, e, e##__VA_ARGS__)) == ~0ull)
#define DESCRY_PRIV_BITMAP(w, T, id) \
  | DESCRY_PRIV_WORD_OF(w, DESCRY_PRIV_FIRST(T, id), DESCRY_PRIV_PAST(T, id))
#define DESCRY_PRIV_BITMAP_END(w, T, id) | DESCRY_PRIV_WORD_OF(w, DESCRY_PRIV_FIRST(T, id), 256)
#define DESCRY_PRIV_BITMAP_0(T, id, next, ...) DESCRY_PRIV_BITMAP(0, T, id)
#define DESCRY_PRIV_BITMAP_0_END(T, id, next) DESCRY_PRIV_BITMAP_END(0, T, id)
#define DESCRY_PRIV_BITMAP_64(T, id, next, ...) DESCRY_PRIV_BITMAP(64, T, id)
#define DESCRY_PRIV_BITMAP_64_END(T, id, next) DESCRY_PRIV_BITMAP_END(64, T, id)
#define DESCRY_PRIV_BITMAP_128(T, id, next, ...) DESCRY_PRIV_BITMAP(128, T, id)
#define DESCRY_PRIV_BITMAP_128_END(T, id, next) DESCRY_PRIV_BITMAP_END(128, T, id)
#define DESCRY_PRIV_BITMAP_192(T, id, next, ...) DESCRY_PRIV_BITMAP(192, T, id)
#define DESCRY_PRIV_BITMAP_192_END(T, id, next) DESCRY_PRIV_BITMAP_END(192, T, id)
#define DESCRY_PRIV_WORD_OF(w, begin, past) \
  (DESCRY_PRIV_BELOW(w, past) & ~DESCRY_PRIV_BELOW(w, begin))
#define DESCRY_PRIV_BELOW(w, end) \
  ((end) <= (w) ? 0ull : (end) >= (w) + 64 ? ~0ull : ~(~0ull << (((end) - (w)) & 63)))

// What no constant expression can tell: which bytes no member has.
#if defined(__has_builtin)
#if __has_builtin(__builtin_clear_padding)
#define DESCRY_PRIV_CLEAR_PADDING(T, element) __builtin_clear_padding((T*)element)
#define DESCRY_PRIV_PADDING_FLAG(T) DESCRY_TYPE_PADDING
#endif
#endif
#ifndef DESCRY_PRIV_CLEAR_PADDING
#define DESCRY_PRIV_CLEAR_PADDING(T, element) (void)element
#define DESCRY_PRIV_PADDING_FLAG(T) 0u
#endif

#endif  // DESCRY_PRIVATE_DEDUCE_H_
