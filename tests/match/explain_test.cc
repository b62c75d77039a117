// SPDX-License-Identifier: BSD-3-Clause
// Every text that says how two dtypes differ, word for word.

#include <descry/declare.h>
#include <descry/dtype.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"

extern "C" {
#include "src/base/numpy.h"
#include "src/match/match.h"
}

struct vec3 {
  double x, y, z;
};
struct particle {
  int64_t id;
  vec3 pos;
  float rgb[3];
  char label[12];
  int64_t born;
};
DESCRY_RECORD(vec3, x, y, z);
DESCRY_RECORD(particle, id, pos, rgb, label, DESCRY_AS(born, datetime64_ns));

#define REPACKED                                                                                  \
  " (all fields agree and only the layout differs: np.concatenate, np.stack and np.where repack " \
  "unions, packed records and records with holes; assign to an array of the expected dtype "      \
  "instead)"

namespace descry_test {
namespace {

// Two dtypes, as Python expressions, and the first difference.
struct Row {
  const char* own;
  const char* other;
  const char* line;
};

class ExplainTest : public PythonTest {
 protected:
  void SetUp() override {
    ASSERT_EQ(descryi_numpy_ensure(), 0);
    Exec(
        "def dtype(**fields): return np.dtype(list(fields.items()))\n"
        "def at(names, formats, offsets, itemsize):\n"
        "  return np.dtype(dict(names=names, formats=formats, offsets=offsets,\n"
        "                       itemsize=itemsize))\n"
        "ab = dtype(a='i4', b='f4')");
  }

  // Returns the difference as descry_mismatch() would: "None" where there is none.
  static std::string Mismatch(const std::string& own, const std::string& other, int level) {
    const Ref one = Eval(own), two = Eval(other);
    const Ref line(descryi_mismatch(one.get(), two.get(), level));
    return line ? Str(line) : TakeException();
  }

