// SPDX-License-Identifier: BSD-3-Clause
#include "elf_problem.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

int elf_problem_set(elf_problem* problem, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  problem->error_number = 0;
  // NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): clang 14 overlooks the va_start above.
  (void)vsnprintf(problem->text, sizeof(problem->text), format, arguments);
  va_end(arguments);
  return -1;
}

int elf_problem_set_errno(elf_problem* problem) {
  problem->error_number = errno;
  problem->text[0] = '\0';
  return -1;
}
