// SPDX-License-Identifier: BSD-3-Clause
// Types of DESCRY_SWAPPED, from their declaration to views, rows and bit-fields of them.

#include <descry/convert.h>
#include <descry/declare.h>
#include <descry/dtype.h>
#include <descry/field.h>
#include <descry/match.h>
#include <descry/view.h>

#include <cstring>
#include <descry/vector.hpp>
#include <descry/view.hpp>
#include <thread>
#include <vector>

#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"

namespace {
struct sw_point {
  int16_t x, y;
};
struct sw_header {
  uint32_t magic;
  unsigned low : 4, high : 12;
  sw_point at[2];
  double scale;
  char label[6];
};
struct sw_choice {
  uint16_t what;
  union {
    int32_t i;
    float f;
  };
};
struct sw_brain {
  uint16_t weight;
};
struct sw_link {
  char bytes[4];
};
struct sw_handle {
  int unused;
};
struct sw_file {
  sw_header head;
  int32_t count;
};
DESCRY_RECORD(sw_point, x, y);
DESCRY_RECORD(sw_header, magic,
              DESCRY_BITS("flags", magic, at, DESCRY_BIT("low", 4), DESCRY_BIT_SIGNED("high", 12)),
              at, scale, label);
DESCRY_VARIANT(sw_choice, what, DESCRY_CASE(1, i), DESCRY_CASE(2, f));
DESCRY_RECORD(sw_brain, DESCRY_AS(weight, bfloat16));
DESCRY_RECORD(sw_link, DESCRY_AS(bytes, sw_link));
PyTypeObject* handle_class;
DESCRY_OBJECT(sw_handle, &handle_class);

DESCRY_DECLARE_SWAPPED(sw_header_swapped, sw_header);
DESCRY_SWAPPED(sw_header_swapped, sw_header);
DESCRY_SWAPPED(sw_choice_swapped, sw_choice);
DESCRY_SWAPPED(sw_brain_swapped, sw_brain);
DESCRY_SWAPPED(sw_link_swapped, sw_link);
DESCRY_SWAPPED(sw_handle_swapped, sw_handle);
DESCRY_SWAPPED(sw_header_again, sw_header_swapped);
DESCRY_SWAPPED(sw_number_swapped, float64);
DESCRY_SWAPPED(sw_late_swapped, sw_header);
DESCRY_RECORD(sw_file, DESCRY_AS(head, sw_header_swapped), DESCRY_BE(count));
}  // namespace

namespace descry_test {
namespace {

const descry_type* const kSwapped = DESCRY_TYPE(sw_header_swapped);

class SwappedTest : public PythonTest {
 protected:
  void SetUp() override {
    SetGlobal("native", Ref(descry_dtype(DESCRY_TYPE(sw_header))));
    SetGlobal("swapped", Ref(descry_dtype(kSwapped)));
    Exec(
        "a = np.zeros(3, native)\n"
        "a['magic'] = 0x01020304\n"
        "a['flags'] = 3 | 0xffe << 4\n"
        "a['at']['y'] = [[1, 2], [3, 4], [5, -6]]\n"
        "a['scale'] = [0.5, 1.5, -2.5]\n"
        "a['label'] = b'text'\n"
        "b = a.astype(swapped)\n");
  }
  void TearDown() override {
    descry_view_release(&view_);
    PythonTest::TearDown();
  }
  int Open(const char* array, const descry_type* type, unsigned flags = DESCRY_READ) {
    return descry_view_acquire(&view_, Eval(array).get(), type, DESCRY_ANY_NDIM, flags);
  }

