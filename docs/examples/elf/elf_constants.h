// SPDX-License-Identifier: BSD-3-Clause
// The numbers of <elf.h>, by their names, for the module.

#ifndef DOCS_EXAMPLES_ELF_ELF_CONSTANTS_H_
#define DOCS_EXAMPLES_ELF_ELF_CONSTANTS_H_

#include <Python.h>

// Puts the constants that a reader of the tables wants to know by name on `module`. Returns 0, or
// -1 with an exception set.
int elf_constants_add(PyObject* module);

#endif  // DOCS_EXAMPLES_ELF_ELF_CONSTANTS_H_
