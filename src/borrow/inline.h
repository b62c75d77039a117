// SPDX-License-Identifier: BSD-3-Clause
// How functions are laid out where each nanosecond counts: the common path of a borrow in one
// piece, the rest out of its way.
#ifndef DESCRY_SRC_BORROW_INLINE_H_
#define DESCRY_SRC_BORROW_INLINE_H_

#if defined(__GNUC__)
#define DESCRYI_INLINE inline __attribute__((always_inline))
#define DESCRYI_APART __attribute__((noinline))
#define DESCRYI_COLD __attribute__((cold, noinline))
#else
#define DESCRYI_INLINE inline
#define DESCRYI_APART
#define DESCRYI_COLD
#endif

#endif  // DESCRY_SRC_BORROW_INLINE_H_