  template <size_t kCount>
  static void ExpectRows(int level, const Row (&rows)[kCount]) {
    for (const Row& row : rows) {
      EXPECT_EQ(Mismatch(row.own, row.other, level), row.line) << row.other;
    }
  }
};

TEST_F(ExplainTest, NamesThePathOfTheFirstDifference) {
  const Ref dtype = Eval(
      "np.dtype([('id', 'i8'), ('pos', [('x', 'f8'), ('y', 'f4'), ('z', 'f8')]),"
      " ('rgb', 'f4', 3), ('label', 'S12'), ('born', 'M8[ns]')])");
  for (const int level : {DESCRY_EQUIVALENT, DESCRY_LAYOUT}) {
    const Ref line(descry_mismatch(DESCRY_TYPE(particle), dtype.get(), level));
    EXPECT_EQ(Str(line), "field 'pos.y' at offset 16: expected float64, got float32");
  }
}

TEST_F(ExplainTest, SaysNoneWhereBothMatch) {
  ExpectRows(DESCRY_EQUIVALENT, {{"ab", "dtype(a='i4', b='f4')", "None"}});
  ExpectRows(DESCRY_LAYOUT, {{"ab", "dtype(x='i4', y='f4')", "None"}});
}

TEST_F(ExplainTest, TellsElementsApart) {
  ExpectRows(DESCRY_EQUIVALENT,
             {
                 {"np.dtype('f8')", "np.dtype('f4')", "expected float64, got float32"},
                 {"np.dtype('i1')", "np.dtype('?')", "expected int8, got bool"},
                 {"np.dtype('u2')", "np.dtype('f2')", "expected uint16, got float16"},
                 {"np.dtype('c8')", "np.dtype('c16')", "expected complex64, got complex128"},
                 {"np.dtype('g')", "np.dtype('G')", "expected longdouble, got clongdouble"},
                 {"np.dtype('O')", "np.dtype('S12')", "expected object, got S12"},
                 {"np.dtype('U3')", "np.dtype('V8')", "expected U3, got V8"},
                 {"np.dtype('i4')", "np.dtype('>i4')", "expected int32, got big-endian int32"},
                 {"np.dtype('>u4')", "np.dtype('<u4')", "expected big-endian uint32, got uint32"},
                 {"np.dtype('M8[ns]')", "np.dtype('M8[us]')",
                  "expected datetime64[ns], got datetime64[us]"},
                 {"np.dtype('m8[D]')", "np.dtype('m8[25D]')",
                  "expected timedelta64[D], got timedelta64[25D]"},
                 {"np.dtype('M8[s]')", "np.dtype('M8')", "expected datetime64[s], got datetime64"},
                 {"np.dtype('M8[s]')", "np.dtype('>M8[s]')",
                  "expected datetime64[s], got big-endian datetime64[s]"},
             });
}

TEST_F(ExplainTest, TellsFieldsApart) {
  ExpectRows(
      DESCRY_EQUIVALENT,
      {
          {"ab", "dtype(a='i4', b='f8')", "field 'b' at offset 4: expected float32, got float64"},
          {"ab", "dtype(a='i4')", "field 'b' at offset 4: expected float32, got no such field"},
          {"ab", "dtype(b='f4')", "field 'a' at offset 0: expected int32, got no such field"},
          {"ab", "dtype(a='i4', b='f4', c='i2')",
           "field 'c' at offset 8: expected no such field, got int16"},
          {"ab", "dtype(a='i4', c='i2', b='f4')",
           "field 'c' at offset 4: expected no such field, got int16"},
          {"ab", "dtype(a='i4', c='f4')", "field 'b' at offset 4: expected this name, got 'c'"},
          {"ab", "dtype(b='f4', a='i4')",
           "field 'a' at offset 0: expected it at index 0, got it at index 1"},
          {"ab", "at(['a', 'b'], ['i4', 'f4'], [0, 8], 12)",
           "field 'b' at offset 4: expected it at this offset, got it at offset 8" REPACKED},
          {"ab", "at(['a', 'b'], ['i4', 'f4'], [0, 4], 12)",
           "expected an itemsize of 8 bytes, got 12" REPACKED},
      });
}

// What NumPy's concatenate, stack and where make of unions, holes and packed records since 1.23.
TEST_F(ExplainTest, SaysWhatRepackedARecord) {
  const Row rows[] = {
      {"at(['a', 'b'], ['i4', 'f4'], [0, 0], 4)", "ab", ""},
      {"at(['a', 'b'], ['u1', 'f8'], [0, 8], 16)", "dtype(a='u1', b='f8')", ""},
      {"dtype(a='u1', b='f8')", "at(['a', 'b'], ['u1', 'f8'], [0, 8], 16)", ""},
      {"at(['a', 'b'], ['i4', 'f4'], [0, 4], 12)", "ab", ""},
      {"dtype(p='i4', q=at(['a'], ['i4'], [4], 8))", "dtype(p='i4', q=dtype(a='i4'))", ""},
  };
  for (const Row& row : rows) {
    for (const int level : {DESCRY_EQUIVALENT, DESCRY_LAYOUT}) {
      const std::string line = Mismatch(row.own, row.other, level);
      EXPECT_THAT(line, testing::EndsWith(REPACKED)) << row.own;
    }
  }
  const Row others[] = {
      {"at(['a', 'b'], ['i4', 'f4'], [0, 0], 4)", "dtype(a='i4', c='f4')", ""},
      {"at(['a', 'b'], ['i4', 'f4'], [0, 0], 4)", "dtype(a='i4', b='i4')", ""},
      {"at(['a', 'b'], ['i4', 'f4'], [0, 0], 4)", "dtype(a='i4')", ""},
  };
  for (const Row& row : others) {
    EXPECT_THAT(Mismatch(row.own, row.other, DESCRY_EQUIVALENT),
                testing::Not(testing::HasSubstr("repack")));
  }
}

TEST_F(ExplainTest, TellsTitlesApart) {
  ExpectRows(DESCRY_EQUIVALENT,
             {
                 {"ab", "np.dtype([(('A', 'a'), 'i4'), ('b', 'f4')])",
                  "field 'a' at offset 0: expected no title, got title 'A'"},
                 {"np.dtype([(('A', 'a'), 'i4')])", "dtype(a='i4')",
                  "field 'a' at offset 0: expected title 'A', got no title"},
                 {"np.dtype([(('A', 'a'), 'i4')])", "np.dtype([(('B', 'a'), 'i4')])",
                  "field 'a' at offset 0: expected title 'A', got title 'B'"},
             });
}

TEST_F(ExplainTest, TellsRecordsElementsAndSubArraysApart) {
  ExpectRows(DESCRY_EQUIVALENT,
             {
                 {"ab", "np.dtype('V8')", "expected a record of 2 fields, got V8"},
                 {"np.dtype('i4')", "dtype(a='i4')", "expected int32, got a record of 1 field"},
                 {"np.dtype(('f4', (3,)))", "np.dtype(('f4', (2, 2)))",
                  "expected float32 of shape (3,), got float32 of shape (2, 2)"},
                 {"dtype(a='f4')", "np.dtype([('a', 'f4', (1,))])",
                  "field 'a' at offset 0: expected float32, got float32 of shape (1,)"},
                 {"np.dtype([('a', 'f4', (2,))])", "np.dtype([('a', 'i4', (2,))])",
                  "field 'a' at offset 0: expected float32, got int32"},
                 {"np.dtype([('a', ab, (2,))])", "np.dtype([('a', ab, (3,))])",
                  "field 'a' at offset 0: expected a record of 2 fields of shape (2,), got a "
                  "record of 2 fields of shape (3,)"},
             });
}

TEST_F(ExplainTest, AddsUpOffsetsOfNestedFields) {
  ExpectRows(
      DESCRY_EQUIVALENT,
      {
          {"dtype(p='i8', q=dtype(r=ab))", "dtype(p='i8', q=dtype(r=dtype(a='i4')))",
           "field 'q.r.b' at offset 12: expected float32, got no such field"},
          {"dtype(p='i8', q=ab)", "dtype(p='i8', q=at(['a', 'b'], ['i4', 'f4'], [0, 4], 12))",
           "field 'q' at offset 8: expected an itemsize of 8 bytes, got 12" REPACKED},
          {"np.dtype([('p', 'i8'), ('q', ab, 2)])",
           "np.dtype([('p', 'i8'), ('q', dtype(a='i4', b='i4'), 2)])",
           "field 'q.b' at offset 12: expected float32, got int32"},
      });
}

TEST_F(ExplainTest, TellsLayoutsApart) {
  ExpectRows(
      DESCRY_LAYOUT,
      {
          {"np.dtype('f8')", "np.dtype('i8')", "expected float64, got int64"},
          {"ab", "dtype(x='i4', y='u4')", "field 'b' at offset 4: expected float32, got uint32"},
          {"ab", "dtype(x='i4')",
           "field 'b' at offset 4: expected float32, got no element at this offset"},
          {"dtype(a='S4')", "at(['a', 'b'], ['S3', 'V1'], [0, 3], 4)",
           "field 'a' at offset 0: expected S4, got S3"},
          {"dtype(a='S4')", "dtype(a='i4')", "field 'a' at offset 0: expected S4, got int32"},
          {"ab", "np.dtype('V8')", "field 'a' at offset 0: expected int32, got V8"},
          {"ab", "dtype(x='i4', y='f4', z='M8[D]')",
           "field 'z' at offset 8: expected no such element at this offset, got "
           "datetime64[D]"},
          {"ab", "at(['x', 'y'], ['i4', 'f4'], [0, 4], 12)",
           "expected an itemsize of 8 bytes, got 12"},
          {"np.dtype([('m', 'f4', (2, 3))])", "dtype(x='(5,)f4', y='i4')",
           "field 'm[1, 2]' at offset 20: expected float32, got int32"},
          {"np.dtype([('p', 'i8'), ('q', ab, (2, 2))])", "dtype(x='i8', y=ab)",
           "field 'q[0, 1].a' at offset 16: expected int32, got no element at this offset"},
      });
}

// A walk that flattened them would need minutes and gigabytes.
TEST_F(ExplainTest, ComparesLongSubArraysByRuns) {
  Exec(
      "def many(n, **fields): return np.dtype((dtype(**fields), (n,)))\n"
      "def whole(**fields): return np.dtype([(k, v) for k, v in fields.items()])");
  ExpectRows(
      DESCRY_LAYOUT,
      {
          {"whole(a=many(100000000, p='i4', q='f4'))",
           "whole(a=many(30000000, p='i4', q='f4'), b=many(70000000, p='i4', q='f4'))", "None"},
          {"np.dtype([('a', 'f4', 300000000)])", "whole(a=many(100000000, x='f4', y='f4', z='f4'))",
           "None"},
          {"whole(a=many(1000, p=many(1000, q='f4', r='f4'), s='i4'))",
           "whole(a=many(1000, p=many(2000, q='f4'), s='i4'))", "None"},
          {"whole(a=many(100000000, p='f4', q='f4'))",
           "np.dtype([('a', 'f4', 199999999), ('b', 'i4')])",
           "field 'a[99999999].q' at offset 799999996: expected float32, got int32"},
      });
}

class MatchFailTest : public ExplainTest {
 protected:
  static int Fail(const descry_type* type, const char* dtype, int level, int ndim) {
    const Ref own(descry_dtype(type)), descr = Eval(dtype);
    return descryi_match_fail(type, own.get(), descr.get(), level, ndim);
  }
};

TEST_F(MatchFailTest, SaysWhatWasExpectedWhatCameAndTheField) {
  EXPECT_THAT(
      Fail(DESCRY_TYPE(particle), "np.dtype([('id', 'i8'), ('pos', 'f8')])", DESCRY_EQUIVALENT, 1),
      RaisesPython(PyExc_TypeError,
                   "expected a 1-d array of particle (64 bytes), got dtype "
                   "[('id', '<i8'), ('pos', '<f8')]: field 'pos' at offset 8: expected a "
                   "record of 3 fields, got float64"));
}

TEST_F(MatchFailTest, LeavesOutARankThatDoesNotMatter) {
  EXPECT_THAT(Fail(DESCRY_TYPE(vec3), "np.dtype('f8')", DESCRY_LAYOUT, -1),
              RaisesPython(PyExc_TypeError,
                           "expected an array of vec3 (24 bytes), got dtype float64: field 'y' "
                           "at offset 8: expected float64, got no element at this offset"));
}

TEST_F(MatchFailTest, ShortensALongDtypeInTheMiddle) {
  EXPECT_THAT(Fail(DESCRY_TYPE(vec3), "np.dtype([('field%d' % i, 'f8') for i in range(50)])",
                   DESCRY_EQUIVALENT, 0),
              RaisesPython(PyExc_TypeError,
                           "expected a 0-d array of vec3 (24 bytes), got dtype "
                           "[('field0', '<f8'), ('field1', '<f8'), \xe2\x80\xa6, ('field48', "
                           "'<f8'), ('field49', '<f8')]: field 'x' at offset 0: expected this "
                           "name, got 'field0'"));
}

}  // namespace
}  // namespace descry_test
