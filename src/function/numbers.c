// SPDX-License-Identifier: BSD-3-Clause
// The kernels of arithmetic.h: for each operation one loop for each kind of number.
#include <math.h>
#include <string.h>

#include "src/function/arithmetic.h"

// One stretch of numbers in each of `count` elements. `one`, `other` and `result` are the first
// ones of the first element; the steps go to the next element. Members of a packed struct may lie
// anywhere, hence memcpy().
typedef struct stretch {
  Py_ssize_t count;
  size_t width;  // numbers in an element
  const char *one, *other;
  char* result;
  Py_ssize_t one_step, other_step, result_step;
} stretch;

typedef void (*number_loop)(const stretch* s);

// Integers are computed modulo 2^64 and then cut, as NumPy's wrap around.
#define NEGATIVE_i(T, a, b) (T)(0 - (uint64_t)(a))
#define ADD_i(T, a, b) (T)((uint64_t)(a) + (uint64_t)(b))
#define SUBTRACT_i(T, a, b) (T)((uint64_t)(a) - (uint64_t)(b))
#define NEGATIVE_f(T, a, b) (-(a))
#define ADD_f(T, a, b) ((a) + (b))
#define SUBTRACT_f(T, a, b) ((a) - (b))

#define LOOP(which, name, T, operation)                                 \
  static void which##_##name(const stretch* s) {                        \
    for (Py_ssize_t i = 0; i < s->count; ++i) {                         \
      const char* const one = s->one + i * s->one_step;                 \
      const char* const other = s->other + i * s->other_step;           \
      char* const result = s->result + i * s->result_step;              \
      for (size_t at = 0; at < s->width * sizeof(T); at += sizeof(T)) { \
        T a, b, c;                                                      \
        memcpy(&a, one + at, sizeof a);                                 \
        memcpy(&b, other + at, sizeof b);                               \
        (void)b;                                                        \
        c = operation(T, a, b);                                         \
        memcpy(result + at, &c, sizeof c);                              \
      }                                                                 \
    }                                                                   \
  }

// By a number, which is read once for each element.
#define LOOP_BY(which, name, T, number, operation)                      \
  static void which##_##name(const stretch* s) {                        \
    for (Py_ssize_t i = 0; i < s->count; ++i) {                         \
      const char* const one = s->one + i * s->one_step;                 \
      char* const result = s->result + i * s->result_step;              \
      number by;                                                        \
      memcpy(&by, s->other + i * s->other_step, sizeof by);             \
      for (size_t at = 0; at < s->width * sizeof(T); at += sizeof(T)) { \
        T a, c;                                                         \
        memcpy(&a, one + at, sizeof a);                                 \
        c = operation(name, T, a, by);                                  \
        memcpy(result + at, &c, sizeof c);                              \
      }                                                                 \
    }                                                                   \
  }

// The result is a bool, which the first stretch of an element sets and the others may clear.
#define LOOP_EQUAL(name, T)                                                     \
  static void equal_##name(const stretch* s) {                                  \
    for (Py_ssize_t i = 0; i < s->count; ++i) {                                 \
      const char* const one = s->one + i * s->one_step;                         \
      const char* const other = s->other + i * s->other_step;                   \
      bool same = true;                                                         \
      for (size_t at = 0; same && at < s->width * sizeof(T); at += sizeof(T)) { \
        T a, b;                                                                 \
        memcpy(&a, one + at, sizeof a);                                         \
        memcpy(&b, other + at, sizeof b);                                       \
        same = a == b;                                                          \
      }                                                                         \
      if (!same) s->result[i * s->result_step] = 0;                             \
    }                                                                           \
  }

// What a double comes to in an integer type: NaN is 0, and what is too large the largest. `top` is
// one more than that, which a double holds exactly.
#define INTEGER_OF(name, T, is_signed)                                                    \
  static T name##_of(double value) {                                                      \
    const double top = ldexp(1, 8 * (int)sizeof(T) - (is_signed));                        \
    const T largest = (T)(UINT64_MAX >> (64 - 8 * (int)sizeof(T) + (is_signed)));         \
    if (!(value == value)) return 0;                                                      \
    if (value >= top) return largest;                                                     \
    if ((is_signed) ? value <= -top : value <= 0) return (is_signed) ? (T)(~largest) : 0; \
    return (T)value;                                                                      \
  }
