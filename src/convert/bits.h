// SPDX-License-Identifier: BSD-3-Clause
// Fields whose bit-fields DESCRY_BITS listed: read from a mapping by their names, from a tuple or
// list with a value for each that has one, or as the whole that they are; in a dict they come out
// by name. GIL held, NumPy loaded.
#ifndef DESCRY_SRC_CONVERT_BITS_H_
#define DESCRY_SRC_CONVERT_BITS_H_

#include "src/convert/rule.h"

// Makes a field's rule one of its named bit-fields, if there are any. Returns 0, or -1 with an
// exception set; the rule is then cleared with the root.
int descryi_rule_set_bits(descryi_rule* rule);

#endif  // DESCRY_SRC_CONVERT_BITS_H_
