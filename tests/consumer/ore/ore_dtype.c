// SPDX-License-Identifier: BSD-3-Clause
#include "ore/ore_dtype.h"

DESCRY_RECORD(ore_sample, depth, grams, mineral);