INTEGER_OF(int8, int8_t, 1)
// cppcheck-suppress floatConversionOverflow // what is `top` or more was returned before
INTEGER_OF(uint8, uint8_t, 0)
INTEGER_OF(int16, int16_t, 1)
// cppcheck-suppress floatConversionOverflow // as above
INTEGER_OF(uint16, uint16_t, 0)
INTEGER_OF(int32, int32_t, 1)
// cppcheck-suppress floatConversionOverflow // as above
INTEGER_OF(uint32, uint32_t, 0)
INTEGER_OF(int64, int64_t, 1)
// cppcheck-suppress floatConversionOverflow // as above
INTEGER_OF(uint64, uint64_t, 0)

// Rounded down, without the two divisions that end a program.
static int64_t floor_divide(int64_t value, int64_t by) {
  if (by == 0) return 0;
  if (by == -1) return (int64_t)(0 - (uint64_t)value);
  return value / by - (value % by != 0 && (value < 0) != (by < 0));
}
// A uint64_t may be more than an int64_t; a negative quotient of it wraps around.
static uint64_t floor_divide_unsigned(uint64_t value, int64_t by) {
  if (by == 0) return 0;
  if (by > 0) return value / (uint64_t)by;
  const uint64_t positive = 0 - (uint64_t)by;
  return 0 - (value / positive + (value % positive != 0));
}

#define MULTIPLY(name, T, a, by) (T)((a) * (by))
#define DIVIDE(name, T, a, by) (T)((a) / (by))
#define MULTIPLY_CUT(name, T, a, by) name##_of((double)(a) * (by))
#define DIVIDE_CUT(name, T, a, by) name##_of((double)(a) / (by))
#define MULTIPLY_INTEGER(name, T, a, by) (T)((uint64_t)(a) * (uint64_t)(by))
#define DIVIDE_INTEGER(name, T, a, by)                       \
  (T)((T)-1 < 1 ? (uint64_t)floor_divide((int64_t)(a), (by)) \
                : floor_divide_unsigned((uint64_t)(a), (by)))

#define LOOPS_i(name, T)                                        \
  LOOP_BY(multiply, name, T, double, MULTIPLY_CUT)              \
  LOOP_BY(divide, name, T, double, DIVIDE_CUT)                  \
  LOOP_BY(multiply_integer, name, T, int64_t, MULTIPLY_INTEGER) \
  LOOP_BY(divide_integer, name, T, int64_t, DIVIDE_INTEGER)
#define LOOPS_f(name, T)                       \
  LOOP_BY(multiply, name, T, double, MULTIPLY) \
  LOOP_BY(divide, name, T, double, DIVIDE)
