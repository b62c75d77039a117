// SPDX-License-Identifier: BSD-3-Clause
// The bytes of a file, mapped read-only. Nothing is read until somebody looks at it.
//
// A mapping is not a copy: what another process writes to the file may show, and where the file is
// truncated meanwhile, looking past its new end raises SIGBUS. Map a file that nobody cuts short,
// or copy it first.

#ifndef DOCS_EXAMPLES_ELF_ELF_MAP_H_
#define DOCS_EXAMPLES_ELF_ELF_MAP_H_

#include <stddef.h>

#include "elf_problem.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct elf_map {
  const void* data;  // begins on a page; NULL for a file without bytes
  size_t size;       // in bytes
} elf_map;

// Maps the file at `path`. Returns 0, or -1 with `*problem` set and an empty `*map`: errno where it
// can't be opened or mapped, a text where it is no regular file. Never waits for the other end of a
// pipe. Calls no Python; any thread may.
int elf_map_open(elf_map* map, const char* path, elf_problem* problem);

// Gives the mapping back and empties `*map`; an empty one is fine.
void elf_map_close(elf_map* map);

#ifdef __cplusplus
}
#endif

#endif  // DOCS_EXAMPLES_ELF_ELF_MAP_H_
