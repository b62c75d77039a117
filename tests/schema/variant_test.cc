// SPDX-License-Identifier: BSD-3-Clause
// Variants and fields of records that were made at run time, through a view.
#include <descry/descry.h>
#include <gmock/gmock.h>

#include <cstring>
#include <string>

#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"

namespace descry_test {
namespace {

using testing::HasSubstr;

// An array of four records with two variants and a double.
class VariantTest : public PythonTest {
 protected:
  void Open(unsigned schema_flags, unsigned variant_flags, unsigned access = DESCRY_WRITE) {
    const size_t five[] = {5};
    const descry_type* text = descry_type_array(DESCRY_TYPE(bytes), 1, five);
    const char* names[] = {nullptr, "number", "text"};
    const descry_type* elements[] = {nullptr, DESCRY_TYPE(int64), text};
    const char* more_names[] = {"flag", "object"};
    const descry_type* more_elements[] = {DESCRY_TYPE(bool_), DESCRY_TYPE(object_)};
    const std::string name = "row_" + std::to_string(schema_flags) + std::to_string(variant_flags);
    descry_schema* schema = descry_schema_new(name.c_str(), schema_flags);
    descry_schema_add(schema, "x", DESCRY_TYPE(float64), 0, nullptr);
    descry_schema_add_variant(schema, "v", 3, names, elements, variant_flags);
    descry_schema_add_variant(schema, "w", 2, more_names, more_elements, 0);
    descry_type_release(text);
    type_ = descry_schema_build(schema);
    ASSERT_NE(type_, nullptr) << descry_schema_problem(nullptr);
    const Py_ssize_t four = 4;
    array_ = Ref(descry_zeros(type_, 1, &four, DESCRY_C_ORDER));
    ASSERT_TRUE(array_) << TakeException();
    ASSERT_EQ(descry_view_acquire(&view_, array_.get(), type_, 1, access), 0) << TakeException();
    SetGlobal("a", array_);
  }

  void TearDown() override {
    descry_view_release(&view_);
    array_ = Ref();
    Exec("a = None");
    descry_type_release(type_);
    PythonTest::TearDown();
  }

  const descry_field* Field(const char* name) const { return descry_type_field_named(type_, name); }

