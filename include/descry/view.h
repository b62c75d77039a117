// SPDX-License-Identifier: BSD-3-Clause
// Takes an array apart: checks that it holds the elements it should, and hands out its memory for
// as long as the view is open.
//
//   descry_view in;
//   if (descry_view_acquire(&in, object, DESCRY_TYPE(particle), 1, DESCRY_READ) < 0) return NULL;
//   for (Py_ssize_t i = 0; i < in.shape[0]; i++) sum += DESCRY_AT(particle, &in, i)->pos.x;
//   descry_view_release(&in);
//
// Functions need the GIL (or an attached thread state). Between acquire and release the memory may
// be used by any thread without it.
#ifndef DESCRY_VIEW_H_
#define DESCRY_VIEW_H_

#include <Python.h>
#include <assert.h>
#include <descry/array.h>
#include <descry/borrow.h>
#include <descry/flags.h>
#include <descry/type.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// For `ndim`: any rank.
enum { DESCRY_ANY_NDIM = -1 };

// Views of up to this rank allocate nothing.
enum { DESCRY_VIEW_INLINE_NDIM = 8 };

// What a view holds and gives back at its end. The members are the library's own.
typedef struct descry_view_hold {
  PyObject* owner;   // whose memory it is
  void* owndata;     // memory that `owner`, an array, may not give away meanwhile, or NULL
  PyObject* keeper;  // what frees that memory where the array has other memory by now, or NULL
  struct descryi_held_buffer* buffers;  // buffers that may not be given back meanwhile, or NULL
  PyObject* twins;                      // what a converted copy is written back to, or NULL
  descry_borrow borrow;
} descry_view_hold;

// The library's own part of a view.
typedef struct descry_view_private {
  const char* file;  // where it was opened, for DESCRY_BORROW_TRACE, or NULL
  int line;
  struct descryi_lease* lease;  // what it holds together with views of its fields, or NULL
  descry_view_hold hold;        // what it holds by itself
  Py_ssize_t* dimensions;       // shape and strides of a view of higher rank, or NULL
  Py_ssize_t inline_dimensions[2 * DESCRY_VIEW_INLINE_NDIM];
} descry_view_private;

// An open view. It may not be copied or moved (shape and strides may point into it); zero one
// before its first use.
typedef struct descry_view {
  PyObject* array;  // the view's own reference
  char* data;       // the first element
  int ndim;
  const Py_ssize_t* shape;    // elements; a private copy, the same until release
  const Py_ssize_t* strides;  // bytes; a private copy, the same until release
  Py_ssize_t size;            // number of elements
  Py_ssize_t itemsize;        // bytes
  unsigned flags;             // as acquired, with the contiguity that it has
  const descry_type* type;

  descry_view_private priv;
} descry_view;

// Opens a view of `object`, an array of `type` with `ndim` dimensions (or DESCRY_ANY_NDIM). A
// np.void scalar is a 0-d array that shares its memory. Checks in this order, and fails with: not
// an array, dtype, rank (TypeError); not writeable, not contiguous, misaligned (ValueError); an
// object of the wrong class (TypeError); memory that is already borrowed the other way
// (BufferError). Returns 0 with the view open, or -1 with an exception set and `view` zeroed
// (ValueError also for unknown flags). REQUIRES: `view` is not open.
//
// With DESCRY_CONVERT, an array whose dtype, contiguity or alignment does not fit is viewed by a
// private copy, which is then `view->array`. Records are converted by field name, wherever a field
// lies; none may be missing or left over. Sub-arrays need the same shape, axes of length 1 apart,
// and everything else a cast that NumPy calls safe, numbers to numbers, text to text and so on;
// records whose fields overlap, as a union's do, have to be equal. TypeError names the first field
// where that is not so. (With DESCRY_BY_LAYOUT too, what matches by layout is copied as it is,
// whatever the names.) A view to read has nothing to do with the array afterwards. A view to write
// borrows it as any other, and writes its elements back on release, cast the other way: rounded
// where the array's floats are shorter. Where an int does not fit into the array's, nothing is
// written and sys.unraisablehook gets an OverflowError.
//
// While it is open, nothing that Python does to the array moves or frees what the view points at,
// not even where the last reference to the array goes: shape and strides are the view's own; the
// array that owns the memory gives up the flag that says so (`flags.owndata`), so that `resize`
// refuses; and the buffer of any other owner (a bytearray, an mmap, a memoryview, ...) is held, so
// that its `clear`, `close` or `release` is a BufferError. BufferError also where an owner refuses
// its buffer, as a memoryview does that was released. Three kinds of memory cannot be guarded,
// since whoever owns them is not asked: ctypes objects that ctypes.resize() moves; what is only
// described by an address (`__array_interface__`, ctypes' from_address, np.ctypeslib.as_array of a
// pointer), once its owner frees it; and an exporter written in Python whose `__buffer__` gives out
// other memory than the array shows.
int descry_view_acquire(descry_view* view, PyObject* object, const descry_type* type, int ndim,
                        unsigned flags);

