// SPDX-License-Identifier: BSD-3-Clause
// NumPy at run time: its function table, looked up on first use, and accessors that know which of
// the two layouts a dtype has.
//
// NumPy belongs to the interpreter that imported it. descry remembers that interpreter; any other
// one, and any one after Py_Finalize, gets an ImportError. GIL held (or thread state attached)
// throughout.
#ifndef DESCRY_SRC_BASE_NUMPY_H_
#define DESCRY_SRC_BASE_NUMPY_H_

#include <stddef.h>

#include "src/base/numpy_abi.h"
#include "src/base/python.h"
#include "src/base/threads.h"

// What descry uses of NumPy, one row a slot of its function table: DESCRYI_SLOT(index, result,
// name, (parameters)). The indices are the same from 1.22 to 2.5. `descr` parameters are stolen
// where NumPy's own documentation says so.
#define DESCRYI_NUMPY_FUNCTIONS(SLOT)                                                        \
  SLOT(45, PyObject*, descr_from_type, (int type_num))                                       \
  SLOT(49, PyObject*, cast_to_type, (PyObject * array, PyObject * descr, int fortran))       \
  SLOT(50, int, copy_into, (PyObject * target, PyObject * source))                           \
  SLOT(60, PyObject*, scalar, (void* data, PyObject* descr, PyObject* base))                 \
  SLOT(69, PyObject*, from_any,                                                              \
       (PyObject * object, PyObject * descr, int min_depth, int max_depth, int requirements, \
        PyObject* context))                                                                  \
  SLOT(76, PyObject*, return_array, (PyObject * array))                                      \
  SLOT(94, PyObject*, new_from_descr,                                                        \
       (PyTypeObject * type, PyObject * descr, int nd, const Py_ssize_t* dimensions,         \
        const Py_ssize_t* strides, void* data, int flags, PyObject* object))                 \
  SLOT(95, PyObject*, descr_new, (PyObject * base))                                          \
  SLOT(120, void, item_incref, (char* data, PyObject* descr))                                \
  SLOT(121, void, item_xdecref, (char* data, PyObject* descr))                               \
  SLOT(123, PyObject*, transpose, (PyObject * array, const descryi_dims* axes))              \
  SLOT(124, PyObject*, take_from,                                                            \
       (PyObject * array, PyObject * indices, int axis, PyObject* out, int mode))            \
  SLOT(127, PyObject*, repeat, (PyObject * array, PyObject * counts, int axis))              \
  SLOT(135, PyObject*, newshape, (PyObject * array, const descryi_dims* shape, int order))   \
  SLOT(136, PyObject*, squeeze, (PyObject * array))                                          \
  SLOT(138, PyObject*, swap_axes, (PyObject * array, int one, int other))                    \
  SLOT(155, PyObject*, compress,                                                             \
       (PyObject * array, PyObject * condition, int axis, PyObject* out))                    \
  SLOT(157, PyObject*, ravel, (PyObject * array, int order))                                 \
  SLOT(169, PyObject*, inner_product, (PyObject * one, PyObject * other))                    \
  SLOT(170, PyObject*, matrix_product, (PyObject * one, PyObject * other))                   \
  SLOT(174, int, descr_converter, (PyObject * object, PyObject * *descr))                    \
  SLOT(182, unsigned char, equiv_types, (PyObject * one, PyObject * other))                  \
  SLOT(183, PyObject*, zeros,                                                                \
       (int nd, const Py_ssize_t* dimensions, PyObject* descr, int fortran))                 \
  SLOT(184, PyObject*, empty,                                                                \
       (int nd, const Py_ssize_t* dimensions, PyObject* descr, int fortran))                 \
  SLOT(275, unsigned char, can_cast_type_to, (PyObject * from, PyObject * to, int casting))  \
  SLOT(276, PyObject*, einstein_sum,                                                         \
       (char* subscripts, Py_ssize_t count, PyObject** arrays, PyObject* descr, int order,   \
        int casting, PyObject* out))                                                         \
  SLOT(282, int, set_base_object, (PyObject * array, PyObject * base))

// What `descryi_numpy_api.state` says.
enum {
  DESCRYI_NUMPY_UNUSED = 0,   // before the first use
  DESCRYI_NUMPY_LOADING = 1,  // a thread is storing the rest
  DESCRYI_NUMPY_READY = 2,
  DESCRYI_NUMPY_ENDED = 3  // the interpreter that imported NumPy is gone
};

