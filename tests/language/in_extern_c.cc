// SPDX-License-Identifier: BSD-3-Clause
// C headers wrap what they declare, and what they include, for C++.
extern "C" {
#include <descry/declare.h>

typedef struct {
  int32_t a;
  double b;
} from_c;
DESCRY_DECLARE(from_c);
}

struct holder {
  from_c first;
  from_c rest[3];
};
DESCRY_RECORD(holder, first, rest);
extern "C" {
DESCRY_RECORD(from_c, a, b);
}
