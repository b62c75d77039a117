// SPDX-License-Identifier: BSD-3-Clause
#include "tests/cxx/types.h"

namespace descry_test {

PyTypeObject* number_class = &PyLong_Type;

DESCRY_ALIAS(Kind, uint8);
DESCRY_RECORD(Point, x, y);
DESCRY_ARITHMETIC(Point);
DESCRY_RECORD(Particle, id, where, rgb, kind);
DESCRY_OBJECT(Number, &number_class);

}  // namespace descry_test
