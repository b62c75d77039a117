// SPDX-License-Identifier: BSD-3-Clause
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE  // NOLINT(bugprone-reserved-identifier): glibc's own name
#endif
#include "src/npy/npy.h"

#include <descry/schema.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "src/npy/file.h"

static _Thread_local descryi_npy_problem last_problem;

// Frees everything, and leaves errno as it is.
static void destroy(descry_npy* npy) {
  const int error = errno;
  if (npy->map) (void)munmap(npy->map, npy->map_size);
  if (npy->npz) descryi_npz_forget_member(npy);
  if (npy->file >= 0) (void)close(npy->file);
  descry_type_release(npy->type);
  descryi_npy_free_all(&npy->arena);
  free(npy->path);
  free(npy->buffer);
  free(npy);
  errno = error;
}

void descryi_npy_keep_problem(const char* path, const char* text) {
  const int error = text ? errno : ENOMEM;
  (void)descryi_npy_fail(&last_problem, "%.200s: %.300s", path, text ? text : "memory is short");
  errno = error;
}

descry_npy* descryi_npy_fail_to_open(descry_npy* npy, const char* path) {
  descryi_npy_keep_problem(path, npy ? npy->problem.text : NULL);
  if (npy) destroy(npy);
  return NULL;
}

descry_npy* descryi_npy_new(const char* path) {
  descry_npy* npy = calloc(1, sizeof *npy);
  if (!npy) return NULL;
  npy->file = -1;
  const size_t size = strlen(path) + 1;
  npy->path = malloc(size);
  if (!npy->path) {
    free(npy);
    return NULL;
  }
  memcpy(npy->path, path, size);
  return npy;
}

// Elements without bytes have to be counted, too.
static bool can_count(const descryi_npy_header* header) {
  size_t count = 1;
  for (size_t i = 0; i < header->ndim; ++i) {
    const size_t length = header->shape[i];
    if (!descryi_npy_mul(count, length ? length : 1, &count)) return false;
  }
  return true;
}

bool descryi_npy_measure(const descryi_npy_header* header, size_t* row_size, size_t* size) {
  *row_size = header->layout.itemsize;
  if (!can_count(header)) return false;
  for (size_t i = 1; i < header->ndim; ++i) {
    if (!descryi_npy_mul(*row_size, header->shape[i], row_size)) return false;
  }
  return descryi_npy_mul(*row_size, header->ndim ? header->shape[0] : 1, size) &&
         *size <= PTRDIFF_MAX / 2 - header->data_offset;
}

char* descryi_npy_read_header(descry_npy* npy, int file) {
  char start[12];
  if (descryi_npy_read_at(file, start, sizeof start, npy->start, &npy->problem) < 0) return NULL;
  const size_t size = descryi_npy_header_size(start, &npy->problem);
  if (size == 0) return NULL;
  char* bytes = descryi_npy_alloc(&npy->arena, size + 1, 1);
  if (!bytes) {
    descryi_npy_no_memory(&npy->problem);
    return NULL;
  }
  if (descryi_npy_read_at(file, bytes, size, npy->start, &npy->problem) < 0) return NULL;
  return descryi_npy_header_read(&npy->header, bytes, size, &npy->arena, &npy->problem) < 0 ? NULL
                                                                                            : bytes;
}

off_t descryi_npy_check_size(descry_npy* npy, int file, size_t* data_size) {
  *data_size = 0;
  const off_t end = npy->end ? (off_t)npy->end : descryi_npy_file_size(file, &npy->problem);
  if (end < 0) return -1;
  const off_t size = end - (off_t)npy->start;
  if (!descryi_npy_measure(&npy->header, &npy->row_size, data_size)) {
    return descryi_npy_fail(&npy->problem, "its shape has more bytes than an object may have");
  }
  const size_t data_offset = npy->header.data_offset;
  const size_t left = (size_t)size > data_offset ? (size_t)size - data_offset : 0;
  if (left >= *data_size) return size;
  return descryi_npy_fail(&npy->problem, "it has %zu bytes of data, and its shape says %zu", left,
                          *data_size);
}

int descry_npy_close(descry_npy* npy) {
  if (!npy) return 0;
  int result = npy->map ? 0 : descry_npy_flush(npy, 0);
  if (result == 0 && npy->npz) result = descryi_npz_end_member(npy);
  if (npy->npz) descryi_npz_forget_member(npy);
  if (npy->file >= 0 && close(npy->file) < 0 && errno != EINTR && result == 0) {
    result = descryi_npy_fail_system(&npy->problem, "cannot close");
  }
  npy->file = -1;
  if (result < 0) {
    descryi_npy_fail_to_open(npy, npy->path);
  } else {
    destroy(npy);
  }
  return result;
}

const void* descry_npy_data(const descry_npy* npy) { return npy->data; }

int descry_npy_ndim(const descry_npy* npy) { return (int)npy->header.ndim; }

const size_t* descry_npy_shape(const descry_npy* npy) { return npy->header.shape; }

size_t descry_npy_size(const descry_npy* npy) {
  size_t size = 1;
  for (size_t i = 0; i < npy->header.ndim; ++i) size *= npy->header.shape[i];
  return size;
}

int descry_npy_is_fortran(const descry_npy* npy) {
  size_t longer = 0;
  for (size_t i = 0; i < npy->header.ndim; ++i) longer += npy->header.shape[i] != 1;
  return npy->header.is_fortran && longer > 1;
}

const descry_type* descry_npy_type(const descry_npy* npy) { return npy->type; }

const char* descry_npy_problem(const descry_npy* npy) {
  const descryi_npy_problem* problem = npy ? &npy->problem : &last_problem;
  return *problem->text ? problem->text : NULL;
}
