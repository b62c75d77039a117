// The type objects of the built-in elements.
#include <descry/declare.h>

#define DESCRY_ELEMENT(tag, c_type, dtype)                             \
  static descry_slot slot_##tag;                                       \
  const descry_type descry_type_##tag = {DESCRY_TYPE_VERSION,          \
                                         DESCRY_KIND_ELEMENT,          \
                                         #tag,                         \
                                         sizeof(descry_ctype_##tag),   \
                                         _Alignof(descry_ctype_##tag), \
                                         0,                            \
                                         NULL,                         \
                                         dtype,                        \
                                         NULL,                         \
                                         &slot_##tag,                  \
                                         0};
#include <descry/elements.inc>
