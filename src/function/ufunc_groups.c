// SPDX-License-Identifier: BSD-3-Clause
// The loops that NumPy knows, and how it gets to know them.
#include <stdlib.h>
#include <string.h>

#include "src/function/messages.h"
#include "src/function/ufunc.h"

// A method of NumPy's gets no data of its own, and so each group has functions of its own; their
// numbers are octal.
#define GROUPS_8(X, n) X(n##0) X(n##1) X(n##2) X(n##3) X(n##4) X(n##5) X(n##6) X(n##7)
#define GROUPS(X) \
  GROUPS_8(X, 0)  \
  GROUPS_8(X, 01) \
  GROUPS_8(X, 02) GROUPS_8(X, 03) GROUPS_8(X, 04) GROUPS_8(X, 05) GROUPS_8(X, 06) GROUPS_8(X, 07)
enum { GROUP_COUNT = 0100 };

static descryi_ufunc_group groups[GROUP_COUNT];

#define GROUP_FUNCTIONS(n)                                                                       \
  static int resolve_##n(PyObject* method, PyTypeObject* const* classes, PyObject* const* given, \
                         PyObject** found, Py_ssize_t* offset) {                                 \
    (void)method, (void)classes, (void)offset;                                                   \
    return descryi_ufunc_resolve(&groups[n], given, found);                                      \
  }                                                                                              \
  static int get_loop_##n(descryi_ufunc_context* context, int aligned, int move_references,      \
                          const Py_ssize_t* strides, void** strided, descryi_ufunc_aux** aux,    \
                          int* flags) {                                                          \
    (void)aligned, (void)move_references, (void)strides;                                         \
    return descryi_ufunc_get_loop(&groups[n], context, strided, aux, flags);                     \
  }                                                                                              \
  static int get_initial_##n(descryi_ufunc_context* context, unsigned char is_empty,             \
                             void* initial) {                                                    \
    (void)is_empty;                                                                              \
    return descryi_ufunc_get_initial(&groups[n], context, initial);                              \
  }
GROUPS(GROUP_FUNCTIONS)

typedef struct group_functions {
  int (*resolve)(PyObject*, PyTypeObject* const*, PyObject* const*, PyObject**, Py_ssize_t*);
  int (*get_loop)(descryi_ufunc_context*, int, int, const Py_ssize_t*, void**, descryi_ufunc_aux**,
                  int*);
  int (*get_initial)(descryi_ufunc_context*, unsigned char, void*);
} group_functions;

#define GROUP_ROW(n) {resolve_##n, get_loop_##n, get_initial_##n},
static const group_functions functions[GROUP_COUNT] = {GROUPS(GROUP_ROW)};

// NumPy's tables.
enum {
  UFUNC_ADD_LOOP = 43,
  UFUNC_ADD_PROMOTER = 44,
  // Classes of dtypes, among the slots of the array table.
  CLASS_BOOL = 321,
  CLASS_BYTE = 322,
  CLASS_HALF = 342,
  CLASS_DOUBLE = 344,
  CLASS_COMPLEX = 347,
  CLASS_PYTHON_INT = 355,
  CLASS_PYTHON_FLOAT = 356,
  CLASS_PYTHON_COMPLEX = 357,
  CLASS_DEFAULT_INT = 358,
  INTEGER_COUNT = 10,
  INEXACT_COUNT = 7,
  NUMBER_COUNT = 1 + INTEGER_COUNT + INEXACT_COUNT,
  CLASS_COUNT = NUMBER_COUNT + 3  // with Python's
};

// NumPy's tables, once a loop was added.
static void **arrays, **ufuncs;

// Returns a table of NumPy's core module, or NULL with an exception set.
static void** find_table(const char* name) {
  PyObject* core = PyImport_ImportModule("numpy._core._multiarray_umath");
  PyObject* capsule = core ? PyObject_GetAttrString(core, name) : NULL;
  void** table = capsule ? (void**)PyCapsule_GetPointer(capsule, NULL) : NULL;
  Py_XDECREF(core);
  Py_XDECREF(capsule);
  return table;  // NumPy's modules are never unloaded
}

