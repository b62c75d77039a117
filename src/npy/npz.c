// SPDX-License-Identifier: BSD-3-Clause
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE  // NOLINT(bugprone-reserved-identifier): glibc's own name
#endif
#include <descry/npy.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/npy/crc.h"
#include "src/npy/file.h"
#include "src/npy/npy.h"
#include "src/npy/zip.h"
#include "src/schema/problem.h"

// Names have ".npy" behind them in the file.
static const char kSuffix[] = ".npy";
enum { SUFFIX = sizeof kSuffix - 1, MAX_NAME = 0xffff - SUFFIX };

struct descry_npz {
  descryi_npy_problem problem;
  descryi_npy_arena arena;
  descryi_zip_directory directory;  // while writing, it starts where the next member will
  char** names;                     // as the caller has them, without ".npy"
  size_t room;                      // for members, while writing
  char* path;
  char* part;  // the path of the file that is written, or NULL
  int file;
  bool is_durable;
  bool is_spoiled;     // a member was not finished
  descry_npy* adding;  // the member that is written, or NULL
  descryi_crc_tables sums;
};

static char* copy_npz_text(descryi_npy_arena* arena, const char* text, size_t length) {
  char* const copy = descryi_npy_alloc(arena, length + 1, 1);
  if (copy) memcpy(copy, text, length);
  return copy;
}

// Frees everything, and leaves errno as it is. What was written is gone, unless it has its name.
static void free_npz(descry_npz* npz) {
  const int error = errno;
  if (npz->adding) {
    npz->adding->npz = NULL;
    npz->adding->file = -1;
  }
  if (npz->part) (void)unlink(npz->part);
  if (npz->file >= 0) (void)close(npz->file);
  descryi_npy_free_all(&npz->arena);
  free(npz);
  errno = error;
}

// Makes the problem the one that this thread asks for. Returns NULL.
static descry_npz* fail_to_open_npz(descry_npz* npz, const char* path) {
  descryi_npy_keep_problem(path, npz ? npz->problem.text : NULL);
  if (npz) free_npz(npz);
  return NULL;
}

static descry_npz* new_npz(const char* path) {
  descry_npz* npz = calloc(1, sizeof *npz);
  if (!npz) return NULL;
  npz->file = -1;
  npz->path = copy_npz_text(&npz->arena, path, strlen(path));
  descryi_crc_start(&npz->sums);
  if (npz->path) return npz;
  free_npz(npz);
  return NULL;
}

static int create_part(descry_npz* npz, unsigned flags) {
  char part[PATH_MAX];
  if (flags & ~(unsigned)DESCRY_DURABLE) {
    return descryi_npy_fail(&npz->problem, "flags must be DESCRY_DURABLE or 0, got 0x%x", flags);
  }
  npz->is_durable = flags != 0;
  npz->file = descryi_npy_open_beside(npz->path, part, sizeof part, &npz->problem);
  if (npz->file < 0) return -1;
  npz->part = copy_npz_text(&npz->arena, part, strlen(part));
  if (npz->part) return 0;
  (void)unlink(part);
  return descryi_npy_no_memory(&npz->problem);
}

descry_npz* descry_npz_create(const char* path, unsigned flags) {
  descry_npz* npz = new_npz(path);
  return npz && create_part(npz, flags) == 0 ? npz : fail_to_open_npz(npz, path);
}

// Returns the member of this name, the last one if there are several as Python's zipfile does, or
// NULL.
static const descryi_zip_member* find_member(const descry_npz* npz, const char* name) {
  for (size_t i = npz->directory.count; i > 0; --i) {
    const descryi_zip_member* member = &npz->directory.members[i - 1];
    if (strcmp(npz->names[i - 1], name) == 0 || strcmp(member->name, name) == 0) return member;
  }
  return NULL;
}

