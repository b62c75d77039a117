// SPDX-License-Identifier: BSD-3-Clause
// The loop behind the field lists: DESCRY_PRIV_EACH(M, T, a, b, ..., DESCRY_PRIV_ENDS) expands to M
// for each item. An item is a bare name or one of the parenthesised forms of declare.h; M always
// gets the normal form
//
//   M(T, how, member, element, name, title, next)
//
// where `how` is DESCRY_PRIV_BARE or DESCRY_PRIV_AS, and `next` is the item that follows as it was
// written, DESCRY_PRIV_END last. Blocks of sixteen instead of recursion: no extension of the
// preprocessor is needed, and no text is scanned twice.
#ifndef DESCRY_PRIVATE_EACH_H_
#define DESCRY_PRIVATE_EACH_H_

#define DESCRY_PRIV_CAT(a, b) DESCRY_PRIV_CAT_(a, b)
#define DESCRY_PRIV_CAT_(a, b) a##b
#define DESCRY_PRIV_STR(x) DESCRY_PRIV_STR_(x)
#define DESCRY_PRIV_STR_(x) #x
#define DESCRY_PRIV_UNPAREN(...) __VA_ARGS__
#define DESCRY_PRIV_HEAD(a, ...) a

// 1 where `x` is parenthesised, else 0.
#define DESCRY_PRIV_IS_PAREN(x) DESCRY_PRIV_SECOND(DESCRY_PRIV_PAREN_PROBE x, 0, ~)
#define DESCRY_PRIV_PAREN_PROBE(...) ~, 1
#define DESCRY_PRIV_SECOND(...) DESCRY_PRIV_SECOND_(__VA_ARGS__)
#define DESCRY_PRIV_SECOND_(a, b, ...) b

// What ends a list: more items than a block looks ahead.
#define DESCRY_PRIV_END (DESCRY_PRIV_STOP, end, ~, ~, ~)
#define DESCRY_PRIV_ENDS                                                                   \
  DESCRY_PRIV_END, DESCRY_PRIV_END, DESCRY_PRIV_END, DESCRY_PRIV_END, DESCRY_PRIV_END,     \
      DESCRY_PRIV_END, DESCRY_PRIV_END, DESCRY_PRIV_END, DESCRY_PRIV_END, DESCRY_PRIV_END, \
      DESCRY_PRIV_END, DESCRY_PRIV_END, DESCRY_PRIV_END, DESCRY_PRIV_END, DESCRY_PRIV_END, \
      DESCRY_PRIV_END, DESCRY_PRIV_END, DESCRY_PRIV_END

// An item, brought to its normal form.
#define DESCRY_PRIV_ITEM(M, T, x, next) \
  DESCRY_PRIV_CAT(DESCRY_PRIV_ITEM_, DESCRY_PRIV_IS_PAREN(x))(M, T, x, next)
#define DESCRY_PRIV_ITEM_0(M, T, x, next) \
  M(T, DESCRY_PRIV_BARE, x, ~, DESCRY_PRIV_STR(x), NULL, next)
#define DESCRY_PRIV_ITEM_1(M, T, x, next) DESCRY_PRIV_ITEM_FORM(M, T, next, DESCRY_PRIV_UNPAREN x)
#define DESCRY_PRIV_ITEM_FORM(...) DESCRY_PRIV_ITEM_FORM_(__VA_ARGS__)
#define DESCRY_PRIV_ITEM_FORM_(M, T, next, how, member, element, name, title) \
  how##_ITEM(M, T, member, element, name, title, next)
#define DESCRY_PRIV_BARE_ITEM(M, T, member, element, name, title, next) \
  M(T, DESCRY_PRIV_BARE, member, element, name, title, next)
#define DESCRY_PRIV_AS_ITEM(M, T, member, element, name, title, next) \
  M(T, DESCRY_PRIV_AS, member, element, name, title, next)
#define DESCRY_PRIV_STOP_ITEM(M, T, member, element, name, title, next)

// DESCRY_PRIV_IF_END(x, a, b): `a` at the end of the list, else `b`.
#define DESCRY_PRIV_IF_END(x, a, b) \
  DESCRY_PRIV_CAT(DESCRY_PRIV_IF_END_, DESCRY_PRIV_IS_PAREN(x))(x, a, b)
