// SPDX-License-Identifier: BSD-3-Clause
// An element as the header of an .npy file describes it: made from a declared type or from a
// header, so that the two can be compared. No Python; one thread at a time.
#ifndef DESCRY_SRC_NPY_LAYOUT_H_
#define DESCRY_SRC_NPY_LAYOUT_H_

#include <descry/type.h>
#include <stdbool.h>
#include <stddef.h>

enum { DESCRYI_NPY_MAX_NDIM = 64, DESCRYI_NPY_MAX_DEPTH = 64 };

// What a code begins with where its element is in this machine's byte order.
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
enum { DESCRYI_NPY_NATIVE = '<' };
#else
enum { DESCRYI_NPY_NATIVE = '>' };
#endif

// Why something failed, in a sentence; "" where nothing did.
typedef struct descryi_npy_problem {
  char text[512];
} descryi_npy_problem;

// Stores a sentence, cut where it is too long, and sets errno to 0. Returns -1.
__attribute__((format(printf, 2, 3))) int descryi_npy_fail(descryi_npy_problem* problem,
                                                           const char* format, ...);

// Stores that memory is short. Returns -1.
int descryi_npy_no_memory(descryi_npy_problem* problem);

// Memory that is freed all at once. A zeroed one is empty.
typedef struct descryi_npy_arena {
  struct descryi_npy_block* blocks;
} descryi_npy_arena;

// Returns zeroed memory for `count` objects of `size` bytes, or NULL where memory is short.
void* descryi_npy_alloc(descryi_npy_arena* arena, size_t count, size_t size);
void descryi_npy_free_all(descryi_npy_arena* arena);

typedef struct descryi_npy_layout {
  char code[32];    // "<f8", "|S12", "<M8[25s]", in a normal form; "" for a record
  size_t itemsize;  // bytes
  size_t field_count;
  struct descryi_npy_field* fields;  // in the order of their offsets, none of which overlap
} descryi_npy_layout;

typedef struct descryi_npy_field {
  const char* name;   // UTF-8
  const char* title;  // or NULL
  size_t offset;      // bytes
  size_t size;        // bytes of all elements
  size_t ndim;        // of the sub-array
  size_t* shape;
  descryi_npy_layout element;
} descryi_npy_field;

// Stores a * b; returns false where it is more bytes than an object may have.
bool descryi_npy_mul(size_t a, size_t b, size_t* product);

// Sets `layout` to what a declared type is. Returns 0, or -1 with the problem.
int descryi_npy_layout_of_type(descryi_npy_layout* layout, const descry_type* type,
                               descryi_npy_arena* arena, descryi_npy_problem* problem);

// Sets `layout` to the element of a code such as "<f8", "=f8" or "f8", `length` characters at
// `code`. Returns 0, or -1 with the problem.
int descryi_npy_layout_of_code(descryi_npy_layout* layout, const char* code, size_t length,
                               descryi_npy_problem* problem);

// Returns a type that has this layout, to be released, or NULL with the problem.
const descry_type* descryi_npy_type_of_layout(const descryi_npy_layout* layout,
                                              descryi_npy_problem* problem);

// Returns 0 where both are the same, or -1 with the first difference, such as "field 'pos.y' at
// offset 16: expected float64, got float32".
int descryi_npy_compare(const descryi_npy_layout* expected, const descryi_npy_layout* actual,
                        descryi_npy_problem* problem);

// Whether an element has bytes that no value is in.
bool descryi_npy_has_padding(const descryi_npy_layout* layout);

// Zeroes the padding of one element.
void descryi_npy_clear_padding(const descryi_npy_layout* layout, char* element);

#endif  // DESCRY_SRC_NPY_LAYOUT_H_