#define LOOPS(name, T, kind)               \
  LOOP(negative, name, T, NEGATIVE_##kind) \
  LOOP(add, name, T, ADD_##kind)           \
  LOOP(subtract, name, T, SUBTRACT_##kind) \
  LOOP_EQUAL(name, T)                      \
  LOOPS_##kind(name, T)
DESCRYI_NUMBERS(LOOPS)

// A table for each operation, by the kind of number.
#define NEGATIVE_OF(name, T, kind) negative_##name,
#define ADD_OF(name, T, kind) add_##name,
#define SUBTRACT_OF(name, T, kind) subtract_##name,
#define EQUAL_OF(name, T, kind) equal_##name,
#define MULTIPLY_OF(name, T, kind) multiply_##name,
#define DIVIDE_OF(name, T, kind) divide_##name,
#define ITEM_SIZE(name, T, kind) sizeof(T),
#define INTEGER_i(name) name
#define INTEGER_f(name) NULL
#define MULTIPLY_INTEGER_OF(name, T, kind) INTEGER_##kind(multiply_integer_##name),
#define DIVIDE_INTEGER_OF(name, T, kind) INTEGER_##kind(divide_integer_##name),
static const number_loop negatives[] = {DESCRYI_NUMBERS(NEGATIVE_OF)};
static const number_loop adds[] = {DESCRYI_NUMBERS(ADD_OF)};
static const number_loop subtracts[] = {DESCRYI_NUMBERS(SUBTRACT_OF)};
static const number_loop equals[] = {DESCRYI_NUMBERS(EQUAL_OF)};
static const number_loop multiplies[] = {DESCRYI_NUMBERS(MULTIPLY_OF)};
static const number_loop divides[] = {DESCRYI_NUMBERS(DIVIDE_OF)};
static const number_loop integer_multiplies[] = {DESCRYI_NUMBERS(MULTIPLY_INTEGER_OF)};
static const number_loop integer_divides[] = {DESCRYI_NUMBERS(DIVIDE_INTEGER_OF)};
static const size_t item_sizes[] = {DESCRYI_NUMBERS(ITEM_SIZE)};

// Where the numbers of one operand or result are.
typedef enum number_place { IN_ELEMENT, BESIDE } number_place;

// Elements without a gap are one long stretch, if what they are computed with goes along with them
// or stays.
static void join_elements(stretch* s, size_t bytes, number_place other) {
  const Py_ssize_t size = (Py_ssize_t)bytes;
  const bool along = s->one_step == size && s->result_step == size &&
                     s->other_step == (other == IN_ELEMENT ? size : 0);
  if (!along) return;
  s->width *= (size_t)s->count;
  s->count = 1;
}

// `one` and `other` are the numbers of the operands; `other` may be `one`.
static int run_numbers(const descryi_numbers* numbers, const number_loop* loops, Py_ssize_t count,
                       char* const* data, const Py_ssize_t* strides, int one, int other,
                       number_place other_place, int result, number_place result_place) {
  for (size_t i = 0; i < numbers->count; ++i) {
    const descryi_number_run* const own = &numbers->runs[i];
    stretch s = {.count = count,
                 .width = own->count,
                 .one = data[one] + own->offset,
                 .other = data[other] + (other_place == IN_ELEMENT ? own->offset : 0),
                 .result = data[result] + (result_place == IN_ELEMENT ? own->offset : 0),
                 .one_step = strides[one],
                 .other_step = strides[other],
                 .result_step = strides[result]};
    const size_t bytes = own->count * item_sizes[own->number];
    if (bytes == numbers->size && result_place == IN_ELEMENT) join_elements(&s, bytes, other_place);
    loops[own->number](&s);
  }
  return 0;
}

int descryi_numbers_negative(Py_ssize_t count, char* const* data, const Py_ssize_t* strides,
                             void* numbers) {
  return run_numbers(numbers, negatives, count, data, strides, 0, 0, IN_ELEMENT, 1, IN_ELEMENT);
}

int descryi_numbers_add(Py_ssize_t count, char* const* data, const Py_ssize_t* strides,
                        void* numbers) {
  return run_numbers(numbers, adds, count, data, strides, 0, 1, IN_ELEMENT, 2, IN_ELEMENT);
}

int descryi_numbers_subtract(Py_ssize_t count, char* const* data, const Py_ssize_t* strides,
                             void* numbers) {
  return run_numbers(numbers, subtracts, count, data, strides, 0, 1, IN_ELEMENT, 2, IN_ELEMENT);
}

int descryi_numbers_equal(Py_ssize_t count, char* const* data, const Py_ssize_t* strides,
                          void* numbers) {
  for (Py_ssize_t i = 0; i < count; ++i) data[2][i * strides[2]] = 1;
  return run_numbers(numbers, equals, count, data, strides, 0, 1, IN_ELEMENT, 2, BESIDE);
}

int descryi_numbers_multiply(Py_ssize_t count, char* const* data, const Py_ssize_t* strides,
                             void* numbers) {
  const number_loop* const loops =
      ((descryi_numbers*)numbers)->has_floats ? multiplies : integer_multiplies;
  return run_numbers(numbers, loops, count, data, strides, 0, 1, BESIDE, 2, IN_ELEMENT);
}

int descryi_numbers_multiplied(Py_ssize_t count, char* const* data, const Py_ssize_t* strides,
                               void* numbers) {
  const number_loop* const loops =
      ((descryi_numbers*)numbers)->has_floats ? multiplies : integer_multiplies;
  return run_numbers(numbers, loops, count, data, strides, 1, 0, BESIDE, 2, IN_ELEMENT);
}

int descryi_numbers_divide(Py_ssize_t count, char* const* data, const Py_ssize_t* strides,
                           void* numbers) {
  const number_loop* const loops =
      ((descryi_numbers*)numbers)->has_floats ? divides : integer_divides;
  return run_numbers(numbers, loops, count, data, strides, 0, 1, BESIDE, 2, IN_ELEMENT);
}
