// SPDX-License-Identifier: BSD-3-Clause
// Types of one name, in every kind of C++ namespace and in two translation units of one program.

#include "tests/dtype/namespaces.h"

#include <descry/declare.h>
#include <descry/dtype.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/support/python.h"
#include "tests/support/python_test.h"

extern "C" {
#include "src/base/numpy.h"
}

using descry_test::DeclaredType;
using descry_test::FirstTypes;
using descry_test::Ref;
using descry_test::SecondTypes;
using NamespacesTest = descry_test::PythonTest;

namespace {

std::vector<DeclaredType> AllTypes() {
  std::vector<DeclaredType> all = FirstTypes();
  for (const DeclaredType& type : SecondTypes()) all.push_back(type);
  return all;
}

std::string NameOf(const DeclaredType& type) {
  return std::string(type.where) + "::" + descry_type_name(type.named);
}

TEST_F(NamespacesTest, EachHasTypesOfItsOwn) {
  std::set<const descry_type*> types;
  for (const DeclaredType& type : AllTypes()) {
    // An enum is found as the integer that it is stored in: it may be announced and never defined,
    // as `announced` is, which is no undefined symbol then.
    const bool is_enum = std::string(descry_type_name(type.named)) == "color";
    EXPECT_EQ(type.found, is_enum ? DESCRY_TYPE(uint8) : type.named) << NameOf(type);
    EXPECT_EQ(descry_type_size(type.named), type.size) << NameOf(type);
    EXPECT_TRUE(types.insert(type.named).second) << NameOf(type);
  }
  EXPECT_EQ(types.size(), 2u * (6 * 6 + 2));
}

TEST_F(NamespacesTest, EachTypeHasTheDtypeOfItsOwnLayout) {
  for (const DeclaredType& type : AllTypes()) {
    const Ref dtype(descry_dtype(type.named));
    ASSERT_TRUE(dtype) << NameOf(type) << descry_test::TakeException();
    EXPECT_EQ(descryi_descr_itemsize(dtype.get()), static_cast<Py_ssize_t>(type.size))
        << NameOf(type);
  }
}

// A member is looked up by its type, or by a name in the namespace of the struct: of both kinds
// `line` has some.
TEST_F(NamespacesTest, MembersAreOfTheNamespaceOfTheirStruct) {
  const std::vector<DeclaredType> all = AllTypes();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (std::string(descry_type_name(all[i].named)) != "line") continue;
    const descry_type* const point = all[i - 1].named;
    ASSERT_STREQ(descry_type_name(point), "point");
    for (std::size_t k = 0; k < 3; ++k) {
      EXPECT_EQ(descry_field_element(descry_type_field(all[i].named, k)), point)
          << NameOf(all[i]) << " " << k;
    }
  }
}

TEST_F(NamespacesTest, OneNameAndTwoLayoutsAreTwoDtypes) {
  const std::vector<DeclaredType> first = FirstTypes(), second = SecondTypes();
  ASSERT_EQ(first.size(), second.size());
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (first[i].size == second[i].size) continue;  // color, an enum
    EXPECT_NE(Ref(descry_dtype(first[i].named)), Ref(descry_dtype(second[i].named)))
        << NameOf(first[i]);
  }
}

}  // namespace