#define DESCRY_PRIV_IF_END_0(x, a, b) b
#define DESCRY_PRIV_IF_END_1(x, a, b) DESCRY_PRIV_IF_END_FORM(a, b, DESCRY_PRIV_UNPAREN x)
#define DESCRY_PRIV_IF_END_FORM(...) DESCRY_PRIV_IF_END_FORM_(__VA_ARGS__)
#define DESCRY_PRIV_IF_END_FORM_(a, b, how, ...) how##_IF_END(a, b)
#define DESCRY_PRIV_BARE_IF_END(a, b) b
#define DESCRY_PRIV_AS_IF_END(a, b) b
#define DESCRY_PRIV_STOP_IF_END(a, b) a

// The member of an item as it was written.
#define DESCRY_PRIV_MEMBER(x) DESCRY_PRIV_CAT(DESCRY_PRIV_MEMBER_, DESCRY_PRIV_IS_PAREN(x))(x)
#define DESCRY_PRIV_MEMBER_0(x) x
#define DESCRY_PRIV_MEMBER_1(x) DESCRY_PRIV_SECOND(DESCRY_PRIV_UNPAREN x)

// Sixteen items and the one after them.
#define DESCRY_PRIV_SIXTEEN(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, \
                            a15, peek)                                                             \
  DESCRY_PRIV_ITEM(M, T, a0, a1)                                                                   \
  DESCRY_PRIV_ITEM(M, T, a1, a2)                                                                   \
  DESCRY_PRIV_ITEM(M, T, a2, a3)                                                                   \
  DESCRY_PRIV_ITEM(M, T, a3, a4)                                                                   \
  DESCRY_PRIV_ITEM(M, T, a4, a5)                                                                   \
  DESCRY_PRIV_ITEM(M, T, a5, a6)                                                                   \
  DESCRY_PRIV_ITEM(M, T, a6, a7)                                                                   \
  DESCRY_PRIV_ITEM(M, T, a7, a8)                                                                   \
  DESCRY_PRIV_ITEM(M, T, a8, a9)                                                                   \
  DESCRY_PRIV_ITEM(M, T, a9, a10)                                                                  \
  DESCRY_PRIV_ITEM(M, T, a10, a11)                                                                 \
  DESCRY_PRIV_ITEM(M, T, a11, a12)                                                                 \
  DESCRY_PRIV_ITEM(M, T, a12, a13)                                                                 \
  DESCRY_PRIV_ITEM(M, T, a13, a14)                                                                 \
  DESCRY_PRIV_ITEM(M, T, a14, a15)                                                                 \
  DESCRY_PRIV_ITEM(M, T, a15, peek)

// Each block hands what is left to the next one; twenty of them make 320 items.
#define DESCRY_PRIV_EACH(M, T, ...) DESCRY_PRIV_EACH_0(M, T, __VA_ARGS__)
#define DESCRY_PRIV_EACH_DONE(...)
#define DESCRY_PRIV_EACH_0(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, \
                           a15, peek, ...)                                                        \
  DESCRY_PRIV_SIXTEEN(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, \
                      peek)                                                                       \
  DESCRY_PRIV_IF_END(peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_1)(M, T, peek, __VA_ARGS__)
#define DESCRY_PRIV_EACH_1(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, \
                           a15, peek, ...)                                                        \
  DESCRY_PRIV_SIXTEEN(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, \
                      peek)                                                                       \
  DESCRY_PRIV_IF_END(peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_2)(M, T, peek, __VA_ARGS__)
#define DESCRY_PRIV_EACH_2(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, \
                           a15, peek, ...)                                                        \
  DESCRY_PRIV_SIXTEEN(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, \
                      peek)                                                                       \
  DESCRY_PRIV_IF_END(peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_3)(M, T, peek, __VA_ARGS__)
#define DESCRY_PRIV_EACH_3(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, \
                           a15, peek, ...)                                                        \
  DESCRY_PRIV_SIXTEEN(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, \
                      peek)                                                                       \
  DESCRY_PRIV_IF_END(peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_4)(M, T, peek, __VA_ARGS__)
#define DESCRY_PRIV_EACH_4(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, \
                           a15, peek, ...)                                                        \
  DESCRY_PRIV_SIXTEEN(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, \
                      peek)                                                                       \
  DESCRY_PRIV_IF_END(peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_5)(M, T, peek, __VA_ARGS__)
#define DESCRY_PRIV_EACH_5(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, \
                           a15, peek, ...)                                                        \
  DESCRY_PRIV_SIXTEEN(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, \
                      peek)                                                                       \
  DESCRY_PRIV_IF_END(peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_6)(M, T, peek, __VA_ARGS__)
