// SPDX-License-Identifier: BSD-3-Clause
#include "src/function/run.h"

#include <pthread.h>
#include <stdlib.h>

#include "src/function/messages.h"

enum {
  // Elements that are worth giving up the GIL for, and worth a thread.
  RELEASE_FROM = 500,
  THREAD_FROM = 2000,
  MOST_THREADS = 256
};

// Calls the kernel for each stretch of this run that the mask, the last operand, lets through.
static int run_masked(const descryi_kernel_call* call, const descry_loop* loop) {
  const int operands = loop->priv.operands - 1;
  const char* const mask = loop->data[operands];
  const Py_ssize_t step = loop->strides[operands];
  for (Py_ssize_t i = 0; i < loop->count;) {
    Py_ssize_t end = i;
    while (end < loop->count && mask[end * step]) ++end;
    if (end == i) {
      ++i;
      continue;
    }
    char* data[DESCRY_FUNCTION_OPERANDS];
    for (int k = 0; k < operands; ++k) data[k] = loop->data[k] + i * loop->strides[k];
    if (call->kernel(end - i, data, loop->strides, call->context) < 0) return -1;
    i = end;
  }
  return 0;
}

static int run_all(const descryi_kernel_call* call, descry_loop* loop, bool masked) {
  while (descry_loop_next(loop)) {
    const int result = masked ? run_masked(call, loop)
                              : call->kernel(loop->count, loop->data, loop->strides, call->context);
    if (result < 0) return -1;
  }
  return 0;
}

// One thread's part.
typedef struct part {
  const descryi_kernel_call* call;
  bool masked;
  bool started;
  int result;
  pthread_t thread;
  descry_loop loop;
} part;

static void* run_part(void* argument) {
  part* own = argument;
  own->result = run_all(own->call, &own->loop, own->masked);
  return NULL;
}

// The calling thread takes the first part, and those for which there was no thread to be had.
static int run_parts(part* parts, int count) {
  int result = 0;
  for (int i = 1; i < count; ++i) {
    parts[i].started = pthread_create(&parts[i].thread, NULL, run_part, &parts[i]) == 0;
  }
  for (int i = 0; i < count; ++i) {
    if (!parts[i].started) run_part(&parts[i]);
  }
  for (int i = 0; i < count; ++i) {
    if (parts[i].started) (void)pthread_join(parts[i].thread, NULL);
    if (parts[i].result < 0) result = -1;
  }
  return result;
}

// Without the GIL. Where there is no memory for parts, there are none.
static int run_threads(const descryi_kernel_call* call, descry_loop* loop, bool masked, int count) {
  part* parts = malloc((size_t)count * sizeof *parts);
  if (!parts) return run_all(call, loop, masked);
  for (int i = 0; i < count; ++i) {
    parts[i].call = call;
    parts[i].masked = masked;
    parts[i].started = false;
    (void)descry_loop_split(loop, i, count, &parts[i].loop);
  }
  const int result = run_parts(parts, count);
  free(parts);
  return result;
}

static int count_threads(const descry_loop* loop, Py_ssize_t wanted) {
  Py_ssize_t count = loop->size / THREAD_FROM;
  if (count > wanted) count = wanted;
  if (count > MOST_THREADS) count = MOST_THREADS;
  return (int)count;
}

int descryi_run(const descryi_function* function, const descryi_kernel_call* call,
                descry_loop* loop, bool masked, Py_ssize_t threads) {
  int result;
  if (call->needs_gil || loop->size < RELEASE_FROM) {
    result = run_all(call, loop, masked);
  } else {
    const int count = count_threads(loop, threads);
    PyThreadState* const state = PyEval_SaveThread();
    result = count > 1 ? run_threads(call, loop, masked, count) : run_all(call, loop, masked);
    PyEval_RestoreThread(state);
  }
  if (result == 0) return call->needs_gil && PyErr_Occurred() ? -1 : 0;
  return PyErr_Occurred() ? -1 : descryi_raise_function_failed(function->name);
}
