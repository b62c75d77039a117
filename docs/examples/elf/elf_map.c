// SPDX-License-Identifier: BSD-3-Clause
// O_CLOEXEC, also where the compiler is told plain C11.
#define _POSIX_C_SOURCE 200809L  // NOLINT(bugprone-reserved-identifier): POSIX's own

#include "elf_map.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const char* kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "a directory";
  if (S_ISFIFO(mode)) return "a pipe";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

static int map_descriptor(elf_map* map, int descriptor, elf_problem* problem) {
  struct stat status;
  if (fstat(descriptor, &status) < 0) return elf_problem_set_errno(problem);
  if (!S_ISREG(status.st_mode)) {
    return elf_problem_set(problem, "is %s, not a regular file", kind_of(status.st_mode));
  }
  if ((uintmax_t)status.st_size > PTRDIFF_MAX) {
    errno = EFBIG;
    return elf_problem_set_errno(problem);
  }
  if (status.st_size == 0) return 0;  // mmap refuses to map nothing

  size_t size = (size_t)status.st_size;
  void* data = mmap(NULL, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
  if (data == MAP_FAILED) return elf_problem_set_errno(problem);
  map->data = data;
  map->size = size;
  return 0;
}

int elf_map_open(elf_map* map, const char* path, elf_problem* problem) {
  map->data = NULL;
  map->size = 0;
  // Without O_NONBLOCK, opening a pipe waits until somebody writes to it.
  int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (descriptor < 0) return elf_problem_set_errno(problem);
  int result = map_descriptor(map, descriptor, problem);
  close(descriptor);  // the mapping keeps the file
  return result;
}

void elf_map_close(elf_map* map) {
  // munmap takes a pointer to what may be written, though it writes nothing.
  if (map->data) munmap((void*)map->data, map->size);
  map->data = NULL;
  map->size = 0;
}