// The class at `index` among those of all numbers, NumPy's and then Python's.
static PyTypeObject* number_class(int index) {
  if (index == 0) return arrays[CLASS_BOOL];
  if (index <= INTEGER_COUNT) return arrays[CLASS_BYTE + index - 1];
  if (index < NUMBER_COUNT) return arrays[CLASS_HALF + index - 1 - INTEGER_COUNT];
  return arrays[CLASS_PYTHON_INT + index - NUMBER_COUNT];
}

int descryi_ufunc_counts(PyObject* ufunc, long* counts) {
  static const char* const names[] = {"nin", "nout"};
  for (int i = 0; i < 2; ++i) {
    PyObject* value = PyObject_GetAttrString(ufunc, names[i]);
    counts[i] = value ? PyLong_AsLong(value) : -1;
    Py_XDECREF(value);
    if (counts[i] < 0) return -1;
  }
  return 0;
}

static void* address_of(void (*function)(void)) {
  void* address;
  memcpy(&address, &function, sizeof address);
  return address;
}

// Tells NumPy of one row of classes. Returns 0, or -1 with an exception set.
static int register_row(const descryi_ufunc_group* group, PyTypeObject** classes,
                        bool reorderable) {
  const group_functions* const own = &functions[group - groups];
  PyType_Slot slots[] = {{DESCRYI_METHOD_RESOLVE, address_of((void (*)(void))own->resolve)},
                         {DESCRYI_METHOD_GET_LOOP, address_of((void (*)(void))own->get_loop)},
                         {DESCRYI_METHOD_GET_INITIAL, address_of((void (*)(void))own->get_initial)},
                         {0, NULL}};
  descryi_ufunc_spec spec = {.name = "descry",
                             .nin = group->nin,
                             .nout = group->nout,
                             .casting = DESCRYI_NO_CASTING,
                             .flags = reorderable ? DESCRYI_METHOD_REORDERABLE : 0,
                             .classes = classes,
                             .slots = slots};
  int (*add_loop)(PyObject*, descryi_ufunc_spec*);
  memcpy(&add_loop, &ufuncs[UFUNC_ADD_LOOP], sizeof add_loop);
  return add_loop(group->ufunc, &spec);
}

// Takes Python's numbers, which have no width, for NumPy's of their kind. Loops of other packages
// do not come here.
static int promote(PyObject* ufunc, PyTypeObject* const* given, PyTypeObject* const* signature,
                   PyTypeObject** promoted) {
  (void)signature;
  long counts[2] = {0, 0};
  if (descryi_ufunc_counts(ufunc, counts) < 0) return -1;
  for (int k = 0; k < counts[0] + counts[1]; ++k) {
    PyTypeObject* class = given[k];
    if (class == arrays[CLASS_PYTHON_INT]) class = arrays[CLASS_DEFAULT_INT];
    if (class == arrays[CLASS_PYTHON_FLOAT]) class = arrays[CLASS_DOUBLE];
    if (class == arrays[CLASS_PYTHON_COMPLEX]) class = arrays[CLASS_COMPLEX];
    Py_XINCREF((PyObject*)class);
    promoted[k] = class;
  }
  return 0;
}

static int register_promoter(const descryi_ufunc_group* group, PyTypeObject* const* classes) {
  int result = -1;
  PyObject* capsule =
      PyCapsule_New(address_of((void (*)(void))promote), "numpy._ufunc_promoter", NULL);
  PyObject* row = capsule ? PyTuple_New(group->nin + group->nout) : NULL;
  for (int k = 0; row && k < group->nin + group->nout; ++k) {
    Py_XINCREF((PyObject*)classes[k]);
    if (PyTuple_SetItem(row, k, (PyObject*)classes[k]) < 0) Py_CLEAR(row);
  }
  int (*add_promoter)(PyObject*, PyObject*, PyObject*);
  memcpy(&add_promoter, &ufuncs[UFUNC_ADD_PROMOTER], sizeof add_promoter);
  if (row) result = add_promoter(group->ufunc, row, capsule);
  Py_XDECREF(capsule);
  Py_XDECREF(row);
  return result;
}

