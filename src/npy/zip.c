// SPDX-License-Identifier: BSD-3-Clause
#include "src/npy/zip.h"

#include <stdlib.h>
#include <string.h>

#include "src/npy/file.h"
#include "src/schema/problem.h"

// The parts of a zip file, by the four bytes that each begins with.
enum {
  LOCAL_HEADER = 0x04034b50,
  DIRECTORY_ENTRY = 0x02014b50,
  END64 = 0x06064b50,
  END64_LOCATOR = 0x07064b50,
  END = 0x06054b50
};

// How many bytes of each are always there.
enum { LOCAL_SIZE = 30, ENTRY_SIZE = 46, END64_SIZE = 56, LOCATOR_SIZE = 20, END_SIZE = 22 };

// Extra fields. The second is that of zipalign: bytes without a meaning, in front of the data.
enum { EXTRA_ZIP64 = 1, EXTRA_ALIGN = 0xd935, EXTRA_HEAD = 4, ALIGN_LEAST = 6 };

enum { FLAG_ENCRYPTED = 1, FLAG_UTF8 = 0x800 };
enum { VERSION = 20, VERSION64 = 45, ON_UNIX = 3 << 8 };

// 1980-01-01, the first day that there is: the same arrays make the same file.
enum { FIRST_DAY = 0x21 };

// More than any file needs (half a million members), and little enough to read at once.
enum { MAX_DIRECTORY = 1 << 26 };

// Stands for a number that is in the ZIP64 extra field, or in the end that is for it.
static const uint64_t kSee64 = 0xffffffffu;
enum { SEE64_COUNT = 0xffff };

// Bytes from the least significant one on.
static uint64_t get_number(const unsigned char* at, int size) {
  uint64_t value = 0;
  for (int i = size; i > 0; --i) value = value << 8 | at[i - 1];
  return value;
}

static unsigned char* put_number(unsigned char* to, uint64_t value, int size) {
  for (int i = 0; i < size; ++i) *to++ = (unsigned char)(value >> 8 * i);
  return to;
}

static uint64_t at_most(uint64_t value, uint64_t most) { return value < most ? value : most; }

static int read_bytes(int file, unsigned char* bytes, size_t size, uint64_t offset,
                      descryi_npy_problem* problem) {
  return descryi_npy_read_at(file, (char*)bytes, size, (size_t)offset, problem);
}

static int malformed_zip(descryi_npy_problem* problem, const char* why) {
  return descryi_npy_fail(problem, "its zip directory is malformed: %s", why);
}

// What the end of the file says of the directory.
typedef struct zip_end {
  uint64_t count, start, size;
  uint64_t at;  // where the end begins: the directory has to reach up to there
} zip_end;

// Stores where the last part begins, which may have a comment behind it.
static int find_end(int file, uint64_t file_size, unsigned char bytes[END_SIZE], uint64_t* at,
                    descryi_npy_problem* problem) {
  enum { MAX_COMMENT = 0xffff };
  if (file_size < END_SIZE) return descryi_npy_fail(problem, "it is not a zip file");
  const size_t size = (size_t)at_most(file_size, MAX_COMMENT + END_SIZE);
  unsigned char* const tail = malloc(size);
  if (!tail) return descryi_npy_no_memory(problem);
  int result = read_bytes(file, tail, size, file_size - size, problem);
  size_t i = size - END_SIZE;
  while (result == 0 &&
         (get_number(tail + i, 4) != END || get_number(tail + i + 20, 2) != size - END_SIZE - i)) {
    if (i-- == 0) result = descryi_npy_fail(problem, "it is not a zip file, or not all of one");
  }
  if (result == 0) memcpy(bytes, tail + i, END_SIZE);
  *at = file_size - size + i;
  free(tail);
  return result;
}

// Reads the end that has more digits, where there is one in front of the other.
static int read_end64(int file, zip_end* end, descryi_npy_problem* problem) {
  unsigned char bytes[END64_SIZE];
  if (end->at < LOCATOR_SIZE + END64_SIZE) return 0;
  if (read_bytes(file, bytes, LOCATOR_SIZE, end->at - LOCATOR_SIZE, problem) < 0) return -1;
  if (get_number(bytes, 4) != END64_LOCATOR) return 0;
  const uint64_t at = get_number(bytes + 8, 8);
  if (at > end->at - LOCATOR_SIZE - END64_SIZE)
    return malformed_zip(problem, "its end is not there");
  if (read_bytes(file, bytes, END64_SIZE, at, problem) < 0) return -1;
  if (get_number(bytes, 4) != END64) return malformed_zip(problem, "its end is not there");
  *end = (zip_end){get_number(bytes + 32, 8), get_number(bytes + 48, 8), get_number(bytes + 40, 8),
                   at};
  return 0;
}