  descry_view view_ = {};
};

TEST_F(SwappedTest, IsARecordWithTheNameThatItWasGiven) {
  EXPECT_STREQ(descry_type_name(kSwapped), "sw_header_swapped");
  EXPECT_EQ(descry_type_kind(kSwapped), DESCRY_KIND_RECORD);
  EXPECT_EQ(descry_type_field_count(kSwapped), 5u);
  EXPECT_EQ(descry_type_original(kSwapped), DESCRY_TYPE(sw_header));
  EXPECT_EQ(descry_type_target(kSwapped), nullptr);
  EXPECT_EQ(descry_find("sw_header_swapped"), kSwapped);
  EXPECT_EQ(sizeof(sw_header_swapped), sizeof(sw_header));
}

TEST_F(SwappedTest, LeavesTheNamesInsideToTheirOwners) {
  Ref(descry_dtype(DESCRY_TYPE(sw_late_swapped)));
  const Ref dtype(descry_dtype(DESCRY_TYPE(sw_point)));
  EXPECT_EQ(descry_find("sw_point"), DESCRY_TYPE(sw_point));
}

TEST_F(SwappedTest, TwiceIsTheOriginal) {
  const Ref dtype(descry_dtype(DESCRY_TYPE(sw_header_again)));
  EXPECT_EQ(dtype.get(), Eval("native").get());
}

TEST_F(SwappedTest, OfATagIsThatTagOfTheOtherOrder) {
  const Ref dtype(descry_dtype(DESCRY_TYPE(sw_number_swapped)));
  EXPECT_TRUE(SameDtype(dtype, Eval("np.dtype('f8').newbyteorder('S')")));
}

TEST_F(SwappedTest, MatchesArraysOfTheOtherOrderOnly) {
  EXPECT_EQ(descry_matches(kSwapped, Eval("b.dtype").get(), DESCRY_EQUIVALENT), 1);
  EXPECT_EQ(descry_matches(kSwapped, Eval("a.dtype").get(), DESCRY_EQUIVALENT), 0);
  EXPECT_EQ(descry_matches(kSwapped, Eval("a.dtype").get(), DESCRY_LAYOUT), 0);
  EXPECT_EQ(Open("b", kSwapped), 0);
  EXPECT_THAT(Open("a", kSwapped),
              RaisesPython(PyExc_TypeError, testing::HasSubstr("sw_header_swapped")));
}

TEST_F(SwappedTest, IsReadByFieldsThatKnowTheirByteOrder) {
  ASSERT_EQ(Open("b", kSwapped), 0);
  EXPECT_EQ(__builtin_bswap32(DESCRY_AT(sw_header_swapped, &view_, 0)->magic), 0x01020304u);
  descry_view member = {};
  ASSERT_EQ(descry_view_field(&view_, "at.y", &member), 0);
  EXPECT_STREQ(descry_type_name(member.type),
               __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? "int16_be" : "int16_le");
  descry_view_release(&member);
  const descry_field* scale =
      descry_view_field_checked(&view_, "scale", DESCRY_TYPE(sw_number_swapped));
  ASSERT_NE(scale, nullptr) << TakeException();
  uint64_t bits = __builtin_bswap64(*DESCRY_FIELD_AT(uint64_t, &view_, scale, 2));
  double value;
  std::memcpy(&value, &bits, sizeof value);
  EXPECT_EQ(value, -2.5);
}

TEST_F(SwappedTest, IsConvertedToTheOriginal) {
  ASSERT_EQ(Open("b", DESCRY_TYPE(sw_header), DESCRY_READ | DESCRY_CONVERT), 0) << TakeException();
  EXPECT_EQ(DESCRY_AT(sw_header, &view_, 2)->scale, -2.5);
  EXPECT_EQ(DESCRY_AT(sw_header, &view_, 2)->at[1].y, -6);
}

TEST_F(SwappedTest, MakesRowsAndReadsThem) {
  ASSERT_EQ(Open("b", kSwapped), 0);
  SetGlobal("rows", Ref(descry_to_rows(&view_)));
  descry_view_release(&view_);
  ASSERT_EQ(Open("a", DESCRY_TYPE(sw_header)), 0);
  SetGlobal("native_rows", Ref(descry_to_rows(&view_)));
  EXPECT_EQ(Int(Eval("rows == native_rows")), 1);
  SetGlobal("again", Ref(descry_from_rows(kSwapped, Eval("rows").get(), 0)));
  EXPECT_EQ(Int(Eval("again.tobytes() == b.tobytes()")), 1);
}

// A compiler of the other byte order begins at the other end.
TEST_F(SwappedTest, HasItsBitFieldsFromTheOtherEnd) {
  const bool is_little = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
  size_t native = 0, swapped = 0;
  const descry_field* flags = descry_type_field_named(DESCRY_TYPE(sw_header), "flags");
  ASSERT_NE(descry_field_bit(flags, 1, &native), nullptr);
  flags = descry_type_field_named(kSwapped, "flags");
  ASSERT_NE(descry_field_bit(flags, 1, &swapped), nullptr);
  EXPECT_EQ(native, is_little ? 4u : 0u);
  EXPECT_EQ(swapped, is_little ? 0u : 4u);

  Exec("c = np.zeros(1, swapped)\nc['flags'] = 3 << 12 | 0xffe\n");
  ASSERT_EQ(Open("c", kSwapped), 0);
  SetGlobal("dicts", Ref(descry_to_dicts(&view_)));
  EXPECT_EQ(Str(Eval("dicts[0]['flags']")),
            is_little ? "{'low': 3, 'high': -2}" : "{'low': 14, 'high': 1023}");
}

TEST_F(SwappedTest, HasItsVariantsTagInTheOtherOrder) {
  SetGlobal("choice", Ref(descry_dtype(DESCRY_TYPE(sw_choice_swapped))));
  Exec("v = np.zeros(2, choice)\nv['what'] = [1, 2]\nv['i'][0] = -7\nv['f'][1] = 1.5\n");
  ASSERT_EQ(Open("v", DESCRY_TYPE(sw_choice_swapped), DESCRY_WRITE), 0);
  const descry_field* tag = descry_type_tag(DESCRY_TYPE(sw_choice_swapped));
  ASSERT_NE(tag, nullptr);
  EXPECT_EQ(descry_variant_tag(&view_, tag, 1), 2);
  EXPECT_STREQ(descry_variant_name(&view_, tag, 1), "f");
  EXPECT_EQ(descry_variant_set(&view_, tag, 0, 2, nullptr), 0);
  EXPECT_EQ(Str(Eval("v['what']")), "[2 2]");
  SetGlobal("dicts", Ref(descry_to_dicts(&view_)));
  EXPECT_EQ(Str(Eval("dicts[1]")), "{'f': 1.5}");
}

TEST_F(SwappedTest, StandsInOtherRecords) {
  const Ref dtype(descry_dtype(DESCRY_TYPE(sw_file)));
  ASSERT_TRUE(dtype) << TakeException();
  SetGlobal("file", dtype);
  EXPECT_EQ(Int(Eval("file['head'] is swapped")), 1);
}

TEST_F(SwappedTest, IsDrawn) {
  const std::string drawn = Str(Ref(descry_layout(kSwapped)));
  EXPECT_THAT(drawn, testing::HasSubstr("float64, "));
}

TEST_F(SwappedTest, RefusesWhatHasNoOtherOrder) {
  EXPECT_THAT(
      Ref(descry_dtype(DESCRY_TYPE(sw_brain_swapped))),
      RaisesPython(PyExc_TypeError,
                   "bfloat16 has no dtype of the other byte order: DESCRY_SWAPPED cannot swap it"));
  EXPECT_THAT(Ref(descry_dtype(DESCRY_TYPE(sw_handle_swapped))),
              RaisesPython(PyExc_TypeError,
                           "sw_handle_swapped: elements of sw_handle are references to Python "
                           "objects, which have no byte order"));
}

TEST_F(SwappedTest, RefusesATypeThatContainsItself) {
  EXPECT_THAT(Ref(descry_dtype(DESCRY_TYPE(sw_link_swapped))),
              RaisesPython(PyExc_TypeError, testing::HasSubstr("contains itself")));
}

TEST_F(SwappedTest, IsTheOriginalForCxx) {
  const descry::view<sw_header> view(Eval("b").get(), 1, 0, kSwapped);
  EXPECT_EQ(__builtin_bswap32(view[0].magic), 0x01020304u);
}

// All see the one that was first.
TEST_F(SwappedTest, IsMadeOnceByAnyNumberOfThreads) {
  static const descry_field* seen[8];
  std::vector<std::thread> threads;
  for (const descry_field*& each : seen) {
    threads.emplace_back([&each] { each = descry_type_field(DESCRY_TYPE(sw_late_swapped), 0); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const descry_field* each : seen) EXPECT_EQ(each, seen[0]);
}

}  // namespace
}  // namespace descry_test
