// SPDX-License-Identifier: BSD-3-Clause
// How a schema says what was wrong with it. Plain C, no Python.
#ifndef DESCRY_SRC_SCHEMA_PROBLEM_H_
#define DESCRY_SRC_SCHEMA_PROBLEM_H_

#include <stdbool.h>

// A sentence, kept in place so that one can be said where memory is short. Empty for none.
typedef struct descryi_problem {
  char text[512];
} descryi_problem;

// Words a problem, unless there is one already. Texts that do not fit are cut between two
// characters. Returns -1.
__attribute__((format(printf, 2, 3))) int descryi_problem_set(descryi_problem* problem,
                                                              const char* format, ...);

// Makes `problem`, or none where it is NULL, what this thread's last build reports.
void descryi_problem_report(const descryi_problem* problem);

// Returns what was reported last, or NULL.
const char* descryi_problem_reported(void);

// Whether `text` is well-formed UTF-8, which is what Python makes a str of.
bool descryi_is_utf8(const char* text);

#endif  // DESCRY_SRC_SCHEMA_PROBLEM_H_
