// SPDX-License-Identifier: BSD-3-Clause
// Starts the interpreter of a test program.
#ifndef DESCRY_TESTS_SUPPORT_START_H_
#define DESCRY_TESTS_SUPPORT_START_H_

namespace descry_test {

// Starts the interpreter as if it were the one that descry is built against: that is how it finds
// NumPy in a virtual environment.
void StartPython();

}  // namespace descry_test

#endif  // DESCRY_TESTS_SUPPORT_START_H_