// The same, told where: with DESCRY_BORROW_TRACE in the environment its borrow remembers that
// (borrow.h). `file` is kept, not copied, and may be NULL.
int descry_view_acquire_at(descry_view* view, PyObject* object, const descry_type* type, int ndim,
                           unsigned flags, const char* file, int line);

#define descry_view_acquire(view, object, type, ndim, flags) \
  descry_view_acquire_at((view), (object), (type), (ndim), (flags), __FILE__, __LINE__)

// Closes a view, any number of times; a zeroed one is fine. A pending exception stays as it is. Any
// thread may do so: where it has no thread state attached (no GIL), one is attached meanwhile. Once
// the interpreter has ended, or is about to without this thread, the view is zeroed, and that is
// all: one in static storage may be released as late as by atexit() or a destructor.
void descry_view_release(descry_view* view);

// Opens a view of one member of `view`'s elements, "pos" or "pos.y" or "rgb" (a sub-array adds its
// dimensions), strided over the same memory; a member of a packed record may be misaligned there,
// and is read by memcpy. The two keep the array, and one borrow of all of `view`'s elements, until
// both are released, in either order. Returns 0, or -1 with `out` zeroed and an exception set
// (KeyError names the path; TypeError where a path goes on below what is no record). REQUIRES:
// `view` is open; no other thread uses it.
int descry_view_field(const descry_view* view, const char* path, descry_view* out);

// For PyArg_Parse* with "O&": opens the view that its `view` argument, a descry_view made by
// DESCRY_VIEW(), asks for.
//
//   descry_view in = DESCRY_VIEW(particle, 1, DESCRY_READ);
//   if (!PyArg_ParseTuple(args, "O&", descry_view_converter, &in)) return NULL;
//
// Where a later argument fails, the parser has the view closed again; after a success closing it is
// the caller's.
int descry_view_converter(PyObject* object, void* view);

#ifdef __cplusplus
#define DESCRY_PRIV_TO(type, value) static_cast<type>(value)
#define DESCRY_PRIV_ZEROED \
  {}
#else
#define DESCRY_PRIV_TO(type, value) ((type)(value))
#define DESCRY_PRIV_ZEROED \
  { 0 }
#endif

// The initializer of a view that is not open yet, for descry_view_converter().
#define DESCRY_VIEW(T, ndim, flags)                                          \
  {                                                                          \
    NULL, NULL, (ndim), NULL, NULL, 0, 0, (flags), DESCRY_TYPE(T), {         \
      __FILE__, __LINE__, NULL, DESCRY_PRIV_ZEROED, NULL, DESCRY_PRIV_ZEROED \
    }                                                                        \
  }

