// SPDX-License-Identifier: BSD-3-Clause
// Numbers and times of Arrow that become those of an element, each exactly. No Python.
#ifndef DESCRY_SRC_ARROW_NUMBER_H_
#define DESCRY_SRC_ARROW_NUMBER_H_

#include "src/arrow/reader.h"

// Returns the bytes of a number of Arrow's, "cCsSiIlLefg", or 0 for any other format.
size_t descryi_arrow_number_width(char format);

// Has a reader of numbers read `format`, where its column takes such numbers by its flags. Returns
// false where not.
bool descryi_arrow_set_number(descryi_arrow_reader* reader, const char* format);

// The same for dates, timestamps and durations.
bool descryi_arrow_set_time(descryi_arrow_reader* reader, const char* format);

// Reads an integer of a format. Returns false for one past INT64_MAX.
bool descryi_arrow_load_integer(char format, const char* from, int64_t* value);

// Stores the number, or the time, at `from` as an element at `to`. Returns 0, or -1 with the
// problem, which has no row yet.
int descryi_arrow_convert_number(const descryi_arrow_reader* reader, const char* from, char* to,
                                 descryi_arrow_problem* problem);
int descryi_arrow_convert_time(const descryi_arrow_reader* reader, const char* from, char* to,
                               descryi_arrow_problem* problem);

// Stores what stands for a null in such a column: NaT, or NaN. Returns false for a column that has
// neither.
bool descryi_arrow_store_null(const descryi_arrow_column* column, unsigned flags, char* to);

#endif  // DESCRY_SRC_ARROW_NUMBER_H_
