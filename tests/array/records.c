// SPDX-License-Identifier: BSD-3-Clause
#include "tests/array/records.h"

DESCRY_RECORD(vec3, x, y, z);
DESCRY_RECORD(particle, id, DESCRY_AS(pos, vec3), rgb, label, DESCRY_AS(born, datetime64_ns));
DESCRY_RECORD(tagged, tag, value);
DESCRY_RECORD(named, count, object, pair);
DESCRY_RECORD(wide, value);
DESCRY_RECORD(wide_object, object);
DESCRY_TRANSPARENT(triple, part);
DESCRY_TRANSPARENT(couple, part);
