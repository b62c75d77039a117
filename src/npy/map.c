// SPDX-License-Identifier: BSD-3-Clause
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE  // NOLINT(bugprone-reserved-identifier): glibc's own name
#endif
#include <descry/schema.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "src/npy/file.h"
#include "src/npy/npy.h"

// Checks the file's type against the given one, or makes one. Returns 0, or -1 with the problem.
static int set_type(descry_npy* npy, const descry_type* type) {
  const descryi_npy_layout* actual = &npy->header.layout;
  if (!type) {
    npy->type = descryi_npy_type_of_layout(actual, &npy->problem);
    return npy->type ? 0 : -1;
  }
  descryi_npy_layout expected;
  if (descryi_npy_layout_of_type(&expected, type, &npy->arena, &npy->problem) < 0) return -1;
  if (descryi_npy_compare(&expected, actual, &npy->problem) < 0) return -1;
  npy->type = descry_type_retain(type);
  return 0;
}

static int check_map_flags(descry_npy* npy, unsigned flags) {
  const unsigned known = DESCRY_READ | DESCRY_WRITE | DESCRY_UNALIGNED | DESCRY_C_CONTIGUOUS |
                         DESCRY_F_CONTIGUOUS | DESCRY_CONTIGUOUS;
  if ((flags & (DESCRY_READ | DESCRY_WRITE)) && !(flags & ~known)) return 0;
  return descryi_npy_fail(
      &npy->problem, "flags must hold DESCRY_READ (0x1) or DESCRY_WRITE (0x2), got 0x%x", flags);
}

static bool has_aligned_data(const descry_npy* npy) {
  return (npy->start + npy->header.data_offset) % npy->type->alignment == 0;
}

static int check_map(descry_npy* npy, unsigned flags) {
  const descryi_npy_header* header = &npy->header;
  const bool is_fortran = descry_npy_is_fortran(npy) != 0;
  if (is_fortran && !(flags & (DESCRY_F_CONTIGUOUS | DESCRY_CONTIGUOUS))) {
    return descryi_npy_fail(&npy->problem,
                            "it is in Fortran order: ask for it with "
                            "DESCRY_F_CONTIGUOUS");
  }
  size_t longer = 0;
  for (size_t i = 0; i < header->ndim; ++i) longer += header->shape[i] != 1;
  if (!header->is_fortran && longer > 1 && (flags & DESCRY_F_CONTIGUOUS)) {
    return descryi_npy_fail(&npy->problem, "it is in C order, expected Fortran order");
  }
  if (has_aligned_data(npy) || npy->end || (flags & DESCRY_UNALIGNED)) return 0;
  return descryi_npy_fail(&npy->problem,
                          "its data begin at byte %zu, and %s needs a multiple of %zu",
                          header->data_offset, npy->type->name, npy->type->alignment);
}

// Maps the data, from the beginning of the page that they begin in.
static int map_data(descry_npy* npy, int file, size_t data_size) {
  const size_t offset = npy->start + npy->header.data_offset;
  const size_t inside = offset % (size_t)sysconf(_SC_PAGESIZE);
  npy->map_size = inside + data_size;
  if (npy->map_size == 0) npy->map_size = 1;  // mmap refuses to map nothing
  const int protection = PROT_READ | (npy->map_writes ? PROT_WRITE : 0);
  void* map = mmap(NULL, npy->map_size, protection, MAP_SHARED, file, (off_t)(offset - inside));
  if (map == MAP_FAILED) return descryi_npy_fail_system(&npy->problem, "cannot map");
  npy->map = map;
  npy->data = npy->map + inside;
  return 0;
}

// Reads the data into memory of the array's own.
static int read_data(descry_npy* npy, int file, size_t data_size) {
  npy->map_size = data_size ? data_size : 1;
  void* map = mmap(NULL, npy->map_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (map == MAP_FAILED) return descryi_npy_fail_system(&npy->problem, "cannot read");
  npy->map = map;
  npy->data = npy->map;
  return descryi_npy_read_at(file, npy->map, data_size, npy->start + npy->header.data_offset,
                             &npy->problem);
}

int descryi_npy_map(descry_npy* npy, int file, const descry_type* type, unsigned flags) {
  size_t data_size;
  if (check_map_flags(npy, flags) < 0) return -1;
  if (!descryi_npy_read_header(npy, file) || set_type(npy, type) < 0) return -1;
  if (descryi_npy_check_size(npy, file, &data_size) < 0 || check_map(npy, flags) < 0) return -1;
  npy->map_writes = (flags & DESCRY_WRITE) != 0;
  if (!has_aligned_data(npy) && !(flags & DESCRY_UNALIGNED)) return read_data(npy, file, data_size);
  return map_data(npy, file, data_size);
}

static int open_mapped(descry_npy* npy, const descry_type* type, unsigned flags) {
  if (check_map_flags(npy, flags) < 0) return -1;
  const int file =
      descryi_npy_open_file(npy->path, flags & DESCRY_WRITE ? O_RDWR : O_RDONLY, &npy->problem);
  if (file < 0) return -1;
  const int result = descryi_npy_map(npy, file, type, flags);
  const int error = errno;
  (void)close(file);
  errno = error;
  return result;
}

descry_npy* descry_npy_open(const char* path, const descry_type* type, unsigned flags) {
  descry_npy* npy = descryi_npy_new(path);
  if (!npy || open_mapped(npy, type, flags) < 0) return descryi_npy_fail_to_open(npy, path);
  return npy;
}

int descryi_npy_flush_map(descry_npy* npy, unsigned flags) {
  if (!npy->map_writes || !(flags & DESCRY_DURABLE)) return 0;
  if (msync(npy->map, npy->map_size, MS_SYNC) == 0) return 0;
  return descryi_npy_fail_system(&npy->problem, "cannot bring it to the disk");
}
