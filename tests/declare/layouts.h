// SPDX-License-Identifier: BSD-3-Clause
// The names of layouts.inc, in both languages.
#ifndef DESCRY_TESTS_DECLARE_LAYOUTS_H_
#define DESCRY_TESTS_DECLARE_LAYOUTS_H_

#include <descry/type.h>

// Calls X with the name of every layout.
// clang-format off
#define LAYOUTS(X)                                                                              \
  X(simple)                                                                                     \
  X(packed)                                                                                     \
  X(reordered)                                                                                  \
  X(nested) X(partial) X(partial_nested) X(strings) X(arrays) X(enums) X(renamed) X(complexes)  \
      X(trailing) X(variant) X(tagged) X(network) X(none) X(scalars) X(qualified) X(one_long)   \
          X(overaligned) X(gappy) X(titled) X(times) X(raw) X(wrapped_double) X(wrapped_record) \
              X(wrapped_array) X(wrapper_member) X(unit) X(name12) X(aliases) X(cube)
// clang-format on

#ifdef __cplusplus
extern "C" {
#endif

#define DECLARE(name)                               \
  extern const descry_type descry_type_of_c_##name; \
  extern const descry_type descry_type_of_cc_##name;
LAYOUTS(DECLARE)
#undef DECLARE

#ifdef __cplusplus
}
#endif

#endif  // DESCRY_TESTS_DECLARE_LAYOUTS_H_