#define DESCRY_PRIV_EACH_6(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, \
                           a15, peek, ...)                                                        \
  DESCRY_PRIV_SIXTEEN(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, \
                      peek)                                                                       \
  DESCRY_PRIV_IF_END(peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_7)(M, T, peek, __VA_ARGS__)
#define DESCRY_PRIV_EACH_7(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, \
                           a15, peek, ...)                                                        \
  DESCRY_PRIV_SIXTEEN(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, \
                      peek)                                                                       \
  DESCRY_PRIV_IF_END(peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_8)(M, T, peek, __VA_ARGS__)
#define DESCRY_PRIV_EACH_8(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, \
                           a15, peek, ...)                                                        \
  DESCRY_PRIV_SIXTEEN(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, \
                      peek)                                                                       \
  DESCRY_PRIV_IF_END(peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_9)(M, T, peek, __VA_ARGS__)
#define DESCRY_PRIV_EACH_9(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, \
                           a15, peek, ...)                                                        \
  DESCRY_PRIV_SIXTEEN(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, \
                      peek)                                                                       \
  DESCRY_PRIV_IF_END(peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_10)(M, T, peek, __VA_ARGS__)
#define DESCRY_PRIV_EACH_10(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, \
                            a15, peek, ...)                                                        \
  DESCRY_PRIV_SIXTEEN(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15,  \
                      peek)                                                                        \
  DESCRY_PRIV_IF_END(peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_11)(M, T, peek, __VA_ARGS__)
#define DESCRY_PRIV_EACH_11(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, \
                            a15, peek, ...)                                                        \
  DESCRY_PRIV_SIXTEEN(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15,  \
                      peek)                                                                        \
  DESCRY_PRIV_IF_END(peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_12)(M, T, peek, __VA_ARGS__)
#define DESCRY_PRIV_EACH_12(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, \
                            a15, peek, ...)                                                        \
  DESCRY_PRIV_SIXTEEN(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15,  \
                      peek)                                                                        \
  DESCRY_PRIV_IF_END(peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_13)(M, T, peek, __VA_ARGS__)
#define DESCRY_PRIV_EACH_13(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, \
                            a15, peek, ...)                                                        \
  DESCRY_PRIV_SIXTEEN(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15,  \
                      peek)                                                                        \
  DESCRY_PRIV_IF_END(peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_14)(M, T, peek, __VA_ARGS__)
#define DESCRY_PRIV_EACH_14(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, \
                            a15, peek, ...)                                                        \
  DESCRY_PRIV_SIXTEEN(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15,  \
                      peek)                                                                        \
  DESCRY_PRIV_IF_END(peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_15)(M, T, peek, __VA_ARGS__)
#define DESCRY_PRIV_EACH_15(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, \
                            a15, peek, ...)                                                        \
  DESCRY_PRIV_SIXTEEN(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15,  \
                      peek)                                                                        \
  DESCRY_PRIV_IF_END(peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_16)(M, T, peek, __VA_ARGS__)
#define DESCRY_PRIV_EACH_16(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, \
                            a15, peek, ...)                                                        \
  DESCRY_PRIV_SIXTEEN(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15,  \
                      peek)                                                                        \
  DESCRY_PRIV_IF_END(peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_17)(M, T, peek, __VA_ARGS__)
#define DESCRY_PRIV_EACH_17(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, \
                            a15, peek, ...)                                                        \
  DESCRY_PRIV_SIXTEEN(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15,  \
                      peek)                                                                        \
  DESCRY_PRIV_IF_END(peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_18)(M, T, peek, __VA_ARGS__)
#define DESCRY_PRIV_EACH_18(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, \
                            a15, peek, ...)                                                        \
  DESCRY_PRIV_SIXTEEN(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15,  \
                      peek)                                                                        \
  DESCRY_PRIV_IF_END(peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_19)(M, T, peek, __VA_ARGS__)
#define DESCRY_PRIV_EACH_19(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, \
                            a15, peek, ...)                                                        \
  DESCRY_PRIV_SIXTEEN(M, T, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15,  \
                      peek)                                                                        \
  DESCRY_PRIV_IF_END(peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_20)(M, T, peek, __VA_ARGS__)
#define DESCRY_PRIV_EACH_20(...) DESCRY_PRIV_ASSERT(0, "descry: a record has at most 320 fields");

#endif  // DESCRY_PRIVATE_EACH_H_
