// SPDX-License-Identifier: BSD-3-Clause
// Kernels that may write a result where an operand is, although they did not promise to read that
// first. GIL held.
#ifndef DESCRY_SRC_FUNCTION_IN_PLACE_H_
#define DESCRY_SRC_FUNCTION_IN_PLACE_H_

#include "src/function/run.h"

// A kernel that computes one element at a time, aside. It may not be copied or moved once begun.
typedef struct descryi_in_place {
  descryi_kernel_call call;  // what to call
  descryi_kernel_call inner;
  int operands;  // without the result
  size_t itemsize;
  PyObject* scratch;  // an array of one element, or NULL
  bool has_objects;
} descryi_in_place;

// Sets `call` to the signature's own kernel where that has promised enough, else to one that goes
// by a result aside. Returns 0, or -1 with an exception set and nothing held.
int descryi_in_place_begin(descryi_in_place* in_place, const descryi_signature* signature, int nin);

void descryi_in_place_end(descryi_in_place* in_place);

#endif  // DESCRY_SRC_FUNCTION_IN_PLACE_H_
