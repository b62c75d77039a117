// SPDX-License-Identifier: BSD-3-Clause
// The tables of an ELF file, found and checked: header, sections, segments, symbols. Nothing is
// copied, every pointer points into the caller's bytes. Nothing of Python here, no allocation, no
// global state: any thread may call any of it.
//
// Files are those of this machine's own kind: 64-bit, in its byte order.

#ifndef DOCS_EXAMPLES_ELF_ELF_FILE_H_
#define DOCS_EXAMPLES_ELF_ELF_FILE_H_

#include <elf.h>
#include <stddef.h>

#include "elf_problem.h"

#ifdef __cplusplus
extern "C" {
#endif

// A string table: strings that end in a NUL, one after the other.
typedef struct elf_strings {
  const char* data;
  size_t size;  // in bytes; the last one is NUL
} elf_strings;

// A symbol table and the names of its symbols. A file without the table has none of either.
typedef struct elf_symbols {
  const Elf64_Sym* data;
  size_t count;
  elf_strings names;
} elf_symbols;

typedef struct elf_file {
  const Elf64_Ehdr* header;
  const Elf64_Shdr* sections;
  size_t section_count;
  const Elf64_Phdr* segments;
  size_t segment_count;
  elf_strings section_names;
  elf_symbols symtab;  // the first section of type SHT_SYMTAB: every symbol; stripped files lack it
  elf_symbols dynsym;  // the first section of type SHT_DYNSYM: what the dynamic linker sees
} elf_file;

// Finds the tables in the `size` bytes at `data`, and checks that each lies inside, aligned, with
// entries of the struct's size. Looks at the header, the section table and the last byte of each
// string table, so its cost does not depend on the file's size. Returns 0, or -1 with the text of
// `*problem` set and an empty `*file`.
//
// REQUIRES: `data` is aligned for an Elf64_Ehdr, as a mapping is, and outlives `*file`.
int elf_file_read(elf_file* file, const void* data, size_t size, elf_problem* problem);

// Returns the string at `offset` and puts its length there, or returns NULL where the table ends
// before. Offset 0 is the empty string, also of an empty table.
const char* elf_strings_find(const elf_strings* strings, size_t offset, size_t* length);

#ifdef __cplusplus
}
#endif

#endif  // DOCS_EXAMPLES_ELF_ELF_FILE_H_
