// SPDX-License-Identifier: BSD-3-Clause
#include "ore/ore.h"

#include <string.h>

void ore_drill(ore_sample* samples, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    samples[i].depth = (int32_t)i;
    samples[i].grams[0] = 0.5f * (float)i;
    samples[i].grams[1] = 10;
    memcpy(samples[i].mineral, i % 2 ? "galena\0" : "pyrite\0", sizeof samples[i].mineral);
  }
}
