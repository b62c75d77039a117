// SPDX-License-Identifier: BSD-3-Clause
// Records whose fields need not all have a value: optional ones, None where they have none, and
// variants, of which the live case alone is read and written. GIL held, NumPy loaded.
#ifndef DESCRY_SRC_CONVERT_VARIANT_H_
#define DESCRY_SRC_CONVERT_VARIANT_H_

#include "src/convert/rule.h"

// In a tuple or list, an optional field is its value or None, and the cases of a variant are one
// value, behind the tag that chooses it: None where it chooses none. By name, a case stands for the
// tag as well, which may be left out, and so may be an optional field.
descryi_reader descryi_read_variant;

// The same, in a dict without the tag where a case is live.
descryi_writer descryi_write_variant;

// A std::optional is its value or None, in rows and dicts alike; a np.void of its dtype, which has
// both parts, is taken by their names.
descryi_reader descryi_read_standard_optional;
descryi_writer descryi_write_standard_optional;

#endif  // DESCRY_SRC_CONVERT_VARIANT_H_
