// SPDX-License-Identifier: BSD-3-Clause
// Typed arrays for Arrow and from it, through its C data interface: pyarrow, polars, duckdb, pandas
// and whatever else speaks it, none of which this is linked with.
//
//   descry_view view;
//   if (descry_view_acquire(&view, object, DESCRY_TYPE(particle), 1, DESCRY_READ) < 0) return NULL;
//   PyObject* result = descry_to_arrow(&view, 0);  // pa.table(result), pl.DataFrame(result), ...
//   descry_view_release(&view);
//   return result;
//
//   return descry_from_arrow(DESCRY_TYPE(particle), table, 0);
//
// What becomes of each element:
//
//   int8 ... uint64, float16 ... float64   the same numbers, in the machine's byte order
//   bool_                                  bool
//   bytes                                  binary without the NULs at the end; with
//                                          DESCRY_TEXT_UTF8 utf8, checked
//   unicode                                utf8
//   void_, DESCRY_OPAQUE                   fixed-size binary
//   datetime64_s, _ms, _us, _ns            timestamp without a zone; _h and _m as seconds
//   datetime64_D                           date32; _W, _M and _Y too
//   timedelta64_s, _ms, _us, _ns           duration; _W, _D, _h and _m as seconds
//   complex64, complex128                  fixed-size list of two floats; with
//                                          DESCRY_COMPLEX_STRUCT a struct {real, imag}
//   a record                               struct
//   a sub-array                            fixed-size list, nested for more dimensions
//   an optional field                      its value or null, without the field "<name>_valid"
//   a case of a variant                    its value, or null while it is not live
//
// NaT is null. longdouble, clongdouble, bfloat16, objects, datetime64_ps, _fs, _as, and timedelta64
// in those units or in months and years are refused with a TypeError that names the field.
//
// Functions need the GIL (or an attached thread state). What they hand out does not: the callbacks
// of an ArrowSchema, an ArrowArray or an ArrowArrayStream may be called by any thread, with or
// without the GIL, also after the interpreter has ended.
#ifndef DESCRY_ARROW_H_
#define DESCRY_ARROW_H_

#include <Python.h>
#include <descry/flags.h>
#include <descry/type.h>
#include <descry/view.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// The three structs, as Arrow's specification has them word by word.
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema** children;
  struct ArrowSchema* dictionary;
  void (*release)(struct ArrowSchema*);
  void* private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void** buffers;
  struct ArrowArray** children;
  struct ArrowArray* dictionary;
  void (*release)(struct ArrowArray*);
  void* private_data;
};

#endif  // ARROW_C_DATA_INTERFACE

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream*, struct ArrowSchema* out);
  int (*get_next)(struct ArrowArrayStream*, struct ArrowArray* out);
  const char* (*get_last_error)(struct ArrowArrayStream*);
  void (*release)(struct ArrowArrayStream*);
  void* private_data;
};

#endif  // ARROW_C_STREAM_INTERFACE

// Fills `out` with the schema of such elements; whoever has it calls its `release`. `flags` is 0 or
// DESCRY_TEXT_UTF8 and DESCRY_COMPLEX_STRUCT. Returns 0, or -1 with an exception set and `out`
// zeroed: TypeError for an element that Arrow has no type for, ValueError for other flags.
int descry_arrow_schema(const descry_type* type, struct ArrowSchema* out, unsigned flags);

// Makes `out` a stream of the elements of `view`, which has one dimension and was opened to read:
// arrays of up to 65 536 elements, each copied when it is asked for. Whoever has it calls its
// `release`. The stream holds what the view holds, its memory and its borrow, until then, also
// where the view is released before: a writer is refused meanwhile. Elements that Arrow cannot hold
// make `get_next` return EINVAL, with a sentence that names row and field: a day out of date32's
// range, text that is not UTF-8 where it should be. Returns 0, or -1 with an exception set and
// `out` zeroed: as descry_arrow_schema(), and ValueError for another rank, BufferError for a view
// to write. REQUIRES: `view` is open; no other thread uses it.
int descry_arrow_stream(const descry_view* view, struct ArrowArrayStream* out, unsigned flags);

// Returns a new object that hands the elements of `view` to whatever takes Arrow's capsules, as
// often as it likes: it has __arrow_c_schema__(), __arrow_c_array__() (all elements as one array)
// and __arrow_c_stream__(). It holds what the view holds, its memory and its borrow, as long as it
// lives. NULL with an exception set as descry_arrow_stream().
PyObject* descry_to_arrow(const descry_view* view, unsigned flags);

// Returns a new 1-d array with the elements that `source` gives out, an object with
// __arrow_c_stream__() or __arrow_c_array__(), or such a capsule itself; or NULL with an exception
// set. A record's fields are found by the names of the columns, at whatever depth; an element that
// is not a record is an array of its own.
//
// Values have to be those of the element: numbers of the same kind that are not wider, times of the
// same unit and without a zone but UTC, text in any of Arrow's forms that fits, lists of exactly as
// many items, dictionaries of any of these. DESCRY_CONVERT takes integers, floats and times of any
// width and unit, as long as each value fits exactly. A null is NaT, "no value" in an optional
// field, and an error anywhere else: with DESCRY_NONE_IS_NAN it is NaN in floats, with
// DESCRY_MISSING_IS_ZERO zero. A column that is missing is an error but for that flag (and NULL
// where it is an optional field), one too many but for DESCRY_EXTRA_IGNORED, text that is too long
// but for DESCRY_TRUNCATE_TEXT. Cases of a variant are read while they are live.
//
// TypeError names the column that does not fit, ValueError and OverflowError row and column of a
// value that does not, and ValueError what is wrong with an array whose lengths, offsets or buffers
// contradict each other. What the producer reports is a RuntimeError. The GIL is not held while it
// works, nor while elements are copied.
PyObject* descry_from_arrow(const descry_type* type, PyObject* source, unsigned flags);

#ifdef __cplusplus
}
#endif

#endif  // DESCRY_ARROW_H_
