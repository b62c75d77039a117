// SPDX-License-Identifier: BSD-3-Clause
// Any flags can be combined: C++20 deprecates, and C++26 forbids, what mixes two enumerations.

#include <descry/descry.hpp>

constexpr unsigned kEvery = DESCRY_READ | DESCRY_WRITE | DESCRY_C_CONTIGUOUS | DESCRY_F_CONTIGUOUS |
                            DESCRY_CONTIGUOUS | DESCRY_BY_LAYOUT | DESCRY_CONVERT |
                            DESCRY_UNALIGNED | DESCRY_CHECK_OBJECTS | DESCRY_UNBORROWED |
                            DESCRY_MASKED | DESCRY_C_ORDER | DESCRY_F_ORDER;

int open_with_flags(PyObject* array);

int open_with_flags(PyObject* array) {
  descry_view view = DESCRY_VIEW(float64, 1, DESCRY_READ | DESCRY_CONVERT);
  if (descry_view_converter(array, &view) == 0) return -1;
  descry_view_release(&view);
  return descry_view_acquire(&view, array, DESCRY_TYPE(float64), 1,
                             DESCRY_WRITE | DESCRY_UNALIGNED | DESCRY_UNBORROWED) |
         static_cast<int>(kEvery & 0U);
}
