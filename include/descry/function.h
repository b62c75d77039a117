// SPDX-License-Identifier: BSD-3-Clause
// Python callables that run C over elements, with broadcasting: what ufuncs are for numbers.
//
//   DESCRY_KERNEL(length, (vec3, v), (double, out),
//                 *out = sqrt(v->x * v->x + v->y * v->y + v->z * v->z))
//   ...
//   const descry_type* const types[] = {DESCRY_TYPE(vec3), DESCRY_TYPE(float64)};
//   const descry_function_spec spec = {
//       .name = "length", .doc = "The length of each vector.", .nin = 1, .nout = 1,
//       .types = types, .kernel = length, .flags = DESCRY_IN_PLACE};
//   if (descry_module_add_function(module, &spec) < 0) return NULL;
//
// In Python, for a function `f` of two operands:
//
//   f(a, b, out=None, where=True, threads=1)
//   f.reduce(a, axis=0, out=None, keepdims=False, initial=..., where=True)
//   f.accumulate(a, axis=0, out=None), f.outer(a, b, ...), f.at(a, indices, b)
//   f.nin, f.nout, f.nargs, f.ntypes, f.types, f.identity
//
// with ufuncs' own meaning. An operand is an array of a signature's type, matched as by
// DESCRY_EQUIVALENT; where the type is a number also one of a type that NumPy casts safely, a
// Python number, a NumPy scalar, or nested lists. Records are never cast. The first signature that
// all operands match is taken, else the first that all convert to. RecursionError where a kernel
// runs Python code that calls a function again, and so on, more than 100 deep.
//
// GIL held (or thread state attached).
#ifndef DESCRY_FUNCTION_H_
#define DESCRY_FUNCTION_H_

#include <Python.h>
#include <descry/flags.h>
#include <descry/loop.h>
#include <descry/type.h>

