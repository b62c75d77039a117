// SPDX-License-Identifier: BSD-3-Clause
// The macros that lay down a type's data. What differs between C and C++ is in deduce.h and
// deduce.hpp.
#ifndef DESCRY_PRIVATE_RECORD_H_
#define DESCRY_PRIVATE_RECORD_H_

#include <stddef.h>

#ifdef __cplusplus
#include <descry/private/deduce.hpp>
#else
#include <descry/private/deduce.h>
#endif

#if defined(__GNUC__)
#pragma GCC system_header
#endif

// Each form of a field, by its name `how`, says
//
//   how##_CHECK(T, id, next, member, element)               what must hold of it, and its bounds
//   how##_ROW(T, id, member, element, name, title, live)    its row in the table
//   how##_CLEAR(T, id)                                      what else is padding
//   how##_GATE(T, id)                                       true, or silence behind a mistake
#define DESCRY_PRIV_FIELD_CHECK(T, id, next, how, member, element, name, title, live) \
  how##_CHECK(T, id, next, member, element) DESCRY_PRIV_INTEGER_CONSTANT(             \
      DESCRY_PRIV_NUMBERS(T, next), DESCRY_PRIV_NUMBERS_NEXT(T, id, how##_IS_NUMBER(T, id)))
#define DESCRY_PRIV_FIELD_CHECK_END(T, id, next) DESCRY_PRIV_BOUNDS_END(T, id, next)

// How many fields before this one are numbers, as far as their C types say; -k where the kth is the
// first that is not.
#define DESCRY_PRIV_NUMBERS(T, id) DESCRY_PRIV_CAT(descry_n_##T##_, id)
#define DESCRY_PRIV_NUMBERS_BEGIN(T) DESCRY_PRIV_INTEGER_CONSTANT(DESCRY_PRIV_NUMBERS(T, 0_0), 0)
#define DESCRY_PRIV_NUMBERS_NEXT(T, id, is_number)                \
  DESCRY_PRIV_NUMBERS(T, id) < 0 ? DESCRY_PRIV_NUMBERS(T, id)     \
  : (is_number)                  ? DESCRY_PRIV_NUMBERS(T, id) + 1 \
                                 : -DESCRY_PRIV_NUMBERS(T, id) - 1
// Of the whole record: 0 where all fields are numbers.
#define DESCRY_PRIV_NUMBERS_FOUND(T, id, next, ...) \
  DESCRY_PRIV_NUMBERS(T, next) < 0 ? DESCRY_PRIV_NUMBERS(T, next):
#define DESCRY_PRIV_NUMBERS_FOUND_END(T, id, next)
#define DESCRY_PRIV_ENUMERATOR(name, value) enum { name = (value) };
#define DESCRY_PRIV_ARITHMETIC(T, ...)                                           \
  DESCRY_PRIV_ENUMERATOR(descry_arithmetic_of_##T, descry_numbers_of_record_##T) \
  DESCRY_PRIV_NOT_NUMBER(T, 1)                                                   \
  DESCRY_PRIV_NOT_NUMBER(T, 2)                                                   \
  DESCRY_PRIV_NOT_NUMBER(T, 3)                                                   \
  DESCRY_PRIV_NOT_NUMBER(T, 4)                                                   \
  DESCRY_PRIV_NOT_NUMBER(T, 5)                                                   \
  DESCRY_PRIV_NOT_NUMBER(T, 6)                                                   \
  DESCRY_PRIV_NOT_NUMBER(T, 7)                                                   \
  DESCRY_PRIV_NOT_NUMBER(T, 8)                                                   \
  DESCRY_PRIV_ASSERT(descry_arithmetic_of_##T >= -8, DESCRY_PRIV_FAR_MESSAGE(T))
#define DESCRY_PRIV_NOT_NUMBER(T, k) \
  DESCRY_PRIV_ASSERT(descry_arithmetic_of_##T != -k, DESCRY_PRIV_NOT_NUMBER_MESSAGE(T, k));
#define DESCRY_PRIV_NOT_NUMBER_MESSAGE(T, k) \
  "descry: member " #k " of the list of " #T " is not a number: there is no arithmetic for it"
#define DESCRY_PRIV_FAR_MESSAGE(T) \
  "descry: a member of " #T " behind the eighth is not a number: there is no arithmetic for it"
#define DESCRY_PRIV_FIELD_ROW(T, id, next, how, member, element, name, title, live) \
  how##_ROW(T, id, member, element, name, title, live)
#define DESCRY_PRIV_FIELD_ROW_END(T, id, next)
#define DESCRY_PRIV_FIELD_CLEAR(T, id, next, how, member, element, name, title, live) \
  how##_CLEAR(T, id)
#define DESCRY_PRIV_FIELD_CLEAR_END(T, id, next)

// A row in full. `ndim` and `shape` are of the C array that the member is.
#define DESCRY_PRIV_ROW_OF(T, id, name, title, type, unit, ndim, shape, live, count, bits) \
  {name,                                                                                   \
   title,                                                                                  \
   type,                                                                                   \
   DESCRY_PRIV_BEGIN(T, id),                                                               \
   unit,                                                                                   \
   ndim,                                                                                   \
   shape,                                                                                  \
   DESCRY_PRIV_ALIGN(T, id),                                                               \
   DESCRY_PRIV_LIVE(live),                                                                 \
   count,                                                                                  \
   bits},
#define DESCRY_PRIV_NO_ROW \
  { NULL, NULL, NULL, 0, 0, 0, NULL, 0, 0u, 0, 0, NULL }
#define DESCRY_PRIV_LIVE(live) DESCRY_PRIV_CAT(DESCRY_PRIV_LIVE_, DESCRY_PRIV_IS_PAREN(live))(live)
#define DESCRY_PRIV_LIVE_0(live) 0u, 0
#define DESCRY_PRIV_LIVE_1(live) DESCRY_FIELD_CASE, DESCRY_PRIV_CAST(long long, live)

// The row of a member whose element is `type`.
#define DESCRY_PRIV_MEMBER_ROW(T, id, name, title, type, live)                                   \
  DESCRY_PRIV_ROW_OF(T, id, name, title, type, DESCRY_PRIV_UNIT(T, id), DESCRY_PRIV_NDIM(T, id), \
                     DESCRY_PRIV_SHAPE(T, id), live, 0, NULL)

// A bare member.
#define DESCRY_PRIV_BARE_CHECK(T, id, next, member, element) \
  DESCRY_PRIV_LEVELS(T, id, next, member)                    \
  DESCRY_PRIV_DEDUCED_CHECK(T, id, member, )
#define DESCRY_PRIV_BARE_ROW(T, id, member, element, name, title, live) \
  DESCRY_PRIV_MEMBER_ROW(T, id, name, title, DESCRY_PRIV_DEDUCED(T, id, ), live)
#define DESCRY_PRIV_BARE_IS_NUMBER(T, id) \
  (DESCRY_PRIV_IS_NUMBER(T, id) && !DESCRY_PRIV_IS_TEXT(T, id))
#define DESCRY_PRIV_BARE_GATE(T, id) DESCRY_PRIV_GATE(T, id)
#define DESCRY_PRIV_BARE_CLEAR(T, id)

// DESCRY_AS, DESCRY_FIELD.
#define DESCRY_PRIV_AS_CHECK(T, id, next, member, element) \
  DESCRY_PRIV_LEVELS(T, id, next, member)                  \
  DESCRY_PRIV_ELEMENT_CHECK(T, id, element)                \
  DESCRY_PRIV_FITS_CHECK(T, id, member, element)
#define DESCRY_PRIV_AS_ROW(T, id, member, element, name, title, live) \
  DESCRY_PRIV_MEMBER_ROW(T, id, name, title, DESCRY_PRIV_ELEMENT_OBJECT(T, id, element), live)
#define DESCRY_PRIV_AS_IS_NUMBER(T, id) DESCRY_PRIV_IS_NUMBER(T, id)
#define DESCRY_PRIV_AS_GATE(T, id) DESCRY_PRIV_GATE(T, id)
#define DESCRY_PRIV_AS_CLEAR(T, id)

// DESCRY_BE, DESCRY_LE.
#define DESCRY_PRIV_BE_CHECK(T, id, next, member, element) \
  DESCRY_PRIV_LEVELS(T, id, next, member)                  \
  DESCRY_PRIV_DEDUCED_CHECK(T, id, member, _be)
#define DESCRY_PRIV_BE_ROW(T, id, member, element, name, title, live) \
  DESCRY_PRIV_MEMBER_ROW(T, id, name, title, DESCRY_PRIV_DEDUCED(T, id, _be), live)
#define DESCRY_PRIV_BE_IS_NUMBER(T, id) \
  (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ && DESCRY_PRIV_BARE_IS_NUMBER(T, id))
#define DESCRY_PRIV_BE_GATE(T, id) DESCRY_PRIV_GATE(T, id)
#define DESCRY_PRIV_BE_CLEAR(T, id)
#define DESCRY_PRIV_LE_CHECK(T, id, next, member, element) \
  DESCRY_PRIV_LEVELS(T, id, next, member)                  \
  DESCRY_PRIV_DEDUCED_CHECK(T, id, member, _le)
#define DESCRY_PRIV_LE_ROW(T, id, member, element, name, title, live) \
  DESCRY_PRIV_MEMBER_ROW(T, id, name, title, DESCRY_PRIV_DEDUCED(T, id, _le), live)
#define DESCRY_PRIV_LE_IS_NUMBER(T, id) \
  (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && DESCRY_PRIV_BARE_IS_NUMBER(T, id))
#define DESCRY_PRIV_LE_GATE(T, id) DESCRY_PRIV_GATE(T, id)
#define DESCRY_PRIV_LE_CLEAR(T, id)

// DESCRY_OPAQUE: the member's bytes, of whatever type it is.
#define DESCRY_PRIV_OPAQUE_CHECK(T, id, next, member, element) \
  DESCRY_PRIV_MEMBER_BOUNDS(T, id, next, member)
#define DESCRY_PRIV_OPAQUE_ROW(T, id, member, element, name, title, live) \
  DESCRY_PRIV_ROW_OF(T, id, name, title, &descry_type_of_void_,           \
                     DESCRY_PRIV_PAST(T, id) - DESCRY_PRIV_BEGIN(T, id), 0, NULL, live, 0, NULL)
#define DESCRY_PRIV_OPAQUE_IS_NUMBER(T, id) 0
#define DESCRY_PRIV_OPAQUE_GATE(T, id) DESCRY_PRIV_GATE(T, id)
#define DESCRY_PRIV_OPAQUE_CLEAR(T, id)

// DESCRY_SKIP: no row.
#define DESCRY_PRIV_SKIP_CHECK(T, id, next, member, element) \
  DESCRY_PRIV_MEMBER_BOUNDS(T, id, next, member)
#define DESCRY_PRIV_SKIP_ROW(T, id, member, element, name, title, live)
#define DESCRY_PRIV_SKIP_IS_NUMBER(T, id) 1
#define DESCRY_PRIV_SKIP_GATE(T, id) DESCRY_PRIV_GATE(T, id)
#define DESCRY_PRIV_SKIP_CLEAR(T, id)                                                   \
  __builtin_memset(DESCRY_PRIV_CAST(char*, descry_bytes) + DESCRY_PRIV_BEGIN(T, id), 0, \
                   DESCRY_PRIV_PAST(T, id) - DESCRY_PRIV_BEGIN(T, id));

// DESCRY_BITS: `member` is (before, after), either of which may be empty for an end of the struct;
// `bits` is a list of rows behind which one without a name stands.
#define DESCRY_PRIV_BITS_CHECK(T, id, next, member, bits)                                     \
  DESCRY_PRIV_BITS_EDGES(T, id, DESCRY_PRIV_UNPAREN member)                                   \
  DESCRY_PRIV_BOUNDS(T, id, next, DESCRY_PRIV_BITS_BEGIN(T, id, DESCRY_PRIV_UNPAREN member),  \
                     DESCRY_PRIV_BITS_PAST(T, id, DESCRY_PRIV_UNPAREN member), 1)             \
  DESCRY_PRIV_CONSTANT(DESCRY_PRIV_HAS_BITS(T, id),                                           \
                       DESCRY_PRIV_BITS_EDGES_GATE(T, id, DESCRY_PRIV_UNPAREN member) &&      \
                           DESCRY_PRIV_BEGIN(T, id) < DESCRY_PRIV_PAST(T, id))                \
  DESCRY_PRIV_ASSERT(!(DESCRY_PRIV_BITS_EDGES_GATE(T, id, DESCRY_PRIV_UNPAREN member)) ||     \
                         DESCRY_PRIV_HAS_BITS(T, id),                                         \
                     "descry: " #T " has no bytes between the two members of a DESCRY_BITS"); \
  static const descry_bit DESCRY_PRIV_BIT_LIST(T, id)[] = {DESCRY_PRIV_UNPAREN bits};
#define DESCRY_PRIV_BIT_LIST(T, id) DESCRY_PRIV_CAT(descry_bits_##T##_, id)
#define DESCRY_PRIV_NO_BIT \
  { NULL, 0u, 0u }
// Each of the two is asked for its bounds once, as a member is; an empty one is an end of the
// struct.
#define DESCRY_PRIV_BITS_ID(id, edge) DESCRY_PRIV_CAT(id, edge)
#define DESCRY_PRIV_BITS_EDGES(...) DESCRY_PRIV_BITS_EDGES_(__VA_ARGS__)
#define DESCRY_PRIV_BITS_EDGES_(T, id, before, after) \
  DESCRY_PRIV_BITS_AT(EDGE, before)                   \
  (T, DESCRY_PRIV_BITS_ID(id, b), before)             \
      DESCRY_PRIV_BITS_AT(EDGE, after)(T, DESCRY_PRIV_BITS_ID(id, a), after)
#define DESCRY_PRIV_BITS_EDGES_GATE(...) DESCRY_PRIV_BITS_EDGES_GATE_(__VA_ARGS__)
#define DESCRY_PRIV_BITS_EDGES_GATE_(T, id, before, after) \
  DESCRY_PRIV_BITS_AT(GATE, before)                        \
  (T, DESCRY_PRIV_BITS_ID(id, b)) && DESCRY_PRIV_BITS_AT(GATE, after)(T, DESCRY_PRIV_BITS_ID(id, a))
#define DESCRY_PRIV_BITS_BEGIN(...) DESCRY_PRIV_BITS_BEGIN_(__VA_ARGS__)
#define DESCRY_PRIV_BITS_BEGIN_(T, id, before, after) \
  DESCRY_PRIV_BITS_AT(BEGIN, before)(T, DESCRY_PRIV_BITS_ID(id, b))
#define DESCRY_PRIV_BITS_PAST(...) DESCRY_PRIV_BITS_PAST_(__VA_ARGS__)
#define DESCRY_PRIV_BITS_PAST_(T, id, before, after) \
  DESCRY_PRIV_BITS_AT(PAST, after)(T, DESCRY_PRIV_BITS_ID(id, a))
#define DESCRY_PRIV_BITS_AT(what, member) \
  DESCRY_PRIV_CAT(DESCRY_PRIV_BITS_##what##_, DESCRY_PRIV_SECOND(DESCRY_PRIV_EDGE_##member, 0, ~))
#define DESCRY_PRIV_BITS_EDGE_0(T, id, member) DESCRY_PRIV_EDGE_BOUNDS(T, id, member)
#define DESCRY_PRIV_BITS_EDGE_1(T, id, member)
#define DESCRY_PRIV_BITS_GATE_0(T, id) DESCRY_PRIV_GATE(T, id)
#define DESCRY_PRIV_BITS_GATE_1(T, id) 1
#define DESCRY_PRIV_BITS_BEGIN_0(T, id) DESCRY_PRIV_EDGE_PAST(T, id)
#define DESCRY_PRIV_BITS_BEGIN_1(T, id) 0
#define DESCRY_PRIV_BITS_PAST_0(T, id) DESCRY_PRIV_EDGE_BEGIN(T, id)
#define DESCRY_PRIV_BITS_PAST_1(T, id) sizeof(T)
#define DESCRY_PRIV_EDGE_ ~, 1
// One unsigned integer where there is one of that size, else bytes.
#define DESCRY_PRIV_BITS_ROW(T, id, member, bits, name, title, live)                               \
  DESCRY_PRIV_ROW_OF(T, id, name, title,                                                           \
                     DESCRY_PRIV_BITS_ELEMENT(DESCRY_PRIV_PAST(T, id) - DESCRY_PRIV_BEGIN(T, id)), \
                     DESCRY_PRIV_PAST(T, id) - DESCRY_PRIV_BEGIN(T, id), 0, NULL, live,            \
                     sizeof(DESCRY_PRIV_BIT_LIST(T, id)) / sizeof(descry_bit) - 1,                 \
                     DESCRY_PRIV_BIT_LIST(T, id))
#define DESCRY_PRIV_BITS_ELEMENT(size)    \
  ((size) == 1   ? &descry_type_of_uint8  \
   : (size) == 2 ? &descry_type_of_uint16 \
   : (size) == 4 ? &descry_type_of_uint32 \
   : (size) == 8 ? &descry_type_of_uint64 \
                 : &descry_type_of_void_)
#define DESCRY_PRIV_BITS_GATE(T, id) 1
#define DESCRY_PRIV_HAS_BITS(T, id) DESCRY_PRIV_CAT(descry_has_bits_##T##_, id)
#define DESCRY_PRIV_BITS_CLEAR(T, id)

// DESCRY_BITS in the normal form.
#define DESCRY_PRIV_BITS_FORM(name, before, after, ...) \
  (DESCRY_PRIV_BITS, (before, after), (__VA_ARGS__), name, NULL, ~)

// The type itself. `count` is of `fields` that are a record's.
#define DESCRY_PRIV_TYPE(T, kind, c_type, count, fields, class_ptr, flags, clear, original) \
  static descry_state descry_state_##T;                                                     \
  DESCRY_PRIV_DEFINE(const descry_type descry_type_of_##T = {                               \
                         DESCRY_TYPE_VERSION, kind, #T, sizeof(c_type),                     \
                         DESCRY_PRIV_ALIGNOF(c_type), count, fields, NULL, class_ptr,       \
                         &descry_state_##T, flags, clear, original})

// A list of fields, `e` empty (see each.h). T is expanded, the fields are not.
#define DESCRY_PRIV_RECORD(covered, flags, e, ...) \
  DESCRY_PRIV_RECORD_1(covered, flags, e, e##__VA_ARGS__)
#define DESCRY_PRIV_RECORD_1(covered, flags, e, T, ...) \
  DESCRY_PRIV_NAMED(DESCRY_PRIV_RECORD_2, covered, flags, T, e, e##__VA_ARGS__)
#define DESCRY_PRIV_RECORD_2(covered, flags, T, e, ...)                                     \
  DESCRY_PRIV_DECLARE_(T);                                                                  \
  DESCRY_PRIV_BOUNDS_BEGIN(T)                                                               \
  DESCRY_PRIV_NUMBERS_BEGIN(T)                                                              \
  DESCRY_PRIV_EACH(DESCRY_PRIV_FIELD_CHECK, T, e, e##__VA_ARGS__)                           \
  covered(T, e, e##__VA_ARGS__) DESCRY_PRIV_INTEGER_CONSTANT(                               \
      descry_numbers_of_record_##T,                                                         \
      DESCRY_PRIV_EACH(DESCRY_PRIV_NUMBERS_FOUND, T, e,                                     \
                       e##__VA_ARGS__) 0) static const descry_field descry_fields_##T[] = { \
      DESCRY_PRIV_EACH(DESCRY_PRIV_FIELD_ROW, T, e, e##__VA_ARGS__) DESCRY_PRIV_NO_ROW};    \
  covered##_CLEAR(T, e, e##__VA_ARGS__) DESCRY_PRIV_TYPE(                                   \
      T, DESCRY_KIND_RECORD, T, sizeof(descry_fields_##T) / sizeof(descry_field) - 1,       \
      descry_fields_##T, NULL, (flags) | covered##_FLAG(T), covered##_POINTER(T), NULL)

// Whether all members are listed: the half of the answer that only a running program can give.
#define DESCRY_PRIV_COVERED_CLEAR(T, e, ...)                        \
  static void descry_clear_##T(void* descry_bytes) {                \
    DESCRY_PRIV_CLEAR_PADDING(T, descry_bytes);                     \
    DESCRY_PRIV_EACH(DESCRY_PRIV_FIELD_CLEAR, T, e, e##__VA_ARGS__) \
  }
#define DESCRY_PRIV_COVERED_FLAG(T) DESCRY_PRIV_PADDING_FLAG(T)
#define DESCRY_PRIV_COVERED_POINTER(T) &descry_clear_##T
// The same of a variant, whose first item is its tag.
#define DESCRY_PRIV_TAGGED(T, e, ...)         \
  DESCRY_PRIV_TAG_CHECK(T, e, e##__VA_ARGS__) \
  DESCRY_PRIV_COVERED(T, e, e##__VA_ARGS__)
#define DESCRY_PRIV_TAG_CHECK(T, e, first, ...)                                   \
  DESCRY_PRIV_ASSERT(DESCRY_PRIV_ITEM(DESCRY_PRIV_TAG_OF, T, 0_0, 0_1, e##first), \
                     "descry: the tag of the variant " #T " is not an integer member");
#define DESCRY_PRIV_TAG_OF(T, id, next, how, ...) how##_TAG(T, id)
#define DESCRY_PRIV_TAG_OF_END(T, id, next) 0
#define DESCRY_PRIV_BARE_TAG(T, id) !DESCRY_PRIV_GATE(T, id) || DESCRY_PRIV_IS_TAG(T, id)
#define DESCRY_PRIV_AS_TAG(T, id) DESCRY_PRIV_BARE_TAG(T, id)
#define DESCRY_PRIV_BE_TAG(T, id) DESCRY_PRIV_BARE_TAG(T, id)
#define DESCRY_PRIV_LE_TAG(T, id) DESCRY_PRIV_BARE_TAG(T, id)
#define DESCRY_PRIV_OPAQUE_TAG(T, id) 0
#define DESCRY_PRIV_SKIP_TAG(T, id) 0
#define DESCRY_PRIV_BITS_TAG(T, id) 0
#define DESCRY_PRIV_BITS_IS_NUMBER(T, id) 0
#define DESCRY_PRIV_TAGGED_CLEAR(T, e, ...) DESCRY_PRIV_COVERED_CLEAR(T, e, e##__VA_ARGS__)
#define DESCRY_PRIV_TAGGED_FLAG(T) DESCRY_PRIV_COVERED_FLAG(T)
#define DESCRY_PRIV_TAGGED_POINTER(T) DESCRY_PRIV_COVERED_POINTER(T)
#define DESCRY_PRIV_UNCOVERED(T, e, ...)
#define DESCRY_PRIV_UNCOVERED_CLEAR(T, e, ...)
#define DESCRY_PRIV_UNCOVERED_FLAG(T) DESCRY_TYPE_PARTIAL
#define DESCRY_PRIV_UNCOVERED_POINTER(T) NULL

// `struct foo` and the like, found before they make a name that is none.
#define DESCRY_PRIV_NAMED_0(M, covered, flags, T, e, ...) M(covered, flags, T, e, e##__VA_ARGS__)
#define DESCRY_PRIV_NAMED_1(M, covered, flags, T, e, ...) \
  DESCRY_PRIV_ASSERT(0, DESCRY_PRIV_NAME_MESSAGE(T));
#define DESCRY_PRIV_WORD_struct ~, 1, ~,
#define DESCRY_PRIV_WORD_union ~, 1, ~,
#define DESCRY_PRIV_WORD_enum ~, 1, ~,
#define DESCRY_PRIV_WORD_const ~, 1, ~,
#define DESCRY_PRIV_WORD_volatile ~, 1, ~,
#define DESCRY_PRIV_WORD_unsigned ~, 1, ~,
#define DESCRY_PRIV_WORD_signed ~, 1, ~,
#ifdef __cplusplus
#define DESCRY_PRIV_WORD_class ~, 1, ~,
#define DESCRY_PRIV_WORD_std ~, 1, ~,
#endif
#define DESCRY_PRIV_IS_WORD(T) DESCRY_PRIV_SECOND(DESCRY_PRIV_WORD_##T, 0, ~)
#define DESCRY_PRIV_DECLARE(T, ...) DESCRY_PRIV_CAT(DESCRY_PRIV_DECLARE_, DESCRY_PRIV_IS_WORD(T))(T)
#define DESCRY_PRIV_DECLARE_0(T) DESCRY_PRIV_DECLARE_(T)
#define DESCRY_PRIV_DECLARE_1(T) DESCRY_PRIV_ASSERT(0, DESCRY_PRIV_NAME_MESSAGE(T))
#define DESCRY_PRIV_NAMED(M, covered, flags, T, e, ...)                               \
  DESCRY_PRIV_CAT(DESCRY_PRIV_NAMED_, DESCRY_PRIV_SECOND(DESCRY_PRIV_WORD_##T, 0, ~)) \
  (M, covered, flags, T, e, e##__VA_ARGS__)

#define DESCRY_PRIV_COVERED_MESSAGE(T) \
  "descry: the fields listed for " #T " leave out a member: list it, or use DESCRY_RECORD_PARTIAL"

// What an element is called in the code, where it is not a single name: any bytes, behind a message
// of its own.
#define DESCRY_PRIV_ELEMENT_NAME(element) \
  DESCRY_PRIV_CAT(DESCRY_PRIV_ELEMENT_NAME_, DESCRY_PRIV_IS_WORD(element))(element)
#define DESCRY_PRIV_ELEMENT_NAME_0(element) element
#define DESCRY_PRIV_ELEMENT_NAME_1(element) void_
#define DESCRY_PRIV_ELEMENT_CHECK(T, id, element)                          \
  DESCRY_PRIV_CAT(DESCRY_PRIV_ELEMENT_WORD_, DESCRY_PRIV_IS_WORD(element)) \
  (element) DESCRY_PRIV_ELEMENT_LOOKUP(T, id, element, DESCRY_PRIV_ELEMENT_NAME(element))
#define DESCRY_PRIV_ELEMENT_WORD_0(element)
#define DESCRY_PRIV_ELEMENT_WORD_1(element) \
  DESCRY_PRIV_ASSERT(0, DESCRY_PRIV_NAME_MESSAGE(element));

// A wrapper or an alias stands for its one nameless field.
#define DESCRY_PRIV_TRANSPARENT(T, e, member, ...)                       \
  DESCRY_PRIV_CAT(DESCRY_PRIV_TRANSPARENT_WORD_, DESCRY_PRIV_IS_WORD(T)) \
  (T, e, e##member)
#define DESCRY_PRIV_TRANSPARENT_WORD_1(T, e, member) DESCRY_PRIV_DECLARE_1(T)
#define DESCRY_PRIV_TRANSPARENT_WORD_0(T, e, member) DESCRY_PRIV_TRANSPARENT_1(T, e, e##member)
#define DESCRY_PRIV_TRANSPARENT_1(T, e, member)                                            \
  DESCRY_PRIV_DECLARE_(T);                                                                 \
  DESCRY_PRIV_BOUNDS_BEGIN(T)                                                              \
  DESCRY_PRIV_NUMBERS_BEGIN(T)                                                             \
  DESCRY_PRIV_ITEM(DESCRY_PRIV_FIELD_CHECK, T, 0_0, 0_1, e##member)                        \
  DESCRY_PRIV_ASSERT(!DESCRY_PRIV_GATE(T, 0_0) || (DESCRY_PRIV_BEGIN(T, 0_0) == 0 &&       \
                                                   DESCRY_PRIV_PAST(T, 0_0) == sizeof(T)), \
                     "descry: " #T " holds more than its member " #member);                \
  static const descry_field descry_target_##T[] = {                                        \
      DESCRY_PRIV_ITEM(DESCRY_PRIV_WRAPPED_ROW, T, 0_0, 0_1, e##member)};                  \
  DESCRY_PRIV_TYPE(T, DESCRY_KIND_TRANSPARENT, T, 0, descry_target_##T, NULL, 0u, NULL, NULL)
#define DESCRY_PRIV_WRAPPED_ROW(T, id, next, how, member, element, name, title, live) \
  how##_ROW(T, id, member, element, NULL, NULL, live)

// An alias is laid out like a struct with the one member `descry_value`.
#define DESCRY_PRIV_ALIAS(T, element, ...) \
  DESCRY_PRIV_CAT(DESCRY_PRIV_ALIAS_WORD_, DESCRY_PRIV_IS_WORD(T))(T, element)
#define DESCRY_PRIV_ALIAS_WORD_1(T, element) DESCRY_PRIV_DECLARE_1(T)
#define DESCRY_PRIV_ALIAS_WORD_0(T, element) DESCRY_PRIV_ALIAS_(T, element, descry_alias_##T)
#define DESCRY_PRIV_ALIAS_(T, element, wrapper)                                                 \
  DESCRY_PRIV_DECLARE_(T);                                                                      \
  typedef struct wrapper {                                                                      \
    T descry_value;                                                                             \
  } wrapper;                                                                                    \
  DESCRY_PRIV_BOUNDS_BEGIN(wrapper)                                                             \
  DESCRY_PRIV_LEVELS(wrapper, 0_0, 0_1, descry_value)                                           \
  DESCRY_PRIV_ELEMENT_CHECK(wrapper, 0_0, element)                                              \
  DESCRY_PRIV_ASSERT(DESCRY_PRIV_ALIAS_FITS(T, wrapper, element),                               \
                     "descry: " #T " does not have the size, alignment and kind of " #element); \
  static const descry_field descry_target_##T[] = {                                             \
      DESCRY_PRIV_AS_ROW(wrapper, 0_0, descry_value, element, NULL, NULL, ~)};                  \
  DESCRY_PRIV_TYPE(T, DESCRY_KIND_ALIAS, T, 0, descry_target_##T, NULL, 0u, NULL, NULL)

#define DESCRY_PRIV_ALIAS_ARRAY(T, element, ...)                                                   \
  DESCRY_PRIV_DECLARE_(T);                                                                         \
  DESCRY_PRIV_ASSERT(                                                                              \
      sizeof(T) == sizeof(DESCRY_PRIV_CTYPE(element)) * DESCRY_PRIV_PRODUCT(__VA_ARGS__, 1, 1, 1), \
      "descry: " #T " does not have the size of an array of " #element " of these lengths");       \
  DESCRY_PRIV_ASSERT(DESCRY_PRIV_ALIGNOF(T) >= DESCRY_PRIV_ALIGNOF(DESCRY_PRIV_CTYPE(element)),    \
                     "descry: " #T " does not have the alignment of " #element);                   \
  static const size_t descry_shape_##T[] = {__VA_ARGS__};                                          \
  static const descry_field descry_target_##T[] = {                                                \
      {NULL, NULL, &descry_type_of_##element, 0, sizeof(DESCRY_PRIV_CTYPE(element)),               \
       sizeof(descry_shape_##T) / sizeof(size_t), descry_shape_##T, DESCRY_PRIV_ALIGNOF(T), 0u, 0, \
       0, NULL}};                                                                                  \
  DESCRY_PRIV_TYPE(T, DESCRY_KIND_ALIAS, T, 0, descry_target_##T, NULL, 0u, NULL, NULL)
#define DESCRY_PRIV_PRODUCT(...) DESCRY_PRIV_PRODUCT_(__VA_ARGS__, ~)
#define DESCRY_PRIV_PRODUCT_(a, b, c, d, ...) ((a) * (b) * (c) * (d))

// A type in the other byte order stands for one nameless field, too, whose element the library
// makes at first use.
#define DESCRY_PRIV_SWAPPED(name, T, ...) \
  DESCRY_PRIV_CAT(DESCRY_PRIV_SWAPPED_WORD_, DESCRY_PRIV_IS_WORD(T))(name, T)
#define DESCRY_PRIV_SWAPPED_WORD_1(name, T) DESCRY_PRIV_ASSERT(0, DESCRY_PRIV_NAME_MESSAGE(T))
#define DESCRY_PRIV_SWAPPED_WORD_0(name, T)                                                     \
  DESCRY_PRIV_DECLARE_SWAPPED_(name, T);                                                        \
  static descry_field descry_target_##name[] = {                                                \
      {NULL, NULL, NULL, 0, sizeof(name), 0, NULL, DESCRY_PRIV_ALIGNOF(name), 0u, 0, 0, NULL}}; \
  DESCRY_PRIV_TYPE(name, DESCRY_KIND_ALIAS, name, 0, descry_target_##name, NULL, 0u, NULL,      \
                   &descry_type_of_##T)
#define DESCRY_PRIV_DECLARE_SWAPPED(name, T, ...) DESCRY_PRIV_DECLARE_SWAPPED_(name, T)

#define DESCRY_PRIV_OBJECT(T, class_ptr, ...) \
  DESCRY_PRIV_CAT(DESCRY_PRIV_OBJECT_WORD_, DESCRY_PRIV_IS_WORD(T))(T, class_ptr)
#define DESCRY_PRIV_OBJECT_WORD_1(T, class_ptr) DESCRY_PRIV_DECLARE_1(T)
#define DESCRY_PRIV_OBJECT_WORD_0(T, class_ptr) \
  DESCRY_PRIV_DECLARE_(T);                      \
  DESCRY_PRIV_TYPE(T, DESCRY_KIND_OBJECT, T*, 0, NULL, class_ptr, 0u, NULL, NULL)

#endif  // DESCRY_PRIVATE_RECORD_H_
