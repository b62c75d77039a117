// SPDX-License-Identifier: BSD-3-Clause
// The zip format as far as .npz files need it: members that are stored as they are, ZIP64 for what
// is larger than 4 GiB. No Python; one thread at a time.
#ifndef DESCRY_SRC_NPY_ZIP_H_
#define DESCRY_SRC_NPY_ZIP_H_

#include <stdint.h>

#include "src/npy/layout.h"

enum { DESCRYI_ZIP_STORED = 0, DESCRYI_ZIP_DEFLATED = 8 };

// Where the data of a member that is written begin is a multiple of this.
enum { DESCRYI_ZIP_ALIGNMENT = 64 };

// A member as the central directory has it.
typedef struct descryi_zip_member {
  const char* name;  // UTF-8, not empty
  size_t name_length;
  uint64_t header;        // bytes from the start of the file to its local header
  uint64_t size, stored;  // bytes that it has, and that it takes in the file
  uint32_t crc;
  unsigned method;
  bool is_encrypted;
} descryi_zip_member;

typedef struct descryi_zip_directory {
  descryi_zip_member* members;  // in the order of the directory
  size_t count;
  uint64_t start;  // bytes from the start of the file to it: all members lie before
} descryi_zip_directory;

// Reads the central directory of an open file, and checks that all that it says lies in the file.
// Names and members are memory of `arena`. Returns 0, or -1 with the problem.
int descryi_zip_read(int file, descryi_zip_directory* directory, descryi_npy_arena* arena,
                     descryi_npy_problem* problem);

// Stores where the data of a member begin, after a check of its local header against the directory.
// Returns 0, or -1 with the problem: also for one that is encrypted or compressed, or does not lie
// in front of the directory.
int descryi_zip_find_data(int file, const descryi_zip_directory* directory,
                          const descryi_zip_member* member, uint64_t* offset,
                          descryi_npy_problem* problem);

// Returns the number of bytes of a member's local header, its data aligned.
size_t descryi_zip_header_size(const descryi_zip_member* member);

// Writes a member's local header at member->header. Returns 0, or -1 with the problem.
int descryi_zip_write_header(int file, const descryi_zip_member* member,
                             descryi_npy_problem* problem);

// Writes the directory, with which the file ends, at directory->start. Returns 0, or -1 with the
// problem.
int descryi_zip_write_directory(int file, const descryi_zip_directory* directory,
                                descryi_npy_problem* problem);

#endif  // DESCRY_SRC_NPY_ZIP_H_
