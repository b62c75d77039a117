// SPDX-License-Identifier: BSD-3-Clause
// The loop behind the field lists: DESCRY_PRIV_EACH(M, T, , a, b, ..., DESCRY_PRIV_END) expands to
// M for each item and to M_END behind the last one. An item is a member or one of the parenthesised
// forms of declare.h; M always gets the normal form
//
//   M(T, id, next, how, member, element, name, title, live)
//   M_END(T, id, next)
//
// where `id` is unique in the list, `next` is the id of what follows, `how` says which form it is
// (DESCRY_PRIV_BARE, DESCRY_PRIV_AS, ...) and `live` is `(value)` in a DESCRY_CASE, else `~`.
// Blocks of sixteen instead of recursion: no extension of the preprocessor is needed, and no text
// is scanned twice.
//
// A member may be a macro (`st_atime`), whose field has the name that was written. A macro's
// argument stays as it was written only where it stands beside ##; hence the parameter `e`, which
// is empty, and `e##x` for `x`.
#ifndef DESCRY_PRIVATE_EACH_H_
#define DESCRY_PRIVATE_EACH_H_

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#define DESCRY_PRIV_CAT(a, b) DESCRY_PRIV_CAT_(a, b)
#define DESCRY_PRIV_CAT_(a, b) a##b
#define DESCRY_PRIV_STR(x) DESCRY_PRIV_STR_(x)
#define DESCRY_PRIV_STR_(x) #x
#define DESCRY_PRIV_UNPAREN(...) __VA_ARGS__
#define DESCRY_PRIV_NOTHING(...)

// 1 where `x` is parenthesised, else 0.
#define DESCRY_PRIV_IS_PAREN(x) DESCRY_PRIV_SECOND(DESCRY_PRIV_PAREN_PROBE x, 0, ~)
#define DESCRY_PRIV_PAREN_PROBE(...) ~, 1
#define DESCRY_PRIV_SECOND(...) DESCRY_PRIV_SECOND_(__VA_ARGS__)
#define DESCRY_PRIV_SECOND_(a, b, ...) b

// What ends a list. EACH adds as many as a block looks ahead.
#define DESCRY_PRIV_END (DESCRY_PRIV_STOP, ~, ~, ~, ~, ~)

// 1 where `how` is DESCRY_PRIV_STOP, else 0.
#define DESCRY_PRIV_IS_STOP(how) DESCRY_PRIV_SECOND(DESCRY_PRIV_PROBE_##how, 0, ~)
#define DESCRY_PRIV_PROBE_DESCRY_PRIV_STOP ~, 1