// Checks a name that a member shall get: whoever unpacks the file must not be led out of a folder.
static int check_member_name(descry_npz* npz, const char* name) {
  if (!*name || strlen(name) > MAX_NAME || !descryi_is_utf8(name)) {
    return descryi_npy_fail(&npz->problem, "a name must be UTF-8, of 1 to %d bytes", MAX_NAME);
  }
  const size_t length = strlen(name);
  const bool is_outside = *name == '/' || strchr(name, '\\') || strcmp(name, "..") == 0 ||
                          strncmp(name, "../", 3) == 0 || strstr(name, "/../") ||
                          (length >= 3 && strcmp(name + length - 3, "/..") == 0);
  if (is_outside) return descryi_npy_fail(&npz->problem, "the name '%.200s' is a path", name);
  if (!find_member(npz, name)) return 0;
  return descryi_npy_fail(&npz->problem, "there is a member '%.200s' already", name);
}

// Makes room for one more member, in memory that doubles.
static int grow_directory(descry_npz* npz) {
  descryi_zip_directory* const directory = &npz->directory;
  if (directory->count < npz->room) return 0;
  const size_t room = npz->room ? 2 * npz->room : 8;
  descryi_zip_member* members = descryi_npy_alloc(&npz->arena, room, sizeof *members);
  char** names = descryi_npy_alloc(&npz->arena, room, sizeof *names);
  if (!members || !names) return descryi_npy_no_memory(&npz->problem);
  if (directory->count) {
    memcpy(members, directory->members, directory->count * sizeof *members);
    memcpy(names, npz->names, directory->count * sizeof *names);
  }
  directory->members = members;
  npz->names = names;
  npz->room = room;
  return 0;
}

// Appends a member to the directory, which counts once its array is closed. Returns it, or NULL.
static descryi_zip_member* append_member(descry_npz* npz, const char* name) {
  const size_t length = strlen(name);
  char* const stored =
      grow_directory(npz) < 0 ? NULL : descryi_npy_alloc(&npz->arena, length + SUFFIX + 1, 1);
  char* const given = stored ? copy_npz_text(&npz->arena, name, length) : NULL;
  if (!given) {
    descryi_npy_no_memory(&npz->problem);
    return NULL;
  }
  (void)snprintf(stored, length + SUFFIX + 1, "%s%s", name, kSuffix);
  const size_t at = npz->directory.count;
  npz->names[at] = given;
  npz->directory.members[at] = (descryi_zip_member){
      .name = stored, .name_length = length + SUFFIX, .header = npz->directory.start};
  return &npz->directory.members[at];
}

// Returns an array that is not open yet, with the path and the member's name for its problems.
static descry_npy* new_array(descry_npz* npz, const char* name) {
  const size_t size = strlen(npz->path) + strlen(name) + 3;
  char* const path = malloc(size);
  if (!path) return NULL;
  (void)snprintf(path, size, "%s: %s", npz->path, name);
  descry_npy* npy = descryi_npy_new(path);
  free(path);
  return npy;
}

static int begin_member(descry_npz* npz, descry_npy* npy, const char* name, const descry_type* type,
                        int ndim, const size_t* shape) {
  if (!npz->part) return descryi_npy_fail(&npy->problem, "the file is open to be read");
  if (npz->is_spoiled) return descryi_npy_fail(&npy->problem, "a member before was not finished");
  if (npz->adding) return descryi_npy_fail(&npy->problem, "the member before is not closed yet");
  const descryi_zip_member* const member =
      check_member_name(npz, name) < 0 ? NULL : append_member(npz, name);
  if (!member) {
    npy->problem = npz->problem;
    return -1;
  }
  npy->start = (size_t)member->header + descryi_zip_header_size(member);
  npy->file = npz->file;
  npy->npz = npz;
  npy->sums = &npz->sums;
  return descryi_npy_begin(npy, type, ndim, shape);
}