// The address of one element. Up to eight indices are passed, of which `count` are meant; at -O2
// this is plain arithmetic.
static inline void* descry_priv_at(const descry_view* view, size_t itemsize, int count,
                                   Py_ssize_t i0, Py_ssize_t i1, Py_ssize_t i2, Py_ssize_t i3,
                                   Py_ssize_t i4, Py_ssize_t i5, Py_ssize_t i6, Py_ssize_t i7) {
  const Py_ssize_t index[8] = {i0, i1, i2, i3, i4, i5, i6, i7};
  char* address = view->data;
  assert(DESCRY_PRIV_TO(size_t, view->itemsize) == itemsize && view->ndim == count);
  (void)itemsize;
  for (int axis = 0; axis < count; ++axis) {
    assert(index[axis] >= 0 && index[axis] < view->shape[axis]);
    address += index[axis] * view->strides[axis];
  }
  return address;
}

// Returns the address of the element at `index` (`count` indices, negative ones counting from the
// end), or NULL with an exception set: IndexError names the index, its axis and the length;
// TypeError where `itemsize` is not the view's. DESCRY_GET() is the typed way.
void* descry_view_get(const descry_view* view, size_t itemsize, int count, const Py_ssize_t* index);

static inline void* descry_priv_get(const descry_view* view, size_t itemsize, int count,
                                    Py_ssize_t i0, Py_ssize_t i1, Py_ssize_t i2, Py_ssize_t i3,
                                    Py_ssize_t i4, Py_ssize_t i5, Py_ssize_t i6, Py_ssize_t i7) {
  const Py_ssize_t index[8] = {i0, i1, i2, i3, i4, i5, i6, i7};
  return descry_view_get(view, itemsize, count, index);
}

// The address of the first element; checked in debug builds for a view that is contiguous.
static inline void* descry_priv_data(const descry_view* view, size_t itemsize) {
  assert(DESCRY_PRIV_TO(size_t, view->itemsize) == itemsize);
  assert(view->flags & (DESCRY_C_CONTIGUOUS | DESCRY_F_CONTIGUOUS));
  (void)itemsize;
  return view->data;
}

// DESCRY_AT(T, view, i, j, ...) is the `T *` at the given indices, up to eight, one for each
// dimension. Without NDEBUG it asserts that they are in range and that T has the view's itemsize.
#define DESCRY_AT(...)                                                                            \
  DESCRY_PRIV_ELEMENT(descry_priv_at, DESCRY_PRIV_INDEX_COUNT(__VA_ARGS__), __VA_ARGS__, 0, 0, 0, \
                      0, 0, 0, 0, 0, ~)

// DESCRY_GET(T, view, i, j, ...) is the same, always checked: NULL with an IndexError; negative
// indices count from the end.
#define DESCRY_GET(...)                                                                            \
  DESCRY_PRIV_ELEMENT(descry_priv_get, DESCRY_PRIV_INDEX_COUNT(__VA_ARGS__), __VA_ARGS__, 0, 0, 0, \
                      0, 0, 0, 0, 0, ~)

// The `T *` of the first element of a contiguous view.
#define DESCRY_DATA(T, view) (DESCRY_PRIV_TO(T*, descry_priv_data((view), sizeof(T))))

#define DESCRY_PRIV_ELEMENT(...) DESCRY_PRIV_ELEMENT_(__VA_ARGS__)
#define DESCRY_PRIV_ELEMENT_(function, count, T, view, a, b, c, d, e, f, g, h, ...) \
  (DESCRY_PRIV_TO(T*, function((view), sizeof(T), count, (a), (b), (c), (d), (e), (f), (g), (h))))

// How many indices follow `T, view`.
#define DESCRY_PRIV_INDEX_COUNT(...) \
  DESCRY_PRIV_INDEX_COUNT_(__VA_ARGS__, 8, 7, 6, 5, 4, 3, 2, 1, 0, ~)
#define DESCRY_PRIV_INDEX_COUNT_(T, view, a, b, c, d, e, f, g, h, n, ...) n

#ifdef __cplusplus
}
#endif

#endif  // DESCRY_VIEW_H_
