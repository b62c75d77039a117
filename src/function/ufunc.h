// SPDX-License-Identifier: BSD-3-Clause
// NumPy's ufuncs for elements of declared types, from NumPy 2.0 on. NumPy takes one loop for each
// ufunc and row of dtype classes, for the whole process, and a record's class is that of every
// other record. So one loop of each kind is registered, by whichever copy of descry comes first; it
// looks for the dtypes among the loops that all copies have added. GIL held (or thread state
// attached) unless it says otherwise.
#ifndef DESCRY_SRC_FUNCTION_UFUNC_H_
#define DESCRY_SRC_FUNCTION_UFUNC_H_

#include <descry/function.h>
#include <pythread.h>

#include "src/base/numpy.h"
#include "src/base/shared.h"

// NumPy's interface for loops, which is the same from 2.0 to 2.5: PyArrayMethod_Context,
// NpyAuxData, PyArrayMethod_Spec, the numbers of its slots, and flags of a method.
typedef struct descryi_ufunc_context {
  PyObject* caller;
  PyObject* method;
  PyObject* const* descrs;
} descryi_ufunc_context;
typedef struct descryi_ufunc_aux {
  void (*free)(struct descryi_ufunc_aux* aux);
  struct descryi_ufunc_aux* (*clone)(struct descryi_ufunc_aux* aux);
  void* reserved[2];
} descryi_ufunc_aux;
typedef struct descryi_ufunc_spec {
  const char* name;
  int nin, nout;
  int casting;
  int flags;
  PyTypeObject** classes;
  PyType_Slot* slots;
} descryi_ufunc_spec;
enum {
  DESCRYI_METHOD_RESOLVE = 2,
  DESCRYI_METHOD_GET_LOOP = 3,
  DESCRYI_METHOD_GET_INITIAL = 4,
  DESCRYI_METHOD_NEEDS_GIL = 0x1,
  DESCRYI_METHOD_REORDERABLE = 0x8
};

// What one copy of descry added: a kernel, and what its operands and results have to be. Other
// copies use it, of other versions perhaps, so that members are only ever appended. It stays for
// good, since NumPy has no way to take a loop back.
typedef struct descryi_ufunc_loop {
  void* next;  // descryi_ufunc_loop*, atomic: the one that was added after it
  descry_kernel kernel;
  void* context;
  unsigned flags;        // of the kernel
  unsigned numbers;      // bit k is set where operand or result k is a number
  const void* identity;  // or NULL
  const descry_type* types[DESCRY_FUNCTION_OPERANDS];
  size_t sizes[DESCRY_FUNCTION_OPERANDS];       // bytes of an element
  size_t alignments[DESCRY_FUNCTION_OPERANDS];  // bytes, powers of 2

  // The adding copy's own: the type's dtype (borrowed), or NULL with an exception set; and whether
  // a dtype is one that the type accepts: 1, 0, or -1 with an exception set.
  PyObject* (*dtype_of)(const descry_type* type);
  int (*accepts)(const descry_type* type, PyObject* descr);
} descryi_ufunc_loop;

// A loop that NumPy knows: one for each ufunc and choice of operands that are numbers. Those have
// any class of numbers in `classes`.
typedef struct descryi_ufunc_group {
  PyObject* ufunc;  // NULL in one that is not used yet
  int nin, nout;
  unsigned numbers;   // bit k is set where operand k is a number
  int registered;     // how many of its rows of classes NumPy has got
  bool says_descrs;   // whether NumPy's own error shows dtypes, not their classes
  PyObject* refusal;  // or that error, where it shows neither; else NULL
  void* first;        // descryi_ufunc_loop*, atomic
} descryi_ufunc_group;

// What the copies of descry share: how any of them adds a loop to the groups of the first.
typedef struct descryi_ufuncs {
  descryi_shared_head head;
  // Returns 0 where `loop` is one of the group's now, for good; 1 where the group has had one for
  // the same types; -1 with an exception set.
  int (*add)(struct descryi_ufuncs* shared, PyObject* ufunc, int nin, int nout, unsigned numbers,
             descryi_ufunc_loop* loop);
  PyThread_type_lock lock;  // around adding, in which NumPy runs
} descryi_ufuncs;

extern descryi_shared descryi_ufuncs_shared;

// Gets the numbers of operands and results of a ufunc. Returns 0, or -1 with an exception set.
int descryi_ufunc_counts(PyObject* ufunc, long* counts);

// Returns the group's loop for these dtypes, of which some may be NULL: the records have to be
// accepted, and of the loops that accept them it is the first whose numbers have the very dtypes,
// else the first to which they can be cast safely, else the first to which they can be cast within
// their kind. Returns NULL where there is none, with an exception only where one came up.
const descryi_ufunc_loop* descryi_ufunc_find(const descryi_ufunc_group* group,
                                             PyObject* const* descrs);

// What NumPy asks a method, PyArrayMethod_ResolveDescriptors, PyArrayMethod_GetLoop and
// PyArrayMethod_GetReductionInitial, as the group answers it.
int descryi_ufunc_resolve(const descryi_ufunc_group* group, PyObject* const* given,
                          PyObject** found);
int descryi_ufunc_get_loop(const descryi_ufunc_group* group, const descryi_ufunc_context* context,
                           void** strided, descryi_ufunc_aux** aux, int* flags);
int descryi_ufunc_get_initial(const descryi_ufunc_group* group,
                              const descryi_ufunc_context* context, void* initial);

// The exception that says that a ufunc has no loop: of NumPy's class and with its text. Returns -1.
int descryi_ufunc_raise_no_loop(const descryi_ufunc_group* group, PyObject* const* given);

#endif  // DESCRY_SRC_FUNCTION_UFUNC_H_
