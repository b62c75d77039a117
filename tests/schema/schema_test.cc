// SPDX-License-Identifier: BSD-3-Clause
// Schemas without Python: layouts against the C compiler's, and every way in which one is refused.
#include <descry/schema.h>
#include <gmock/gmock.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace {

using testing::StrEq;

struct Inner {
  std::uint8_t flag;
  double value;
};

struct Outer {
  std::int16_t id;
  Inner inner[2];
  char label[3][5];
  std::uint32_t name[4];
  void* object;
  std::uint8_t last;
};

#pragma pack(push, 1)
struct PackedOuter {
  std::int16_t id;
  Inner inner[2];
  char label[3][5];
  std::uint32_t name[4];
  void* object;
  std::uint8_t last;
};
#pragma pack(pop)

const descry_type* BuildInner() {
  descry_schema* schema = descry_schema_new("inner", 0);
  descry_schema_add(schema, "flag", DESCRY_TYPE(bool_), 0, nullptr);
  descry_schema_add(schema, "value", DESCRY_TYPE(float64), 0, nullptr);
  return descry_schema_build(schema);
}

const descry_type* BuildOuter(unsigned flags) {
  const size_t two[] = {2}, label[] = {3, 5}, four[] = {4};
  const descry_type* inner = BuildInner();
  descry_schema* schema = descry_schema_new("outer", flags);
  descry_schema_add(schema, "id", DESCRY_TYPE(int16), 0, nullptr);
  descry_schema_add(schema, "inner", inner, 1, two);
  descry_schema_add(schema, "label", DESCRY_TYPE(bytes), 2, label);
  descry_schema_add(schema, "name", DESCRY_TYPE(unicode), 1, four);
  descry_schema_add(schema, "object", DESCRY_TYPE(object_), 0, nullptr);
  descry_schema_add(schema, "last", DESCRY_TYPE(uint8), 0, nullptr);
  descry_type_release(inner);
  return descry_schema_build(schema);
}

size_t OffsetOf(const descry_type* type, const char* name) {
  return descry_field_offset(descry_type_field_named(type, name));
}

template <typename Struct>
void ExpectLaidOutLike(const descry_type* type) {
  ASSERT_NE(type, nullptr) << descry_schema_problem(nullptr);
  EXPECT_EQ(descry_type_kind(type), DESCRY_KIND_RECORD);
  EXPECT_EQ(descry_type_size(type), sizeof(Struct));
  EXPECT_EQ(descry_type_alignment(type), alignof(Struct));
  EXPECT_EQ(OffsetOf(type, "id"), offsetof(Struct, id));
  EXPECT_EQ(OffsetOf(type, "inner"), offsetof(Struct, inner));
  EXPECT_EQ(OffsetOf(type, "label"), offsetof(Struct, label));
  EXPECT_EQ(OffsetOf(type, "name"), offsetof(Struct, name));
  EXPECT_EQ(OffsetOf(type, "object"), offsetof(Struct, object));
  EXPECT_EQ(OffsetOf(type, "last"), offsetof(Struct, last));
}

TEST(SchemaTest, LaysFieldsOutAsTheCompilerDoes) {
  const descry_type* natural = BuildOuter(0);
  ExpectLaidOutLike<Outer>(natural);
  descry_type_release(natural);
  const descry_type* packed = BuildOuter(DESCRY_PACKED);
  ExpectLaidOutLike<PackedOuter>(packed);
  descry_type_release(packed);
}

TEST(SchemaTest, KeepsNestedElementsAlive) {
  const descry_type* outer = BuildOuter(0);
  const descry_field* field = descry_type_field_named(outer, "inner");
  const descry_type* inner = descry_field_element(field);
  EXPECT_THAT(descry_type_name(inner), StrEq("inner"));
  EXPECT_EQ(descry_type_field_count(inner), 2u);
  EXPECT_EQ(descry_field_ndim(field), 1u);
  EXPECT_EQ(descry_field_shape(field)[0], 2u);
  EXPECT_EQ(descry_field_itemsize(field), sizeof(Inner));
  descry_type_release(outer);
}

