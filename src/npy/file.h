// SPDX-License-Identifier: BSD-3-Clause
// What the system does with files, until it is done or fails. No Python; any thread.
#ifndef DESCRY_SRC_NPY_FILE_H_
#define DESCRY_SRC_NPY_FILE_H_

#include <sys/types.h>

#include "src/npy/layout.h"

// Stores what the system says of a failure, such as "cannot write: No space left on device", and
// keeps errno. Returns -1.
int descryi_npy_fail_system(descryi_npy_problem* problem, const char* what);

// Writes all bytes at `offset`, `*done` of which are written when it returns. Returns 0, or -1 with
// the problem.
int descryi_npy_write_at(int file, const char* bytes, size_t size, size_t offset, size_t* done,
                         descryi_npy_problem* problem);

// Reads all bytes at `offset`. Returns 0, or -1 with the problem, also where the file ends before.
int descryi_npy_read_at(int file, char* bytes, size_t size, size_t offset,
                        descryi_npy_problem* problem);

// Opens `path`, a regular file, with O_RDONLY or O_RDWR as `mode`. Returns it, or -1 with the
// problem.
int descryi_npy_open_file(const char* path, int mode, descryi_npy_problem* problem);

// Opens a new file in the folder of `path`, and stores the path of that. Returns it, or -1 with the
// problem.
int descryi_npy_open_beside(const char* path, char* part, size_t room,
                            descryi_npy_problem* problem);

// Gives the file at `part` the name `path`, whatever had it before, and where `is_durable` that it
// is on the disk before and has its name there afterwards. Returns 0, or -1 with the problem.
int descryi_npy_take_place(int file, const char* part, const char* path, bool is_durable,
                           descryi_npy_problem* problem);

// Opens `path` for writing, alone: a file that nobody else writes to, and that has that name now.
// Returns it, -1 with the problem, or -2 where there is none.
int descryi_npy_open_alone(const char* path, descryi_npy_problem* problem);

// Gives `path` a new file that begins with `header` and goes on with what is behind the first
// `skipped` bytes of `former`, the file that it replaces, or nothing where that is negative. Nobody
// sees it before it is whole. Returns it, opened alone; -1 with the problem; or -2 where another
// file came to be there.
int descryi_npy_replace(const char* path, int former, size_t skipped, const char* header,
                        size_t size, descryi_npy_problem* problem);

// Brings a file to the disk, and with `path` the folder that it is in. Returns 0, or -1 with the
// problem.
int descryi_npy_sync(int file, const char* path, descryi_npy_problem* problem);

// Returns the size of a file in bytes, or -1 with the problem where it is not a regular one.
off_t descryi_npy_file_size(int file, descryi_npy_problem* problem);

#endif  // DESCRY_SRC_NPY_FILE_H_
