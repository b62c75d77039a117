// SPDX-License-Identifier: BSD-3-Clause
// A program without Python over a declared struct, linked as Bazel links tests by default: with a
// shared library for each cc_library.
#include <stdio.h>
#include <string.h>

#include "tests/declare/plain_types.h"

int main(void) {
  const descry_type* type = DESCRY_TYPE(plain_pair);
  const descry_field* label = descry_type_field_named(type, "label");
  const int right = descry_type_size(type) == sizeof(plain_pair) && label &&
                    descry_field_offset(label) == offsetof(plain_pair, label) &&
                    descry_field_element(label) == DESCRY_TYPE(bytes) &&
                    strcmp(descry_type_name(type), "plain_pair") == 0;
  puts(right ? "as declared" : "not as declared");
  return right ? 0 : 1;
}
