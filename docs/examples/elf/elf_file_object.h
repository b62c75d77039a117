// SPDX-License-Identifier: BSD-3-Clause
// The class elf.File: an ELF file, mapped, with its tables as arrays.

#ifndef DOCS_EXAMPLES_ELF_ELF_FILE_OBJECT_H_
#define DOCS_EXAMPLES_ELF_ELF_FILE_OBJECT_H_

#include <Python.h>

// Returns a new reference to a new class, or NULL with an exception set.
PyObject* elf_file_class_new(void);

#endif  // DOCS_EXAMPLES_ELF_ELF_FILE_OBJECT_H_
