// SPDX-License-Identifier: BSD-3-Clause
// Whether two declarations describe the same memory under the same names: what two modules that
// declare one struct must agree on.
#ifndef DESCRY_SRC_DECLARE_SAME_LAYOUT_H_
#define DESCRY_SRC_DECLARE_SAME_LAYOUT_H_

#include <descry/type.h>
#include <stdbool.h>

// The order in which fields were listed does not matter, nor does the class of an object. Plain C,
// no Python.
bool descryi_types_same_layout(const descry_type* one, const descry_type* other);

#endif  // DESCRY_SRC_DECLARE_SAME_LAYOUT_H_
