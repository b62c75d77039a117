// SPDX-License-Identifier: BSD-3-Clause
// The check sum of zip files, CRC-32. No Python; any thread.
#ifndef DESCRY_SRC_NPY_CRC_H_
#define DESCRY_SRC_NPY_CRC_H_

#include <stddef.h>
#include <stdint.h>

// Tables that make it quick: see descryi_crc_start().
typedef struct descryi_crc_tables {
  uint32_t of[8][256];
} descryi_crc_tables;

void descryi_crc_start(descryi_crc_tables* tables);

// Returns the sum of what `crc` is the sum of (0 for nothing) and `size` bytes behind it.
uint32_t descryi_crc_update(const descryi_crc_tables* tables, uint32_t crc, const void* bytes,
                            size_t size);

// Returns the sum of two pieces one behind the other, from the sums of both.
uint32_t descryi_crc_join(uint32_t first, uint32_t second, uint64_t second_size);

#endif  // DESCRY_SRC_NPY_CRC_H_