#ifdef __cplusplus
extern "C" {
#endif

// The most operands and results of a function together.
enum { DESCRY_FUNCTION_OPERANDS = DESCRY_LOOP_OPERANDS - 1 };

// Computes `count` elements: operand k's, and behind them result k's, start at data[k] and are
// strides[k] bytes apart. Returns 0, or -1 with an exception set. Only one with DESCRY_NEEDS_GIL
// may touch Python or raise; any other runs without the GIL where there are more than a few hundred
// elements, and by several threads at once where the caller asks for that. Results hold what was
// there before, which a kernel for elements with Python objects has to give up.
typedef int (*descry_kernel)(Py_ssize_t count, char* const* data, const Py_ssize_t* strides,
                             void* context);

// One signature of a function.
typedef struct descry_function_spec {
  const char* name;                 // copied
  const char* doc;                  // copied; may be NULL
  int nin, nout;                    // operands and results, one of each at least
  const descry_type* const* types;  // nin + nout, copied; types made at run time are retained
  descry_kernel kernel;
  void* context;         // what the kernel is called with; kept, not copied
  const void* identity;  // an element, copied: what a reduction of nothing gives; or NULL
  unsigned flags;        // DESCRY_NEEDS_GIL, DESCRY_IN_PLACE
} descry_function_spec;

// Returns a new function, or NULL with an exception set: ValueError for numbers of operands or
// flags that there are not, and as descry_dtype().
//
// Where `out` shares memory with an operand, the result is computed aside and copied. With
// DESCRY_IN_PLACE it is not, where the two are the very same elements: the kernel promises to have
// read all of an element's operands before it writes any of its results, and to go from the first
// element to the last. Kernels by DESCRY_KERNEL() do. Reductions are quicker with it, too.
PyObject* descry_function_new(const descry_function_spec* spec);

// Adds one more signature to `function`, of the same name, nin and nout. Returns 0, or -1 with an
// exception set (TypeError where `function` is not one of this module's). REQUIRES: no other thread
// calls the function yet.
int descry_function_add(PyObject* function, const descry_function_spec* spec);

// Puts a function on a module, under its name; where the module has one of this name already, adds
// the signature to that. It can be pickled then. Returns 0, or -1 with an exception set.
int descry_module_add_function(PyObject* module, const descry_function_spec* spec);

// Adds a loop to NumPy's own ufunc of that name, so that `a + b`, `a.sum()`, `np.less(a, b)` or
// `np.add(a, b, out=c, where=mask)` compute on arrays of the types. Of the operands one at least is
// a record without Python objects, of whose dtype alone, matched as by DESCRY_EQUIVALENT, the loop
// is; others and results may be numbers, which NumPy casts by its own rules for ufuncs. All other
// arrays get what they got before. `spec->name` and `spec->doc` are not used.
//
// Returns 1 where the ufunc has a loop for the types now: for the whole process and for good. One
// that it had before, from this module or another that declares the same struct, stays in use.
// Returns 0, with nothing done and no exception, before NumPy 2.0. Returns -1 with an exception
// set: ValueError for a ufunc that there is not, or one of other numbers of operands, or other
// types; TypeError where a package without descry has a loop for all records.
//
// NumPy goes along several axes at once, in any order, where it does so for numbers. It calls a
// kernel with DESCRY_NEEDS_GIL from threads without the GIL too, which then get it.
int descry_extend_ufunc(const char* name, const descry_function_spec* spec);

// Puts arithmetic on a struct of numbers onto a module, as functions and (as by
// descry_extend_ufunc()) as NumPy's operators, each of which computes member by member: `add`,
// `subtract` and `negative` of elements, `multiply` by a number on either side, `divide` by a
// number, and `equal`, which is true where all members are. A module may have it for several
// structs. Nested records and sub-arrays are computed with all their numbers.
//
// The number is a double; for a struct of integers alone it is an int64_t, and `floor_divide`
// stands in for `divide`. Integers wrap around. Beside floating-point members they are computed by
// way of a double, cut towards zero and kept within their range (NaN gives 0). Division of integers
// by 0 gives 0.
//
// Returns 0, or -1 with an exception set: TypeError where the type is not a record or one of its
// members is not a number of C in this machine's byte order. DESCRY_ARITHMETIC() of declare.h finds
// most of these when the declaration is compiled.
int descry_module_add_arithmetic(PyObject* module, const descry_type* type);

// DESCRY_KERNEL(name, (A, a, B, b), (C, c), statement) defines the static kernel `name` from one
// statement over pointers: `const A *a`, `const B *b` and `C *c`. Up to four operands and four
// results. The operands are copies of the elements, so that the statement may read them after it
// has written results; `context` is there, too. Needs only C or C++.
#define DESCRY_KERNEL(name, operands, results, ...)                                         \
  static int name(Py_ssize_t descry_priv_count, char* const* descry_priv_data,              \
                  const Py_ssize_t* descry_priv_strides, void* context) {                   \
    int descry_priv_at = 0;                                                                 \
    DESCRY_PRIV_KERNEL_EACH(DESCRY_PRIV_KERNEL_BEGIN, DESCRY_PRIV_KERNEL_LIST operands)     \
    DESCRY_PRIV_KERNEL_EACH(DESCRY_PRIV_KERNEL_BEGIN, DESCRY_PRIV_KERNEL_LIST results)      \
    (void)descry_priv_at;                                                                   \
    (void)context;                                                                          \
    for (; descry_priv_count > 0; --descry_priv_count) {                                    \
      DESCRY_PRIV_KERNEL_EACH(DESCRY_PRIV_KERNEL_OPERAND, DESCRY_PRIV_KERNEL_LIST operands) \
      DESCRY_PRIV_KERNEL_EACH(DESCRY_PRIV_KERNEL_RESULT, DESCRY_PRIV_KERNEL_LIST results)   \
      __VA_ARGS__;                                                                          \
      DESCRY_PRIV_KERNEL_EACH(DESCRY_PRIV_KERNEL_STEP, DESCRY_PRIV_KERNEL_LIST operands)    \
      DESCRY_PRIV_KERNEL_EACH(DESCRY_PRIV_KERNEL_STEP, DESCRY_PRIV_KERNEL_LIST results)     \
    }                                                                                       \
    return 0;                                                                               \
  }

// What becomes of each pair of a type and a name.
#define DESCRY_PRIV_KERNEL_BEGIN(T, p)                           \
  char* descry_priv_data_##p = descry_priv_data[descry_priv_at]; \
  const Py_ssize_t descry_priv_step_##p = descry_priv_strides[descry_priv_at++];
#define DESCRY_PRIV_KERNEL_OPERAND(T, p)                                       \
  const T descry_priv_copy_##p = *(const T*)(const void*)descry_priv_data_##p; \
  const T* const p = &descry_priv_copy_##p;                                    \
  (void)p;
#define DESCRY_PRIV_KERNEL_RESULT(T, p) T* const p = (T*)(void*)descry_priv_data_##p;
#define DESCRY_PRIV_KERNEL_STEP(T, p) descry_priv_data_##p += descry_priv_step_##p;

#define DESCRY_PRIV_KERNEL_LIST(...) __VA_ARGS__
#define DESCRY_PRIV_KERNEL_EACH(...) DESCRY_PRIV_KERNEL_EACH_(__VA_ARGS__)
#define DESCRY_PRIV_KERNEL_EACH_(M, ...)                                                 \
  DESCRY_PRIV_KERNEL_PICK(__VA_ARGS__, DESCRY_PRIV_KERNEL_4, ~, DESCRY_PRIV_KERNEL_3, ~, \
                          DESCRY_PRIV_KERNEL_2, ~, DESCRY_PRIV_KERNEL_1, ~)              \
  (M, __VA_ARGS__)
#define DESCRY_PRIV_KERNEL_PICK(T1, p1, T2, p2, T3, p3, T4, p4, picked, ...) picked
#define DESCRY_PRIV_KERNEL_1(M, T, p) M(T, p)
#define DESCRY_PRIV_KERNEL_2(M, T, p, ...) M(T, p) DESCRY_PRIV_KERNEL_1(M, __VA_ARGS__)
#define DESCRY_PRIV_KERNEL_3(M, T, p, ...) M(T, p) DESCRY_PRIV_KERNEL_2(M, __VA_ARGS__)
#define DESCRY_PRIV_KERNEL_4(M, T, p, ...) M(T, p) DESCRY_PRIV_KERNEL_3(M, __VA_ARGS__)

#ifdef __cplusplus
}
#endif

#endif  // DESCRY_FUNCTION_H_
