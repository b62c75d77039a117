// SPDX-License-Identifier: BSD-3-Clause
// schema.hpp, without Python.
#include <gmock/gmock.h>

#include <descry/schema.hpp>
#include <stdexcept>
#include <utility>

namespace {

using testing::StrEq;
using testing::ThrowsMessage;

TEST(BuilderTest, BuildsByChainedCalls) {
  const descry::made_type text = descry::array_type(DESCRY_TYPE(bytes), {12});
  const descry::made_type inner = descry::schema("inner", DESCRY_PACKED)
                                      .add("flag", DESCRY_TYPE(bool_))
                                      .add("value", DESCRY_TYPE(float64))
                                      .build();
  const descry::made_type type =
      descry::schema("outer")
          .add("rgb", DESCRY_TYPE(float32), {3})
          .title("all of them")
          .add("inner", inner, {2, 2})
          .optional("weight", DESCRY_TYPE(float64))
          .variant("v", {{}, {"number", DESCRY_TYPE(int64)}, {"text", text}})
          .place(200)
          .add("late", DESCRY_TYPE(int16))
          .resize(256)
          .build();
  EXPECT_THAT(descry_type_name(type), StrEq("outer"));
  EXPECT_EQ(descry_type_size(type), 256u);
  EXPECT_EQ(descry_field_offset(descry_type_field_named(type, "late")), 200u);
  EXPECT_EQ(descry_field_size(descry_type_field_named(type, "inner")), 36u);
  EXPECT_THAT(descry_field_title(descry_type_field_named(type, "inner")), StrEq("all of them"));
  EXPECT_EQ(descry_field_element(descry_type_field_named(type, "text")), text.get());
  long long value = 0;
  EXPECT_EQ(descry_field_case(descry_type_field_named(type, "number"), &value), 1);
  EXPECT_EQ(value, 1);
}

TEST(BuilderTest, OverlapsBranchesWhereAsked) {
  const descry::made_type type =
      descry::schema("u")
          .variant("v", {{"a", DESCRY_TYPE(int64)}, {"b", DESCRY_TYPE(float64)}}, DESCRY_OVERLAP)
          .build();
  EXPECT_EQ(descry_type_size(type), 16u);
}

TEST(BuilderTest, ThrowsTheFirstProblem) {
  descry::schema schema("s");
  schema.add("a", DESCRY_TYPE(bytes)).add("", DESCRY_TYPE(int8));
  EXPECT_THAT(schema.problem(), StrEq("field 'a': bytes needs a length, as its last dimension"));
  EXPECT_THAT([&] { schema.build(); },
              ThrowsMessage<std::invalid_argument>(
                  StrEq("field 'a': bytes needs a length, as its last dimension")));
  EXPECT_THROW(schema.build(), std::bad_alloc);
  EXPECT_THROW(descry::array_type(DESCRY_TYPE(unicode), {}), std::invalid_argument);
}

TEST(BuilderTest, CountsHandles) {
  descry::made_type first = descry::schema("s").add("a", DESCRY_TYPE(int8)).build();
  descry::made_type copy = first, moved = std::move(first);
  EXPECT_EQ(first.get(), nullptr);
  EXPECT_EQ(copy.get(), moved.get());
  moved = descry::made_type();
  EXPECT_THAT(descry_type_name(copy), StrEq("s"));
  copy = descry::made_type::borrow(DESCRY_TYPE(float64));
  EXPECT_EQ(copy.get(), DESCRY_TYPE(float64));
}

TEST(BuilderTest, MayBeMovedAndLeftUnfinished) {
  descry::schema one("one"), other(std::move(one));
  other.add("a", DESCRY_TYPE(int8));
  one = std::move(other);
  EXPECT_EQ(one.problem(), nullptr);
}

}  // namespace
