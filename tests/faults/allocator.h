// SPDX-License-Identifier: BSD-3-Clause
// An allocator that fails when it is told to, under CPython's three domains and, by the linker's
// --wrap, under the malloc of everything that is linked into this program.
#ifndef DESCRY_TESTS_FAULTS_ALLOCATOR_H_
#define DESCRY_TESTS_FAULTS_ALLOCATOR_H_

namespace descry_test {

// Puts the allocator under CPython's. Once a process, with the GIL held.
void InstallAllocator();

// From now on the `n`-th allocation fails, and `more` that follow it. 0 is none.
void FailAllocation(long n, long more = 0);

// How many allocations there were since FailAllocation().
long Allocations();

// Prints to stderr where the last allocation that failed was asked for.
void PrintFailedAllocation();

// Whether the last allocation that failed was asked for by a call of the function `name`.
bool FailedUnder(const char* name);

// Whether NumPy itself asked for it, rather than CPython or descry on the way.
bool AskedByNumPy();

// How many blocks are allocated now and were not when the allocator was installed.
long LiveBlocks();

}  // namespace descry_test

#endif  // DESCRY_TESTS_FAULTS_ALLOCATOR_H_