static int read_end(int file, zip_end* end, descryi_npy_problem* problem) {
  unsigned char bytes[END_SIZE];
  const off_t size = descryi_npy_file_size(file, problem);
  if (size < 0 || find_end(file, (uint64_t)size, bytes, &end->at, problem) < 0) return -1;
  end->count = get_number(bytes + 10, 2);
  end->size = get_number(bytes + 12, 4);
  end->start = get_number(bytes + 16, 4);
  if (get_number(bytes + 4, 4) != 0) return malformed_zip(problem, "it is one of several files");
  if (read_end64(file, end, problem) < 0) return -1;
  if (end->start > end->at || end->size != end->at - end->start) {
    return malformed_zip(problem, "it is not where the file says");
  }
  if (end->size > MAX_DIRECTORY) {
    return descryi_npy_fail(problem, "its zip directory has %llu bytes, more than %d",
                            (unsigned long long)end->size, MAX_DIRECTORY);
  }
  if (end->count <= end->size / ENTRY_SIZE) return 0;
  return malformed_zip(problem, "it has fewer members than the file says");
}

// Takes what does not fit into 32 bits from the extra fields of an entry, in the order that they
// have there.
static int read_extra(descryi_zip_member* member, const unsigned char* at, size_t size,
                      descryi_npy_problem* problem) {
  uint64_t* const values[] = {&member->size, &member->stored, &member->header};
  while (size >= EXTRA_HEAD) {
    const uint64_t id = get_number(at, 2);
    size_t length = (size_t)get_number(at + 2, 2);
    at += EXTRA_HEAD;
    size -= EXTRA_HEAD;
    if (length > size) return malformed_zip(problem, "an extra field is cut short");
    const unsigned char* const next = at + length;
    size -= length;
    for (size_t i = 0; id == EXTRA_ZIP64 && i < sizeof values / sizeof *values; ++i) {
      if (*values[i] != kSee64) continue;
      if (length < 8) return malformed_zip(problem, "a ZIP64 field is cut short");
      *values[i] = get_number(at, 8);
      at += 8;
      length -= 8;
    }
    at = next;
  }
  return 0;
}

// Reads the entry at `at`, of which `size` bytes are there. Returns how many it has, or 0 with the
// problem.
static size_t read_entry(descryi_zip_member* member, const unsigned char* at, size_t size,
                         descryi_npy_arena* arena, descryi_npy_problem* problem) {
  if (size < ENTRY_SIZE || get_number(at, 4) != DIRECTORY_ENTRY) {
    malformed_zip(problem, "a member is cut short");
    return 0;
  }
  const size_t name = (size_t)get_number(at + 28, 2), extra = (size_t)get_number(at + 30, 2);
  const size_t all = ENTRY_SIZE + name + extra + (size_t)get_number(at + 32, 2);
  if (all > size) {
    malformed_zip(problem, "a member is cut short");
    return 0;
  }
  char* const text = descryi_npy_alloc(arena, name + 1, 1);
  if (!text) {
    descryi_npy_no_memory(problem);
    return 0;
  }
  memcpy(text, at + ENTRY_SIZE, name);
  *member = (descryi_zip_member){.name = text,
                                 .name_length = name,
                                 .header = get_number(at + 42, 4),
                                 .size = get_number(at + 24, 4),
                                 .stored = get_number(at + 20, 4),
                                 .crc = (uint32_t)get_number(at + 16, 4),
                                 .method = (unsigned)get_number(at + 10, 2),
                                 .is_encrypted = get_number(at + 8, 2) & FLAG_ENCRYPTED};
  if (name == 0 || strlen(text) != name || !descryi_is_utf8(text)) {
    malformed_zip(problem, "a member's name is not UTF-8");
    return 0;
  }
  return read_extra(member, at + ENTRY_SIZE + name, extra, problem) < 0 ? 0 : all;
}

