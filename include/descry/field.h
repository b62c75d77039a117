// SPDX-License-Identifier: BSD-3-Clause
// Fields of a view's records for which there is no struct in C: of types that were made at run
// time, and variants of either kind.
//
//   const descry_field* x = descry_view_field_checked(&view, "x", DESCRY_TYPE(float64));
//   if (!x) goto done;
//   for (Py_ssize_t i = 0; i < view.shape[0]; i++) sum += *DESCRY_FIELD_AT(double, &view, x, i);
//
// A member of a nested record is reached by descry_view_field(), which opens a view of it.
// Functions need the GIL (or an attached thread state); DESCRY_FIELD_AT() does not.
#ifndef DESCRY_FIELD_H_
#define DESCRY_FIELD_H_

#include <Python.h>
#include <assert.h>
#include <descry/type.h>
#include <descry/view.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// Returns the field of the view's records that has the given name, once it is known to hold
// `element`, or an array of it; or NULL with an exception set: KeyError where there is no such
// field, TypeError where it holds something else. Valid as long as the view's type is. REQUIRES:
// `view` is open.
const descry_field* descry_view_field_checked(const descry_view* view, const char* name,
                                              const descry_type* element);

static inline void* descry_priv_field_at(const descry_view* view, size_t itemsize,
                                         const descry_field* field, int count, Py_ssize_t i0,
                                         Py_ssize_t i1, Py_ssize_t i2, Py_ssize_t i3, Py_ssize_t i4,
                                         Py_ssize_t i5, Py_ssize_t i6, Py_ssize_t i7) {
  assert(itemsize == 1 || field->unit % itemsize == 0);
  assert(view->type->original ||
         (field >= view->type->fields && field < view->type->fields + view->type->field_count));
  (void)itemsize;
  return DESCRY_PRIV_TO(char*, descry_priv_at(view, DESCRY_PRIV_TO(size_t, view->itemsize), count,
                                              i0, i1, i2, i3, i4, i5, i6, i7)) +
         field->offset;
}

// DESCRY_FIELD_AT(T, view, field, i, j, ...) is the `T *` of the field in the record at the given
// indices, up to eight, one for each dimension of the view; of its first element where it is an
// array. Without NDEBUG it asserts that they are in range, that the field is one of the view's
// records and T one of its elements. A field of a packed record may be misaligned there, and is
// read by memcpy.
#define DESCRY_FIELD_AT(...)                                                                      \
  DESCRY_PRIV_FIELD_AT(DESCRY_PRIV_FIELD_INDEX_COUNT(__VA_ARGS__), __VA_ARGS__, 0, 0, 0, 0, 0, 0, \
                       0, 0, ~)
#define DESCRY_PRIV_FIELD_AT(...) DESCRY_PRIV_FIELD_AT_(__VA_ARGS__)
#define DESCRY_PRIV_FIELD_AT_(count, T, view, field, a, b, c, d, e, f, g, h, ...)                 \
  (DESCRY_PRIV_TO(T*, descry_priv_field_at((view), sizeof(T), (field), count, (a), (b), (c), (d), \
                                           (e), (f), (g), (h))))

// How many indices follow `T, view, field`.
#define DESCRY_PRIV_FIELD_INDEX_COUNT(...) \
  DESCRY_PRIV_FIELD_INDEX_COUNT_(__VA_ARGS__, 8, 7, 6, 5, 4, 3, 2, 1, 0, ~)
#define DESCRY_PRIV_FIELD_INDEX_COUNT_(T, view, field, a, b, c, d, e, f, g, h, n, ...) n

// The variant of the record at index `i` of a 1-d view: one that descry_schema_add_variant() added,
// or that of a type of DESCRY_VARIANT. `field` is its tag or any of its cases. A negative index
// counts from the end. All fail with IndexError, and with TypeError where `field` is not part of a
// variant of the view's records.

// Returns the tag: of a variant that was added at run time, the index of the branch that is chosen;
// -1 with an exception set on failure, which a tag may be, too.
long long descry_variant_tag(const descry_view* view, const descry_field* field, Py_ssize_t i);

// Returns the name of the field that is live, or NULL: with no exception set where none is.
const char* descry_variant_name(const descry_view* view, const descry_field* field, Py_ssize_t i);

// Returns the address of the field that is live, or NULL: with no exception set where none is.
void* descry_variant_payload(const descry_view* view, const descry_field* field, Py_ssize_t i);

// Chooses a branch: sets the tag, zeroes all other branches, and copies `payload`, the bytes of the
// branch's field, into it; NULL stands for zeroes, and is all that a tag without a branch takes.
// `payload` may not point into the record. References to Python objects in it stay the caller's;
// slots that are zeroed become None. Returns 0, or -1 with an exception set and nothing changed:
// besides the above, ValueError where the view is not one to write, or there is a payload and no
// branch for it; OverflowError where the tag cannot hold the value.
int descry_variant_set(const descry_view* view, const descry_field* field, Py_ssize_t i,
                       long long tag, const void* payload);

#ifdef __cplusplus
}
#endif

#endif  // DESCRY_FIELD_H_