descry_npy* descry_npz_add(descry_npz* npz, const char* name, const descry_type* type, int ndim,
                           const size_t* shape) {
  descry_npy* npy = new_array(npz, name);
  if (npy && begin_member(npz, npy, name, type, ndim, shape) == 0) {
    npz->adding = npy;
    return npy;
  }
  if (npy) {
    npz->problem = npy->problem;
  } else {
    descryi_npy_no_memory(&npz->problem);
  }
  return descryi_npy_fail_to_open(npy, npy ? npy->path : name);
}

int descryi_npy_sum(int file, size_t offset, size_t size, const descryi_crc_tables* sums,
                    uint32_t* sum, descryi_npy_problem* problem) {
  enum { ROOM = 1 << 16 };
  char* const bytes = malloc(ROOM);
  int result = bytes ? 0 : descryi_npy_no_memory(problem);
  while (result == 0 && size > 0) {
    const size_t piece = size < ROOM ? size : ROOM;
    result = descryi_npy_read_at(file, bytes, piece, offset, problem);
    if (result == 0) *sum = descryi_crc_update(sums, *sum, bytes, piece);
    offset += piece;
    size -= piece;
  }
  free(bytes);
  return result;
}

// Writes the header of the array, and stores the check sum of header and data together.
static int write_array_header(descry_npy* npy, uint32_t* sum) {
  size_t size, done;
  const char* header = descryi_npy_header_write(&npy->header, &size, &npy->arena, &npy->problem);
  if (!header) return -1;
  if (size != npy->header.data_offset) {
    return descryi_npy_fail(&npy->problem, "its header has no room for its length");
  }
  if (descryi_npy_write_at(npy->file, header, size, npy->start, &done, &npy->problem) < 0) {
    return -1;
  }
  // Where a write failed and was tried again, the sum of what stands there is not known.
  const size_t data = npy->start + npy->header.data_offset;
  if (descryi_npy_sum(npy->file, data + npy->summed, npy->written - npy->summed, npy->sums,
                      &npy->sum, &npy->problem) < 0) {
    return -1;
  }
  *sum = descryi_crc_join(descryi_crc_update(npy->sums, 0, header, size), npy->sum, npy->written);
  return 0;
}

int descryi_npz_end_member(descry_npy* npy) {
  descry_npz* const npz = npy->npz;
  descryi_zip_member* const member = &npz->directory.members[npz->directory.count];
  if (write_array_header(npy, &member->crc) < 0) return -1;
  member->size = member->stored = npy->header.data_offset + npy->written;
  if (descryi_zip_write_header(npz->file, member, &npy->problem) < 0) return -1;
  ++npz->directory.count;
  npz->directory.start = npy->start + member->size;
  npz->adding = NULL;
  npy->npz = NULL;
  npy->file = -1;
  return 0;
}

void descryi_npz_forget_member(descry_npy* npy) {
  if (npy->npz->adding == npy) {
    npy->npz->adding = NULL;
    npy->npz->is_spoiled = true;
  }
  npy->npz = NULL;
  npy->file = -1;
}

// Writes the directory and gives the file its name.
static int finish_npz(descry_npz* npz) {
  if (npz->adding) {
    return descryi_npy_fail(&npz->problem, "its member '%.200s' is not closed",
                            npz->names[npz->directory.count]);
  }
  if (npz->is_spoiled)
    return descryi_npy_fail(&npz->problem, "one of its members was not finished");
  if (descryi_zip_write_directory(npz->file, &npz->directory, &npz->problem) < 0) return -1;
  if (descryi_npy_take_place(npz->file, npz->part, npz->path, npz->is_durable, &npz->problem) < 0) {
    return -1;
  }
  npz->part = NULL;
  return 0;
}

int descry_npz_close(descry_npz* npz) {
  if (!npz) return 0;
  if (npz->part && finish_npz(npz) < 0) {
    fail_to_open_npz(npz, npz->path);
    return -1;
  }
  free_npz(npz);
  return 0;
}

void descry_npz_discard(descry_npz* npz) {
  if (npz) free_npz(npz);
}