TEST(SchemaTest, TakesTheLastDimensionOfATextAsItsLength) {
  const descry_type* outer = BuildOuter(0);
  const descry_field* label = descry_type_field_named(outer, "label");
  EXPECT_EQ(descry_field_itemsize(label), 5u);
  EXPECT_EQ(descry_field_ndim(label), 1u);
  EXPECT_EQ(descry_field_shape(label)[0], 3u);
  const descry_field* name = descry_type_field_named(outer, "name");
  EXPECT_EQ(descry_field_itemsize(name), 16u);
  EXPECT_EQ(descry_field_ndim(name), 0u);
  descry_type_release(outer);
}

TEST(SchemaTest, CopiesNamesTitlesAndShapes) {
  std::string name = "temperature", title = "in kelvin", type_name = "sample";
  std::vector<size_t> shape = {2, 3};
  descry_schema* schema = descry_schema_new(type_name.c_str(), 0);
  descry_schema_title(schema, title.c_str());
  descry_schema_add(schema, name.c_str(), DESCRY_TYPE(float32), 2, shape.data());
  name.assign("xxxxxxxxxxx");
  title.assign("xxxxxxxxx");
  type_name.assign("xxxxxx");
  shape.assign({7, 7});
  const descry_type* type = descry_schema_build(schema);
  const descry_field* field = descry_type_field(type, 0);
  EXPECT_THAT(descry_type_name(type), StrEq("sample"));
  EXPECT_THAT(descry_field_name(field), StrEq("temperature"));
  EXPECT_THAT(descry_field_title(field), StrEq("in kelvin"));
  EXPECT_EQ(descry_field_shape(field)[1], 3u);
  descry_type_release(type);
}

TEST(SchemaTest, PlacesAndResizes) {
  descry_schema* schema = descry_schema_new("header", 0);
  descry_schema_resize(schema, 64);
  descry_schema_place(schema, 40);
  descry_schema_add(schema, "late", DESCRY_TYPE(int32), 0, nullptr);
  descry_schema_place(schema, 8);
  descry_schema_add(schema, "early", DESCRY_TYPE(float64), 0, nullptr);
  descry_schema_place(schema, 8);
  descry_schema_add(schema, "same", DESCRY_TYPE(int64), 0, nullptr);
  descry_schema_add(schema, "behind", DESCRY_TYPE(float64), 0, nullptr);
  const descry_type* type = descry_schema_build(schema);
  EXPECT_EQ(OffsetOf(type, "late"), 40u);
  EXPECT_EQ(OffsetOf(type, "early"), 8u);
  EXPECT_EQ(OffsetOf(type, "same"), 8u);
  EXPECT_EQ(OffsetOf(type, "behind"), 48u);
  EXPECT_EQ(descry_type_size(type), 64u);
  EXPECT_EQ(descry_type_alignment(type), 8u);
  descry_type_release(type);
}

TEST(SchemaTest, LowersTheAlignmentToWhatOffsetsAndSizeAllow) {
  descry_schema* schema = descry_schema_new("odd", 0);
  descry_schema_place(schema, 12);
  descry_schema_add(schema, "x", DESCRY_TYPE(float64), 0, nullptr);
  const descry_type* type = descry_schema_build(schema);
  EXPECT_EQ(descry_type_alignment(type), 4u);
  EXPECT_EQ(descry_type_size(type), 20u);
  descry_type_release(type);

  schema = descry_schema_new("short", 0);
  descry_schema_add(schema, "x", DESCRY_TYPE(float64), 0, nullptr);
  descry_schema_resize(schema, 10);
  type = descry_schema_build(schema);
  EXPECT_EQ(descry_type_alignment(type), 2u);
  EXPECT_EQ(descry_type_size(type), 10u);
  descry_type_release(type);
}