// Reads the entries from `bytes`, the whole directory.
static int read_entries(descryi_zip_directory* directory, const unsigned char* bytes, size_t size,
                        descryi_npy_arena* arena, descryi_npy_problem* problem) {
  directory->members = descryi_npy_alloc(arena, directory->count + 1, sizeof *directory->members);
  if (!directory->members) return descryi_npy_no_memory(problem);
  for (size_t i = 0; i < directory->count; ++i) {
    const size_t used = read_entry(&directory->members[i], bytes, size, arena, problem);
    if (used == 0) return -1;
    bytes += used;
    size -= used;
  }
  return size == 0 ? 0 : malformed_zip(problem, "it has more members than the file says");
}

int descryi_zip_read(int file, descryi_zip_directory* directory, descryi_npy_arena* arena,
                     descryi_npy_problem* problem) {
  zip_end end = {0};
  *directory = (descryi_zip_directory){0};
  if (read_end(file, &end, problem) < 0) return -1;
  directory->count = (size_t)end.count;
  directory->start = end.start;
  unsigned char* const bytes = malloc((size_t)end.size + 1);
  if (!bytes) return descryi_npy_no_memory(problem);
  int result = read_bytes(file, bytes, (size_t)end.size, end.start, problem);
  if (result == 0) result = read_entries(directory, bytes, (size_t)end.size, arena, problem);
  free(bytes);
  return result;
}

int descryi_zip_find_data(int file, const descryi_zip_directory* directory,
                          const descryi_zip_member* member, uint64_t* offset,
                          descryi_npy_problem* problem) {
  unsigned char bytes[LOCAL_SIZE];
  if (member->is_encrypted) return descryi_npy_fail(problem, "it is encrypted");
  if (member->method == DESCRYI_ZIP_DEFLATED) {
    return descryi_npy_fail(problem,
                            "it is compressed, as by np.savez_compressed: only members that are "
                            "stored, as by np.savez, can be mapped");
  }
  if (member->method != DESCRYI_ZIP_STORED) {
    return descryi_npy_fail(problem, "it is compressed by method %u, and not stored",
                            member->method);
  }
  if (member->stored != member->size)
    return malformed_zip(problem, "a stored member has two sizes");
  if (directory->start < LOCAL_SIZE || member->header > directory->start - LOCAL_SIZE) {
    return malformed_zip(problem, "a member lies behind it");
  }
  if (read_bytes(file, bytes, sizeof bytes, member->header, problem) < 0) return -1;
  const uint64_t name = get_number(bytes + 26, 2);
  if (get_number(bytes, 4) != LOCAL_HEADER || get_number(bytes + 8, 2) != DESCRYI_ZIP_STORED ||
      name != member->name_length) {
    return descryi_npy_fail(problem, "its header is not the one that the zip directory says");
  }
  *offset = member->header + LOCAL_SIZE + name + get_number(bytes + 28, 2);
  if (*offset <= directory->start && member->size <= directory->start - *offset) return 0;
  return malformed_zip(problem, "a member reaches into it");
}

static bool is_ascii(const char* text) {
  while (*text && (unsigned char)*text < 0x80) ++text;
  return !*text;
}

// Room for the ZIP64 field is always there: how long a member is shows only at its end.
size_t descryi_zip_header_size(const descryi_zip_member* member) {
  const size_t least = LOCAL_SIZE + member->name_length + EXTRA_HEAD + 16 + ALIGN_LEAST;
  const size_t end = (size_t)(member->header % DESCRYI_ZIP_ALIGNMENT) + least;
  const size_t over = end % DESCRYI_ZIP_ALIGNMENT;
  return least + (over ? DESCRYI_ZIP_ALIGNMENT - over : 0);
}

// Writes the bytes that both kinds of headers have in common: version to name length.
static unsigned char* put_common(unsigned char* to, const descryi_zip_member* member,
                                 unsigned version) {
  to = put_number(to, version, 2);
  to = put_number(to, is_ascii(member->name) ? 0 : FLAG_UTF8, 2);
  to = put_number(to, DESCRYI_ZIP_STORED, 2);
  to = put_number(to, 0, 2);  // midnight
  to = put_number(to, FIRST_DAY, 2);
  to = put_number(to, member->crc, 4);
  to = put_number(to, at_most(member->size, kSee64), 4);
  to = put_number(to, at_most(member->size, kSee64), 4);
  return put_number(to, member->name_length, 2);
}

static unsigned char* put_name(unsigned char* to, const descryi_zip_member* member) {
  memcpy(to, member->name, member->name_length);
  return to + member->name_length;
}