// An item, brought to its normal form.
#define DESCRY_PRIV_ITEM(M, T, id, next, x) \
  DESCRY_PRIV_CAT(DESCRY_PRIV_ITEM_, DESCRY_PRIV_IS_PAREN(x))(M, T, id, next, x, #x)
#define DESCRY_PRIV_ITEM_0(M, T, id, next, x, name) \
  M(T, id, next, DESCRY_PRIV_BARE, x, ~, name, NULL, ~)
#define DESCRY_PRIV_ITEM_1(M, T, id, next, x, name) \
  DESCRY_PRIV_ITEM_FORM(M, T, id, next, DESCRY_PRIV_UNPAREN x)
#define DESCRY_PRIV_ITEM_FORM(...) DESCRY_PRIV_ITEM_FORM_(__VA_ARGS__)
#define DESCRY_PRIV_ITEM_FORM_(M, T, id, next, how, ...)            \
  DESCRY_PRIV_CAT(DESCRY_PRIV_ITEM_STOP_, DESCRY_PRIV_IS_STOP(how)) \
  (M, T, id, next, how, __VA_ARGS__)
#define DESCRY_PRIV_ITEM_STOP_0(M, T, id, next, how, ...) M(T, id, next, how, __VA_ARGS__)
#define DESCRY_PRIV_ITEM_STOP_1(M, T, id, next, how, ...) M##_END(T, id, next)

// A case's item: the same normal form with the value of the tag in it.
#define DESCRY_PRIV_CASE(value, x, name) \
  DESCRY_PRIV_CAT(DESCRY_PRIV_CASE_, DESCRY_PRIV_IS_PAREN(x))(value, x, name)
#define DESCRY_PRIV_CASE_0(value, x, name) (DESCRY_PRIV_BARE, x, ~, name, NULL, (value))
#define DESCRY_PRIV_CASE_1(value, x, name) DESCRY_PRIV_CASE_FORM(value, DESCRY_PRIV_UNPAREN x)
#define DESCRY_PRIV_CASE_FORM(...) DESCRY_PRIV_CASE_FORM_(__VA_ARGS__)
#define DESCRY_PRIV_CASE_FORM_(value, how, member, element, name, title, live) \
  (how, member, element, name, title, (value))

// DESCRY_PRIV_IF_END(x, a, b): `a` at the end of the list, else `b`.
#define DESCRY_PRIV_IF_END(x, a, b) \
  DESCRY_PRIV_CAT(DESCRY_PRIV_IF_END_, DESCRY_PRIV_IS_PAREN(x))(x, a, b)
#define DESCRY_PRIV_IF_END_0(x, a, b) b
#define DESCRY_PRIV_IF_END_1(x, a, b) DESCRY_PRIV_IF_END_FORM(a, b, DESCRY_PRIV_UNPAREN x)
#define DESCRY_PRIV_IF_END_FORM(...) DESCRY_PRIV_IF_END_FORM_(__VA_ARGS__)
#define DESCRY_PRIV_IF_END_FORM_(a, b, how, ...) \
  DESCRY_PRIV_CAT(DESCRY_PRIV_IF_STOP_, DESCRY_PRIV_IS_STOP(how))(a, b)
#define DESCRY_PRIV_IF_STOP_0(a, b) b
#define DESCRY_PRIV_IF_STOP_1(a, b) a

// Sixteen items: `b` is the number of their block, `c` of the one behind it.
#define DESCRY_PRIV_SIXTEEN(M, T, b, c, e, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, \
                            a13, a14, a15)                                                        \
  DESCRY_PRIV_ITEM(M, T, b##_0, b##_1, e##a0)                                                     \
  DESCRY_PRIV_ITEM(M, T, b##_1, b##_2, e##a1)                                                     \
  DESCRY_PRIV_ITEM(M, T, b##_2, b##_3, e##a2)                                                     \
  DESCRY_PRIV_ITEM(M, T, b##_3, b##_4, e##a3)                                                     \
  DESCRY_PRIV_ITEM(M, T, b##_4, b##_5, e##a4)                                                     \
  DESCRY_PRIV_ITEM(M, T, b##_5, b##_6, e##a5)                                                     \
  DESCRY_PRIV_ITEM(M, T, b##_6, b##_7, e##a6)                                                     \
  DESCRY_PRIV_ITEM(M, T, b##_7, b##_8, e##a7)                                                     \
  DESCRY_PRIV_ITEM(M, T, b##_8, b##_9, e##a8)                                                     \
  DESCRY_PRIV_ITEM(M, T, b##_9, b##_10, e##a9)                                                    \
  DESCRY_PRIV_ITEM(M, T, b##_10, b##_11, e##a10)                                                  \
  DESCRY_PRIV_ITEM(M, T, b##_11, b##_12, e##a11)                                                  \
  DESCRY_PRIV_ITEM(M, T, b##_12, b##_13, e##a12)                                                  \
  DESCRY_PRIV_ITEM(M, T, b##_13, b##_14, e##a13)                                                  \
  DESCRY_PRIV_ITEM(M, T, b##_14, b##_15, e##a14)                                                  \
  DESCRY_PRIV_ITEM(M, T, b##_15, c##_0, e##a15)

// Blocks: sixteen items each, and the next block unless the list ends there.
#define DESCRY_PRIV_EACH(M, T, e, ...)                                                   \
  DESCRY_PRIV_EACH_0(M, T, 0, e, e##__VA_ARGS__, DESCRY_PRIV_END, DESCRY_PRIV_END,       \
                     DESCRY_PRIV_END, DESCRY_PRIV_END, DESCRY_PRIV_END, DESCRY_PRIV_END, \
                     DESCRY_PRIV_END, DESCRY_PRIV_END, DESCRY_PRIV_END, DESCRY_PRIV_END, \
                     DESCRY_PRIV_END, DESCRY_PRIV_END, DESCRY_PRIV_END, DESCRY_PRIV_END, \
                     DESCRY_PRIV_END, DESCRY_PRIV_END, DESCRY_PRIV_END)
#define DESCRY_PRIV_EACH_DONE(M, T, b, e, ...) M##_END(T, b##_0, b##_end)
#define DESCRY_PRIV_EACH_0(M, T, b, e, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, \
                           a14, a15, peek, ...)                                                    \
  DESCRY_PRIV_SIXTEEN(M, T, 0, 1, e, e##a0, e##a1, e##a2, e##a3, e##a4, e##a5, e##a6, e##a7,       \
                      e##a8, e##a9, e##a10, e##a11, e##a12, e##a13, e##a14, e##a15)                \
  DESCRY_PRIV_IF_END(e##peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_1)                           \
  (M, T, 1, e, e##peek, e##__VA_ARGS__)
#define DESCRY_PRIV_EACH_1(M, T, b, e, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, \
                           a14, a15, peek, ...)                                                    \
  DESCRY_PRIV_SIXTEEN(M, T, 1, 2, e, e##a0, e##a1, e##a2, e##a3, e##a4, e##a5, e##a6, e##a7,       \
                      e##a8, e##a9, e##a10, e##a11, e##a12, e##a13, e##a14, e##a15)                \
  DESCRY_PRIV_IF_END(e##peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_2)                           \
  (M, T, 2, e, e##peek, e##__VA_ARGS__)
#define DESCRY_PRIV_EACH_2(M, T, b, e, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, \
                           a14, a15, peek, ...)                                                    \
  DESCRY_PRIV_SIXTEEN(M, T, 2, 3, e, e##a0, e##a1, e##a2, e##a3, e##a4, e##a5, e##a6, e##a7,       \
                      e##a8, e##a9, e##a10, e##a11, e##a12, e##a13, e##a14, e##a15)                \
  DESCRY_PRIV_IF_END(e##peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_3)                           \
  (M, T, 3, e, e##peek, e##__VA_ARGS__)
#define DESCRY_PRIV_EACH_3(M, T, b, e, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, \
                           a14, a15, peek, ...)                                                    \
  DESCRY_PRIV_SIXTEEN(M, T, 3, 4, e, e##a0, e##a1, e##a2, e##a3, e##a4, e##a5, e##a6, e##a7,       \
                      e##a8, e##a9, e##a10, e##a11, e##a12, e##a13, e##a14, e##a15)                \
  DESCRY_PRIV_IF_END(e##peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_4)                           \
  (M, T, 4, e, e##peek, e##__VA_ARGS__)
#define DESCRY_PRIV_EACH_4(M, T, b, e, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, \
                           a14, a15, peek, ...)                                                    \
  DESCRY_PRIV_SIXTEEN(M, T, 4, 5, e, e##a0, e##a1, e##a2, e##a3, e##a4, e##a5, e##a6, e##a7,       \
                      e##a8, e##a9, e##a10, e##a11, e##a12, e##a13, e##a14, e##a15)                \
  DESCRY_PRIV_IF_END(e##peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_5)                           \
  (M, T, 5, e, e##peek, e##__VA_ARGS__)
#define DESCRY_PRIV_EACH_5(M, T, b, e, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, \
                           a14, a15, peek, ...)                                                    \
  DESCRY_PRIV_SIXTEEN(M, T, 5, 6, e, e##a0, e##a1, e##a2, e##a3, e##a4, e##a5, e##a6, e##a7,       \
                      e##a8, e##a9, e##a10, e##a11, e##a12, e##a13, e##a14, e##a15)                \
  DESCRY_PRIV_IF_END(e##peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_6)                           \
  (M, T, 6, e, e##peek, e##__VA_ARGS__)
#define DESCRY_PRIV_EACH_6(M, T, b, e, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, \
                           a14, a15, peek, ...)                                                    \
  DESCRY_PRIV_SIXTEEN(M, T, 6, 7, e, e##a0, e##a1, e##a2, e##a3, e##a4, e##a5, e##a6, e##a7,       \
                      e##a8, e##a9, e##a10, e##a11, e##a12, e##a13, e##a14, e##a15)                \
  DESCRY_PRIV_IF_END(e##peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_7)                           \
  (M, T, 7, e, e##peek, e##__VA_ARGS__)
#define DESCRY_PRIV_EACH_7(M, T, b, e, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, \
                           a14, a15, peek, ...)                                                    \
  DESCRY_PRIV_SIXTEEN(M, T, 7, 8, e, e##a0, e##a1, e##a2, e##a3, e##a4, e##a5, e##a6, e##a7,       \
                      e##a8, e##a9, e##a10, e##a11, e##a12, e##a13, e##a14, e##a15)                \
  DESCRY_PRIV_IF_END(e##peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_8)                           \
  (M, T, 8, e, e##peek, e##__VA_ARGS__)
#define DESCRY_PRIV_EACH_8(M, T, b, e, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, \
                           a14, a15, peek, ...)                                                    \
  DESCRY_PRIV_SIXTEEN(M, T, 8, 9, e, e##a0, e##a1, e##a2, e##a3, e##a4, e##a5, e##a6, e##a7,       \
                      e##a8, e##a9, e##a10, e##a11, e##a12, e##a13, e##a14, e##a15)                \
  DESCRY_PRIV_IF_END(e##peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_9)                           \
  (M, T, 9, e, e##peek, e##__VA_ARGS__)
#define DESCRY_PRIV_EACH_9(M, T, b, e, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, \
                           a14, a15, peek, ...)                                                    \
  DESCRY_PRIV_SIXTEEN(M, T, 9, 10, e, e##a0, e##a1, e##a2, e##a3, e##a4, e##a5, e##a6, e##a7,      \
                      e##a8, e##a9, e##a10, e##a11, e##a12, e##a13, e##a14, e##a15)                \
  DESCRY_PRIV_IF_END(e##peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_10)                          \
  (M, T, 10, e, e##peek, e##__VA_ARGS__)
#define DESCRY_PRIV_EACH_10(M, T, b, e, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, \
                            a13, a14, a15, peek, ...)                                          \
  DESCRY_PRIV_SIXTEEN(M, T, 10, 11, e, e##a0, e##a1, e##a2, e##a3, e##a4, e##a5, e##a6, e##a7, \
                      e##a8, e##a9, e##a10, e##a11, e##a12, e##a13, e##a14, e##a15)            \
  DESCRY_PRIV_IF_END(e##peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_11)                      \
  (M, T, 11, e, e##peek, e##__VA_ARGS__)
#define DESCRY_PRIV_EACH_11(M, T, b, e, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, \
                            a13, a14, a15, peek, ...)                                          \
  DESCRY_PRIV_SIXTEEN(M, T, 11, 12, e, e##a0, e##a1, e##a2, e##a3, e##a4, e##a5, e##a6, e##a7, \
                      e##a8, e##a9, e##a10, e##a11, e##a12, e##a13, e##a14, e##a15)            \
  DESCRY_PRIV_IF_END(e##peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_12)                      \
  (M, T, 12, e, e##peek, e##__VA_ARGS__)
#define DESCRY_PRIV_EACH_12(M, T, b, e, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, \
                            a13, a14, a15, peek, ...)                                          \
  DESCRY_PRIV_SIXTEEN(M, T, 12, 13, e, e##a0, e##a1, e##a2, e##a3, e##a4, e##a5, e##a6, e##a7, \
                      e##a8, e##a9, e##a10, e##a11, e##a12, e##a13, e##a14, e##a15)            \
  DESCRY_PRIV_IF_END(e##peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_13)                      \
  (M, T, 13, e, e##peek, e##__VA_ARGS__)
#define DESCRY_PRIV_EACH_13(M, T, b, e, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, \
                            a13, a14, a15, peek, ...)                                          \
  DESCRY_PRIV_SIXTEEN(M, T, 13, 14, e, e##a0, e##a1, e##a2, e##a3, e##a4, e##a5, e##a6, e##a7, \
                      e##a8, e##a9, e##a10, e##a11, e##a12, e##a13, e##a14, e##a15)            \
  DESCRY_PRIV_IF_END(e##peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_14)                      \
  (M, T, 14, e, e##peek, e##__VA_ARGS__)
#define DESCRY_PRIV_EACH_14(M, T, b, e, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, \
                            a13, a14, a15, peek, ...)                                          \
  DESCRY_PRIV_SIXTEEN(M, T, 14, 15, e, e##a0, e##a1, e##a2, e##a3, e##a4, e##a5, e##a6, e##a7, \
                      e##a8, e##a9, e##a10, e##a11, e##a12, e##a13, e##a14, e##a15)            \
  DESCRY_PRIV_IF_END(e##peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_15)                      \
  (M, T, 15, e, e##peek, e##__VA_ARGS__)
#define DESCRY_PRIV_EACH_15(M, T, b, e, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, \
                            a13, a14, a15, peek, ...)                                          \
  DESCRY_PRIV_SIXTEEN(M, T, 15, 16, e, e##a0, e##a1, e##a2, e##a3, e##a4, e##a5, e##a6, e##a7, \
                      e##a8, e##a9, e##a10, e##a11, e##a12, e##a13, e##a14, e##a15)            \
  DESCRY_PRIV_IF_END(e##peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_16)                      \
  (M, T, 16, e, e##peek, e##__VA_ARGS__)
#define DESCRY_PRIV_EACH_16(M, T, b, e, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, \
                            a13, a14, a15, peek, ...)                                          \
  DESCRY_PRIV_SIXTEEN(M, T, 16, 17, e, e##a0, e##a1, e##a2, e##a3, e##a4, e##a5, e##a6, e##a7, \
                      e##a8, e##a9, e##a10, e##a11, e##a12, e##a13, e##a14, e##a15)            \
  DESCRY_PRIV_IF_END(e##peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_17)                      \
  (M, T, 17, e, e##peek, e##__VA_ARGS__)
#define DESCRY_PRIV_EACH_17(M, T, b, e, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, \
                            a13, a14, a15, peek, ...)                                          \
  DESCRY_PRIV_SIXTEEN(M, T, 17, 18, e, e##a0, e##a1, e##a2, e##a3, e##a4, e##a5, e##a6, e##a7, \
                      e##a8, e##a9, e##a10, e##a11, e##a12, e##a13, e##a14, e##a15)            \
  DESCRY_PRIV_IF_END(e##peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_18)                      \
  (M, T, 18, e, e##peek, e##__VA_ARGS__)
#define DESCRY_PRIV_EACH_18(M, T, b, e, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, \
                            a13, a14, a15, peek, ...)                                          \
  DESCRY_PRIV_SIXTEEN(M, T, 18, 19, e, e##a0, e##a1, e##a2, e##a3, e##a4, e##a5, e##a6, e##a7, \
                      e##a8, e##a9, e##a10, e##a11, e##a12, e##a13, e##a14, e##a15)            \
  DESCRY_PRIV_IF_END(e##peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_19)                      \
  (M, T, 19, e, e##peek, e##__VA_ARGS__)
#define DESCRY_PRIV_EACH_19(M, T, b, e, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, \
                            a13, a14, a15, peek, ...)                                          \
  DESCRY_PRIV_SIXTEEN(M, T, 19, 20, e, e##a0, e##a1, e##a2, e##a3, e##a4, e##a5, e##a6, e##a7, \
                      e##a8, e##a9, e##a10, e##a11, e##a12, e##a13, e##a14, e##a15)            \
  DESCRY_PRIV_IF_END(e##peek, DESCRY_PRIV_EACH_DONE, DESCRY_PRIV_EACH_20)                      \
  (M, T, 20, e, e##peek, e##__VA_ARGS__)
#define DESCRY_PRIV_EACH_20(...) DESCRY_PRIV_ASSERT(0, "descry: a record has at most 320 fields");

#endif  // DESCRY_PRIVATE_EACH_H_