TEST(SchemaTest, PutsTheFlagOfAnOptionalFieldRightBehindIt) {
  const size_t five[] = {5};
  descry_schema* schema = descry_schema_new("row", 0);
  descry_schema_add_optional(schema, "x", DESCRY_TYPE(float64), 0, nullptr);
  descry_schema_add_optional(schema, "text", DESCRY_TYPE(bytes), 1, five);
  descry_schema_add_optional(schema, "n", DESCRY_TYPE(int32), 0, nullptr);
  const descry_type* type = descry_schema_build(schema);
  EXPECT_EQ(OffsetOf(type, "x_valid"), 8u);
  EXPECT_EQ(OffsetOf(type, "text"), 9u);
  EXPECT_EQ(OffsetOf(type, "text_valid"), 14u);
  EXPECT_EQ(OffsetOf(type, "n"), 16u);
  EXPECT_EQ(OffsetOf(type, "n_valid"), 20u);
  EXPECT_EQ(descry_type_size(type), 24u);
  const descry_field* valid = descry_type_field_named(type, "x_valid");
  EXPECT_EQ(descry_field_element(valid), DESCRY_TYPE(bool_));
  EXPECT_EQ(descry_field_valid(type, descry_type_field_named(type, "x")), valid);
  EXPECT_EQ(descry_field_valid(type, valid), nullptr);
  descry_type_release(type);
}

TEST(SchemaTest, PutsBranchesSideBySide) {
  const char* names[] = {nullptr, "v_long", "v_small", "v_double"};
  const descry_type* elements[] = {nullptr, DESCRY_TYPE(int64), DESCRY_TYPE(int8),
                                   DESCRY_TYPE(float64)};
  descry_schema* schema = descry_schema_new("row", 0);
  descry_schema_add_variant(schema, "v", 4, names, elements, 0);
  const descry_type* type = descry_schema_build(schema);
  EXPECT_EQ(descry_type_field_count(type), 4u);
  EXPECT_EQ(OffsetOf(type, "v_tag"), 0u);
  EXPECT_EQ(OffsetOf(type, "v_long"), 8u);
  EXPECT_EQ(OffsetOf(type, "v_small"), 16u);
  EXPECT_EQ(OffsetOf(type, "v_double"), 24u);
  EXPECT_EQ(descry_field_element(descry_type_field_named(type, "v_tag")), DESCRY_TYPE(uint8));
  descry_type_release(type);
}

TEST(SchemaTest, TellsWhichTagABranchBelongsTo) {
  const char* first[] = {"a", "b"};
  const char* second[] = {nullptr, "c"};
  const descry_type* both[] = {DESCRY_TYPE(int64), DESCRY_TYPE(int8)};
  const descry_type* one[] = {nullptr, DESCRY_TYPE(int8)};
  descry_schema* schema = descry_schema_new("row", 0);
  descry_schema_add(schema, "id", DESCRY_TYPE(int64), 0, nullptr);
  descry_schema_add_variant(schema, "v", 2, first, both, 0);
  descry_schema_add_variant(schema, "w", 2, second, one, 0);
  const descry_type* type = descry_schema_build(schema);
  const std::vector<std::vector<std::string>> rows = {
      {"a", "v_tag", "0"}, {"b", "v_tag", "1"}, {"c", "w_tag", "1"}};
  for (const std::vector<std::string>& row : rows) {
    const descry_field* field = descry_type_field_named(type, row[0].c_str());
    long long value = -1;
    EXPECT_EQ(descry_field_tag(type, field), descry_type_field_named(type, row[1].c_str()));
    EXPECT_EQ(descry_field_case(field, &value), 1);
    EXPECT_EQ(std::to_string(value), row[2]);
  }
  for (const char* name : {"id", "v_tag", "w_tag"}) {
    EXPECT_EQ(descry_field_tag(type, descry_type_field_named(type, name)), nullptr) << name;
  }
  descry_type_release(type);
}

TEST(SchemaTest, LetsBranchesOverlapAsTheMembersOfAUnion) {
  struct Tagged {
    std::uint8_t tag;
    union {
      std::int64_t number;
      char text[12];
    } value;
    std::uint8_t behind;
  };
  const size_t twelve[] = {12};
  const descry_type* text = descry_type_array(DESCRY_TYPE(bytes), 1, twelve);
  const char* names[] = {"number", "text"};
  const descry_type* elements[] = {DESCRY_TYPE(int64), text};
  descry_schema* schema = descry_schema_new("tagged", 0);
  descry_schema_add_variant(schema, "v", 2, names, elements, DESCRY_OVERLAP);
  descry_schema_add(schema, "behind", DESCRY_TYPE(uint8), 0, nullptr);
  descry_type_release(text);
  const descry_type* type = descry_schema_build(schema);
  EXPECT_EQ(OffsetOf(type, "number"), offsetof(Tagged, value));
  EXPECT_EQ(OffsetOf(type, "text"), offsetof(Tagged, value));
  // C puts padding at the end of the union; a schema has no union to pad.
  EXPECT_EQ(OffsetOf(type, "behind"), 20u);
  EXPECT_EQ(descry_type_size(type), 24u);
  descry_type_release(type);
}