int descryi_zip_write_header(int file, const descryi_zip_member* member,
                             descryi_npy_problem* problem) {
  const size_t size = descryi_zip_header_size(member);
  const bool is_64 = member->size >= kSee64;
  unsigned char* const bytes = calloc(1, size);
  if (!bytes) return descryi_npy_no_memory(problem);
  unsigned char* to = put_number(bytes, LOCAL_HEADER, 4);
  to = put_common(to, member, is_64 ? VERSION64 : VERSION);
  to = put_number(to, size - LOCAL_SIZE - member->name_length, 2);
  to = put_name(to, member);
  if (is_64) {
    to = put_number(to, EXTRA_ZIP64, 2);
    to = put_number(to, 16, 2);
    to = put_number(to, member->size, 8);
    to = put_number(to, member->size, 8);
  }
  to = put_number(to, EXTRA_ALIGN, 2);
  to = put_number(to, size - (size_t)(to - bytes) - 2, 2);
  (void)put_number(to, DESCRYI_ZIP_ALIGNMENT, 2);
  size_t done;
  const int result =
      descryi_npy_write_at(file, (char*)bytes, size, (size_t)member->header, &done, problem);
  free(bytes);
  return result;
}

// Appends a member's entry. Returns what is behind it.
static unsigned char* put_entry(unsigned char* to, const descryi_zip_member* member) {
  const bool is_long = member->size >= kSee64, is_far = member->header >= kSee64;
  const unsigned extra = (is_long ? 16u : 0u) + (is_far ? 8u : 0u);
  to = put_number(to, DIRECTORY_ENTRY, 4);
  to = put_number(to, ON_UNIX | VERSION64, 2);
  to = put_common(to, member, extra ? VERSION64 : VERSION);
  to = put_number(to, extra ? EXTRA_HEAD + extra : 0, 2);
  to = put_number(to, 0, 2);                     // comment
  to = put_number(to, 0, 2);                     // the first of several files
  to = put_number(to, 0, 2);                     // not a text
  to = put_number(to, (uint64_t)0644 << 16, 4);  // permissions, for whoever unpacks it
  to = put_number(to, at_most(member->header, kSee64), 4);
  to = put_name(to, member);
  if (!extra) return to;
  to = put_number(to, EXTRA_ZIP64, 2);
  to = put_number(to, extra, 2);
  if (is_long) to = put_number(put_number(to, member->size, 8), member->size, 8);
  return is_far ? put_number(to, member->header, 8) : to;
}

// Appends what the file ends with, behind the directory of `size` bytes.
static unsigned char* put_end(unsigned char* to, const descryi_zip_directory* directory,
                              uint64_t size) {
  const uint64_t count = directory->count, start = directory->start;
  if (count >= SEE64_COUNT || start >= kSee64 || size >= kSee64) {
    to = put_number(to, END64, 4);
    to = put_number(to, END64_SIZE - 12, 8);
    to = put_number(to, ON_UNIX | VERSION64, 2);
    to = put_number(to, VERSION64, 2);
    to = put_number(to, 0, 8);  // the first of several files
    to = put_number(put_number(to, count, 8), count, 8);
    to = put_number(put_number(to, size, 8), start, 8);
    to = put_number(to, END64_LOCATOR, 4);
    to = put_number(to, 0, 4);
    to = put_number(to, start + size, 8);
    to = put_number(to, 1, 4);
  }
  to = put_number(to, END, 4);
  to = put_number(to, 0, 4);
  to = put_number(put_number(to, at_most(count, SEE64_COUNT), 2), at_most(count, SEE64_COUNT), 2);
  to = put_number(put_number(to, at_most(size, kSee64), 4), at_most(start, kSee64), 4);
  return put_number(to, 0, 2);  // comment
}

int descryi_zip_write_directory(int file, const descryi_zip_directory* directory,
                                descryi_npy_problem* problem) {
  size_t room = END64_SIZE + LOCATOR_SIZE + END_SIZE;
  for (size_t i = 0; i < directory->count; ++i) {
    room += ENTRY_SIZE + directory->members[i].name_length + EXTRA_HEAD + 24;
  }
  unsigned char* const bytes = malloc(room);
  if (!bytes) return descryi_npy_no_memory(problem);
  unsigned char* to = bytes;
  for (size_t i = 0; i < directory->count; ++i) to = put_entry(to, &directory->members[i]);
  to = put_end(to, directory, (uint64_t)(to - bytes));
  size_t done;
  const int result = descryi_npy_write_at(file, (char*)bytes, (size_t)(to - bytes),
                                          (size_t)directory->start, &done, problem);
  free(bytes);
  return result;
}
