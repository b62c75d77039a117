// SPDX-License-Identifier: BSD-3-Clause
// NumPy's binary interface as descry uses it, without NumPy's headers: built against those of 1.x
// an extension does not load on 2.x, so the few structs are mirrored here and told apart by the
// version at run time. tests/base/numpy_abi_test compares them with the real headers. Layouts are
// the same from 1.22 to 1.26 and from 2.0 to 2.5.
#ifndef DESCRY_SRC_BASE_NUMPY_ABI_H_
#define DESCRY_SRC_BASE_NUMPY_ABI_H_

#include <stdint.h>

#include "src/base/python.h"

// PyArrayObject.
typedef struct descryi_array {
  PyObject_HEAD char* data;
  int nd;
  Py_ssize_t* dimensions;  // NULL in a 0-d array
  Py_ssize_t* strides;
  PyObject* base;
  PyObject* descr;
  int flags;
  PyObject* weakreflist;
  void* buffer_info;
  PyObject* mem_handler;  // the allocator of the memory that it owns, or NULL
} descryi_array;

// PyArray_Dims.
typedef struct descryi_dims {
  Py_ssize_t* lengths;
  int count;
} descryi_dims;

// What PyArray_Descr has in common in 1.x and 2.x.
typedef struct descryi_descr {
  PyObject_HEAD PyTypeObject* typeobj;
  char kind;
  char type;
  char byteorder;
  char flags_1;  // 1.x: the flags, as unsigned char
  int type_num;
} descryi_descr;

// PyArray_ArrayDescr: what a sub-array dtype repeats, and how often.
typedef struct descryi_subarray {
  PyObject* base;
  PyObject* shape;
} descryi_subarray;

// PyArray_Descr of 1.x.
typedef struct descryi_descr_1 {
  descryi_descr head;
  int elsize;
  int alignment;
  descryi_subarray* subarray;
  PyObject* fields;
  PyObject* names;
  void* functions;
  PyObject* metadata;
  void* c_metadata;
} descryi_descr_1;

// _PyArray_LegacyDescr of 2.x; what follows `reserved` is there only for the legacy type numbers.
typedef struct descryi_descr_2 {
  descryi_descr head;
  uint64_t flags;
  Py_ssize_t elsize;
  Py_ssize_t alignment;
  PyObject* metadata;
  Py_ssize_t hash;
  void* reserved[2];
  descryi_subarray* subarray;
  PyObject* fields;
  PyObject* names;
  void* c_metadata;
} descryi_descr_2;

// PyArray_DatetimeDTypeMetaData: `c_metadata` of datetime64 and timedelta64.
typedef struct descryi_datetime_metadata {
  void* base[4];  // NpyAuxData
  int unit;       // NPY_DATETIMEUNIT
  int count;
} descryi_datetime_metadata;

// The head of a PyDictObject. CPython up to 3.13 gives a dict another version with each change of
// it, one that no dict had before; later ones keep something else in that place.
typedef struct descryi_dict {
  PyObject_HEAD Py_ssize_t used;
  uint64_t version;
} descryi_dict;

// PyVoidScalarObject.
typedef struct descryi_void_scalar {
  PyObject_VAR_HEAD char* data;
  PyObject* descr;
  int flags;
  PyObject* base;  // whose memory it shows, or NULL where it has its own
} descryi_void_scalar;

// NumPy's type numbers that descry asks for by number.
enum {
  DESCRYI_NPY_BOOL = 0,
  DESCRYI_NPY_OBJECT = 17,
  DESCRYI_NPY_STRING = 18,
  DESCRYI_NPY_UNICODE = 19,
  DESCRYI_NPY_VOID = 20,
  DESCRYI_NPY_DATETIME = 21,
  DESCRYI_NPY_TIMEDELTA = 22,
  DESCRYI_NPY_HALF = 23,         // the last one that NumPy itself brings
  DESCRYI_NPY_LEGACY_END = 2056  // legacy type numbers are 0 to 2055
};

// Flags of arrays.
enum {
  DESCRYI_ARRAY_C_CONTIGUOUS = 0x0001,
  DESCRYI_ARRAY_F_CONTIGUOUS = 0x0002,
  DESCRYI_ARRAY_OWNDATA = 0x0004,
  DESCRYI_ARRAY_WRITEABLE = 0x0400,
  DESCRYI_ARRAY_ENSURECOPY = 0x20,   // what from_any() is asked for: a copy,
  DESCRYI_ARRAY_ENSUREARRAY = 0x40,  // of no subclass
  DESCRYI_ARRAY_WRITEBACK = 0x2000   // what is written goes to the base later
};

// Flags of dtypes.
enum { DESCRYI_DESCR_HASOBJECT = 0x01, DESCRYI_DESCR_ALIGNED_STRUCT = 0x80 };

// NPY_CASTING: what PyArray_CanCastTypeTo is asked for.
enum {
  DESCRYI_NO_CASTING = 0,
  DESCRYI_EQUIV_CASTING = 1,
  DESCRYI_SAFE_CASTING = 2,
  DESCRYI_SAME_KIND_CASTING = 3,
  DESCRYI_UNSAFE_CASTING = 4
};

// The most dimensions of an array.
enum { DESCRYI_MAXDIMS_1 = 32, DESCRYI_MAXDIMS_2 = 64 };

#endif  // DESCRY_SRC_BASE_NUMPY_ABI_H_
