// SPDX-License-Identifier: BSD-3-Clause
#define _GNU_SOURCE  // NOLINT(bugprone-reserved-identifier): glibc's own; for flock
#include "ring.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const char kMagic[8] = {'r', 'i', 'n', 'g', '0', '0', '1', '\n'};

enum { WORDS = sizeof(reading) / sizeof(uint64_t) };
_Static_assert(sizeof(reading) % sizeof(uint64_t) == 0, "a reading is copied by words");

static int fail(int error) {
  errno = error;
  return -1;
}

static int map_file(ring* r, int file, size_t size, int protection) {
  void* const map = mmap(NULL, size, protection, MAP_SHARED, file, 0);
  if (map == MAP_FAILED) return -1;
  r->header = map;
  r->slots = (slot*)(void*)((char*)map + sizeof(ring_header));
  r->size = size;
  return 0;
}

// Checks what is mapped: the capacity is that of the file's size, whatever the file says.
static int check(ring* r) {
  const ring_header* const header = r->header;
  r->capacity = (r->size - sizeof *header) / sizeof(slot);
  const bool is_ring = memcmp(header->magic, kMagic, sizeof kMagic) == 0 &&
                       header->slot_size == sizeof(slot) && header->capacity == r->capacity &&
                       r->capacity > 0;
  return is_ring ? 0 : fail(EINVAL);
}

// Returns the size of a file that holds a ring, or -1 with errno.
static off_t file_size(int file) {
  struct stat status;
  if (fstat(file, &status) < 0) return -1;
  if (!S_ISREG(status.st_mode)) return fail(EINVAL);
  return status.st_size;
}

// Maps a file that is locked; an empty one becomes a ring. One whose maker was killed before the
// magic was written is made anew.
static int create_in(ring* r, int file, size_t capacity) {
  char magic[sizeof kMagic] = "";
  const off_t size = file_size(file);
  if (size < 0) return -1;
  if (size > 0 && pread(file, magic, sizeof magic, 0) < 0) return -1;
  const bool is_new = size == 0 || memcmp(magic, (char[sizeof magic]){0}, sizeof magic) == 0;
  if (!is_new && (size_t)size < sizeof(ring_header)) return fail(EINVAL);
  if (capacity == 0 || capacity > (SIZE_MAX / 4) / sizeof(slot)) return fail(EINVAL);
  const size_t wanted = is_new ? sizeof(ring_header) + capacity * sizeof(slot) : (size_t)size;
  if (is_new && ftruncate(file, (off_t)wanted) < 0) return -1;
  if (map_file(r, file, wanted, PROT_READ | PROT_WRITE) < 0) return -1;
  if (!is_new) return check(r);
  r->header->slot_size = sizeof(slot);
  r->header->capacity = r->capacity = capacity;
  __atomic_thread_fence(__ATOMIC_RELEASE);
  memcpy(r->header->magic, kMagic, sizeof kMagic);
  return 0;
}

int ring_create(ring* r, const char* path, size_t capacity) {
  *r = (ring){.file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666)};
  if (r->file < 0) return -1;
  if (flock(r->file, LOCK_EX | LOCK_NB) == 0 && create_in(r, r->file, capacity) == 0) return 0;
  const int error = errno;
  ring_close(r);
  return fail(error);
}

int ring_open(ring* r, const char* path) {
  *r = (ring){.file = -1};
  const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return -1;
  const off_t size = file_size(file);
  int result = size < 0 ? -1 : 0;
  if (result == 0 && (size_t)size < sizeof(ring_header)) result = fail(EINVAL);
  if (result == 0) result = map_file(r, file, (size_t)size, PROT_READ);
  if (result == 0) result = check(r);
  const int error = errno;
  (void)close(file);  // the map keeps it
  if (result == 0) return 0;
  ring_close(r);
  return fail(error);
}

void ring_close(ring* r) {
  if (r->header) (void)munmap(r->header, r->size);
  if (r->file >= 0) (void)close(r->file);
  *r = (ring){.file = -1};
}

// Copies a reading while another process may use one of the two. A memcpy would be a data race, and
// the compiler might take it for granted that there is none.
static void copy_words(reading* to, const reading* from) {
  uint64_t* const words = (uint64_t*)(void*)to;
  const uint64_t* const source = (const uint64_t*)(const void*)from;
  for (size_t i = 0; i < WORDS; ++i) {
    __atomic_store_n(&words[i], __atomic_load_n(&source[i], __ATOMIC_RELAXED), __ATOMIC_RELAXED);
  }
}

uint64_t reading_sum(const reading* value) {
  uint64_t words[WORDS], sum = 0;
  memcpy(words, value, sizeof words);
  for (size_t i = 0; i + 1 < WORDS; ++i) sum += words[i];
  return sum;
}

uint64_t ring_written(const ring* r) {
  return __atomic_load_n(&r->header->written, __ATOMIC_ACQUIRE);
}

void ring_write(ring* r, reading* value) {
  const uint64_t number = r->header->written;
  slot* const to = &r->slots[number % r->capacity];
  value->number = number;
  value->sum = reading_sum(value);
  __atomic_store_n(&to->sequence, 2 * number + 1, __ATOMIC_RELAXED);
  __atomic_thread_fence(__ATOMIC_RELEASE);  // whoever reads a word of it sees the odd sequence, too
  copy_words(&to->value, value);
  __atomic_store_n(&to->sequence, 2 * number + 2, __ATOMIC_RELEASE);
  __atomic_store_n(&r->header->written, number + 1, __ATOMIC_RELEASE);
}

bool ring_read(const ring* r, uint64_t number, reading* value) {
  const slot* const from = &r->slots[number % r->capacity];
  const uint64_t sequence = 2 * number + 2;
  if (__atomic_load_n(&from->sequence, __ATOMIC_ACQUIRE) != sequence) return false;
  copy_words(value, &from->value);
  __atomic_thread_fence(__ATOMIC_ACQUIRE);  // the words were read before the sequence is again
  return __atomic_load_n(&from->sequence, __ATOMIC_RELAXED) == sequence;
}
