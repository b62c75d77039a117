// SPDX-License-Identifier: BSD-3-Clause
// Elements between records and columns: loops over a fixed size, which compilers unroll. Neither
// side need be aligned. Plain C.
#ifndef DESCRY_SRC_ARROW_STRIDED_H_
#define DESCRY_SRC_ARROW_STRIDED_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// How many records are worked on at a time: what all their columns touch stays in the first cache.
enum { DESCRYI_ARROW_BLOCK = 128 };

// Lists of up to so many items are copied item by item, over all records of a block.
enum { DESCRYI_ARROW_SHORT_LIST = 16 };

// Copies `count` elements of `size` bytes, `to_step` and `from_step` bytes apart.
static inline void descryi_arrow_copy(char* to, ptrdiff_t to_step, const char* from,
                                      ptrdiff_t from_step, size_t size, int64_t count) {
#define DESCRYI_ARROW_COPY(size)                                          \
  for (int64_t i = 0; i < count; ++i, to += to_step, from += from_step) { \
    memcpy(to, from, size);                                               \
  }                                                                       \
  return
  switch (size) {
    case 1:
      DESCRYI_ARROW_COPY(1);
    case 2:
      DESCRYI_ARROW_COPY(2);
    case 4:
      DESCRYI_ARROW_COPY(4);
    case 8:
      DESCRYI_ARROW_COPY(8);
    case 16:
      DESCRYI_ARROW_COPY(16);
    default:
      DESCRYI_ARROW_COPY(size);
  }
#undef DESCRYI_ARROW_COPY
}

static inline void descryi_arrow_swap(char* to, const char* from, size_t size) {
  for (size_t i = 0; i < size; ++i) to[i] = from[size - 1 - i];
}

// The same with the bytes of each element in the other order where `word` is not 0.
static inline void descryi_arrow_copy_ordered(char* to, ptrdiff_t to_step, const char* from,
                                              ptrdiff_t from_step, size_t size, size_t word,
                                              int64_t count) {
  if (!word) {
    descryi_arrow_copy(to, to_step, from, from_step, size, count);
    return;
  }
  for (int64_t i = 0; i < count; ++i, to += to_step, from += from_step) {
    descryi_arrow_swap(to, from, size);
  }
}

// Reads 64 bits that need not be aligned, in the other byte order where `word` is not 0.
static inline int64_t descryi_arrow_load64(const char* from, size_t word) {
  uint64_t value;
  memcpy(&value, from, sizeof value);
  return (int64_t)(word ? __builtin_bswap64(value) : value);
}

// Bits of a bitmap, least significant first.
static inline bool descryi_arrow_bit(const uint8_t* bits, int64_t index) {
  return bits[index >> 3] >> (index & 7) & 1;
}
static inline void descryi_arrow_set_bit(uint8_t* bits, int64_t index) {
  bits[index >> 3] = (uint8_t)(bits[index >> 3] | 1u << (index & 7));
}

#endif  // DESCRY_SRC_ARROW_STRIDED_H_
