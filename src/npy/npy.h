// SPDX-License-Identifier: BSD-3-Clause
// An .npy file that is open: what writing and mapping it have in common. No Python; one thread at a
// time.
#ifndef DESCRY_SRC_NPY_NPY_H_
#define DESCRY_SRC_NPY_NPY_H_

#include <descry/npy.h>
#include <stdint.h>
#include <sys/types.h>

#include "src/npy/crc.h"
#include "src/npy/header.h"

struct descry_npy {
  descryi_npy_problem problem;
  descryi_npy_arena arena;
  descryi_npy_header header;  // its first length is that of the array now
  const descry_type* type;    // a reference of its own
  char* path;
  int file;         // -1 where it is mapped or not open; that of the .npz file for a member of one
  size_t row_size;  // bytes of one entry along the first dimension
  bool has_padding;

  // While writing: what the file has, and what is on its way behind that.
  size_t written;  // bytes of data
  char* buffer;
  size_t buffered;
  size_t length_in_file;  // what the header of the file says
  char* tail;             // what stands behind the first length, to the end of the literal
  bool is_new;            // its name is perhaps not on the disk yet

  // Where it is a member of an .npz file: that file while the member is written, where it begins
  // and, once it is read, ends, and the check sum of the first `summed` bytes of data.
  descry_npz* npz;
  size_t start, end;
  const descryi_crc_tables* sums;
  uint32_t sum;
  size_t summed;

  char* map;
  size_t map_size;
  const char* data;  // in the map
  bool map_writes;
};

// Returns a file that is not open yet, or NULL where memory is short.
descry_npy* descryi_npy_new(const char* path);

// Makes the problem, with the path in front, the one that this thread asks for, and frees `npy`,
// which is NULL where memory was short. Returns NULL.
descry_npy* descryi_npy_fail_to_open(descry_npy* npy, const char* path);

// Makes a problem, with the path in front, the one that this thread asks for; a NULL text stands
// for short memory. Sets errno to ENOMEM then, and leaves it as it is otherwise.
void descryi_npy_keep_problem(const char* path, const char* text);

// Stores the number of bytes of one entry along the first dimension, and of all data. Returns false
// where they are more than an object may have.
bool descryi_npy_measure(const descryi_npy_header* header, size_t* row_size, size_t* size);

// Reads the header of an open file. Returns its bytes, or NULL with the problem.
char* descryi_npy_read_header(descry_npy* npy, int file);

// Checks that the file has all its bytes. Returns its size, or -1 with the problem.
off_t descryi_npy_check_size(descry_npy* npy, int file, size_t* data_size);

// Makes `npy`, whose `file` and `start` are set, an empty array that is written from there on: data
// alone, without the header in front, the size of which it settles. Returns 0, or -1 with the
// problem.
int descryi_npy_begin(descry_npy* npy, const descry_type* type, int ndim, const size_t* shape);

// Maps the array that begins at npy->start of an open file. One in the middle of a file that is not
// aligned for its type is read into memory, unless `flags` have DESCRY_UNALIGNED. Returns 0, or -1
// with the problem.
int descryi_npy_map(descry_npy* npy, int file, const descry_type* type, unsigned flags);

// Adds the check sum of `size` bytes of a file to `*sum`. Returns 0, or -1 with the problem.
int descryi_npy_sum(int file, size_t offset, size_t size, const descryi_crc_tables* sums,
                    uint32_t* sum, descryi_npy_problem* problem);

// Puts the header of a member in front of its data, all of which are in the file. It is in the .npz
// file then, and knows it no more. Returns 0, or -1 with the problem.
int descryi_npz_end_member(descry_npy* npy);

// Lets the .npz file know that a member is freed that was not ended.
void descryi_npz_forget_member(descry_npy* npy);

// Brings what was written into the map to the disk if `flags` ask for it. Returns 0, or -1 with the
// problem.
int descryi_npy_flush_map(descry_npy* npy, unsigned flags);

#endif  // DESCRY_SRC_NPY_NPY_H_
