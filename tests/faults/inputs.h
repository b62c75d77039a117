// SPDX-License-Identifier: BSD-3-Clause
// What a walk works on.
#ifndef DESCRY_TESTS_FAULTS_INPUTS_H_
#define DESCRY_TESTS_FAULTS_INPUTS_H_

#include "tests/faults/walk.h"

namespace descry_test {

// Has NumPy make the inputs, which stay for the rest of the process.
walk_inputs Inputs();

}  // namespace descry_test

#endif  // DESCRY_TESTS_FAULTS_INPUTS_H_
