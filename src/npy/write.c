// SPDX-License-Identifier: BSD-3-Clause
#include <descry/schema.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/npy/file.h"
#include "src/npy/npy.h"

// Elements are gathered in this many bytes before they are written.
enum { BUFFER = 1 << 16 };

// Checks that what is there can be appended to as what is asked for.
static int check_same(descry_npy* npy, const descryi_npy_header* expected) {
  const descryi_npy_header* actual = &npy->header;
  if (descryi_npy_compare(&expected->layout, &actual->layout, &npy->problem) < 0) return -1;
  if (actual->ndim != expected->ndim) {
    return descryi_npy_fail(&npy->problem, "expected an array of %zu dimensions, got %zu",
                            expected->ndim, actual->ndim);
  }
  for (size_t i = 1; i < actual->ndim; ++i) {
    if (actual->shape[i] == expected->shape[i]) continue;
    return descryi_npy_fail(&npy->problem, "expected length %zu of dimension %zu, got %zu",
                            expected->shape[i], i, actual->shape[i]);
  }
  if (!actual->is_fortran || actual->ndim == 1) return 0;
  return descryi_npy_fail(&npy->problem, "it is in Fortran order, and grows along the last axis");
}

// Checks that no other array follows: what a writer left that was killed may be overwritten.
static int check_end(descry_npy* npy, off_t size, size_t data_size) {
  char magic[6];
  const size_t end = npy->header.data_offset + data_size;
  if ((size_t)size - end < sizeof magic) return 0;
  if (descryi_npy_read_at(npy->file, magic, sizeof magic, end, &npy->problem) < 0) return -1;
  if (memcmp(magic, "\x93NUMPY", sizeof magic) != 0) return 0;
  return descryi_npy_fail(&npy->problem, "another array follows in it");
}

// Whether the first length can grow where it stands, in one write that no disk divides.
static bool has_room(const descryi_npy_header* header, size_t tail) {
  enum { SECTOR = 512 };
  const size_t end = header->length_start + DESCRYI_NPY_MAX_DIGITS + tail;
  return end < header->data_offset && header->length_start / SECTOR == (end - 1) / SECTOR;
}

// Takes over the open file: reads, checks and remembers what stands there. Returns 1 where the
// header has no room to grow, 0, or -1 with the problem.
static int take_over(descry_npy* npy, const descryi_npy_header* expected) {
  size_t data_size;
  char* bytes = descryi_npy_read_header(npy, npy->file);
  if (!bytes || check_same(npy, expected) < 0) return -1;
  const off_t size = descryi_npy_check_size(npy, npy->file, &data_size);
  if (size < 0 || check_end(npy, size, data_size) < 0) return -1;
  npy->written = data_size;
  npy->length_in_file = npy->header.shape[0];
  npy->tail = bytes + npy->header.length_end;
  size_t tail = npy->header.data_offset - npy->header.length_end;
  while (tail && strchr(" \n", npy->tail[tail - 1])) --tail;
  npy->tail[tail] = '\0';
  return has_room(&npy->header, tail) ? 0 : 1;
}

// Puts a new file in the place of the one that is open, or of none: with its data where it has
// some. Returns 0, -1, or -2 where another file came to be there.
static int replace_file(descry_npy* npy, descryi_npy_header* header, bool keeps_data) {
  size_t size;
  header->shape[0] = keeps_data ? npy->length_in_file : 0;
  char* bytes = descryi_npy_header_write(header, &size, &npy->arena, &npy->problem);
  if (!bytes) return -1;
  const size_t skipped = keeps_data ? npy->header.data_offset : SIZE_MAX / 4;
  const int file = descryi_npy_replace(npy->path, npy->file, skipped, bytes, size, &npy->problem);
  if (file < 0) return file;
  if (npy->file >= 0) (void)close(npy->file);
  npy->file = file;
  npy->is_new = true;
  return 0;
}

// Opens the file for writing: the one that is there, or a new one. Returns as replace_file().
static int open_for_writing(descry_npy* npy, descryi_npy_header* header, bool appends) {
  npy->file = descryi_npy_open_alone(npy->path, &npy->problem);
  if (npy->file == -1) return -1;
  const off_t size = npy->file < 0 ? 0 : descryi_npy_file_size(npy->file, &npy->problem);
  if (size < 0) return -1;
  if (!appends || size == 0) {
    const int result = replace_file(npy, header, false);
    if (result < 0) return result;
  }
  int result = take_over(npy, header);
  if (result == 1) {
    result = replace_file(npy, header, true);
    if (result == 0) result = take_over(npy, header);
  }
  if (result != 1) return result;
  return descryi_npy_fail(&npy->problem, "its dimensions are too many to grow in one write");
}

