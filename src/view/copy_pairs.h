// SPDX-License-Identifier: BSD-3-Clause
// An array and its converted copy as pairs of arrays, one pair for each element of their records:
// one pair where neither has fields. They are views of the two, made at once, so that nothing that
// becomes of the dtypes or names later matters; and they keep the two. GIL held, NumPy loaded.
#ifndef DESCRY_SRC_VIEW_COPY_PAIRS_H_
#define DESCRY_SRC_VIEW_COPY_PAIRS_H_

#include <descry/type.h>

#include "src/base/numpy.h"
#include "src/base/python.h"
#include "src/view/exact_value.h"

// One element of the records. All references are the pair's own.
typedef struct descryi_copy_pair {
  PyObject* path;         // a str: of the element in its record, empty where that is not a record
  PyObject* copy;         // the elements of the converted copy, and
  PyObject* array;        // those of the array, of the same shape
  PyObject* original;     // what the copy held before C had it, or NULL
  PyObject* replacement;  // what NumPy made of the copy for the array, or NULL
  descryi_value_form copy_form, array_form;
} descryi_copy_pair;

typedef struct descryi_copy_pairs {
  PyObject* array;    // as it was given
  PyObject* copy;     // the converted copy, with an owndata pin: NULL where that was not taken,
  void* copy_memory;  // where its elements are,
  PyObject* keeper;   // and what the pin keeps besides
  int ndim;           // of the array
  int casting;        // NPY_CASTING: what the elements may be made of
  size_t count, room;
  descryi_copy_pair* items;
  char* scratch;  // room for any element of the array, made beforehand: a release may not fail
} descryi_copy_pairs;

// Returns the pairs of `copy` and `array`, or NULL with an exception set. The elements of `array`
// are read as `descr`. REQUIRES: the two have the same number of elements, and those of `descr` can
// be cast to the copy's. `path` is where the copy is in elements of its type.
descryi_copy_pairs* descryi_copy_pairs_new(PyObject* path, PyObject* copy, PyObject* array,
                                           PyObject* descr, int casting);

// Drops the pairs; nothing is written back.
void descryi_copy_pairs_free(descryi_copy_pairs* pairs);

// Remembers what `copy` holds now, to tell later what has changed, and keeps its memory in place
// until then. Returns 0, or -1 with an exception set.
int descryi_copy_pairs_remember(descryi_copy_pairs* pairs, PyObject* copy);

// Copies each element of the copy that has changed since it was made to the array, and frees the
// pairs. All of them or, where the array cannot hold one exactly, none: that is reported to
// sys.unraisablehook, as any failure. A pending exception stays as it is.
void descryi_copy_pairs_write_back(descryi_copy_pairs* pairs);

// A walk over the elements of a pair and of further arrays of the same shape, in C order.
enum { DESCRYI_IN_COPY, DESCRYI_IN_ARRAY, DESCRYI_IN_THIRD, DESCRYI_IN_FOURTH, DESCRYI_WALKED };
typedef struct descryi_element_walk {
  char* data[DESCRYI_WALKED];  // where the elements are
  const Py_ssize_t* strides[DESCRYI_WALKED];
  const Py_ssize_t* shape;
  int count;  // of arrays
  int ndim;
  Py_ssize_t index[DESCRYI_MAXDIMS_2];
} descryi_element_walk;

// Starts a walk; `third` and `fourth` may be NULL. Returns whether there are elements.
bool descryi_element_walk_start(descryi_element_walk* walk, const descryi_copy_pair* pair,
                                PyObject* third, PyObject* fourth);

// Goes on to the next element. Returns whether there is one.
bool descryi_element_walk_next(descryi_element_walk* walk);

// Raises the OverflowError for the element where the walk is: of the array where `type`, that of
// the view, is given, else of the copy. Returns -1.
int descryi_copy_pairs_refuse(const descryi_copy_pairs* pairs, const descryi_copy_pair* pair,
                              const descryi_element_walk* walk, const descry_type* type);

// Returns 1 where two elements of the dtype of `array` are the same value or both NaN, 0 where they
// are not, or -1 with an exception set. For dtypes that NumPy does not bring.
int descryi_copy_pair_same_value(PyObject* array, char* one, char* other);

// Returns a new array of the elements of `array` cast to the dtype of `like`, as NumPy does it; or
// NULL with an exception set.
PyObject* descryi_cast_like(PyObject* array, PyObject* like);

#endif  // DESCRY_SRC_VIEW_COPY_PAIRS_H_
