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

#ifdef __cplusplus
// offsetof a member of a class with private members is "conditionally supported", which gcc and
// clang do and warn of.
#define DESCRY_PRIV_BEGIN_DATA \
  _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Winvalid-offsetof\"")
#define DESCRY_PRIV_END_DATA _Pragma("GCC diagnostic pop")
#else
#define DESCRY_PRIV_BEGIN_DATA
#define DESCRY_PRIV_END_DATA
#endif

// __alignof__ of a member, which unlike that of its type knows about packing and alignas.
#define DESCRY_PRIV_ALIGNOF_MEMBER(T, member) __alignof__(((T*)0)->member)

// One field: what must hold of it, and its row in the table.
#define DESCRY_PRIV_FIELD_CHECK(T, how, member, element, name, title, next)                   \
  DESCRY_PRIV_LEVELS(T, member,                                                               \
                     DESCRY_PRIV_BIT_FIELDS_ARE_LEFT_OUT_BY_DESCRY_RECORD_PARTIAL(T, member)) \
  how##_CHECK(T, member, element)
#define DESCRY_PRIV_FIELD_ROW(...) DESCRY_PRIV_FIELD_DATA(__VA_ARGS__),
#define DESCRY_PRIV_FIELD_DATA(T, how, member, element, name, title, next)                      \
  {                                                                                             \
    name, title, how##_ELEMENT(T, member, element), offsetof(T, member),                        \
        DESCRY_PRIV_UNIT(T, member), DESCRY_PRIV_NDIM(T, member), DESCRY_PRIV_SHAPE(T, member), \
        DESCRY_PRIV_ALIGNOF_MEMBER(T, member), 0u, 0, 0, NULL                                   \
  }

#define DESCRY_PRIV_NO_FIELD \
  { NULL, NULL, NULL, 0, 0, 0, NULL, 0, 0u, 0, 0, NULL }

// The type itself. `count` is of `fields` that are a record's.
#define DESCRY_PRIV_TYPE(T, kind, c_type, count, fields, class_ptr, flags) \
  static descry_state descry_state_##T;                                    \
  DESCRY_PRIV_EXTERN const descry_type descry_type_of_##T;                 \
  const descry_type descry_type_of_##T = {DESCRY_TYPE_VERSION,             \
                                          kind,                            \
                                          #T,                              \
                                          sizeof(c_type),                  \
                                          DESCRY_PRIV_ALIGNOF(c_type),     \
                                          count,                           \
                                          fields,                          \
                                          NULL,                            \
                                          class_ptr,                       \
                                          &descry_state_##T,               \
                                          flags,                           \
                                          NULL,                            \
                                          NULL}

