// SPDX-License-Identifier: BSD-3-Clause
// What NumPy asks about a loop, and the loop itself.
#include <stdlib.h>
#include <string.h>

#include "src/base/interpreter.h"
#include "src/base/threads.h"
#include "src/function/messages.h"
#include "src/function/ufunc.h"

// How well a loop takes what is given, from the best to the worst.
typedef enum rank { SAME_NUMBERS, SAFE_NUMBERS, SAME_KIND_NUMBERS, NO_MATCH, RANK_FAILED } rank;

// NumPy 2.0 would cast a Python float to an integer, too.
static rank rank_number(PyObject* expected, PyObject* actual) {
  if (descryi_descr_type_num(expected) == descryi_descr_type_num(actual)) return SAME_NUMBERS;
  if (descryi_np.can_cast_type_to(actual, expected, DESCRYI_SAFE_CASTING)) return SAFE_NUMBERS;
  const bool same_kind = descryi_np.can_cast_type_to(actual, expected, DESCRYI_SAME_KIND_CASTING);
  return same_kind ? SAME_KIND_NUMBERS : NO_MATCH;
}

static rank rank_loop(const descryi_ufunc_group* group, const descryi_ufunc_loop* loop,
                      PyObject* const* descrs) {
  rank worst = SAME_NUMBERS;
  for (int k = 0; k < group->nin + group->nout; ++k) {
    if (!descrs[k]) continue;
    const bool is_number = loop->numbers >> k & 1;
    if (!is_number) {
      const int accepted = loop->accepts(loop->types[k], descrs[k]);
      if (accepted <= 0) return accepted < 0 ? RANK_FAILED : NO_MATCH;
    } else if (k < group->nin) {
      PyObject* expected = loop->dtype_of(loop->types[k]);
      const rank found = expected ? rank_number(expected, descrs[k]) : RANK_FAILED;
      if (found > worst) worst = found;
    }
  }
  return worst;
}

const descryi_ufunc_loop* descryi_ufunc_find(const descryi_ufunc_group* group,
                                             PyObject* const* descrs) {
  const descryi_ufunc_loop* best = NULL;
  rank best_rank = NO_MATCH;
  void* const* place = &group->first;
  for (const descryi_ufunc_loop* loop; (loop = descryi_load_acquire(place)); place = &loop->next) {
    const rank found = rank_loop(group, loop, descrs);
    if (found == RANK_FAILED) return NULL;
    if (found < best_rank) {
      best = loop;
      best_rank = found;
    }
  }
  return best;
}

// Returns what the exception names: each operand's dtype or its class, and None for the results.
static PyObject* describe_given(const descryi_ufunc_group* group, PyObject* const* given) {
  PyObject* described = PyTuple_New(group->nin + group->nout);
  for (int k = 0; described && k < group->nin + group->nout; ++k) {
    PyObject* item = Py_None;
    if (k < group->nin && given[k])
      item = group->says_descrs ? given[k] : (PyObject*)Py_TYPE(given[k]);
    Py_INCREF(item);
    if (PyTuple_SetItem(described, k, item) < 0) Py_CLEAR(described);
  }
  return described;
}

// Raises one like the error that the ufunc was asked for.
static int repeat_refusal(PyObject* refusal) {
  PyObject* args = PyObject_GetAttrString(refusal, "args");
  if (args) PyErr_SetObject((PyObject*)Py_TYPE(refusal), args);
  Py_XDECREF(args);
  return -1;
}

int descryi_ufunc_raise_no_loop(const descryi_ufunc_group* group, PyObject* const* given) {
  if (group->refusal) return repeat_refusal(group->refusal);
  PyObject* described = describe_given(group, given);
  PyObject* module = described ? PyImport_ImportModule("numpy._core._exceptions") : NULL;
  PyObject* class = module ? PyObject_GetAttrString(module, "_UFuncNoLoopError") : NULL;
  PyObject* error = class ? PyObject_CallFunction(class, "OO", group->ufunc, described) : NULL;
  if (error) PyErr_SetObject(class, error);
  Py_XDECREF(described);
  Py_XDECREF(module);
  Py_XDECREF(class);
  Py_XDECREF(error);
  return -1;
}

