// SPDX-License-Identifier: BSD-3-Clause
// A ring of readings in a file that processes map: one of them writes, any number read. Each slot
// has a sequence lock, so that neither side ever waits for the other. No Python.
#ifndef DESCRY_DOCS_EXAMPLES_RING_RING_H_
#define DESCRY_DOCS_EXAMPLES_RING_RING_H_

#include <descry/declare.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What is written. Its size is a multiple of 8 bytes, for it is copied by such words.
typedef struct {
  uint64_t number;  // 0 for the first one ever
  int64_t when;     // nanoseconds since 1970
  double position[3], velocity[3];
  uint64_t sum;  // of the words before: what is torn does not have it
} reading;

// A place in the ring. `sequence` is 2 * number + 2 while `value` is that reading, 2 * number + 1
// while it is being written, and 0 before the first one.
typedef struct {
  uint64_t sequence;
  reading value;
} slot;

DESCRY_DECLARE(reading);
DESCRY_DECLARE(slot);

// How the file begins. The slots follow.
typedef struct {
  char magic[8];  // written last
  uint64_t slot_size, capacity;
  uint64_t written;  // readings so far: the newest has this number less 1
} ring_header;

// A mapped ring.
typedef struct {
  ring_header* header;
  slot* slots;
  size_t capacity;
  size_t size;  // bytes of the map
  int file;     // locked for the one who writes, else -1
} ring;

// Maps the ring at `path` for the only writer, and goes on where the last one stopped; makes one of
// `capacity` slots where there is none. Returns 0, or -1 with errno: EWOULDBLOCK where another
// process writes, EINVAL where the file is not such a ring.
int ring_create(ring* r, const char* path, size_t capacity);

// Maps the ring at `path` to read. Returns 0, or -1 with errno: EINVAL where the file is not such a
// ring.
int ring_open(ring* r, const char* path);

void ring_close(ring* r);

// Returns the sum that belongs to a reading.
uint64_t reading_sum(const reading* value);

// Returns the number of readings written so far.
uint64_t ring_written(const ring* r);

// Writes the next reading over the oldest one; sets its number and its sum.
void ring_write(ring* r, reading* value);

// Copies the reading `number`. Returns false where it is not in the ring, or was overwritten
// meanwhile; `value` is undefined then.
bool ring_read(const ring* r, uint64_t number, reading* value);

#endif  // DESCRY_DOCS_EXAMPLES_RING_RING_H_
