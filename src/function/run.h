// SPDX-License-Identifier: BSD-3-Clause
// Runs a kernel over a loop. GIL held.
#ifndef DESCRY_SRC_FUNCTION_RUN_H_
#define DESCRY_SRC_FUNCTION_RUN_H_

#include "src/function/function.h"

// A kernel and what it is called with.
typedef struct descryi_kernel_call {
  descry_kernel kernel;
  void* context;
  bool needs_gil;
} descryi_kernel_call;

static inline descryi_kernel_call descryi_kernel_call_of(const descryi_signature* signature) {
  return (descryi_kernel_call){
      .kernel = signature->kernel,
      .context = signature->context,
      .needs_gil = (signature->flags & DESCRY_NEEDS_GIL) != 0,
  };
}

// Runs the kernel over the loop, which has a last operand more than the kernel where `masked`: a
// mask, by which elements are left out. Up to `threads` threads share the work, where the kernel
// needs no GIL. Returns 0, or -1 with an exception set.
int descryi_run(const descryi_function* function, const descryi_kernel_call* call,
                descry_loop* loop, bool masked, Py_ssize_t threads);

#endif  // DESCRY_SRC_FUNCTION_RUN_H_
