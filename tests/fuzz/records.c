// SPDX-License-Identifier: BSD-3-Clause
#include "tests/fuzz/records.h"

DESCRY_RECORD(fuzz_point, x, y);
DESCRY_RECORD(fuzz_holes, tag, count, total, last);
DESCRY_RECORD(fuzz_packed, tag, count, DESCRY_FIELD(port, uint16_be, "port", NULL));
DESCRY_RECORD(fuzz_nested, DESCRY_AS(at, fuzz_point), matrix, label, DESCRY_AS(inner, fuzz_packed),
              DESCRY_FIELD(flag, bool_, "flag", "A title"));
DESCRY_RECORD(fuzz_times, DESCRY_AS(when, datetime64_ns), DESCRY_AS(span, timedelta64_ms_be),
              DESCRY_AS(words, unicode));
DESCRY_RECORD(fuzz_union, whole, halves, real);
DESCRY_RECORD(fuzz_objects, count, DESCRY_AS(object, object_), DESCRY_AS(pair, object_));
DESCRY_TRANSPARENT(fuzz_row, values);

const descry_type* const fuzz_types[FUZZ_TYPES] = {
    DESCRY_TYPE(fuzz_point),  DESCRY_TYPE(fuzz_holes), DESCRY_TYPE(fuzz_packed),
    DESCRY_TYPE(fuzz_nested), DESCRY_TYPE(fuzz_times), DESCRY_TYPE(fuzz_union),
    DESCRY_TYPE(fuzz_row),    DESCRY_TYPE(uint8),      DESCRY_TYPE(int32_be),
    DESCRY_TYPE(float64),     DESCRY_TYPE(complex64),  DESCRY_TYPE(fuzz_objects),
};