typedef struct descryi_numpy_api {
  unsigned state;     // atomic
  void* interpreter;  // atomic: the one that imported NumPy, NULL while nobody may use the rest
  int major;          // 1 or 2
  int max_dims;       // NPY_MAXDIMS
  int dict_versions;  // whether this CPython gives dicts versions; see `descryi_dict`
  PyTypeObject* array_type;
  PyTypeObject* descr_type;
  PyTypeObject* generic_type;
  PyTypeObject* void_type;
  PyObject* default_handler;  // NumPy's own allocator, as arrays name it
#define DESCRYI_SLOT(index, result, name, parameters) result(*name) parameters;
  DESCRYI_NUMPY_FUNCTIONS(DESCRYI_SLOT)
#undef DESCRYI_SLOT
} descryi_numpy_api;

// Valid once descryi_numpy_ensure() returned 0.
extern descryi_numpy_api descryi_np;

// The slow path of descryi_numpy_ensure().
int descryi_numpy_load(void);

// Returns whether the table is there and this is the interpreter that it belongs to.
static inline bool descryi_numpy_is_ready(void) {
  return descryi_load_acquire(&descryi_np.interpreter) == (void*)descryi_interpreter();
}

// Returns whether the interpreter that imported NumPy is gone, and with it all that descry had of
// it. No thread state needed.
static inline bool descryi_numpy_has_ended(void) {
  return descryi_load_unsigned(&descryi_np.state) == DESCRYI_NUMPY_ENDED;
}

// Makes sure that `descryi_np` can be used by the calling interpreter, importing NumPy if need be.
// Returns 0, or -1 with an ImportError that says what to do.
static inline int descryi_numpy_ensure(void) {
  return descryi_numpy_is_ready() ? 0 : descryi_numpy_load();
}

// Whether an object is an ndarray (or of a subclass), a dtype, a NumPy scalar, a np.void.
static inline bool descryi_is_array(PyObject* object) {
  return PyObject_TypeCheck(object, descryi_np.array_type);
}
static inline bool descryi_is_descr(PyObject* object) {
  return PyObject_TypeCheck(object, descryi_np.descr_type);
}
static inline bool descryi_is_scalar(PyObject* object) {
  return PyObject_TypeCheck(object, descryi_np.generic_type);
}
static inline bool descryi_is_void(PyObject* object) {
  return PyObject_TypeCheck(object, descryi_np.void_type);
}

static inline descryi_array* descryi_as_array(PyObject* array) { return (descryi_array*)array; }

// An array's flags, and whether NumPy takes its memory for the array's own. Threads that have views
// of one array change the latter (src/view/owndata_pin.h): without a GIL, while others read the
// flags.
static inline int descryi_array_flags(PyObject* array) {
  return __atomic_load_n(&descryi_as_array(array)->flags, __ATOMIC_RELAXED);
}
static inline void descryi_array_set_owns(PyObject* array, bool owns) {
  int* const flags = &descryi_as_array(array)->flags;
#if DESCRYI_FREE_THREADED
  if (owns) {
    (void)__atomic_fetch_or(flags, DESCRYI_ARRAY_OWNDATA, __ATOMIC_RELAXED);
  } else {
    (void)__atomic_fetch_and(flags, ~DESCRYI_ARRAY_OWNDATA, __ATOMIC_RELAXED);
  }
#else
  *flags = owns ? *flags | DESCRYI_ARRAY_OWNDATA : *flags & ~DESCRYI_ARRAY_OWNDATA;
#endif
}

// Returns a new plain ndarray with the elements of `array`, or NULL with an exception set. A method
// `copy` may be a subclass's own, and return anything.
static inline PyObject* descryi_array_copy(PyObject* array) {
  return descryi_np.from_any(array, NULL, 0, 0,
                             DESCRYI_ARRAY_ENSURECOPY | DESCRYI_ARRAY_ENSUREARRAY, NULL);
}

static inline descryi_void_scalar* descryi_as_void(PyObject* scalar) {
  return (descryi_void_scalar*)scalar;
}
static inline const descryi_descr* descryi_head(PyObject* descr) {
  return (const descryi_descr*)descr;
}
static inline const descryi_descr_1* descryi_descr1(PyObject* descr) {
  return (const descryi_descr_1*)descr;
}
static inline const descryi_descr_2* descryi_descr2(PyObject* descr) {
  return (const descryi_descr_2*)descr;
}

// Parts of a dtype. All return borrowed references, valid until someone changes the dtype;
// REQUIRES: `descr` is a dtype.
static inline int descryi_descr_type_num(PyObject* descr) { return descryi_head(descr)->type_num; }
static inline char descryi_descr_kind(PyObject* descr) { return descryi_head(descr)->kind; }
static inline Py_ssize_t descryi_descr_itemsize(PyObject* descr) {
  return descryi_np.major == 1 ? descryi_descr1(descr)->elsize : descryi_descr2(descr)->elsize;
}
// Only for a dtype that nobody else has yet, of a kind whose size is open.
static inline void descryi_descr_set_itemsize(PyObject* descr, Py_ssize_t itemsize) {
  if (descryi_np.major == 1) {
    ((descryi_descr_1*)descr)->elsize = (int)itemsize;
  } else {
    ((descryi_descr_2*)descr)->elsize = itemsize;
  }
}
static inline Py_ssize_t descryi_descr_alignment(PyObject* descr) {
  return descryi_np.major == 1 ? descryi_descr1(descr)->alignment
                               : descryi_descr2(descr)->alignment;
}
static inline uint64_t descryi_descr_flags(PyObject* descr) {
  return descryi_np.major == 1 ? (unsigned char)descryi_head(descr)->flags_1
                               : descryi_descr2(descr)->flags;
}

