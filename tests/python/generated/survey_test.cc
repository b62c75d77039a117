// SPDX-License-Identifier: BSD-3-Clause
// What descry_declarations() writes is what the compiler says.
#include <gtest/gtest.h>

#include <cstddef>

#include "tests/python/generated/survey_types.h"

namespace {

TEST(DeclarationsTest, DeclaresTheStructThatWasAskedForAndWhatIsInIt) {
  const descry_type* type = DESCRY_TYPE(survey_mark);
  ASSERT_EQ(descry_type_field_count(type), 4u);
  EXPECT_EQ(descry_type_size(type), sizeof(struct survey_mark));
  const descry_field* name = descry_type_field_named(type, "name");
  ASSERT_NE(name, nullptr);
  EXPECT_EQ(descry_field_offset(name), offsetof(struct survey_mark, name));
  EXPECT_EQ(descry_field_element(descry_type_field(type, 0)), DESCRY_TYPE(survey_point));
}

}  // namespace
