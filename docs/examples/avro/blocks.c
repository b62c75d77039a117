// SPDX-License-Identifier: BSD-3-Clause
#include "blocks.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

enum { SYNC_SIZE = 16, LONGEST_VALUE = 1 << 28 };

// A file that is being looked through.
typedef struct scan {
  FILE* file;
  off_t size;
  blocks* all;
  char sync[SYNC_SIZE];
} scan;

static int fail(scan* at, const char* what) {
  snprintf(at->all->problem, sizeof at->all->problem, "%s",
           ferror(at->file) ? strerror(errno) : what);
  return -1;
}

static off_t left(const scan* at) { return at->size - ftello(at->file); }

// A long: seven bits a byte, the least significant first, the sign in the last bit of all.
static int read_long(scan* at, int64_t* out) {
  uint64_t bits = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const int byte = getc(at->file);
    if (byte == EOF) return fail(at, "the file ends too early");
    bits |= (uint64_t)(byte & 0x7F) << shift;
    if (byte & 0x80) continue;
    *out = (int64_t)(bits >> 1) ^ -(int64_t)(bits & 1);
    return 0;
  }
  return fail(at, "a number is longer than 64 bits");
}

// Reads text for the caller to free.
static int read_bytes(scan* at, char** out, size_t* size) {
  int64_t length;
  if (read_long(at, &length) < 0) return -1;
  if (length < 0 || length > LONGEST_VALUE || length > left(at)) {
    return fail(at, "the header has a text that reaches past the end");
  }
  *size = (size_t)length;
  *out = malloc(*size + 1);
  if (!*out) return fail(at, "out of memory");
  (*out)[*size] = '\0';
  if (fread(*out, 1, *size, at->file) == *size) return 0;
  free(*out);
  return fail(at, "the file ends too early");
}

static bool is_known_codec(const char* name, size_t size) {
  static const char* const kCodecs[] = {"null", "deflate", "snappy", "lzma"};
  for (size_t i = 0; i < sizeof kCodecs / sizeof kCodecs[0]; ++i) {
    if (size == strlen(kCodecs[i]) && memcmp(name, kCodecs[i], size) == 0) return true;
  }
  return false;
}

static int take_value(scan* at, const char* key, const char* value, size_t size, bool* codec) {
  if (strcmp(key, "avro.codec") == 0) {
    *codec = true;
    return is_known_codec(value, size) ? 0 : fail(at, "libavro does not know the file's codec");
  }
  if (strcmp(key, "avro.schema") != 0) return 0;
  json_decref(at->all->schema);
  at->all->schema = json_loadb(value, size, JSON_DECODE_ANY, NULL);
  return at->all->schema ? 0 : fail(at, "the schema in the header is not JSON");
}

static int read_entry(scan* at, bool* codec) {
  char *key, *value;
  size_t size;
  if (read_bytes(at, &key, &size) < 0) return -1;
  int result = read_bytes(at, &value, &size);
  if (result == 0) {
    result = take_value(at, key, value, size, codec);
    free(value);
  }
  free(key);
  return result;
}

static int read_entries(scan* at, bool* codec) {
  int64_t count, size;
  for (;;) {
    if (read_long(at, &count) < 0) return -1;
    if (count == 0) return 0;
    if (count < 0 && read_long(at, &size) < 0) return -1;
    if (count < -left(at) || count > left(at)) return fail(at, "the header is damaged");
    for (count = count < 0 ? -count : count; count > 0; --count) {
      if (read_entry(at, codec) < 0) return -1;
    }
  }
}

static int read_header(scan* at) {
  char magic[4];
  bool codec = false;
  if (fread(magic, 1, 4, at->file) != 4 || memcmp(magic, "Obj\1", 4) != 0) {
    return fail(at, "not an Avro file");
  }
  if (read_entries(at, &codec) < 0) return -1;
  if (!at->all->schema) return fail(at, "the header has no schema");
  if (!codec) return fail(at, "the header names no codec, which libavro needs");
  if (fread(at->sync, 1, SYNC_SIZE, at->file) == SYNC_SIZE) return 0;
  return fail(at, "the file ends too early");
}

static int read_block(scan* at) {
  int64_t count, size;
  char sync[SYNC_SIZE];
  if (read_long(at, &count) < 0 || read_long(at, &size) < 0) return -1;
  if (count < 1 || size < 0 || size > left(at) - SYNC_SIZE) {
    return fail(at, "a block has no records, or reaches past the end: the file is cut or damaged");
  }
  if (fseeko(at->file, (off_t)size, SEEK_CUR) < 0 ||
      fread(sync, 1, SYNC_SIZE, at->file) != SYNC_SIZE) {
    return fail(at, "the file ends too early");
  }
  if (memcmp(sync, at->sync, SYNC_SIZE) != 0) return fail(at, "a block is damaged");
  at->all->records += (uint64_t)count;
  return at->all->records <= PTRDIFF_MAX ? 0 : fail(at, "more records than memory could hold");
}

int blocks_read(blocks* all, FILE* file) {
  scan at = {.file = file, .all = all};
  *all = (blocks){0};
  if (fseeko(file, 0, SEEK_END) < 0) return fail(&at, strerror(errno));
  at.size = ftello(file);
  if (fseeko(file, 0, SEEK_SET) < 0) return fail(&at, strerror(errno));
  if (read_header(&at) < 0) return -1;
  while (left(&at) > 0) {
    if (read_block(&at) < 0) return -1;
  }
  return fseeko(file, 0, SEEK_SET) < 0 ? fail(&at, strerror(errno)) : 0;
}
