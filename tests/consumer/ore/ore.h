// SPDX-License-Identifier: BSD-3-Clause
#ifndef MINE_ORE_ORE_H_
#define MINE_ORE_ORE_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t depth;    // metres
  float grams[2];   // of gold and of silver, in a tonne
  char mineral[8];  // its name, filled up with zeros
} ore_sample;

// Fills `samples` with what the drill brings up: one for every metre.
void ore_drill(ore_sample* samples, size_t count);

#ifdef __cplusplus
}
#endif

#endif  // MINE_ORE_ORE_H_
