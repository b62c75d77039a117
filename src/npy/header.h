// SPDX-License-Identifier: BSD-3-Clause
// The header of an .npy file: a dict literal of Python's in front of the data. No Python; one
// thread at a time.
#ifndef DESCRY_SRC_NPY_HEADER_H_
#define DESCRY_SRC_NPY_HEADER_H_

#include "src/npy/layout.h"

// More than any file needs, and little enough to read at once.
enum { DESCRYI_NPY_MAX_HEADER = 1 << 20 };

// The digits that the first length may grow to, as NumPy leaves room for.
enum { DESCRYI_NPY_MAX_DIGITS = 20 };

typedef struct descryi_npy_header {
  descryi_npy_layout layout;
  bool is_fortran;
  size_t ndim;
  size_t shape[DESCRYI_NPY_MAX_NDIM];
  size_t data_offset;  // bytes from the start of the file to the first element
  // Where the first length stands, in bytes from the start of the file; both 0 where ndim is 0.
  size_t length_start, length_end;
} descryi_npy_header;

// Returns the bytes of a whole header, NULL with the problem on failure, in memory of `arena`; sets
// `*size`. There is room behind the text for the first length to grow, and what is rewritten then
// lies within one sector of a disk.
char* descryi_npy_header_write(const descryi_npy_header* header, size_t* size,
                               descryi_npy_arena* arena, descryi_npy_problem* problem);

// Returns the number of bytes of a header, of which the first 12 are at `start`, or 0 with the
// problem.
size_t descryi_npy_header_size(const char* start, descryi_npy_problem* problem);

// Reads a header of `size` bytes into `header`, with strings in memory of `arena`. Returns 0, or -1
// with the problem.
int descryi_npy_header_read(descryi_npy_header* header, const char* bytes, size_t size,
                            descryi_npy_arena* arena, descryi_npy_problem* problem);

#endif  // DESCRY_SRC_NPY_HEADER_H_
