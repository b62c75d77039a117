// SPDX-License-Identifier: BSD-3-Clause
#ifndef MINE_ORE_ORE_DTYPE_H_
#define MINE_ORE_ORE_DTYPE_H_

#include <descry/declare.h>

#include "ore/ore.h"

DESCRY_DECLARE(ore_sample);

#endif  // MINE_ORE_ORE_DTYPE_H_