// Stores the names without ".npy", as np.load has them.
static int strip_names(descry_npz* npz) {
  const descryi_zip_directory* const directory = &npz->directory;
  npz->names = descryi_npy_alloc(&npz->arena, directory->count + 1, sizeof *npz->names);
  if (!npz->names) return descryi_npy_no_memory(&npz->problem);
  for (size_t i = 0; i < directory->count; ++i) {
    const descryi_zip_member* const member = &directory->members[i];
    size_t length = member->name_length;
    if (length > SUFFIX && strcmp(member->name + length - SUFFIX, kSuffix) == 0) length -= SUFFIX;
    npz->names[i] = copy_npz_text(&npz->arena, member->name, length);
    if (!npz->names[i]) return descryi_npy_no_memory(&npz->problem);
  }
  return 0;
}

static int open_to_read(descry_npz* npz) {
  npz->file = descryi_npy_open_file(npz->path, O_RDONLY, &npz->problem);
  if (npz->file < 0) return -1;
  if (descryi_zip_read(npz->file, &npz->directory, &npz->arena, &npz->problem) < 0) return -1;
  return strip_names(npz);
}

descry_npz* descry_npz_open(const char* path) {
  descry_npz* npz = new_npz(path);
  return npz && open_to_read(npz) == 0 ? npz : fail_to_open_npz(npz, path);
}

size_t descry_npz_count(const descry_npz* npz) { return npz->directory.count; }

const char* descry_npz_name(const descry_npz* npz, size_t i) {
  return i < npz->directory.count ? npz->names[i] : NULL;
}

// Finds a member and where its data lie. Returns NULL with the problem.
static const descryi_zip_member* find_member_data(descry_npz* npz, const char* name,
                                                  uint64_t* offset) {
  const descryi_zip_member* const member = find_member(npz, name);
  if (!member) {
    (void)descryi_npy_fail(&npz->problem, "there is no member '%.200s'", name);
    return NULL;
  }
  const int found =
      descryi_zip_find_data(npz->file, &npz->directory, member, offset, &npz->problem);
  return found < 0 ? NULL : member;
}

static int map_member(descry_npz* npz, descry_npy* npy, const char* name, const descry_type* type,
                      unsigned flags) {
  uint64_t offset;
  if (flags & DESCRY_WRITE) {
    return descryi_npy_fail(&npy->problem,
                            "a member can only be read: its check sum would be wrong afterwards");
  }
  if (npz->part) return descryi_npy_fail(&npy->problem, "the file is open to be written");
  const descryi_zip_member* const member = find_member_data(npz, name, &offset);
  if (!member) {
    npy->problem = npz->problem;
    return -1;
  }
  npy->start = (size_t)offset;
  npy->end = (size_t)(offset + member->size);
  return descryi_npy_map(npy, npz->file, type, flags);
}

descry_npy* descry_npz_map(descry_npz* npz, const char* name, const descry_type* type,
                           unsigned flags) {
  descry_npy* npy = new_array(npz, name);
  if (npy && map_member(npz, npy, name, type, flags) == 0) return npy;
  if (npy) {
    npz->problem = npy->problem;
  } else {
    descryi_npy_no_memory(&npz->problem);
  }
  return descryi_npy_fail_to_open(npy, npy ? npy->path : name);
}

int descry_npz_check(descry_npz* npz, const char* name) {
  uint64_t offset;
  uint32_t sum = 0;
  const descryi_zip_member* const member = find_member_data(npz, name, &offset);
  if (!member) return -1;
  if (descryi_npy_sum(npz->file, (size_t)offset, (size_t)member->size, &npz->sums, &sum,
                      &npz->problem) < 0) {
    return -1;
  }
  if (sum == member->crc) return 0;
  return descryi_npy_fail(&npz->problem,
                          "member '%.200s' has the check sum %08x, and its directory says %08x",
                          name, sum, member->crc);
}

const char* descry_npz_problem(const descry_npz* npz) {
  if (!npz) return descry_npy_problem(NULL);
  return *npz->problem.text ? npz->problem.text : NULL;
}
