// SPDX-License-Identifier: BSD-3-Clause
// Records and sub-arrays: values that have parts. GIL held, NumPy loaded.
#ifndef DESCRY_SRC_CONVERT_RECORD_H_
#define DESCRY_SRC_CONVERT_RECORD_H_

#include "src/convert/rule.h"

// A record is read from a tuple or list with a value for each field, from a mapping or a np.void
// by name, or from the attributes of any other object.
descryi_reader descryi_read_record;
descryi_writer descryi_write_record;

// A sub-array is read from nested sequences of exactly its shape, and comes out as lists.
descryi_reader descryi_read_subarray;
descryi_writer descryi_write_subarray;

#endif  // DESCRY_SRC_CONVERT_RECORD_H_
