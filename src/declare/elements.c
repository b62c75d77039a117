// SPDX-License-Identifier: BSD-3-Clause
// The type objects of the built-in elements.
#include <descry/declare.h>

#define DESCRY_ELEMENT(tag, c_type, dtype)                                \
  static descry_state state_##tag;                                        \
  const descry_type descry_type_of_##tag = {DESCRY_TYPE_VERSION,          \
                                            DESCRY_KIND_ELEMENT,          \
                                            #tag,                         \
                                            sizeof(descry_ctype_##tag),   \
                                            _Alignof(descry_ctype_##tag), \
                                            0,                            \
                                            NULL,                         \
                                            dtype,                        \
                                            NULL,                         \
                                            &state_##tag,                 \
                                            0,                            \
                                            NULL,                         \
                                            NULL};
#include <descry/elements.inc>
