// SPDX-License-Identifier: BSD-3-Clause
// Text, bytes, points in time, objects: nothing is cut, nothing is guessed. GIL held, NumPy loaded.
#ifndef DESCRY_SRC_CONVERT_TEXT_H_
#define DESCRY_SRC_CONVERT_TEXT_H_

#include "src/convert/rule.h"

// `S`: bytes, or a str in UTF-8; `U`: a str. What is too long, or ends in a NUL that would be lost,
// is refused, and cut by DESCRY_TRUNCATE_TEXT (between two characters).
descryi_reader descryi_read_bytes;
descryi_reader descryi_read_unicode;
// `V`: whatever has a buffer of just as many bytes.
descryi_reader descryi_read_void;
// datetime64 and timedelta64: datetime, date, timedelta, NumPy's own, an int as a count of the
// unit, None as NaT. A time zone, and what the unit cannot hold exactly, is refused.
descryi_reader descryi_read_time;
// `O`: any object, an instance of the class where one was declared.
descryi_reader descryi_read_object;

descryi_writer descryi_write_bytes;
descryi_writer descryi_write_unicode;
descryi_writer descryi_write_void;
descryi_writer descryi_write_time;
descryi_writer descryi_write_object;

#endif  // DESCRY_SRC_CONVERT_TEXT_H_