// Whether NumPy may change the order in which a reduction takes elements, and so allows several
// axes at once. Returns 1, 0, or -1 with an exception set.
static int is_reorderable(PyObject* ufunc) {
  PyObject* identity = PyObject_GetAttrString(ufunc, "identity");
  if (!identity) return -1;
  const bool has_identity = identity != Py_None;
  Py_DECREF(identity);
  if (has_identity) return 1;
  PyObject* name = PyObject_GetAttrString(ufunc, "__name__");
  if (!name) return -1;
  bool found = false;
  static const char* const orderless[] = {"maximum", "minimum", "fmax", "fmin"};
  for (size_t i = 0; i < sizeof orderless / sizeof *orderless; ++i) {
    found = found || PyUnicode_CompareWithASCIIString(name, orderless[i]) == 0;
  }
  Py_DECREF(name);
  return found;
}

// Registers what is not registered yet: each class of numbers for each operand that is one. The
// classes of the results are those of the group's first loop, which NumPy does not look at.
static int register_rows(descryi_ufunc_group* group, const descryi_ufunc_loop* loop) {
  PyTypeObject* classes[DESCRY_FUNCTION_OPERANDS] = {NULL};
  const int reorderable = is_reorderable(group->ufunc);
  if (reorderable < 0) return -1;
  int rows = 1;
  for (int k = 0; k < group->nin + group->nout; ++k) {
    PyObject* dtype = loop->dtype_of(loop->types[k]);
    if (!dtype) return -1;
    classes[k] = Py_TYPE(dtype);
    if (group->numbers >> k & 1) rows *= CLASS_COUNT;
  }
  for (; group->registered < rows; ++group->registered) {
    bool is_weak = false;
    int rest = group->registered;
    for (int k = 0; k < group->nin; ++k) {
      if (!(group->numbers >> k & 1)) continue;
      const int index = rest % CLASS_COUNT;
      rest /= CLASS_COUNT;
      classes[k] = number_class(index);
      is_weak = is_weak || index >= NUMBER_COUNT;
    }
    const int result =
        is_weak ? register_promoter(group, classes) : register_row(group, classes, reorderable);
    if (result < 0) return -1;
  }
  return 0;
}

// Returns a new record array of nothing, of a dtype that no ufunc knows.
static PyObject* unknown_records(void) {
  PyObject* numpy = PyImport_ImportModule("numpy");
  PyObject* made =
      numpy ? PyObject_CallMethod(numpy, "zeros", "i[(ss)]", 0, "unknown", "V1") : NULL;
  Py_XDECREF(numpy);
  return made;
}

// Asks the ufunc itself how it refuses records that it does not know.
static int find_wording(descryi_ufunc_group* group) {
  PyObject* records = unknown_records();
  PyObject* operands = records ? PyTuple_New(group->nin) : NULL;
  for (int k = 0; operands && k < group->nin; ++k) {
    PyObject* operand = group->numbers >> k & 1 ? PyFloat_FromDouble(1) : records;
    if (operand == records) Py_INCREF(records);
    if (!operand || PyTuple_SetItem(operands, k, operand) < 0) Py_CLEAR(operands);
  }
  PyObject* result = operands ? PyObject_CallObject(group->ufunc, operands) : NULL;
  PyObject* error = result ? NULL : descryi_error_take();
  const bool fails = !operands;
  Py_XDECREF(records);
  Py_XDECREF(operands);
  Py_XDECREF(result);
  if (fails) {
    descryi_error_restore(error);
    return -1;
  }
  PyObject* dtypes = error ? PyObject_GetAttrString(error, "dtypes") : NULL;
  PyObject* first = dtypes ? PySequence_GetItem(dtypes, 0) : NULL;
  group->says_descrs = !first || descryi_is_descr(first);
  if (error && !dtypes && PyErr_GivenExceptionMatches(error, PyExc_TypeError)) {
    Py_INCREF(error);
    group->refusal = error;
  }
  Py_XDECREF(error);
  Py_XDECREF(dtypes);
  Py_XDECREF(first);
  PyErr_Clear();  // that it has no dtypes
  return 0;
}

