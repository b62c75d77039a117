// SPDX-License-Identifier: BSD-3-Clause
// Why a file was refused. Nothing of Python here, and no file's name: the caller knows it and
// writes it in front.

#ifndef DOCS_EXAMPLES_ELF_ELF_PROBLEM_H_
#define DOCS_EXAMPLES_ELF_ELF_PROBLEM_H_

#ifdef __cplusplus
extern "C" {
#endif

typedef struct elf_problem {
  int error_number;  // errno where the system refused, and `text` is empty; else 0
  char text[240];    // the fact with its numbers: "e_ehsize is 52, an Elf64_Ehdr has 64 bytes"
} elf_problem;

// Writes the text of a problem. Returns -1, so that a check can end in `return
// elf_problem_set(...)`.
__attribute__((format(printf, 2, 3))) int elf_problem_set(elf_problem* problem, const char* format,
                                                          ...);

// Keeps what errno says as the problem. Returns -1.
int elf_problem_set_errno(elf_problem* problem);

#ifdef __cplusplus
}
#endif

#endif  // DOCS_EXAMPLES_ELF_ELF_PROBLEM_H_
