// SPDX-License-Identifier: BSD-3-Clause
// Arithmetic on structs, member by member: which numbers an element consists of, and the kernels
// that compute with them. Kernels touch no Python; their context is the numbers.
#ifndef DESCRY_SRC_FUNCTION_ARITHMETIC_H_
#define DESCRY_SRC_FUNCTION_ARITHMETIC_H_

#include <descry/function.h>
#include <stdbool.h>
#include <stdint.h>

// The numbers of C, DESCRYI_NUMBER(name, c_type, kind): kind is i or f. Complex ones are two.
#define DESCRYI_NUMBERS(NUMBER) \
  NUMBER(int8, int8_t, i)       \
  NUMBER(uint8, uint8_t, i)     \
  NUMBER(int16, int16_t, i)     \
  NUMBER(uint16, uint16_t, i)   \
  NUMBER(int32, int32_t, i)     \
  NUMBER(uint32, uint32_t, i)   \
  NUMBER(int64, int64_t, i)     \
  NUMBER(uint64, uint64_t, i)   \
  NUMBER(float32, float, f)     \
  NUMBER(float64, double, f)    \
  NUMBER(longdouble, long double, f)

typedef enum descryi_number {
#define DESCRYI_NUMBER(name, c_type, kind) DESCRYI_NUMBER_##name,
  DESCRYI_NUMBERS(DESCRYI_NUMBER)
#undef DESCRYI_NUMBER
} descryi_number;

// Numbers of one kind that lie side by side.
typedef struct descryi_number_run {
  descryi_number number;
  size_t offset;  // bytes, of the first
  size_t count;
} descryi_number_run;

// All numbers of an element.
typedef struct descryi_numbers {
  size_t size;      // bytes of an element
  bool has_floats;  // whether one of them is a floating-point number
  size_t count;
  descryi_number_run runs[];
} descryi_numbers;

// Of two elements and a result, or of one for the negative; `equal` gives a bool. By a number: a
// double where a member is a floating-point number, else an int64_t. Integers wrap around, and what
// comes of them by a double is cut towards zero and kept within their range (NaN gives 0);
// divided by an int64_t they are rounded down, and divided by 0 they are 0. They may compute in
// place.
int descryi_numbers_add(Py_ssize_t count, char* const* data, const Py_ssize_t* strides,
                        void* numbers);
int descryi_numbers_subtract(Py_ssize_t count, char* const* data, const Py_ssize_t* strides,
                             void* numbers);
int descryi_numbers_negative(Py_ssize_t count, char* const* data, const Py_ssize_t* strides,
                             void* numbers);
int descryi_numbers_equal(Py_ssize_t count, char* const* data, const Py_ssize_t* strides,
                          void* numbers);
int descryi_numbers_multiply(Py_ssize_t count, char* const* data, const Py_ssize_t* strides,
                             void* numbers);
int descryi_numbers_divide(Py_ssize_t count, char* const* data, const Py_ssize_t* strides,
                           void* numbers);
// With the number before the element.
int descryi_numbers_multiplied(Py_ssize_t count, char* const* data, const Py_ssize_t* strides,
                               void* numbers);

#endif  // DESCRY_SRC_FUNCTION_ARITHMETIC_H_