TEST(SchemaTest, StandsForTextsAndArrays) {
  const size_t shape[] = {3, 2};
  const descry_type* type = descry_type_array(DESCRY_TYPE(float32), 2, shape);
  EXPECT_THAT(descry_type_name(type), StrEq("float32[3][2]"));
  EXPECT_EQ(descry_type_kind(type), DESCRY_KIND_TRANSPARENT);
  EXPECT_EQ(descry_type_size(type), 24u);
  EXPECT_EQ(descry_type_alignment(type), 4u);
  EXPECT_EQ(descry_type_target(type), DESCRY_TYPE(float32));
  EXPECT_EQ(descry_type_field_count(type), 0u);
  descry_type_release(type);
  EXPECT_EQ(descry_type_array(DESCRY_TYPE(bytes), 0, nullptr), nullptr);
  EXPECT_THAT(descry_schema_problem(nullptr),
              StrEq("field 'elements': bytes needs a length, as its last dimension"));
}

TEST(SchemaTest, LeavesDeclaredTypesAlone) {
  EXPECT_EQ(descry_type_retain(DESCRY_TYPE(float64)), DESCRY_TYPE(float64));
  for (int i = 0; i < 3; ++i) descry_type_release(DESCRY_TYPE(float64));
  EXPECT_THAT(descry_type_name(DESCRY_TYPE(float64)), StrEq("float64"));
  EXPECT_EQ(descry_type_retain(nullptr), nullptr);
  descry_type_release(nullptr);
  descry_schema_free(nullptr);
}

// Adds what is wrong to a schema that has a field "a" of float64 and "o" of object_.
using Wrong = void (*)(descry_schema*);
struct Refusal {
  const char* what;
  Wrong add;
  const char* problem;
};

constexpr size_t kHuge[] = {SIZE_MAX / 2, SIZE_MAX / 2};
constexpr size_t kLarge[] = {PTRDIFF_MAX / 16};

