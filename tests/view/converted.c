#include "tests/view/converted.h"

DESCRY_RECORD(int_and_float, a, b);
DESCRY_RECORD(mixture, DESCRY_AS(at, vec3), label, DESCRY_AS(born, datetime64_ns),
              DESCRY_AS(port, uint16_be), object);
