// SPDX-License-Identifier: BSD-3-Clause
// Every tag of the element table: as a dtype of its own, as a field and as a sub-array.

#include <descry/declare.h>
#include <descry/dtype.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"

namespace descry_test {
namespace {

struct Element {
  const descry_type* type;
  std::string code;
};

std::vector<Element> AllElements() {
  return {
#define DESCRY_ELEMENT(tag, c_type, dtype) {DESCRY_TYPE(tag), dtype},
#include <descry/elements.inc>
  };
}

bool IsFlexible(const Element& element) {
  return std::string("SUV").find(element.code.back()) != std::string::npos;
}

bool HasMlDtypes() {
  return Repr(Eval("__import__('importlib.util').util.find_spec('ml_dtypes') is not None")) ==
         "True";
}

// What np.dtype calls the element, of the size that three C units have where it has none of its
// own.
Ref Expected(const Element& element) {
  if (element.code == "bfloat16") return Eval("np.dtype(__import__('ml_dtypes').bfloat16)");
  return Eval("np.dtype('" + element.code + (IsFlexible(element) ? "3" : "") + "')");
}

bool IsThere(const Element& element) { return element.code != "bfloat16" || HasMlDtypes(); }

using ElementsTest = PythonTest;

TEST_F(ElementsTest, OfBfloat16AreThoseOfMlDtypes) {
  if (!HasMlDtypes()) GTEST_SKIP() << "skipped: ml_dtypes is not installed";
  const Ref dtype(descry_dtype(DESCRY_TYPE(bfloat16)));
  ASSERT_TRUE(dtype) << TakeException();
  EXPECT_EQ(dtype, Eval("np.dtype(__import__('ml_dtypes').bfloat16)"));
}

// All but bfloat16 where ml_dtypes is not installed; the test above says so.
TEST_F(ElementsTest, AreWhatNumPyCallsThem) {
  for (const Element& element : AllElements()) {
    if (IsFlexible(element) || !IsThere(element)) continue;
    SCOPED_TRACE(element.type->name);
    const Ref dtype(descry_dtype(element.type));
    ASSERT_TRUE(dtype) << TakeException();
    EXPECT_TRUE(SameDtype(dtype, Expected(element)));
    EXPECT_EQ(static_cast<size_t>(descry_dtype_itemsize(dtype.get())), element.type->size);
    EXPECT_EQ(static_cast<size_t>(descry_dtype_alignment(dtype.get())), element.type->alignment);
  }
}

// A record that is declared at run time: { uint8 first; element one; element many[3]; }.
class Holder {
 public:
  explicit Holder(const Element& element) : name_(std::string("holder_of_") + element.type->name) {
    const size_t unit = element.type->size, alignment = element.type->alignment;
    static const size_t kThree[] = {3}, kTwoByThree[] = {2, 3};
    const size_t one = alignment, many = one + unit * (IsFlexible(element) ? 3 : 1);
    const size_t end = many + unit * (IsFlexible(element) ? 6 : 3);
    fields_[0] = {"first", nullptr, DESCRY_TYPE(uint8), 0, 1, 0, nullptr, 1, 0, 0, 0, nullptr};
    fields_[1] = {"one",  nullptr,   element.type,
                  one,    unit,      IsFlexible(element) ? 1u : 0u,
                  kThree, alignment, 0,
                  0,      0,         nullptr};
    fields_[2] = {"many",
                  nullptr,
                  element.type,
                  many,
                  unit,
                  IsFlexible(element) ? 2u : 1u,
                  IsFlexible(element) ? kTwoByThree : kThree,
                  alignment,
                  0,
                  0,
                  0,
                  nullptr};
    type_ = {DESCRY_TYPE_VERSION,
             DESCRY_KIND_RECORD,
             name_.c_str(),
             (end + alignment - 1) / alignment * alignment,
             alignment,
             3,
             fields_,
             nullptr,
             nullptr,
             &state_,
             0,
             nullptr,
             nullptr};
  }

  const descry_type* type() const { return &type_; }

 private:
  std::string name_;
  descry_field fields_[3];
  descry_state state_ = {};
  descry_type type_;
};

TEST_F(ElementsTest, AreFieldsAndSubArrays) {
  for (const Element& element : AllElements()) {
    if (!IsThere(element)) continue;
    SCOPED_TRACE(element.type->name);
    const Holder* holder = new Holder(element);  // registered types live as long as the process
    const Ref dtype(descry_dtype(holder->type()));
    ASSERT_TRUE(dtype) << TakeException();
    SetGlobal("element", Expected(element));
    EXPECT_TRUE(SameDtype(
        dtype,
        Eval(std::string("np.dtype([('first', 'u1'), ('one', element), ('many', element, (") +
             (IsFlexible(element) ? "2" : "3") + ",))], align=True)")));
  }
}

TEST_F(ElementsTest, WithoutASizeAreNoDtypesOfTheirOwn) {
  EXPECT_THAT(descry_dtype(DESCRY_TYPE(bytes)),
              RaisesPython(PyExc_TypeError,
                           "bytes has no size of its own: use it for a member, as in "
                           "DESCRY_AS(member, bytes), or for a typedef of an array"));
}

TEST_F(ElementsTest, SayWhereBfloat16ComesFrom) {
  Exec("import sys; kept = sys.modules.get('ml_dtypes'); sys.modules['ml_dtypes'] = None");
  static descry_state state;
  static const descry_type copy = {DESCRY_TYPE_VERSION,
                                   DESCRY_KIND_ELEMENT,
                                   "bfloat16_elsewhere",
                                   2,
                                   2,
                                   0,
                                   nullptr,
                                   "bfloat16",
                                   nullptr,
                                   &state,
                                   0,
                                   nullptr,
                                   nullptr};
  EXPECT_THAT(
      descry_dtype(&copy),
      RaisesPython(PyExc_ImportError,
                   testing::HasSubstr("install it with \"python -m pip install ml_dtypes\"")));
  Exec("del sys.modules['ml_dtypes']\nif kept: sys.modules['ml_dtypes'] = kept");
}

}  // namespace
}  // namespace descry_test
