// SPDX-License-Identifier: BSD-3-Clause
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE  // NOLINT(bugprone-reserved-identifier): glibc's own name; for flock
#endif
#include "src/npy/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

int descryi_npy_fail_system(descryi_npy_problem* problem, const char* what) {
  const int error = errno;
  descryi_npy_fail(problem, "%s: %s", what, strerror(error));
  errno = error;
  return -1;
}

int descryi_npy_write_at(int file, const char* bytes, size_t size, size_t offset, size_t* done,
                         descryi_npy_problem* problem) {
  *done = 0;
  while (*done < size) {
    const ssize_t written = pwrite(file, bytes + *done, size - *done, (off_t)(offset + *done));
    if (written > 0) {
      *done += (size_t)written;
    } else if (written == 0 || errno != EINTR) {
      if (written == 0) errno = EIO;
      return descryi_npy_fail_system(problem, "cannot write");
    }
  }
  return 0;
}

int descryi_npy_read_at(int file, char* bytes, size_t size, size_t offset,
                        descryi_npy_problem* problem) {
  size_t done = 0;
  while (done < size) {
    const ssize_t got = pread(file, bytes + done, size - done, (off_t)(offset + done));
    if (got > 0) {
      done += (size_t)got;
    } else if (got == 0) {
      return descryi_npy_fail(problem, "it ends after %zu bytes", offset + done);
    } else if (errno != EINTR) {
      return descryi_npy_fail_system(problem, "cannot read");
    }
  }
  return 0;
}

off_t descryi_npy_file_size(int file, descryi_npy_problem* problem) {
  struct stat status;
  if (fstat(file, &status) < 0) return descryi_npy_fail_system(problem, "cannot read");
  if (S_ISREG(status.st_mode)) return status.st_size;
  return descryi_npy_fail(problem, "it is not a regular file");
}

// Closes a file, and leaves errno as it is.
static void close_quietly(int file) {
  const int error = errno;
  if (file >= 0) (void)close(file);
  errno = error;
}

int descryi_npy_open_file(const char* path, int mode, descryi_npy_problem* problem) {
  int file;
  do {
    // Without O_NONBLOCK, opening a pipe waits until somebody writes to it.
    file = open(path, mode | O_CLOEXEC | O_NONBLOCK);
  } while (file < 0 && errno == EINTR);
  if (file < 0) return descryi_npy_fail_system(problem, "cannot open");
  if (descryi_npy_file_size(file, problem) >= 0) return file;
  close_quietly(file);
  return -1;
}

static int lock_alone(int file, descryi_npy_problem* problem) {
  while (flock(file, LOCK_EX | LOCK_NB) < 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) return descryi_npy_fail_system(problem, "cannot lock");
    descryi_npy_fail(problem, "another writer has it open");
    errno = EWOULDBLOCK;
    return -1;
  }
  return 0;
}

// Whether `path` names this very file: another may have taken its place before it was locked.
static bool is_named(const char* path, int file) {
  struct stat named, opened;
  return stat(path, &named) == 0 && fstat(file, &opened) == 0 && named.st_dev == opened.st_dev &&
         named.st_ino == opened.st_ino;
}

int descryi_npy_open_alone(const char* path, descryi_npy_problem* problem) {
  while (true) {
    const int file = open(path, O_RDWR | O_CLOEXEC);
    if (file < 0 && errno == EINTR) continue;
    if (file < 0 && errno == ENOENT) return -2;
    if (file < 0) return descryi_npy_fail_system(problem, "cannot open");
    if (descryi_npy_file_size(file, problem) < 0 || lock_alone(file, problem) < 0) {
      close_quietly(file);
      return -1;
    }
    if (is_named(path, file)) return file;
    close_quietly(file);
  }
}

// Copies what is behind the first `skipped` bytes of `from`.
static int copy_rest(int from, size_t skipped, int to, size_t offset,
                     descryi_npy_problem* problem) {
  enum { ROOM = 1 << 16 };
  const off_t end = descryi_npy_file_size(from, problem);
  char* bytes = end < 0 ? NULL : malloc(ROOM);
  int result = end < 0 ? -1 : 0;
  if (!bytes && result == 0) result = descryi_npy_no_memory(problem);
  while (result == 0 && skipped < (size_t)end) {
    const size_t left = (size_t)end - skipped, size = left < ROOM ? left : ROOM;
    size_t done;
    result = descryi_npy_read_at(from, bytes, size, skipped, problem);
    if (result == 0) result = descryi_npy_write_at(to, bytes, size, offset, &done, problem);
    skipped += size;
    offset += size;
  }
  free(bytes);
  return result;
}

