// SPDX-License-Identifier: BSD-3-Clause
// Structs and members with the names that descry's macros and their functions use themselves.
#ifndef DESCRY_TESTS_LANGUAGE_NAMES_H_
#define DESCRY_TESTS_LANGUAGE_NAMES_H_

#include <descry/declare.h>

#ifdef __cplusplus
#define DESCRY_TEST_STRUCT(name) descry_test_##name
#else
#define DESCRY_TEST_STRUCT(name) name
#endif
// In C++ a member may not have the name of its class; a typedef's it may.
#define DESCRY_TEST_NAMED(N)             \
  typedef struct DESCRY_TEST_STRUCT(N) { \
    int N;                               \
    char skipped;                        \
    double other[2];                     \
  } N;                                   \
  DESCRY_DECLARE(N);                     \
  DESCRY_RECORD(N, N, DESCRY_SKIP(skipped), DESCRY_AS(other, float64))

DESCRY_TEST_NAMED(size);
DESCRY_TEST_NAMED(name);
DESCRY_TEST_NAMED(target);
DESCRY_TEST_NAMED(kind);
DESCRY_TEST_NAMED(field);
DESCRY_TEST_NAMED(alignment);
DESCRY_TEST_NAMED(title);
DESCRY_TEST_NAMED(element);
DESCRY_TEST_NAMED(offset);
DESCRY_TEST_NAMED(unit);
DESCRY_TEST_NAMED(ndim);
DESCRY_TEST_NAMED(shape);
DESCRY_TEST_NAMED(flags);
DESCRY_TEST_NAMED(bits);
DESCRY_TEST_NAMED(bit_count);
DESCRY_TEST_NAMED(code);
DESCRY_TEST_NAMED(state);
DESCRY_TEST_NAMED(version);
DESCRY_TEST_NAMED(count);
DESCRY_TEST_NAMED(value);
DESCRY_TEST_NAMED(live);
DESCRY_TEST_NAMED(how);
DESCRY_TEST_NAMED(member);
DESCRY_TEST_NAMED(next);
DESCRY_TEST_NAMED(id);
DESCRY_TEST_NAMED(covered);
DESCRY_TEST_NAMED(begin);
DESCRY_TEST_NAMED(past);
DESCRY_TEST_NAMED(tag);
DESCRY_TEST_NAMED(M);
DESCRY_TEST_NAMED(e);
DESCRY_TEST_NAMED(T);
DESCRY_TEST_NAMED(type);
DESCRY_TEST_NAMED(fields);
DESCRY_TEST_NAMED(wrapper);
DESCRY_TEST_NAMED(class_ptr);
DESCRY_TEST_NAMED(clear);
DESCRY_TEST_NAMED(original);
DESCRY_TEST_NAMED(before);
DESCRY_TEST_NAMED(after);
DESCRY_TEST_NAMED(width);
DESCRY_TEST_NAMED(message);
DESCRY_TEST_NAMED(gate);
DESCRY_TEST_NAMED(condition);
DESCRY_TEST_NAMED(row);
DESCRY_TEST_NAMED(part);
DESCRY_TEST_NAMED(byte);
DESCRY_TEST_NAMED(a);
DESCRY_TEST_NAMED(b);
DESCRY_TEST_NAMED(x);

#endif  // DESCRY_TESTS_LANGUAGE_NAMES_H_