// Whether the dtype has the members that only legacy type numbers have on 2.x.
static inline bool descryi_descr_is_legacy(PyObject* descr) {
  const int type_num = descryi_descr_type_num(descr);
  return descryi_np.major == 1 || (type_num >= 0 && type_num < DESCRYI_NPY_LEGACY_END);
}
// The sub-array part, or NULL.
static inline const descryi_subarray* descryi_descr_subarray(PyObject* descr) {
  if (!descryi_descr_is_legacy(descr)) return NULL;
  return descryi_np.major == 1 ? descryi_descr1(descr)->subarray : descryi_descr2(descr)->subarray;
}
// What a sub-array repeats, or the dtype itself where it is none. __setstate__ can make sub-arrays
// that repeat each other.
static inline PyObject* descryi_innermost(PyObject* descr) {
  const descryi_subarray* sub;
  for (int i = 0; i < DESCRYI_MAXDIMS_2 && (sub = descryi_descr_subarray(descr)); ++i) {
    descr = sub->base;
  }
  return descr;
}
// Where the dtype keeps the tuple of its field names (which may be NULL or None), or NULL where it
// has no such place.
static inline PyObject* const* descryi_descr_names_place(PyObject* descr) {
  if (!descryi_descr_is_legacy(descr)) return NULL;
  return descryi_np.major == 1 ? &descryi_descr1(descr)->names : &descryi_descr2(descr)->names;
}
// The tuple of field names, or NULL where the dtype has no fields. (`fields` is no sign: it is None
// in built-in dtypes.)
static inline PyObject* descryi_descr_names(PyObject* descr) {
  PyObject* const* place = descryi_descr_names_place(descr);
  return place && *place != Py_None ? *place : NULL;
}
// The dict of fields, name to (dtype, offset[, title]); only where there are names.
static inline PyObject* descryi_descr_fields(PyObject* descr) {
  return descryi_np.major == 1 ? descryi_descr1(descr)->fields : descryi_descr2(descr)->fields;
}
// Whether __setstate__ changes the dtype in place. It leaves alone those whose fields are None: the
// built-in ones that everyone shares. NumPy 1.22 to 2.5.
static inline bool descryi_descr_can_change(PyObject* descr) {
  return descryi_descr_is_legacy(descr) && descryi_descr_fields(descr) != Py_None;
}
// Whether the dtype is a record: void with fields. (An int dtype may have fields too.)
static inline bool descryi_descr_is_record(PyObject* descr) {
  return descryi_descr_type_num(descr) == DESCRYI_NPY_VOID && descryi_descr_names(descr) != NULL;
}
// A number or a bool, also one of another library's types.
static inline bool descryi_descr_is_number(PyObject* descr) {
  const char kind = descryi_descr_kind(descr);
  const bool found = kind == 'b' || kind == 'i' || kind == 'u' || kind == 'f' || kind == 'c';
  return found && !descryi_descr_names(descr);
}
// The unit and count of a datetime64 or timedelta64; REQUIRES: it is one.
static inline const descryi_datetime_metadata* descryi_descr_datetime(PyObject* descr) {
  return (const descryi_datetime_metadata*)(descryi_np.major == 1
                                                ? descryi_descr1(descr)->c_metadata
                                                : descryi_descr2(descr)->c_metadata);
}
// Whether it is a datetime64 or timedelta64 whose steps have no length, M8[0s]. NumPy makes them,
// and divides by that length where it casts to one.
static inline bool descryi_descr_is_stepless(PyObject* descr) {
  const int type_num = descryi_descr_type_num(descr);
  const bool is_time = type_num == DESCRYI_NPY_DATETIME || type_num == DESCRYI_NPY_TIMEDELTA;
  return is_time && descryi_descr_datetime(descr)->count == 0;
}
// Whether elements are in the machine's byte order, or have none.
static inline bool descryi_descr_is_native(PyObject* descr) {
  const char order = descryi_head(descr)->byteorder;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  return order != '>';
#else
  return order != '<';
#endif
}

// Returns a new reference to the dtype that `spec` describes (anything np.dtype takes), or NULL
// with an exception set.
PyObject* descryi_descr_convert(PyObject* spec);

#endif  // DESCRY_SRC_BASE_NUMPY_H_
