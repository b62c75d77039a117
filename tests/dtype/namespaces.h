// SPDX-License-Identifier: BSD-3-Clause
// Structs of one name in several C++ namespaces and in two translation units.
#ifndef DESCRY_TESTS_DTYPE_NAMESPACES_H_
#define DESCRY_TESTS_DTYPE_NAMESPACES_H_

#include <descry/type.h>

#include <cstddef>
#include <vector>

namespace descry_test {

// One type: where it is declared, what it is called there, what its C++ type finds, and sizeof.
struct DeclaredType {
  const char* where;
  const descry_type* named;
  const descry_type* found;
  std::size_t size;
};

// Each translation unit's own.
std::vector<DeclaredType> FirstTypes();
std::vector<DeclaredType> SecondTypes();

}  // namespace descry_test

#endif  // DESCRY_TESTS_DTYPE_NAMESPACES_H_
