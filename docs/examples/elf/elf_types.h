// SPDX-License-Identifier: BSD-3-Clause
// The system's own structs of an ELF file, declared to descry. Nothing of Python here.

#ifndef DOCS_EXAMPLES_ELF_ELF_TYPES_H_
#define DOCS_EXAMPLES_ELF_ELF_TYPES_H_

#include <descry/declare.h>
#include <elf.h>

DESCRY_DECLARE(Elf64_Ehdr);  // the file's header
DESCRY_DECLARE(Elf64_Shdr);  // a section
DESCRY_DECLARE(Elf64_Phdr);  // a segment: what is loaded into memory
DESCRY_DECLARE(Elf64_Sym);   // a symbol

#endif  // DOCS_EXAMPLES_ELF_ELF_TYPES_H_
