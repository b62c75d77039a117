// SPDX-License-Identifier: BSD-3-Clause
// What a walk works on.
#ifndef DESCRY_TESTS_FAULTS_INPUTS_H_
#define DESCRY_TESTS_FAULTS_INPUTS_H_

#include <vector>

#include "tests/faults/walk.h"

namespace descry_test {

// Has NumPy make the inputs, which stay for the rest of the process. Without `numpy_has_memory`
// they leave out what NumPy itself crashes at where it gets none (1.24): fields of np.void, and
// times, and what only NumPy can write.
walk_inputs Inputs(bool numpy_has_memory = true);

// Returns the steps of all groups.
std::vector<const walk_step*> AllSteps();

}  // namespace descry_test

#endif  // DESCRY_TESTS_FAULTS_INPUTS_H_