// Returns the group for these operands, a new one if need be; or NULL with an exception set.
static descryi_ufunc_group* find_group(PyObject* ufunc, int nin, int nout, unsigned numbers) {
  for (int i = 0; i < GROUP_COUNT; ++i) {
    descryi_ufunc_group* const group = &groups[i];
    if (group->ufunc) {
      if (group->ufunc == ufunc && group->numbers == numbers) return group;
      continue;
    }
    Py_INCREF(ufunc);  // for good, as NumPy's method
    group->nin = nin;
    group->nout = nout;
    group->numbers = numbers;
    group->ufunc = ufunc;
    return group;
  }
  descryi_raise_ufunc_groups(GROUP_COUNT);
  return NULL;
}

// Whether the group has a loop for the very dtypes of this one.
static int is_known(const descryi_ufunc_group* group, const descryi_ufunc_loop* loop) {
  PyObject* dtypes[DESCRY_FUNCTION_OPERANDS];
  for (int k = 0; k < group->nin + group->nout; ++k) {
    dtypes[k] = k < group->nin ? loop->dtype_of(loop->types[k]) : NULL;
    if (k < group->nin && !dtypes[k]) return -1;
  }
  const descryi_ufunc_loop* found = descryi_ufunc_find(group, dtypes);
  if (!found) return PyErr_Occurred() ? -1 : 0;
  for (int k = 0; k < group->nin; ++k) {
    if (!(group->numbers >> k & 1)) continue;
    PyObject* dtype = found->dtype_of(found->types[k]);
    if (!dtype) return -1;
    if (descryi_descr_type_num(dtype) != descryi_descr_type_num(dtypes[k])) return 0;
  }
  return 1;
}

static void append(descryi_ufunc_group* group, descryi_ufunc_loop* loop) {
  void** place = &group->first;
  for (descryi_ufunc_loop* each; (each = descryi_load_acquire(place));) place = &each->next;
  descryi_store_release(place, loop);
}

static int add_locked(PyObject* ufunc, int nin, int nout, unsigned numbers,
                      descryi_ufunc_loop* loop) {
  if (!arrays && !(arrays = find_table("_ARRAY_API"))) return -1;
  if (!ufuncs && !(ufuncs = find_table("_UFUNC_API"))) return -1;
  descryi_ufunc_group* group = find_group(ufunc, nin, nout, numbers);
  if (!group) return -1;
  if (group->registered == 0 && find_wording(group) < 0) return -1;
  if (register_rows(group, loop) < 0) return -1;
  const int known = is_known(group, loop);
  if (known == 0) append(group, loop);
  return known;
}

// The lock is given back by whoever has it while NumPy runs, and so is waited for without the GIL.
static int add(descryi_ufuncs* shared, PyObject* ufunc, int nin, int nout, unsigned numbers,
               descryi_ufunc_loop* loop) {
  if (!PyThread_acquire_lock(shared->lock, NOWAIT_LOCK)) {
    PyThreadState* const state = PyEval_SaveThread();
    (void)PyThread_acquire_lock(shared->lock, WAIT_LOCK);
    PyEval_RestoreThread(state);
  }
  const int result = add_locked(ufunc, nin, nout, numbers, loop);
  PyThread_release_lock(shared->lock);
  return result;
}

static void drop(void* made) {
  descryi_ufuncs* shared = made;
  if (shared->lock) PyThread_free_lock(shared->lock);
  free(shared);
}

static void* make(void) {
  descryi_ufuncs* shared = calloc(1, sizeof *shared);
  if (!shared) return PyErr_NoMemory();
  shared->add = add;
  shared->lock = PyThread_allocate_lock();
  if (shared->lock) return shared;
  drop(shared);
  return PyErr_NoMemory();
}

descryi_shared descryi_ufuncs_shared = {.key = "descry.ufuncs",
                                        .title = "loops of ufuncs",
                                        .oldest = 1,
                                        .newest = 1,
                                        .make = make,
                                        .drop = drop};
