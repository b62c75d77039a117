// SPDX-License-Identifier: BSD-3-Clause
// Does a dtype describe the memory that a declared type does, and if not, where do they part?
//
// GIL held (or thread state attached); any number of threads. Both functions build the type's own
// dtype if need be and fail as descry_dtype() does; TypeError where `dtype` is not a dtype,
// ValueError where `level` is neither of the two, MemoryError; TypeError where a dtype has so many
// elements, in records nested in each other, that to compare their layout would take long.
#ifndef DESCRY_MATCH_H_
#define DESCRY_MATCH_H_

#include <Python.h>
#include <descry/type.h>

#ifdef __cplusplus
extern "C" {
#endif

// How much must agree.
enum descry_match_level {
  // NumPy's own rule: names, order, titles, elements, sub-array shapes, offsets and itemsize; not
  // metadata, the align flag, np.record, or `l` against `q`. Unlike NumPy's it is exact on the
  // units of datetime64 and timedelta64. Titles that are no str agree only where they are one
  // object.
  DESCRY_EQUIVALENT = 0,
  // The same bytes: the itemsize, and offset, kind, size, byte order and datetime unit of the
  // innermost elements. Names, titles, order, nesting and the shape of sub-arrays do not matter. A
  // complex number or an opaque `V8` is one element, and a string `S4` is as many as `S1` of shape
  // (4,); elements without bytes do not count, and one that several fields share counts once.
  DESCRY_LAYOUT = 1
};

// Returns 1 where `dtype` matches, 0 where it does not, -1 with an exception set.
//
// A record that was asked about before costs one probe of a small cache, however many fields it
// has, and is looked at again once it or a dtype inside it was changed in place. The cache keeps
// references to a few records for each type, until other ones take their places.
int descry_matches(const descry_type* type, PyObject* dtype, int level);

// Returns None where `dtype` matches, or a new str with the first difference by its path, such as
// "field 'pos.y' at offset 16: expected float64, got float32"; NULL with an exception set. Where
// all fields agree and only the layout differs, it says what in NumPy does that: np.concatenate,
// np.stack and np.where repack unions, packed records and records with holes, since 1.23.
PyObject* descry_mismatch(const descry_type* type, PyObject* dtype, int level);

#ifdef __cplusplus
}
#endif

#endif  // DESCRY_MATCH_H_