#define DESCRY_PRIV_RECORD(...) DESCRY_PRIV_RECORD_(__VA_ARGS__)
#define DESCRY_PRIV_RECORD_(covered, flags, T, ...)                                                \
  DESCRY_PRIV_DECLARE(T);                                                                          \
  DESCRY_PRIV_BEGIN_DATA                                                                           \
  DESCRY_PRIV_EACH(DESCRY_PRIV_FIELD_CHECK, T, __VA_ARGS__)                                        \
  covered(T, __VA_ARGS__) static const descry_field descry_fields_##T[] = {                        \
      DESCRY_PRIV_EACH(DESCRY_PRIV_FIELD_ROW, T, __VA_ARGS__) DESCRY_PRIV_NO_FIELD};               \
  DESCRY_PRIV_END_DATA                                                                             \
  DESCRY_PRIV_TYPE(T, DESCRY_KIND_RECORD, T, sizeof(descry_fields_##T) / sizeof(descry_field) - 1, \
                   descry_fields_##T, NULL, flags)

// Everything that is listed nowhere in particular.
#define DESCRY_PRIV_UNCOVERED(T, ...)

#define DESCRY_PRIV_COVERED_MESSAGE(T) \
  "descry: the fields listed for " #T " leave out a member: list it, or use DESCRY_RECORD_PARTIAL"

#ifdef __cplusplus

#define DESCRY_PRIV_SPAN(T, how, member, element, name, title, next)         \
  {offsetof(T, member), offsetof(T, member) + sizeof(((T*)nullptr)->member), \
   DESCRY_PRIV_ALIGNOF_MEMBER(T, member)},
#define DESCRY_PRIV_COVERED(T, ...)                                                              \
  static constexpr ::descry_priv::span descry_spans_##T[] = {                                    \
      DESCRY_PRIV_EACH(DESCRY_PRIV_SPAN, T, __VA_ARGS__){sizeof(T), sizeof(T), alignof(T)}};     \
  DESCRY_PRIV_ASSERT(                                                                            \
      std::is_empty<T>::value || ::descry_priv::covers(sizeof(T), alignof(T), descry_spans_##T), \
      DESCRY_PRIV_COVERED_MESSAGE(T));

#else

// A list in the struct's order is checked member by member: each must begin within its own
// alignment of the end of the one before. Any other list (reordered, a union) by a bitmap of the
// first 256 bytes, in which a member also covers the padding that its alignment may need.
#define DESCRY_PRIV_COVERED(T, ...)                                                          \
  enum { DESCRY_PRIV_EACH(DESCRY_PRIV_BOUNDS, T, __VA_ARGS__) descry_size_##T = sizeof(T) }; \
  DESCRY_PRIV_ASSERT_NAMED(                                                                  \
      descry_all_members_are_listed_##T,                                                     \
      (DESCRY_PRIV_BEGINS(T, DESCRY_PRIV_HEAD(__VA_ARGS__))                                  \
           DESCRY_PRIV_EACH(DESCRY_PRIV_TIGHT, T, __VA_ARGS__)) ||                           \
          (!(1 DESCRY_PRIV_EACH(DESCRY_PRIV_ORDERED, T, __VA_ARGS__)) &&                     \
           (descry_size_##T > 256 || DESCRY_PRIV_BITMAP_IS_FULL(T, __VA_ARGS__))),           \
      DESCRY_PRIV_COVERED_MESSAGE(T));
#define DESCRY_PRIV_BEGINS(T, first)                \
  DESCRY_PRIV_IF_END(first, (descry_size_##T == 0), \
                     (DESCRY_PRIV_BEGIN(T, DESCRY_PRIV_MEMBER(first)) == 0))
#define DESCRY_PRIV_BITMAP_IS_FULL(T, ...)                                                        \
  (DESCRY_PRIV_COVERED_WORD(0, T, __VA_ARGS__) && DESCRY_PRIV_COVERED_WORD(64, T, __VA_ARGS__) && \
   DESCRY_PRIV_COVERED_WORD(128, T, __VA_ARGS__) && DESCRY_PRIV_COVERED_WORD(192, T, __VA_ARGS__))
#define DESCRY_PRIV_BOUNDS(T, how, member, element, name, title, next)                 \
  DESCRY_PRIV_BEGIN(T, member) = offsetof(T, member),                                  \
                       DESCRY_PRIV_PAST(T, member) =                                   \
                           offsetof(T, member) + sizeof(((T*)0)->member),              \
                       DESCRY_PRIV_FIRST(T, member) =                                  \
                           offsetof(T, member) < DESCRY_PRIV_ALIGNOF_MEMBER(T, member) \
                               ? 0                                                     \
                               : offsetof(T, member) - DESCRY_PRIV_ALIGNOF_MEMBER(T, member) + 1,

#define DESCRY_PRIV_ORDERED(T, how, member, element, name, title, next) \
  &&DESCRY_PRIV_PAST(T, member) <=                                      \
      DESCRY_PRIV_IF_END(next, descry_size_##T, DESCRY_PRIV_BEGIN(T, DESCRY_PRIV_MEMBER(next)))
#define DESCRY_PRIV_TIGHT(T, how, member, element, name, title, next)  \
  DESCRY_PRIV_ORDERED(T, how, member, element, name, title, next)      \
  &&DESCRY_PRIV_PAST(T, member) >=                                     \
      DESCRY_PRIV_IF_END(next, descry_size_##T - (int)_Alignof(T) + 1, \
                         DESCRY_PRIV_FIRST(T, DESCRY_PRIV_MEMBER(next)))

// One word of the bitmap, bytes `w` to `w + 63`: every one covered, or past the end of the struct
// less its alignment.
#define DESCRY_PRIV_COVERED_WORD(w, T, ...)                    \
  ((0 DESCRY_PRIV_EACH(DESCRY_PRIV_BITS_##w, T, __VA_ARGS__) | \
    DESCRY_PRIV_BITS(w, descry_size_##T - (int)_Alignof(T) + 1, 256)) == ~0ull)
#define DESCRY_PRIV_BITS_0(T, how, member, element, name, title, next) \
  | DESCRY_PRIV_BITS(0, DESCRY_PRIV_FIRST(T, member), DESCRY_PRIV_PAST(T, member))
#define DESCRY_PRIV_BITS_64(T, how, member, element, name, title, next) \
  | DESCRY_PRIV_BITS(64, DESCRY_PRIV_FIRST(T, member), DESCRY_PRIV_PAST(T, member))
#define DESCRY_PRIV_BITS_128(T, how, member, element, name, title, next) \
  | DESCRY_PRIV_BITS(128, DESCRY_PRIV_FIRST(T, member), DESCRY_PRIV_PAST(T, member))
#define DESCRY_PRIV_BITS_192(T, how, member, element, name, title, next) \
  | DESCRY_PRIV_BITS(192, DESCRY_PRIV_FIRST(T, member), DESCRY_PRIV_PAST(T, member))
#define DESCRY_PRIV_BITS(w, begin, past) (DESCRY_PRIV_BELOW(w, past) & ~DESCRY_PRIV_BELOW(w, begin))
#define DESCRY_PRIV_BELOW(w, end) \
  ((end) <= (w) ? 0ull : (end) >= (w) + 64 ? ~0ull : ~(~0ull << (((end) - (w)) & 63)))
#define DESCRY_PRIV_FIRST(T, member) DESCRY_PRIV_CAT(descry_f_##T##_, member)

#endif  // __cplusplus

// A wrapper or an alias stands for its one nameless field.
#define DESCRY_PRIV_TRANSPARENT(T, member, ...)                   \
  DESCRY_PRIV_DECLARE(T);                                         \
  DESCRY_PRIV_EACH_0(DESCRY_PRIV_WRAPPED, T, member, __VA_ARGS__) \
  DESCRY_PRIV_TYPE(T, DESCRY_KIND_TRANSPARENT, T, 0, &descry_target_##T, NULL, 0u)
#define DESCRY_PRIV_WRAPPED(T, how, member, element, name, title, next)                     \
  DESCRY_PRIV_FIELD_CHECK(T, how, member, element, name, title, next)                       \
  DESCRY_PRIV_ASSERT(sizeof(T) == sizeof(((T*)0)->member) && offsetof(T, member) == 0,      \
                     "descry: " #T " holds more than its member " DESCRY_PRIV_STR(member)); \
  static const descry_field descry_target_##T =                                             \
      DESCRY_PRIV_FIELD_DATA(T, how, member, element, NULL, NULL, next);

// An alias is laid out like a struct with the one member `value`.
#define DESCRY_PRIV_ALIAS(T, element) DESCRY_PRIV_ALIAS_(T, element, descry_alias_##T)
#define DESCRY_PRIV_ALIAS_(T, element, wrapper)                                       \
  DESCRY_PRIV_DECLARE(T);                                                             \
  typedef struct wrapper {                                                            \
    T value;                                                                          \
  } wrapper;                                                                          \
  DESCRY_PRIV_LEVELS(wrapper, value, T)                                               \
  DESCRY_PRIV_ASSERT(DESCRY_PRIV_ALIAS_FITS(T, wrapper, descry_ctype_##element),      \
                     "descry: " #T " has not the size and alignment of " #element);   \
  static const descry_field descry_target_##T =                                       \
      DESCRY_PRIV_FIELD_DATA(wrapper, DESCRY_PRIV_AS, value, element, NULL, NULL, ~); \
  DESCRY_PRIV_TYPE(T, DESCRY_KIND_ALIAS, T, 0, &descry_target_##T, NULL, 0u)

#define DESCRY_PRIV_OBJECT(T, class_ptr) \
  DESCRY_PRIV_DECLARE(T);                \
  DESCRY_PRIV_TYPE(T, DESCRY_KIND_OBJECT, T*, 0, NULL, class_ptr, 0u)

#endif  // DESCRY_PRIVATE_RECORD_H_
