// SPDX-License-Identifier: BSD-3-Clause
// Records at the limits: 320 fields, eight levels, and ten thousand types.

#include <descry/dtype.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <deque>
#include <string>

#include "tests/language/many_fields.h"
#include "tests/support/python.h"
#include "tests/support/python_test.h"

// Records of arrays of records, eight levels deep.
#define LEVEL(n, below) \
  struct level##n {     \
    int16_t id;         \
    below inner[2];     \
    char name[3];       \
  };                    \
  DESCRY_RECORD(level##n, id, inner, name)
struct level1 {
  int8_t value;
  double weight;
};
DESCRY_RECORD(level1, value, weight);
LEVEL(2, level1);
LEVEL(3, level2);
LEVEL(4, level3);
LEVEL(5, level4);
LEVEL(6, level5);
LEVEL(7, level6);
LEVEL(8, level7);

namespace descry_test {
namespace {

using LargeTest = PythonTest;

TEST_F(LargeTest, RecordsOf320FieldsHaveTheCompilersOffsets) {
  const Ref dtype(descry_dtype(DESCRY_TYPE(three_hundred_twenty)));
  ASSERT_TRUE(dtype) << TakeException();
  SetGlobal("dtype", dtype);
  EXPECT_EQ(Int(Eval("len(dtype.names)")), 320);
  EXPECT_EQ(static_cast<size_t>(Int(Eval("dtype.fields['m319'][1]"))),
            offsetof(three_hundred_twenty, m319));
  EXPECT_EQ(static_cast<size_t>(Int(Eval("dtype.itemsize"))), sizeof(three_hundred_twenty));
}

TEST_F(LargeTest, RecordsOfEightLevelsAreWhatNumPyMakes) {
  std::string expected = "np.dtype([('value', 'i1'), ('weight', 'f8')], align=True)";
  for (int level = 2; level <= 8; ++level) {
    expected =
        "np.dtype([('id', 'i2'), ('inner', " + expected + ", (2,)), ('name', 'S3')], align=True)";
  }
  EXPECT_TRUE(SameDtype(Ref(descry_dtype(DESCRY_TYPE(level8))), Eval(expected)));
  SetGlobal("dtype", Ref(descry_dtype(DESCRY_TYPE(level8))));
  EXPECT_EQ(static_cast<size_t>(Int(Eval("dtype.itemsize"))), sizeof(level8));
}

TEST_F(LargeTest, TenThousandTypesAreAllFound) {
  static std::deque<std::string> names;  // registered types live as long as the process
  static std::deque<descry_state> states;
  static std::deque<descry_type> types;
  for (int i = 0; i < 10000; ++i) {
    names.push_back("type_" + std::to_string(i));
    states.emplace_back();
    types.push_back(*DESCRY_TYPE(level1));
    types.back().name = names.back().c_str();
    types.back().state = &states.back();
    ASSERT_EQ(descry_register(&types.back()), 0) << TakeException();
  }
  for (const descry_type& type : types) ASSERT_EQ(descry_find(type.name), &type);
}

}  // namespace
}  // namespace descry_test
