// SPDX-License-Identifier: BSD-3-Clause
#include "tests/view/nested.h"

DESCRY_TRANSPARENT(wrapper, DESCRY_AS(inner, vec3));
DESCRY_RECORD(swarm, DESCRY_AS(members, particle), DESCRY_AS(center, vec3),
              DESCRY_AS(corner, triple), DESCRY_AS(wrapped, wrapper), DESCRY_NAMED(dotted, "a.b"));

__extension__ typedef struct nothing {
} nothing;
DESCRY_RECORD(nothing);

const descry_type* nothing_type(void) { return DESCRY_TYPE(nothing); }
