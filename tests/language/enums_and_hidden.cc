// SPDX-License-Identifier: BSD-3-Clause
// Enums that are announced by DESCRY_DECLARE and defined by DESCRY_ALIAS, as bare members and by
// name, and types of an unnamed namespace.
#include <descry/declare.h>

enum color { kRed };
enum class shade : unsigned char { kDark };
DESCRY_DECLARE(color);
DESCRY_DECLARE(shade);
DESCRY_ALIAS(color, uint32);
DESCRY_ALIAS(shade, uint8);

struct deduced {
  color c;
  shade s;
};
DESCRY_RECORD(deduced, c, s);

struct named {
  color c;
  shade s;
};
DESCRY_RECORD(named, DESCRY_AS(c, color), DESCRY_AS(s, shade));

namespace {
struct hidden {
  int a;
};
DESCRY_DECLARE(hidden);
DESCRY_RECORD(hidden, a);
}  // namespace
