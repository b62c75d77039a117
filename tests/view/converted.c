// SPDX-License-Identifier: BSD-3-Clause
#include "tests/view/converted.h"

DESCRY_RECORD(int_and_float, a, b);
DESCRY_RECORD(mixture, DESCRY_AS(at, vec3), label, DESCRY_AS(born, datetime64_ns),
              DESCRY_AS(port, uint16_be), object);
DESCRY_RECORD(either, number, real);
DESCRY_RECORD(tagged_either, tag, DESCRY_AS(value, either));

DESCRY_ALIAS(text4, bytes);
DESCRY_ALIAS(wide4, unicode);
DESCRY_ALIAS(bytes4, void_);
DESCRY_RECORD(exact_inner, small, real);
DESCRY_RECORD(exact_outer, x, DESCRY_AS(parts, exact_inner), label, DESCRY_AS(at, datetime64_ms));
