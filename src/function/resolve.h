// SPDX-License-Identifier: BSD-3-Clause
// Which signature of a function takes the operands that Python gave. GIL held, NumPy loaded.
#ifndef DESCRY_SRC_FUNCTION_RESOLVE_H_
#define DESCRY_SRC_FUNCTION_RESOLVE_H_

#include "src/function/function.h"

// One operand as it came.
typedef struct descryi_argument {
  PyObject* object;  // an array or a Python number; a reference of its own
  PyObject* descr;   // its dtype (borrowed), or NULL for a Python number
  char number;       // of a Python number, the kind that it has in NumPy: b, i, f or c
} descryi_argument;

// Looks at what Python gave, and makes an array of lists and of NumPy's scalars (a np.void's shares
// its memory). Returns 0, or -1
// with an exception set and nothing held.
int descryi_argument_init(descryi_argument* argument, PyObject* object);

// Returns the signature for the first `given` operands, all of them or only some; or NULL with a
// TypeError that says which operand does not fit and why.
const descryi_signature* descryi_resolve(const descryi_function* function,
                                         const descryi_argument* arguments, int given);

// Returns the signature that folds elements like those of the argument: its result is of the type
// of its first operand, and the argument fits the second one. NULL with a TypeError where there is
// none; `method` is who asks.
const descryi_signature* descryi_resolve_fold(const descryi_function* function,
                                              const descryi_argument* argument, const char* method);

// Whether two types have one dtype; false also where that cannot be found out.
bool descryi_same_type(const descry_type* one, const descry_type* other);

// Opens a view of the argument as operand k of the signature that was resolved. `flags` are added
// to those of the view. Returns 0, or -1 with an exception set.
int descryi_argument_open(const descryi_argument* argument, const descryi_signature* signature,
                          int k, unsigned flags, descry_view* view);

#endif  // DESCRY_SRC_FUNCTION_RESOLVE_H_