// Records stay as they are given: they are accepted because they have the type's very layout. NumPy
// casts numbers to what it is told here.
int descryi_ufunc_resolve(const descryi_ufunc_group* group, PyObject* const* given,
                          PyObject** found) {
  const descryi_ufunc_loop* loop =
      descryi_numpy_is_ready() ? descryi_ufunc_find(group, given) : NULL;
  if (!loop) return PyErr_Occurred() ? -1 : descryi_ufunc_raise_no_loop(group, given);
  for (int k = 0; k < group->nin + group->nout; ++k) {
    const bool is_number = loop->numbers >> k & 1;
    found[k] = given[k] && !is_number ? given[k] : loop->dtype_of(loop->types[k]);
    if (!found[k]) {
      while (k-- > 0) Py_CLEAR(found[k]);
      return -1;
    }
    Py_INCREF(found[k]);
  }
  return DESCRYI_NO_CASTING;
}

int descryi_ufunc_get_initial(const descryi_ufunc_group* group,
                              const descryi_ufunc_context* context, void* initial) {
  const descryi_ufunc_loop* loop = descryi_ufunc_find(group, context->descrs);
  if (!loop) return PyErr_Occurred() ? -1 : 0;
  if (!loop->identity) return 0;
  memcpy(initial, loop->identity, loop->sizes[group->nin]);
  return 1;
}

// What one call carries from get_loop to the loop.
typedef struct call {
  descryi_ufunc_aux aux;
  const descryi_ufunc_loop* loop;
  int nin;
  int operands;                              // and results
  char* elements;                            // one of each operand and result, aligned
  size_t offsets[DESCRY_FUNCTION_OPERANDS];  // into those
} call;

static void free_call(descryi_ufunc_aux* aux) {
  call* own = (call*)aux;
  free(own->elements);
  free(own);
}

// NumPy may free and clone it without the GIL.
static call* new_call(const descryi_ufunc_loop* loop, int nin, int operands) {
  call* made = calloc(1, sizeof *made);
  if (!made) return NULL;
  size_t size = 0, widest = sizeof(void*);
  for (int k = 0; k < operands; ++k) {
    const size_t alignment = loop->alignments[k];
    if (alignment > widest) widest = alignment;
    size = (size + alignment - 1) & ~(alignment - 1);
    made->offsets[k] = size;
    size += loop->sizes[k];
  }
  made->elements = aligned_alloc(widest, (size + widest - 1) & ~(widest - 1));
  if (!made->elements) {
    free(made);
    return NULL;
  }
  made->loop = loop;
  made->nin = nin;
  made->operands = operands;
  return made;
}

static descryi_ufunc_aux* clone_call(descryi_ufunc_aux* aux) {
  const call* own = (const call*)aux;
  call* made = new_call(own->loop, own->nin, own->operands);
  if (!made) return NULL;
  made->aux = own->aux;
  return (descryi_ufunc_aux*)made;
}

// NumPy hands out records of a dtype without the align flag wherever they are.
static bool is_aligned(const call* own, char* const* data, Py_ssize_t count,
                       const Py_ssize_t* strides) {
  for (int k = 0; k < own->operands; ++k) {
    uintptr_t bits = (uintptr_t)data[k];
    if (count > 1) bits |= (uintptr_t)strides[k];
    if (bits & (own->loop->alignments[k] - 1)) return false;
  }
  return true;
}

// The bytes from the first to the last element, wherever the walk begins.
static void span_of(const call* own, int k, char* const* data, Py_ssize_t count,
                    const Py_ssize_t* strides, uintptr_t* lo, uintptr_t* hi) {
  const Py_ssize_t reach = (count - 1) * strides[k];
  const uintptr_t first = (uintptr_t)data[k], last = first + (uintptr_t)reach;
  *lo = reach < 0 ? last : first;
  *hi = (reach < 0 ? first : last) + own->loop->sizes[k];
}

