// SPDX-License-Identifier: BSD-3-Clause
#include "tests/fuzz/any_dtypes.h"

#include "src/match/compare.h"
#include "src/match/match.h"

int fuzz_dtypes_match(PyObject* own, PyObject* other, int level) {
  return level == DESCRY_LAYOUT ? descryi_same_layout(own, other, NULL, NULL)
                                : descryi_equivalent(own, other, NULL);
}

PyObject* fuzz_dtypes_mismatch(PyObject* own, PyObject* other, int level) {
  return descryi_mismatch(own, other, level);
}