const Refusal kRefusals[] = {
    {"name twice",
     [](descry_schema* s) { descry_schema_add(s, "a", DESCRY_TYPE(int8), 0, nullptr); },
     "field 'a': another field has that name"},
    {"name that is a title",
     [](descry_schema* s) {
       descry_schema_title(s, "t");
       descry_schema_add(s, "b", DESCRY_TYPE(int8), 0, nullptr);
       descry_schema_add(s, "t", DESCRY_TYPE(int8), 0, nullptr);
     },
     "field 't': another field has that name"},
    {"title that is a name",
     [](descry_schema* s) {
       descry_schema_title(s, "a");
       descry_schema_add(s, "b", DESCRY_TYPE(int8), 0, nullptr);
     },
     "field 'b': the title 'a' is taken already"},
    {"title twice",
     [](descry_schema* s) {
       descry_schema_title(s, "t");
       descry_schema_add(s, "b", DESCRY_TYPE(int8), 0, nullptr);
       descry_schema_title(s, "t");
       descry_schema_add(s, "c", DESCRY_TYPE(int8), 0, nullptr);
     },
     "field 'c': the title 't' is taken already"},
    {"empty title",
     [](descry_schema* s) {
       descry_schema_title(s, "");
       descry_schema_add(s, "b", DESCRY_TYPE(int8), 0, nullptr);
     },
     "field 'b': the title is empty or not UTF-8"},
    {"empty name",
     [](descry_schema* s) { descry_schema_add(s, "", DESCRY_TYPE(int8), 0, nullptr); },
     "field 2 has an empty name"},
    {"no name",
     [](descry_schema* s) { descry_schema_add(s, nullptr, DESCRY_TYPE(int8), 0, nullptr); },
     "field 2 has an empty name"},
    {"no name of an optional field",
     [](descry_schema* s) {
       descry_schema_add_optional(s, nullptr, DESCRY_TYPE(int8), 0, nullptr);
     },
     "field 2 has an empty name"},
    {"name that is not UTF-8",
     [](descry_schema* s) { descry_schema_add(s, "\xED\xA0\x80", DESCRY_TYPE(int8), 0, nullptr); },
     "field 2: the name is not UTF-8"},
    {"no element", [](descry_schema* s) { descry_schema_add(s, "b", nullptr, 0, nullptr); },
     "field 'b' has no element type"},
    {"no length of bytes",
     [](descry_schema* s) { descry_schema_add(s, "b", DESCRY_TYPE(bytes), 0, nullptr); },
     "field 'b': bytes needs a length, as its last dimension"},
    {"no length of unicode",
     [](descry_schema* s) { descry_schema_add(s, "b", DESCRY_TYPE(unicode_be), 0, nullptr); },
     "field 'b': unicode_be needs a length, as its last dimension"},
    {"no length of void_",
     [](descry_schema* s) { descry_schema_add(s, "b", DESCRY_TYPE(void_), 0, nullptr); },
     "field 'b': void_ needs a length, as its last dimension"},
    {"no shape", [](descry_schema* s) { descry_schema_add(s, "b", DESCRY_TYPE(int8), 2, nullptr); },
     "field 'b' has 2 dimensions and no shape"},
    {"65 dimensions",
     [](descry_schema* s) {
       const std::vector<size_t> ones(65, 1);
       descry_schema_add(s, "b", DESCRY_TYPE(int8), 65, ones.data());
     },
     "field 'b' has 65 dimensions, more than 64"},
    {"overflow of a shape",
     [](descry_schema* s) { descry_schema_add(s, "b", DESCRY_TYPE(float64), 2, kHuge); },
     "field 'b' is too large for any memory"},
    {"overflow of the record",
     [](descry_schema* s) { descry_schema_add(s, "b", DESCRY_TYPE(float64), 1, kLarge); },
     "field 'b' at offset 16 is 4611686018427387896 bytes long, too large for any memory"},
    {"overflow of an offset",
     [](descry_schema* s) {
       descry_schema_place(s, SIZE_MAX);
       descry_schema_add(s, "b", DESCRY_TYPE(int16), 0, nullptr);
     },
     "field 'b' at offset 18446744073709551615 is 2 bytes long, too large for any memory"},
    {"size below the fields", [](descry_schema* s) { descry_schema_resize(s, 12); },
     "field 'o' at offset 8 is 8 bytes long and ends past the record's size of 12"},
    {"size past all memory", [](descry_schema* s) { descry_schema_resize(s, SIZE_MAX); },
     "a record of 18446744073709551615 bytes is too large for any memory"},
    {"offset past the size",
     [](descry_schema* s) {
       descry_schema_resize(s, 20);
       descry_schema_place(s, 21);
     },
     "field 2 at offset 21 begins past the record's size of 20"},
    {"field past the size",
     [](descry_schema* s) {
       descry_schema_resize(s, 20);
       descry_schema_add(s, "b", DESCRY_TYPE(float64), 0, nullptr);
     },
     "field 'b' at offset 16 is 8 bytes long and ends past the record's size of 20"},
    {"field over an object",
     [](descry_schema* s) {
       descry_schema_place(s, 15);
       descry_schema_add(s, "b", DESCRY_TYPE(int8), 0, nullptr);
     },
     "field 'b' at offset 15 shares bytes with field 'o', and one of them holds Python objects"},
    {"object over a field",
     [](descry_schema* s) {
       descry_schema_place(s, 0);
       descry_schema_add(s, "b", DESCRY_TYPE(object_), 0, nullptr);
     },
     "field 'b' at offset 0 shares bytes with field 'a', and one of them holds Python objects"},
    {"object in an overlapping variant",
     [](descry_schema* s) {
       const char* names[] = {"x", "y"};
       const descry_type* elements[] = {DESCRY_TYPE(int8), DESCRY_TYPE(object_)};
       descry_schema_add_variant(s, "v", 2, names, elements, DESCRY_OVERLAP);
     },
     "variant 'v': branch 'y' holds Python objects, which cannot overlap"},
    {"no branches",
     [](descry_schema* s) { descry_schema_add_variant(s, "v", 0, nullptr, nullptr, 0); },
     "variant 'v' has 0 branches, not 1 to 256"},
    {"257 branches",
     [](descry_schema* s) {
       const std::vector<const char*> names(257, nullptr);
       const std::vector<const descry_type*> elements(257, nullptr);
       descry_schema_add_variant(s, "v", 257, names.data(), elements.data(), 0);
     },
     "variant 'v' has 257 branches, not 1 to 256"},
    {"branch without a name",
     [](descry_schema* s) {
       const char* names[] = {"x", nullptr};
       const descry_type* elements[] = {DESCRY_TYPE(int8), DESCRY_TYPE(int8)};
       descry_schema_add_variant(s, "v", 2, names, elements, 0);
     },
     "variant 'v': branch 1 has no name"},
    {"branch without an element",
     [](descry_schema* s) {
       const char* names[] = {"x"};
       const descry_type* elements[] = {nullptr};
       descry_schema_add_variant(s, "v", 1, names, elements, 0);
     },
     "variant 'v': branch 0 has no element type"},
    {"variant without a name",
     [](descry_schema* s) { descry_schema_add_variant(s, "", 1, nullptr, nullptr, 0); },
     "variant 2 has an empty name"},
    {"variant whose name is not UTF-8",
     [](descry_schema* s) { descry_schema_add_variant(s, "\xFF", 1, nullptr, nullptr, 0); },
     "variant 2: the name is not UTF-8"},
    {"branch whose name is taken",
     [](descry_schema* s) {
       const char* names[] = {"a"};
       const descry_type* elements[] = {DESCRY_TYPE(int8)};
       descry_schema_add_variant(s, "v", 1, names, elements, 0);
     },
     "field 'a': another field has that name"},
    {"flag of an optional field whose name is taken",
     [](descry_schema* s) {
       descry_schema_add(s, "b_valid", DESCRY_TYPE(int8), 0, nullptr);
       descry_schema_add_optional(s, "b", DESCRY_TYPE(int8), 0, nullptr);
     },
     "field 'b_valid': another field has that name"},
    {"flags of a variant",
     [](descry_schema* s) {
       descry_schema_add_variant(s, "v", 0, nullptr, nullptr, DESCRY_PACKED);
     },
     "variant 'v': flags 0x4000 are not for a variant"},
};

