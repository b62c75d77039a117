// SPDX-License-Identifier: BSD-3-Clause
// The flags that loosen the rules of convert.h. GIL held.
#ifndef DESCRY_SRC_CONVERT_FLAGS_H_
#define DESCRY_SRC_CONVERT_FLAGS_H_

#include <descry/flags.h>

#include "src/convert/messages.h"

enum {
  DESCRYI_READING_FLAGS = DESCRY_NONE_IS_NAN | DESCRY_TRUNCATE_TEXT | DESCRY_INTEGRAL_FLOATS |
                          DESCRY_MISSING_IS_ZERO | DESCRY_EXTRA_IGNORED
};

// Returns 0, or -1 with ValueError where there is any flag but these and those of `more`.
static inline int descryi_convert_check_flags(unsigned flags, unsigned more) {
  const bool known = !(flags & ~((unsigned)DESCRYI_READING_FLAGS | more));
  return known ? 0 : descryi_raise_convert_flags(flags);
}

#endif  // DESCRY_SRC_CONVERT_FLAGS_H_