  const descry_type* type_ = nullptr;
  Ref array_;
  descry_view view_ = {};
};

class BranchTest : public VariantTest,
                   public testing::WithParamInterface<std::pair<unsigned, unsigned>> {};

TEST_P(BranchTest, SetsTagAndPayloadTogether) {
  Open(GetParam().first, GetParam().second);
  const long long number = 42;
  for (const char* name : {"v_tag", "number", "text"}) {
    const descry_field* field = Field(name);
    EXPECT_EQ(descry_variant_tag(&view_, field, 1), 0);
    EXPECT_EQ(descry_variant_name(&view_, field, 1), nullptr);
    EXPECT_EQ(descry_variant_payload(&view_, field, 1), nullptr);
    ASSERT_EQ(descry_variant_set(&view_, field, 1, 1, &number), 0);
    EXPECT_EQ(descry_variant_tag(&view_, field, -3), 1);
    EXPECT_STREQ(descry_variant_name(&view_, field, 1), "number");
    EXPECT_EQ(std::memcmp(descry_variant_payload(&view_, field, 1), &number, sizeof number), 0);
    EXPECT_EQ(Int(Eval("a['number'][1]")), 42);
    ASSERT_EQ(descry_variant_set(&view_, field, 1, 2, "hello"), 0);
    EXPECT_EQ(Repr(Eval("a['text'][1]")).find("b'hello'") != std::string::npos, true);
    EXPECT_EQ(Int(Eval("a['v_tag'][1]")), 2);
    if (GetParam().second == 0) {
      EXPECT_EQ(Int(Eval("a['number'][1]")), 0);
    }
    ASSERT_EQ(descry_variant_set(&view_, field, 1, 0, nullptr), 0);
    EXPECT_EQ(Repr(Eval("bytes(a['text'][1])")), "b''");
    EXPECT_EQ(Int(Eval("a['number'][1]")), 0);
  }
  EXPECT_EQ(Int(Eval("int(a['v_tag'].sum())")), 0);
}

INSTANTIATE_TEST_SUITE_P(
    Layouts, BranchTest,
    testing::Values(std::make_pair(0u, 0u), std::make_pair(unsigned{DESCRY_PACKED}, 0u),
                    std::make_pair(0u, unsigned{DESCRY_OVERLAP}),
                    std::make_pair(unsigned{DESCRY_PACKED}, unsigned{DESCRY_OVERLAP})));

TEST_F(VariantTest, CountsReferencesOfObjects) {
  Open(0, 0);
  Ref object = Eval("object()");
  PyObject* payload = object.get();
  const Py_ssize_t before = Py_REFCNT(payload);
  const descry_field* w = Field("w_tag");
  EXPECT_STREQ(descry_variant_name(&view_, w, 0), "flag");
  ASSERT_EQ(descry_variant_set(&view_, w, 0, 1, &payload), 0);
  EXPECT_EQ(Py_REFCNT(payload), before + 1);
  EXPECT_EQ(Eval("a['object'][0]"), object);
  ASSERT_EQ(descry_variant_set(&view_, w, 0, 1, &payload), 0);
  EXPECT_EQ(Py_REFCNT(payload), before + 1);
  ASSERT_EQ(descry_variant_set(&view_, w, 0, 0, "\1"), 0);
  EXPECT_EQ(Py_REFCNT(payload), before);
  EXPECT_EQ(Eval("a['object'][0]").get(), Py_None);
  EXPECT_EQ(Eval("bool(a['flag'][0])").get(), Py_True);
}

TEST_F(VariantTest, RefusesWhatItCannotDo) {
  Open(0, 0);
  const long long number = 42;
  EXPECT_THAT(descry_variant_set(&view_, Field("v_tag"), 4, 1, &number),
              RaisesPython(PyExc_IndexError));
  EXPECT_THAT(descry_variant_tag(&view_, Field("v_tag"), -5), RaisesPython(PyExc_IndexError));
  EXPECT_THAT(descry_variant_payload(&view_, Field("v_tag"), 4), RaisesPython(PyExc_IndexError));
  EXPECT_THAT(descry_variant_tag(&view_, Field("x"), 0),
              RaisesPython(PyExc_TypeError, "field 'x' is not part of a variant of row_00"));
  EXPECT_THAT(descry_variant_set(&view_, Field("v_tag"), 0, 0, &number),
              RaisesPython(PyExc_ValueError, "no branch of row_00 has a value where 'v_tag' is 0"));
  EXPECT_THAT(descry_variant_set(&view_, Field("v_tag"), 0, 256, nullptr),
              RaisesPython(PyExc_OverflowError, "row_00: 'v_tag' cannot hold 256"));
  EXPECT_THAT(descry_variant_set(&view_, Field("v_tag"), 0, -1, nullptr),
              RaisesPython(PyExc_OverflowError, "row_00: 'v_tag' cannot hold -1"));
  EXPECT_EQ(Int(Eval("int(a['v_tag'].sum() + a['number'].sum())")), 0);
}

TEST_F(VariantTest, RefusesToWriteToAViewThatReads) {
  Open(0, 0, DESCRY_READ);
  const long long number = 42;
  EXPECT_EQ(descry_variant_tag(&view_, Field("v_tag"), 0), 0);
  EXPECT_THAT(descry_variant_set(&view_, Field("v_tag"), 0, 1, &number),
              RaisesPython(PyExc_ValueError, "the view of row_00 was not opened to write"));
}

TEST_F(VariantTest, ReachesFieldsWithoutAStruct) {
  Open(0, 0);
  const descry_field* x = descry_view_field_checked(&view_, "x", DESCRY_TYPE(float64));
  ASSERT_NE(x, nullptr);
  for (Py_ssize_t i = 0; i < view_.shape[0]; ++i) *DESCRY_FIELD_AT(double, &view_, x, i) = 1.5 * i;
  EXPECT_EQ(Repr(Eval("a['x'].tolist()")), "[0.0, 1.5, 3.0, 4.5]");
  const descry_field* text = descry_view_field_checked(&view_, "v_tag", DESCRY_TYPE(uint8));
  EXPECT_EQ(*DESCRY_FIELD_AT(unsigned char, &view_, text, 0), 0);
  EXPECT_THAT(descry_view_field_checked(&view_, "y", DESCRY_TYPE(float64)),
              RaisesPython(PyExc_KeyError, HasSubstr("row_00 has no field 'y'")));
  EXPECT_THAT(descry_view_field_checked(&view_, "x", DESCRY_TYPE(float32)),
              RaisesPython(PyExc_TypeError, "field 'x' of row_00: expected float32, got float64"));
}

}  // namespace
}  // namespace descry_test
