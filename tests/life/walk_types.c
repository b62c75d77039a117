// SPDX-License-Identifier: BSD-3-Clause
#include "tests/life/walk_types.h"

DESCRY_RECORD(walk_point, x, y);
DESCRY_RECORD(walk_sample, id, DESCRY_AS(at, walk_point), label, DESCRY_AS(port, uint16_be),
              DESCRY_AS(when, datetime64_ns));
DESCRY_RECORD(walk_named, count, object, pair);