// Fills in the header that is asked for.
static int set_header(descry_npy* npy, descryi_npy_header* header, const descry_type* type,
                      int ndim, const size_t* shape, unsigned flags) {
  size_t row_size, size;
  if (flags & ~(unsigned)(DESCRY_APPEND | DESCRY_DURABLE)) {
    return descryi_npy_fail(&npy->problem,
                            "flags must be DESCRY_APPEND, DESCRY_DURABLE or 0, got 0x%x", flags);
  }
  if (ndim < 1 || ndim > DESCRYI_NPY_MAX_NDIM || !shape || !type) {
    return descryi_npy_fail(&npy->problem, "expected a type and 1 to %d dimensions, got %d",
                            DESCRYI_NPY_MAX_NDIM, ndim);
  }
  *header = (descryi_npy_header){.ndim = (size_t)ndim};
  memcpy(header->shape, shape, (size_t)ndim * sizeof *shape);
  header->shape[0] = 0;
  if (descryi_npy_layout_of_type(&header->layout, type, &npy->arena, &npy->problem) < 0) return -1;
  if (descryi_npy_measure(header, &row_size, &size)) return 0;
  return descryi_npy_fail(&npy->problem, "its shape has more bytes than an object may have");
}

descry_npy* descry_npy_create(const char* path, const descry_type* type, int ndim,
                              const size_t* shape, unsigned flags) {
  descry_npy* npy = descryi_npy_new(path);
  descryi_npy_header header;
  if (!npy || set_header(npy, &header, type, ndim, shape, flags) < 0) {
    return descryi_npy_fail_to_open(npy, path);
  }
  npy->type = descry_type_retain(type);
  npy->has_padding = descryi_npy_has_padding(&header.layout);
  int result;
  do {
    result = open_for_writing(npy, &header, (flags & DESCRY_APPEND) != 0);
  } while (result == -2);
  npy->buffer = result == 0 ? malloc(BUFFER) : NULL;
  if (result == 0 && !npy->buffer) result = descryi_npy_no_memory(&npy->problem);
  if (result == 0 && (flags & DESCRY_DURABLE)) result = descry_npy_flush(npy, flags);
  return result < 0 ? descryi_npy_fail_to_open(npy, path) : npy;
}

int descryi_npy_begin(descry_npy* npy, const descry_type* type, int ndim, const size_t* shape) {
  size_t size;
  if (set_header(npy, &npy->header, type, ndim, shape, 0) < 0) return -1;
  if (!descryi_npy_header_write(&npy->header, &npy->header.data_offset, &npy->arena,
                                &npy->problem)) {
    return -1;
  }
  (void)descryi_npy_measure(&npy->header, &npy->row_size, &size);
  npy->type = descry_type_retain(type);
  npy->has_padding = descryi_npy_has_padding(&npy->header.layout);
  npy->buffer = malloc(BUFFER);
  return npy->buffer ? 0 : descryi_npy_no_memory(&npy->problem);
}

// Writes data behind those that the file has. Stores how many bytes of them it has then.
static int write_behind(descry_npy* npy, const char* bytes, size_t size, size_t* done) {
  const size_t offset = npy->start + npy->header.data_offset + npy->written;
  const int result = descryi_npy_write_at(npy->file, bytes, size, offset, done, &npy->problem);
  if (npy->npz && npy->summed == npy->written) {
    npy->sum = descryi_crc_update(npy->sums, npy->sum, bytes, *done);
    npy->summed += *done;
  }
  npy->written += *done;
  return result;
}

// Writes what is gathered. What of it the file has is taken off, also on failure.
static int drain_buffer(descry_npy* npy) {
  size_t done;
  const int result = write_behind(npy, npy->buffer, npy->buffered, &done);
  npy->buffered -= done;
  if (npy->buffered) memmove(npy->buffer, npy->buffer + done, npy->buffered);
  return result;
}

// Writes large pieces as they are, where nothing has to be zeroed.
static int write_directly(descry_npy* npy, const char* bytes, size_t size) {
  size_t done;
  return drain_buffer(npy) < 0 ? -1 : write_behind(npy, bytes, size, &done);
}

// Gathers elements, their padding zeroed. One that is larger than the buffer has no padding here.
static int write_gathered(descry_npy* npy, const char* bytes, size_t size) {
  const size_t itemsize = npy->has_padding ? npy->header.layout.itemsize : 1;
  while (size > 0) {
    size_t piece = (BUFFER - npy->buffered) / itemsize * itemsize;
    if (piece > size) piece = size;
    char* const to = npy->buffer + npy->buffered;
    memcpy(to, bytes, piece);
    for (size_t i = 0; npy->has_padding && i < piece; i += itemsize) {
      descryi_npy_clear_padding(&npy->header.layout, to + i);
    }
    npy->buffered += piece;
    bytes += piece;
    size -= piece;
    if (size > 0 && drain_buffer(npy) < 0) return -1;
  }
  return 0;
}