descry_schema* NewSchema() {
  descry_schema* schema = descry_schema_new("rec", 0);
  descry_schema_add(schema, "a", DESCRY_TYPE(float64), 0, nullptr);
  descry_schema_add(schema, "o", DESCRY_TYPE(object_), 0, nullptr);
  return schema;
}

TEST(SchemaTest, WordsTheFirstProblemAndFailsFromThenOn) {
  for (const Refusal& refusal : kRefusals) {
    SCOPED_TRACE(refusal.what);
    descry_schema* schema = NewSchema();
    ASSERT_EQ(descry_schema_problem(schema), nullptr);
    refusal.add(schema);
    EXPECT_THAT(descry_schema_problem(schema), StrEq(refusal.problem));
    EXPECT_EQ(descry_schema_add(schema, "fine", DESCRY_TYPE(int8), 0, nullptr), -1);
    EXPECT_EQ(descry_schema_resize(schema, 1), -1);
    EXPECT_EQ(descry_schema_place(schema, 1), -1);
    EXPECT_EQ(descry_schema_title(schema, "fine"), -1);
    EXPECT_EQ(descry_schema_add_optional(schema, "fine", DESCRY_TYPE(int8), 0, nullptr), -1);
    EXPECT_EQ(descry_schema_add_variant(schema, "fine", 0, nullptr, nullptr, 0), -1);
    EXPECT_THAT(descry_schema_problem(schema), StrEq(refusal.problem));
    EXPECT_EQ(descry_schema_build(schema), nullptr);
    EXPECT_THAT(descry_schema_problem(nullptr), StrEq(refusal.problem));
  }
}