int descryi_npy_open_beside(const char* path, char* name, size_t room,
                            descryi_npy_problem* problem) {
  for (unsigned attempt = 0;; ++attempt) {
    const int length = snprintf(name, room, "%s.%ld-%u.part", path, (long)getpid(), attempt);
    if (length < 0 || (size_t)length >= room) {
      errno = ENAMETOOLONG;
      return descryi_npy_fail_system(problem, "cannot create");
    }
    const int file = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file >= 0) return file;
    if (errno != EEXIST && errno != EINTR) {
      return descryi_npy_fail_system(problem, "cannot create");
    }
  }
}

// Gives the new file its name. Where nothing is replaced, another that came meanwhile is not either
// (rename alone would do that); some file systems cannot promise it. Returns 0, -1 or -2.
static int give_name(const char* name, const char* path, bool replaces,
                     descryi_npy_problem* problem) {
  if (!replaces && link(name, path) == 0) {
    (void)unlink(name);
    return 0;
  }
  if (!replaces && errno == EEXIST) return -2;
  return rename(name, path) == 0 ? 0 : descryi_npy_fail_system(problem, "cannot create");
}

int descryi_npy_replace(const char* path, int former, size_t skipped, const char* header,
                        size_t size, descryi_npy_problem* problem) {
  char name[PATH_MAX];
  size_t done;
  struct stat status;
  const int file = descryi_npy_open_beside(path, name, sizeof name, problem);
  if (file < 0) return -1;
  int result = lock_alone(file, problem);
  if (former >= 0 && fstat(former, &status) == 0) (void)fchmod(file, status.st_mode & 07777);
  if (result == 0) result = descryi_npy_write_at(file, header, size, 0, &done, problem);
  if (result == 0 && former >= 0) result = copy_rest(former, skipped, file, size, problem);
  // A rename that reaches the disk before the data would lose both files.
  if (result == 0 && former >= 0) result = descryi_npy_sync(file, NULL, problem);
  if (result == 0) result = give_name(name, path, former >= 0, problem);
  if (result == 0) return file;
  const int error = errno;
  (void)unlink(name);
  close_quietly(file);
  errno = error;
  return result;
}

static int sync_file(int file) {
  while (fsync(file) < 0) {
    if (errno != EINTR) return -1;
  }
  return 0;
}

// Brings the name of a file to the disk. Some file systems do that by themselves and cannot be
// asked to, and a folder that may not be read cannot be asked for either. Returns 0, or -1 with
// errno.
static int sync_folder(const char* path) {
  char folder[PATH_MAX];
  const char* const slash = strrchr(path, '/');
  const size_t length = slash == path ? 1 : slash ? (size_t)(slash - path) : 0;
  if (length >= sizeof folder) return 0;
  memcpy(folder, path, length);
  folder[length] = '\0';
  const int opened = open(length ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) return errno == EACCES ? 0 : -1;
  const int result = sync_file(opened) < 0 && errno != EINVAL && errno != ENOTSUP ? -1 : 0;
  close_quietly(opened);
  return result;
}

int descryi_npy_sync(int file, const char* path, descryi_npy_problem* problem) {
  if (sync_file(file) == 0 && (!path || sync_folder(path) == 0)) return 0;
  return descryi_npy_fail_system(problem, "cannot bring it to the disk");
}

int descryi_npy_take_place(int file, const char* part, const char* path, bool is_durable,
                           descryi_npy_problem* problem) {
  struct stat status;
  if (stat(path, &status) == 0) (void)fchmod(file, status.st_mode & 07777);
  // A rename that reaches the disk before the data would lose both files.
  if (is_durable && descryi_npy_sync(file, NULL, problem) < 0) return -1;
  if (rename(part, path) < 0) return descryi_npy_fail_system(problem, "cannot create");
  if (!is_durable || sync_folder(path) == 0) return 0;
  return descryi_npy_fail_system(problem, "cannot bring it to the disk");
}
