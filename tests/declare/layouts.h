// SPDX-License-Identifier: BSD-3-Clause
// The names of layouts.inc, in both languages.
#ifndef DESCRY_TESTS_DECLARE_LAYOUTS_H_
#define DESCRY_TESTS_DECLARE_LAYOUTS_H_

#include <descry/type.h>

// Calls X with the name of every layout.
// The forms of a field beyond a bare name.
// clang-format off
#define FORMS(X)                                                                                \
  X(orders) X(opaque) X(skipped) X(bits) X(bit_ends) X(paths) X(macros) X(address) X(interface) \
      X(file_times) X(regrouped) X(pairs) X(vec) X(fftw) X(mat4) X(fixed) X(letters) X(texts)   \
      X(three) X(cased) X(unnamed)
#define LAYOUTS(X)                                                                              \
  X(simple)                                                                                     \
  X(packed)                                                                                     \
  X(reordered)                                                                                  \
  X(nested) X(partial) X(partial_nested) X(strings) X(arrays) X(enums) X(renamed) X(complexes)  \
      X(trailing) X(variant) X(tagged) X(network) X(none) X(scalars) X(qualified) X(one_long)   \
          X(overaligned) X(gappy) X(titled) X(times) X(raw) X(wrapped_double) X(wrapped_record) \
              X(wrapped_array) X(wrapper_member) X(unit) X(name12) X(aliases) X(cube) FORMS(X)
// clang-format on

// A variable at global scope has the same symbol in C and in C++.
#define DECLARE(name)                                         \
  extern const descry_type descry_type_of_c_##name;           \
  extern const descry_type descry_type_of_cc_##name;          \
  extern const descry_type descry_type_of_c_##name##_swapped; \
  extern const descry_type descry_type_of_cc_##name##_swapped;
LAYOUTS(DECLARE)
#undef DECLARE

#endif  // DESCRY_TESTS_DECLARE_LAYOUTS_H_