std::string ProblemOf(descry_schema* schema) {
  EXPECT_EQ(descry_schema_build(schema), nullptr);
  const char* problem = descry_schema_problem(nullptr);
  return problem ? problem : "(none)";
}

TEST(SchemaTest, RefusesWhatASchemaCannotBeginWith) {
  EXPECT_EQ(ProblemOf(descry_schema_new("", 0)), "the schema has an empty name");
  EXPECT_EQ(ProblemOf(descry_schema_new(nullptr, 0)), "the schema has an empty name");
  EXPECT_EQ(ProblemOf(descry_schema_new("\xC3", 0)), "the name of the schema is not UTF-8");
  EXPECT_EQ(ProblemOf(descry_schema_new("s", DESCRY_OVERLAP)), "flags 0x8000 are not for a schema");
  EXPECT_EQ(ProblemOf(nullptr), "out of memory");
}

TEST(SchemaTest, RefusesAnOffsetOrATitleWithoutAField) {
  descry_schema* schema = NewSchema();
  descry_schema_place(schema, 32);
  EXPECT_EQ(ProblemOf(schema), "an offset or a title was set for field 2, which was not added");
  schema = NewSchema();
  descry_schema_title(schema, "t");
  EXPECT_EQ(ProblemOf(schema), "an offset or a title was set for field 2, which was not added");
}

TEST(SchemaTest, ForgetsTheProblemWithTheNextBuild) {
  EXPECT_EQ(descry_schema_build(nullptr), nullptr);
  const descry_type* type = descry_schema_build(NewSchema());
  EXPECT_EQ(descry_schema_problem(nullptr), nullptr);
  descry_type_release(type);
}

TEST(SchemaTest, RefusesRecordsThatAreNestedTooDeep) {
  const descry_type* inner = nullptr;
  for (int depth = 1; depth <= 64; ++depth) {
    descry_schema* schema = descry_schema_new("nested", 0);
    descry_schema_add(schema, "x", inner ? inner : DESCRY_TYPE(int8), 0, nullptr);
    descry_type_release(inner);
    inner = descry_schema_build(schema);
    ASSERT_NE(inner, nullptr) << depth;
  }
  descry_schema* schema = descry_schema_new("nested", 0);
  descry_schema_add(schema, "x", inner, 0, nullptr);
  descry_type_release(inner);
  EXPECT_EQ(ProblemOf(schema), "field 'x': records are nested more than 64 deep");
}

TEST(SchemaTest, CutsALongNameBetweenTwoCharacters) {
  std::string name;
  for (int i = 0; i < 300; ++i) name += "\xC3\xA9";
  descry_schema* schema = NewSchema();
  descry_schema_add(schema, name.c_str(), nullptr, 0, nullptr);
  const std::string problem = ProblemOf(schema);
  EXPECT_EQ(problem.substr(0, 7), "field '");
  EXPECT_EQ((problem.size() - 7) % 2, 0u);
  EXPECT_GT(problem.size(), 400u);
}

TEST(SchemaTest, TakesEveryNameThatIsUtf8AndNoOther) {
  for (const char* name : {"a", "\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xEF\xBF\xBF",
                           "\xED\x9F\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    const descry_type* type = descry_schema_build(descry_schema_new(name, 0));
    EXPECT_NE(type, nullptr) << name;
    descry_type_release(type);
  }
  for (const char* name :
       {"\x80", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2 ", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xE1\x80",
        "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xF1\x80\x80", "a\xFF"}) {
    EXPECT_EQ(ProblemOf(descry_schema_new(name, 0)), "the name of the schema is not UTF-8") << name;
  }
}

TEST(SchemaTest, BuildsThousandsOfFields) {
  descry_schema* schema = descry_schema_new("wide", 0);
  for (int i = 0; i < 5000; ++i) {
    descry_schema_add(schema, ("field_" + std::to_string(i)).c_str(), DESCRY_TYPE(int32), 0,
                      nullptr);
  }
  const descry_type* type = descry_schema_build(schema);
  ASSERT_NE(type, nullptr);
  EXPECT_EQ(descry_type_size(type), 20000u);
  EXPECT_EQ(OffsetOf(type, "field_4999"), 19996u);
  descry_type_release(type);
}

}  // namespace