static bool results_overlap(const call* own, char* const* data, Py_ssize_t count,
                            const Py_ssize_t* strides) {
  for (int result = own->nin; result < own->operands; ++result) {
    uintptr_t lo, hi, other_lo, other_hi;
    span_of(own, result, data, count, strides, &lo, &hi);
    for (int k = 0; k < own->nin; ++k) {
      span_of(own, k, data, count, strides, &other_lo, &other_hi);
      if (lo < other_hi && other_lo < hi) return true;
    }
  }
  return false;
}

// One element at a time, by way of copies.
static int run_aside(const call* own, char* const* data, Py_ssize_t count,
                     const Py_ssize_t* strides) {
  static const Py_ssize_t steps[DESCRY_FUNCTION_OPERANDS];
  char* copies[DESCRY_FUNCTION_OPERANDS];
  for (int k = 0; k < own->operands; ++k) copies[k] = own->elements + own->offsets[k];
  for (Py_ssize_t i = 0; i < count; ++i) {
    for (int k = 0; k < own->operands; ++k) {
      memcpy(copies[k], data[k] + i * strides[k], own->loop->sizes[k]);
    }
    if (own->loop->kernel(1, copies, steps, own->loop->context) < 0) return -1;
    for (int k = own->nin; k < own->operands; ++k) {
      memcpy(data[k] + i * strides[k], copies[k], own->loop->sizes[k]);
    }
  }
  return 0;
}

static int run_kernel(const call* own, char* const* data, Py_ssize_t count,
                      const Py_ssize_t* strides) {
  const descryi_ufunc_loop* const loop = own->loop;
  const bool in_place = (loop->flags & DESCRY_IN_PLACE) != 0;
  if (!is_aligned(own, data, count, strides) ||
      (!in_place && results_overlap(own, data, count, strides))) {
    return run_aside(own, data, count, strides);
  }
  return loop->kernel(count, data, strides, loop->context);
}

// NumPy calls it without the GIL from ufunc.at and ufunc.reduceat, whatever the flags say.
static int run_strided(const descryi_ufunc_context* context, char* const* data,
                       const Py_ssize_t* dimensions, const Py_ssize_t* strides,
                       descryi_ufunc_aux* aux) {
  (void)context;
  const call* own = (const call*)aux;
  const bool needs_gil = (own->loop->flags & DESCRY_NEEDS_GIL) != 0;
  if (dimensions[0] == 0) return 0;
  int attached = needs_gil ? descryi_attach() : 0;
  int result = attached < 0 ? -1 : run_kernel(own, data, dimensions[0], strides);
  if (needs_gil && attached >= 0 && PyErr_Occurred()) result = -1;
  if (result < 0 && attached >= 0) {
    if (!needs_gil) attached = descryi_attach();
    if (attached >= 0 && !PyErr_Occurred()) descryi_raise_ufunc_failed();
  }
  descryi_detach(attached);
  return result;
}

int descryi_ufunc_get_loop(const descryi_ufunc_group* group, const descryi_ufunc_context* context,
                           void** strided, descryi_ufunc_aux** aux, int* flags) {
  const descryi_ufunc_loop* loop = descryi_ufunc_find(group, context->descrs);
  if (!loop) return PyErr_Occurred() ? -1 : descryi_ufunc_raise_no_loop(group, context->descrs);
  call* made = new_call(loop, group->nin, group->nin + group->nout);
  if (!made) {
    PyErr_NoMemory();
    return -1;
  }
  made->aux.free = free_call;
  made->aux.clone = clone_call;
  *aux = (descryi_ufunc_aux*)made;
  int (*const run)(const descryi_ufunc_context*, char* const*, const Py_ssize_t*, const Py_ssize_t*,
                   descryi_ufunc_aux*) = run_strided;
  memcpy(strided, &run, sizeof run);
  *flags = loop->flags & DESCRY_NEEDS_GIL ? DESCRYI_METHOD_NEEDS_GIL : 0;
  return 0;
}