// Writes elements that are larger than the buffer and have padding, by a copy of each.
static int write_copies(descry_npy* npy, const char* bytes, size_t size) {
  const size_t itemsize = npy->header.layout.itemsize;
  char* copy = malloc(itemsize);
  if (!copy) return descryi_npy_no_memory(&npy->problem);
  int result = 0;
  for (size_t i = 0; result == 0 && i < size; i += itemsize) {
    memcpy(copy, bytes + i, itemsize);
    descryi_npy_clear_padding(&npy->header.layout, copy);
    result = write_directly(npy, copy, itemsize);
  }
  free(copy);
  return result;
}

static int write_bytes(descry_npy* npy, const char* bytes, size_t size) {
  if (npy->has_padding && npy->header.layout.itemsize > BUFFER) {
    return write_copies(npy, bytes, size);
  }
  if (!npy->has_padding && size >= BUFFER / 2) return write_directly(npy, bytes, size);
  return write_gathered(npy, bytes, size);
}

// Checks that there is something to write to.
static int check_open(descry_npy* npy) {
  if (npy->file >= 0) return 0;
  if (npy->map) return descryi_npy_fail(&npy->problem, "the file is mapped: change its data");
  return descryi_npy_fail(&npy->problem, "the .npz file that it is a member of is closed");
}

int descry_npy_write(descry_npy* npy, const void* elements, size_t count) {
  size_t size, all;
  const size_t length = npy->header.shape[0];
  if (check_open(npy) < 0) return -1;
  if (!descryi_npy_mul(npy->row_size, count, &size) || count > SIZE_MAX - length ||
      !descryi_npy_mul(npy->row_size, length + count, &all) ||
      all > PTRDIFF_MAX / 2 - npy->header.data_offset - npy->start) {
    return descryi_npy_fail(&npy->problem, "the array would have more bytes than an object may");
  }
  const size_t before = npy->written + npy->buffered;
  if (size > 0 && write_bytes(npy, elements, size) < 0) {
    // What was there before this call stays; what came with it is forgotten.
    if (npy->written > before) npy->written = before;
    if (npy->summed > npy->written) npy->summed = npy->sum = 0;
    npy->buffered = before - npy->written;
    return -1;
  }
  npy->header.shape[0] = length + count;
  return 0;
}

// Rewrites the first length in the header, together with what stands behind it.
static int write_length(descry_npy* npy) {
  char text[512 + 1];  // has_room() said that it is within a sector
  const size_t room = DESCRYI_NPY_MAX_DIGITS + strlen(npy->tail);
  size_t done;
  const int used = snprintf(text, sizeof text, "%zu%s", npy->header.shape[0], npy->tail);
  memset(text + used, ' ', room - (size_t)used);
  if (descryi_npy_write_at(npy->file, text, room, npy->header.length_start, &done, &npy->problem) ==
      0) {
    npy->length_in_file = npy->header.shape[0];
    return 0;
  }
  // A part of it is there: back to what was.
  const int error = errno;
  descryi_npy_problem ignored;
  const int former = snprintf(text, sizeof text, "%zu%s", npy->length_in_file, npy->tail);
  memset(text + former, ' ', room - (size_t)former);
  if (done > 0) {
    (void)descryi_npy_write_at(npy->file, text, done, npy->header.length_start, &done, &ignored);
  }
  errno = error;
  return -1;
}

int descry_npy_flush(descry_npy* npy, unsigned flags) {
  if (flags & ~(unsigned)DESCRY_DURABLE) {
    return descryi_npy_fail(&npy->problem, "flags must be DESCRY_DURABLE or 0, got 0x%x", flags);
  }
  if (npy->map) return descryi_npy_flush_map(npy, flags);
  const bool is_durable = (flags & DESCRY_DURABLE) != 0;
  const bool is_longer = npy->header.shape[0] != npy->length_in_file;
  if (check_open(npy) < 0 || drain_buffer(npy) < 0) return -1;
  if (npy->npz) return 0;  // its header is written when it is closed, for its check sum
  if (is_durable && is_longer && descryi_npy_sync(npy->file, NULL, &npy->problem) < 0) return -1;
  if (is_longer && write_length(npy) < 0) return -1;
  if (!is_durable) return 0;
  if (descryi_npy_sync(npy->file, npy->is_new ? npy->path : NULL, &npy->problem) < 0) return -1;
  npy->is_new = false;
  return 0;
}
