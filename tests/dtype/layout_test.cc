// SPDX-License-Identifier: BSD-3-Clause
// The drawings, word for word.

#include <descry/dtype.h>
#include <gtest/gtest.h>

#include "tests/declare/layouts.h"
#include "tests/support/python.h"
#include "tests/support/python_test.h"

namespace descry_test {
namespace {

std::string Layout(const descry_type* type) { return Str(Ref(descry_layout(type))); }

using LayoutTest = PythonTest;

TEST_F(LayoutTest, ShowsHoles) {
  EXPECT_EQ(Layout(&descry_type_of_c_partial),
            "c_partial: 48 bytes, alignment 16\n"
            "  offset  size  field\n"
            "       0     1  b       bool\n"
            "       1     3  (hole)\n"
            "       4     4  u       uint32\n"
            "       8     4  f       float32\n"
            "      12    20  (hole)\n"
            "      32    16  l       longdouble");
}

TEST_F(LayoutTest, ShowsNestingWithOffsetsFromTheOutermost) {
  EXPECT_EQ(Layout(&descry_type_of_c_partial_nested),
            "c_partial_nested: 80 bytes, alignment 16\n"
            "  offset  size  field\n"
            "       0    16  (hole)\n"
            "      16    48  a         c_partial\n"
            "      16     1    b       bool\n"
            "      17     3    (hole)\n"
            "      20     4    u       uint32\n"
            "      24     4    f       float32\n"
            "      28    20    (hole)\n"
            "      48    16    l       longdouble\n"
            "      64    16  (hole)");
}

TEST_F(LayoutTest, ShowsSubArraysAndStrings) {
  EXPECT_EQ(Layout(&descry_type_of_c_arrays),
            "c_arrays: 56 bytes, alignment 4\n"
            "  offset  size  field\n"
            "       0    12  a       S4 (3,)\n"
            "      12     8  b       int32 (2,)\n"
            "      20     3  c       uint8 (3,)\n"
            "      23     1  (hole)\n"
            "      24    32  d       float32 (4, 2)");
}

// From the least significant bit, as shifts and masks count; a compiler for the other byte order
// begins at the other end.
TEST_F(LayoutTest, ShowsNamedBits) {
  EXPECT_EQ(Layout(&descry_type_of_c_bits),
            "c_bits: 20 bytes, alignment 1\n"
            "  offset  size  field\n"
            "       0     1  xy      uint8\n"
            "                  x     bits 0 to 2\n"
            "                  y     bits 3 to 7\n"
            "       1     2  a       uint16\n"
            "       3     4  pq      uint32\n"
            "                  p     bits 0 to 11\n"
            "                  q     bits 12 to 31\n"
            "       7     1  b       uint8\n"
            "       8     8  rs      uint64\n"
            "                  r     bits 0 to 39\n"
            "                  s     bits 40 to 63, signed\n"
            "      16     1  c       uint8\n"
            "      17     3  v       V3\n"
            "                  v     bits 0 to 23");
  const std::string swapped = Layout(&descry_type_of_c_bits_swapped);
  EXPECT_EQ(swapped.substr(swapped.find('\n')),
            "\n"
            "  offset  size  field\n"
            "       0     1  xy      uint8\n"
            "                  x     bits 5 to 7\n"
            "                  y     bits 0 to 4\n"
            "       1     2  a       uint16, big-endian\n"
            "       3     4  pq      uint32, big-endian\n"
            "                  p     bits 20 to 31\n"
            "                  q     bits 0 to 19\n"
            "       7     1  b       uint8\n"
            "       8     8  rs      uint64, big-endian\n"
            "                  r     bits 24 to 63\n"
            "                  s     bits 0 to 23, signed\n"
            "      16     1  c       uint8\n"
            "      17     3  v       V3\n"
            "                  v     bits 0 to 23");
}

TEST_F(LayoutTest, ShowsUnitsAndByteOrder) {
  EXPECT_EQ(Layout(&descry_type_of_c_times),
            "c_times: 40 bytes, alignment 8\n"
            "  offset  size  field\n"
            "       0     8  at      datetime64[ns]\n"
            "       8    24  took    timedelta64[us] (3,)\n"
            "      32     8  day_be  datetime64[D], big-endian");
}

TEST_F(LayoutTest, ShowsUnionsAndTitles) {
  EXPECT_EQ(Layout(&descry_type_of_c_variant),
            "c_variant: 4 bytes, alignment 4\n"
            "  offset  size  field\n"
            "       0     4  i       int32\n"
            "       0     4  f       float32, overlaps\n"
            "       0     4  raw     uint8 (4,), overlaps");
  EXPECT_EQ(Layout(&descry_type_of_c_titled),
            "c_titled: 16 bytes, alignment 8\n"
            "  offset  size  field\n"
            "       0     4  first   int32, title 'the first'\n"
            "       4     4  (hole)\n"
            "       8     8  b       float64");
}

TEST_F(LayoutTest, ShowsFieldsByOffsetWhateverTheirOrder) {
  const std::string reordered = Layout(&descry_type_of_c_reordered);
  const std::string simple = Layout(&descry_type_of_c_simple);
  EXPECT_EQ(reordered.substr(reordered.find('\n')), simple.substr(simple.find('\n')));
}

TEST_F(LayoutTest, ShowsWhatAWrapperStandsFor) {
  EXPECT_EQ(Layout(&descry_type_of_c_wrapped_array),
            "c_wrapped_array: 12 bytes, alignment 4\n  stands for float32 (3,)");
  EXPECT_EQ(Layout(&descry_type_of_c_name12), "c_name12: 12 bytes, alignment 1\n  stands for S12");
}

}  // namespace
}  // namespace descry_test
