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
#include <descry/flags.h>
#include <descry/private/view.h>
#include <descry/type.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// For `ndim`: any rank.
enum { DESCRY_ANY_NDIM = -1 };

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

  descryi_view_state priv;
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
// whatever the names.) Some of those casts lose values all the same, int64 to float64 or datetimes
// to a finer unit: an element that would not arrive exactly is an OverflowError that names it.
// DESCRY_SAME_KIND takes what NumPy casts within a kind as well, float64 for float32 and int64 for
// int32, as pandas' to_records() gives them, and checks each value in the same way. With
// DESCRY_EXTRA_IGNORED, records may have fields that the type has not, which are left alone.
//
// A converted view to read has nothing to do with the array afterwards. One to write borrows it as
// any other and is written back on release: each element, of whichever field, whose bytes C has
// changed, and no other. Where the array cannot hold one of these exactly (10.5 or NaN in an int,
// 0.1 in a float32, text that is too long, a time between two steps of the unit), nothing is
// written and sys.unraisablehook gets an OverflowError that names it. A NaN is a NaN in any float,
// and a negative zero fits an int. Elements that overlap, as as_strided() makes them, are a
// ValueError to write: of two values for one place, one would be lost.
//
// A masked array (np.ma) with an element that is masked out is a TypeError, since C would read what
// is there; DESCRY_MASKED ignores the mask.
//
// While it is open, nothing that Python does to the array moves or frees what the view points at,
// not even where the last reference to the array goes: shape and strides are the view's own; the
// array that owns the memory gives up the flag that says so (`flags.owndata`), so that `resize`
// refuses; and the buffer of any other owner (a bytearray, an mmap, a memoryview, ...) is held, so
// that its `clear`, `close` or `release` is a BufferError. BufferError also where an owner refuses
// its buffer, as a memoryview does that was released. Three kinds of memory cannot be guarded,
// since whoever owns them is not asked: ctypes objects that ctypes.resize() moves; what is only
// described by an address (`__array_interface__`, DLPack, ctypes' from_address,
// np.ctypeslib.as_array of a pointer), once its owner frees or moves it; and an exporter written in
// Python whose `__buffer__` gives out other memory than the array shows.
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
// (KeyError names the path; TypeError where a path goes on below what is not a record). REQUIRES:
// `view` is open; no other thread uses it.
int descry_view_field(const descry_view* view, const char* path, descry_view* out);

// For PyArg_Parse* with "O&": opens the view that its `view` argument, a descry_view made by
// DESCRY_VIEW(), asks for.
//
//   descry_view in = DESCRY_VIEW(particle, 1, DESCRY_READ);
//   if (!PyArg_ParseTuple(args, "O&", descry_view_converter, &in)) return NULL;
//
// Where a later argument fails, the parser has the view closed again; after a success closing it is
// the caller's. A view that is still open is released first. (SystemError for one that
// DESCRY_VIEW() did not make.)
int descry_view_converter(PyObject* object, void* view);

// Opens `n` views that DESCRY_VIEW() made, of as many objects: all of them or, with an exception
// set, none. Views to read the very elements (same address, shape and strides) that one of them is
// to write share its exclusive borrow, until the last of them is released, so that a function can
// work in place:
//
//   descry_view in = DESCRY_VIEW(particle, 1, DESCRY_READ);
//   descry_view out = DESCRY_VIEW(particle, 1, DESCRY_WRITE);
//   descry_view *const views[] = {&in, &out};
//   if (descry_views_open(2, views, objects) < 0) return NULL;
//
// Any other overlap is refused as it is by descry_view_acquire(), with a BufferError. Where one of
// two such views is of a converted copy, what it writes arrives in the array at its release.
// Returns 0 or -1. Views that are still open are released first.
int descry_views_open(int n, descry_view* const* views, PyObject* const* objects);

#ifdef __cplusplus
#define DESCRY_PRIV_TO(type, value) static_cast<type>(value)
#define DESCRY_PRIV_ZEROED \
  {}
#else
#define DESCRY_PRIV_TO(type, value) ((type)(value))
#define DESCRY_PRIV_ZEROED \
  { 0 }
#endif

// The initializer of a view that is not open yet, for descry_view_converter() and
// descry_views_open(). The view keeps what it asks for: after its release it can be opened again in
// the same way.
#define DESCRY_VIEW(T, ndim, flags)                                                          \
  {                                                                                          \
    NULL, NULL, (ndim), NULL, NULL, 0, 0, (flags), DESCRY_TYPE(T), {                         \
      __FILE__, __LINE__, {DESCRY_TYPE(T), (ndim), (flags)}, NULL, DESCRY_PRIV_ZEROED, NULL, \
          DESCRY_PRIV_ZEROED                                                                 \
    }                                                                                        \
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
// Returns up to 8; for more of them, up to NumPy's 64, a name that is not declared and says why.
#define DESCRY_PRIV_INDEX_COUNT(...)                                                   \
  DESCRY_PRIV_INDEX_COUNT_(__VA_ARGS__, DESCRY_PRIV_MANY_8, DESCRY_PRIV_MANY_8,        \
                           DESCRY_PRIV_MANY_8, DESCRY_PRIV_MANY_8, DESCRY_PRIV_MANY_8, \
                           DESCRY_PRIV_MANY_8, DESCRY_PRIV_MANY_8, 8, 7, 6, 5, 4, 3, 2, 1, 0, ~)
#define DESCRY_PRIV_INDEX_COUNT_(...) DESCRY_PRIV_INDEX_COUNT_64(__VA_ARGS__)
#define DESCRY_PRIV_INDEX_COUNT_64(                                                              \
    T, view, a0, a1, a2, a3, a4, a5, a6, a7, b0, b1, b2, b3, b4, b5, b6, b7, c0, c1, c2, c3, c4, \
    c5, c6, c7, d0, d1, d2, d3, d4, d5, d6, d7, e0, e1, e2, e3, e4, e5, e6, e7, f0, f1, f2, f3,  \
    f4, f5, f6, f7, g0, g1, g2, g3, g4, g5, g6, g7, h0, h1, h2, h3, h4, h5, h6, h7, n, ...)      \
  n
#define DESCRY_PRIV_MANY_8                                                                  \
  DESCRY_PRIV_MANY, DESCRY_PRIV_MANY, DESCRY_PRIV_MANY, DESCRY_PRIV_MANY, DESCRY_PRIV_MANY, \
      DESCRY_PRIV_MANY, DESCRY_PRIV_MANY, DESCRY_PRIV_MANY
#define DESCRY_PRIV_MANY DESCRY_AT_and_DESCRY_GET_take_up_to_eight_indices

#ifdef __cplusplus
}
#endif

#endif  // DESCRY_VIEW_H_
