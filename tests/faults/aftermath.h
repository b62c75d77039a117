// SPDX-License-Identifier: BSD-3-Clause
// What has to hold after something failed on a walk, and child processes to see it in.
#ifndef DESCRY_TESTS_FAULTS_AFTERMATH_H_
#define DESCRY_TESTS_FAULTS_AFTERMATH_H_

#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "tests/faults/walk.h"

namespace descry_test {

// How a child process ends.
enum Outcome { kRaised, kConverted, kWentWell, kNotReached, kFailed, kOutcomes };

// Under AddressSanitizer a fork takes ten times as long, and blocks in use are not compared: with
// PYTHONMALLOC=malloc, as it is run there, their count drifts although the memory in use does not.
#if defined(__SANITIZE_ADDRESS__)
constexpr long kSlower = 13;
constexpr bool kComparesBlocks = false;
#else
constexpr long kSlower = 1;
constexpr bool kComparesBlocks = true;
#endif

// What fails in a child process: "allocation 17".
struct Fault {
  std::string name;
  void (*print)();  // says more of it on stderr
};

// Ends a child process. What it reached counts for .ci/coverage.
[[noreturn]] void Exit(int status);

// Ends a child process with what is wrong. `step` is the step of the walk that failed, or NULL.
[[noreturn]] void Fail(const Fault& fault, const char* step, const std::string& what);

// After a walk with or without a failure: everything works, and nothing is left. Returns how many
// blocks are in use. Where that is more than `expected` it walks on: CPython's caches grow and
// shrink, what is leaked stays.
long WalkAgain(const walk_inputs& in, const Fault& fault, const char* failed, long expected);

// How many blocks are in use after walks of which none failed, or LONG_MIN where one did. It can be
// less than none: some of before are given up.
long BlocksWithoutFailure(const walk_inputs& in);

// Runs `body` in a child process; returns its exit status, or minus the signal that ended it.
template <typename Body>
int InChild(Body body) {
  const pid_t child = fork();
  if (child == 0) body();
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace descry_test

#endif  // DESCRY_TESTS_FAULTS_AFTERMATH_H_
