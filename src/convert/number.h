// SPDX-License-Identifier: BSD-3-Clause
// Numbers and truth values, strictly: no wrap, no rounding of integers, no fraction dropped, no
// text taken for a number. GIL held, NumPy loaded.
#ifndef DESCRY_SRC_CONVERT_NUMBER_H_
#define DESCRY_SRC_CONVERT_NUMBER_H_

#include "src/convert/rule.h"

// bool: True, False, NumPy's, and the ints 0 and 1.
descryi_reader descryi_read_bool;
// Integers: int, what has __index__; a float without a fraction by DESCRY_INTEGRAL_FLOATS.
descryi_reader descryi_read_int;
// float32 and float64: float, what has __float__, an int that it holds exactly; None as NaN by
// DESCRY_NONE_IS_NAN. A finite value that would become infinite is refused.
descryi_reader descryi_read_float;
// float16, longdouble, bfloat16: the same, by NumPy's own conversion.
descryi_reader descryi_read_float_by_numpy;
// Complex numbers: complex, and what a float is read from.
descryi_reader descryi_read_complex;

descryi_writer descryi_write_bool;
descryi_writer descryi_write_int;
descryi_writer descryi_write_float;
// What ndarray.item() gives.
descryi_writer descryi_write_by_numpy;

// Copies a native value of the rule's itemsize to `element`, in the element's byte order; `unit` is
// the bytes of what is swapped, half the itemsize of a complex number.
void descryi_store_native(const descryi_rule* rule, char* element, const void* value, size_t unit);

// The other way round, for what is not complex.
void descryi_load_native(const descryi_rule* rule, const char* element, void* value);

// The value of an integer element, of which the sign bit fills the rest, and the other way round.
unsigned long long descryi_load_integer(const descryi_rule* rule, const char* element);
void descryi_store_integer(const descryi_rule* rule, char* element, unsigned long long number);

#endif  // DESCRY_SRC_CONVERT_NUMBER_H_
