// SPDX-License-Identifier: BSD-3-Clause
// What the accessors of type.h say of declarations in C and in C++.

#include <descry/type.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/declare/layouts.h"

namespace {

std::vector<size_t> Shape(const descry_field* field) {
  const size_t* shape = descry_field_shape(field);
  return {shape, shape + descry_field_ndim(field)};
}

void ExpectSameType(const descry_type* c, const descry_type* cc);

void ExpectSameField(const descry_field* c, const descry_field* cc) {
  EXPECT_STREQ(descry_field_name(c), descry_field_name(cc));
  EXPECT_STREQ(descry_field_title(c), descry_field_title(cc));
  EXPECT_EQ(descry_field_offset(c), descry_field_offset(cc));
  EXPECT_EQ(descry_field_size(c), descry_field_size(cc));
  EXPECT_EQ(descry_field_itemsize(c), descry_field_itemsize(cc));
  EXPECT_EQ(Shape(c), Shape(cc));
  ExpectSameType(descry_field_element(c), descry_field_element(cc));
}

void ExpectSameType(const descry_type* c, const descry_type* cc) {
  if (c == cc) return;
  SCOPED_TRACE(descry_type_name(c));
  EXPECT_EQ(std::string("c") + descry_type_name(c), descry_type_name(cc));
  EXPECT_EQ(descry_type_kind(c), descry_type_kind(cc));
  EXPECT_EQ(descry_type_size(c), descry_type_size(cc));
  EXPECT_EQ(descry_type_alignment(c), descry_type_alignment(cc));
  ASSERT_EQ(descry_type_field_count(c), descry_type_field_count(cc));
  for (size_t i = 0; i < descry_type_field_count(c); ++i) {
    ExpectSameField(descry_type_field(c, i), descry_type_field(cc, i));
  }
  const descry_type* target = descry_type_target(c);
  ASSERT_EQ(target == nullptr, descry_type_target(cc) == nullptr);
  if (target != nullptr) ExpectSameType(target, descry_type_target(cc));
}

TEST(TypeTest, IsTheSameFromCAndFromCxx) {
#define EXPECT_SAME(name) ExpectSameType(&descry_type_of_c_##name, &descry_type_of_cc_##name);
  LAYOUTS(EXPECT_SAME)
#undef EXPECT_SAME
}

TEST(TypeTest, HasItsFieldsInTheOrderOfTheDeclaration) {
  const descry_type* type = &descry_type_of_c_reordered;
  EXPECT_EQ(descry_type_kind(type), DESCRY_KIND_RECORD);
  EXPECT_STREQ(descry_field_name(descry_type_field(type, 0)), "l");
  EXPECT_STREQ(descry_field_name(descry_type_field(type, 3)), "u");
  EXPECT_EQ(descry_type_field(type, 4), nullptr);
}

TEST(TypeTest, FindsFieldsByName) {
  EXPECT_EQ(descry_type_field_named(&descry_type_of_c_renamed, "y"),
            descry_type_field(&descry_type_of_c_renamed, 1));
  EXPECT_EQ(descry_type_field_named(&descry_type_of_c_renamed, "__y__"), nullptr);
}

TEST(TypeTest, TellsAStringsLengthFromADimension) {
  const descry_field* field = descry_type_field_named(&descry_type_of_c_arrays, "a");
  EXPECT_EQ(descry_field_itemsize(field), 4u);
  EXPECT_EQ(Shape(field), std::vector<size_t>({3}));
  EXPECT_EQ(descry_field_size(field), 12u);
}

TEST(TypeTest, SeesThroughArraysThatAreTypes) {
  const descry_field* field = descry_type_field_named(&descry_type_of_c_aliases, "all");
  EXPECT_EQ(descry_field_itemsize(field), 12u);
  EXPECT_EQ(Shape(field), std::vector<size_t>({2}));
}

TEST(TypeTest, KnowsWhatAWrapperStandsFor) {
  EXPECT_EQ(descry_type_target(&descry_type_of_c_wrapped_record), &descry_type_of_c_simple);
  EXPECT_EQ(descry_type_kind(&descry_type_of_c_wrapped_record), DESCRY_KIND_TRANSPARENT);
  EXPECT_EQ(descry_type_kind(&descry_type_of_c_unit), DESCRY_KIND_ALIAS);
  EXPECT_EQ(descry_type_target(&descry_type_of_c_simple), nullptr);
}

}  // namespace
