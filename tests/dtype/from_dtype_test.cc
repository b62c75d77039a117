// SPDX-License-Identifier: BSD-3-Clause
// Types of dtypes: there and back again.
#include <descry/dtype.h>
#include <descry/schema.h>
#include <gmock/gmock.h>

#include <string>

#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"

namespace descry_test {
namespace {

using testing::HasSubstr;

class FromDtypeTest : public PythonTest {
 protected:
  // The type of a dtype has, in turn, that dtype.
  static void ExpectRoundTrip(const std::string& expression) {
    SCOPED_TRACE(expression);
    const Ref dtype = Eval(expression);
    const descry_type* type = descry_type_from_dtype(dtype.get());
    ASSERT_NE(type, nullptr) << TakeException();
    const Ref again(descry_dtype(type));
    descry_type_release(type);
    ASSERT_TRUE(again) << TakeException();
    EXPECT_TRUE(SameDtype(again, dtype));
  }

  static const descry_type* TypeOf(const std::string& expression) {
    return descry_type_from_dtype(Eval(expression).get());
  }
};

TEST_F(FromDtypeTest, GivesEveryElement) {
  for (const char* code : {"?", "i1", "u1", "f2", "O"}) {
    ExpectRoundTrip("np.dtype('" + std::string(code) + "')");
  }
  for (const char* order : {"<", ">"}) {
    for (const char* code : {"i2", "i4", "i8", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16", "g",
                             "G", "l", "q", "L", "Q", "p", "P"}) {
      ExpectRoundTrip("np.dtype('" + std::string(code) + "').newbyteorder('" + order + "')");
    }
    for (const char* unit :
         {"Y", "M", "W", "D", "h", "m", "s", "ms", "us", "ns", "ps", "fs", "as"}) {
      ExpectRoundTrip("np.dtype('" + std::string(order) + "M8[" + unit + "]')");
      ExpectRoundTrip("np.dtype('" + std::string(order) + "m8[" + unit + "]')");
    }
  }
  EXPECT_EQ(TypeOf("np.dtype('f8')"), DESCRY_TYPE(float64));
  EXPECT_EQ(TypeOf("np.dtype('>u4')"), __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
                                           ? DESCRY_TYPE(uint32_be)
                                           : DESCRY_TYPE(uint32));
}

TEST_F(FromDtypeTest, GivesTextsAndSubArrays) {
  for (const char* spec :
       {"'S12'", "'<U5'", "'>U5'", "'V7'", "('f8', 3)", "('f8', (2, 3))", "('S4', (2,))",
        "('>U2', (2, 1))", "[('a', 'S0'), ('b', 'i4', (0,))]", "(np.dtype(('i2', (2,))), (3,))"}) {
    ExpectRoundTrip("np.dtype(" + std::string(spec) + ")");
  }
}

TEST_F(FromDtypeTest, GivesRecords) {
  for (const char* spec : {
           "[('a', 'i1'), ('b', 'f8')]",
           "[('a', 'i1'), ('b', 'f8')], align=True",
           "[('a', 'i1'), ('b', [('x', 'f4', (2,)), ('y', 'S3')], (2, 2)), ('c', 'O')]",
           "[('a', 'i1'), ('b', [('x', 'f4', (2,)), ('y', 'S3')], 2), ('c', 'O')], align=True",
           "[(('title', 'a'), 'i1'), ('b', 'M8[us]')]",
           "{'names': ['a', 'b'], 'formats': ['f8', 'i4'], 'offsets': [8, 24], 'itemsize': 40}",
           "{'names': ['a', 'b'], 'formats': ['f8', 'i4'], 'offsets': [8, 8]}",
           "{'names': ['a', 'b'], 'formats': ['f8', 'u1'], 'offsets': [0, 3]}",
           "[('\\u6e29', 'i2'), ('b c', '>i2')]",
           "[]",
           "{'names': ['late', 'early'], 'formats': ['i4', 'i4'], 'offsets': [4, 0]}",
           "{'names': ['late', 'early'], 'formats': ['i4', 'i4'], 'offsets': [4, 0]}, align=True",
           "{'names': ['c', 'a', 'b'], 'formats': ['O', 'u1', 'S3'], 'offsets': [8, 2, 4]}",
           "[('in', {'names': ['y', 'x'], 'formats': ['f8', 'f4'], 'offsets': [4, 0]}, 2)]",
       }) {
    ExpectRoundTrip("np.dtype(" + std::string(spec) + ")");
  }
}

TEST_F(FromDtypeTest, KeepsTheOrderOfTheNames) {
  const descry_type* type =
      TypeOf("np.dtype({'names': ['late', 'early'], 'formats': ['i4', 'i4'], 'offsets': [4, 0]})");
  ASSERT_NE(type, nullptr);
  EXPECT_STREQ(descry_field_name(descry_type_field(type, 0)), "late");
  descry_type_release(type);
}

TEST_F(FromDtypeTest, RefusesWhatNoElementDescribesByItsPath) {
  struct Row {
    const char* spec;
    const char* message;
  };
  for (const Row& row : {
           Row{"'M8'", "no element of descry is a dtype('<M8')"},
           Row{"'m8[25s]'", "no element of descry is a dtype('<m8[25s]')"},
           Row{"[('a', [('b', 'M8[2D]')])]",
               "field 'a.b': no element of descry is a dtype('<M8[2D]')"},
           Row{"[('a\\0b', 'i4')]", "the name or title of a field is not text that C can hold"},
           Row{"[('x', [('a\\udc80', 'i4')])]",
               "field 'x': the name or title of a field is not text that C can hold"},
           Row{"{'names': ['a'], 'formats': ['i4'], 'titles': [1]}",
               "the name or title of a field is not text that C can hold"},
           Row{"{'names': ['a'], 'formats': ['i4'], 'titles': ['']}",
               "field 'a': the title is empty or not UTF-8"},
       }) {
    SCOPED_TRACE(row.spec);
    EXPECT_THAT(TypeOf("np.dtype(" + std::string(row.spec) + ")"),
                RaisesPython(PyExc_TypeError, HasSubstr(row.message)));
  }
}

TEST_F(FromDtypeTest, RefusesRecordsThatAreNestedTooDeep) {
  Exec(
      "deep = np.dtype('i1')\n"
      "for _ in range(70): deep = np.dtype([('x', deep)])");
  EXPECT_THAT(TypeOf("deep"), RaisesPython(PyExc_TypeError, HasSubstr("more than 64 deep")));
}

TEST_F(FromDtypeTest, RefusesWhatIsNotADtype) {
  EXPECT_THAT(TypeOf("3"), RaisesPython(PyExc_TypeError, HasSubstr("int")));
}

}  // namespace
}  // namespace descry_test
