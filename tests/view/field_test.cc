// SPDX-License-Identifier: BSD-3-Clause
// Views of members, down any path.

#include <descry/dtype.h>
#include <descry/view.h>

#include <cstring>

#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"
#include "tests/view/nested.h"

namespace descry_test {
namespace {

class FieldTest : public PythonTest {
 protected:
  void SetUp() override {
    SetGlobal("swarm", Ref(descry_dtype(DESCRY_TYPE(swarm))));
    Exec(
        "a = np.zeros(5, swarm)\n"
        "a['members']['pos']['y'] = np.arange(30.).reshape(5, 2, 3)\n"
        "a['members']['label'][4, 1, 2] = b'last'\n"
        "a['center']['x'] = np.arange(5.)\n"
        "a['corner'][3] = [7, 8, 9]\n");
  }
  void TearDown() override {
    descry_view_release(&member_);
    descry_view_release(&view_);
    PythonTest::TearDown();
  }

  int Open(const char* array, const char* path, unsigned flags = DESCRY_READ) {
    if (descry_view_acquire(&view_, Eval(array).get(), DESCRY_TYPE(swarm), DESCRY_ANY_NDIM, flags) <
        0) {
      ADD_FAILURE() << TakeException();
    }
    return descry_view_field(&view_, path, &member_);
  }

  descry_view view_ = {};
  descry_view member_ = {};
};

TEST_F(FieldTest, OfARecord) {
  ASSERT_EQ(Open("a[::-2]", "center"), 0);
  EXPECT_EQ(member_.type, DESCRY_TYPE(vec3));
  EXPECT_EQ(member_.ndim, 1);
  EXPECT_EQ(member_.itemsize, 24);
  EXPECT_EQ(DESCRY_AT(vec3, &member_, 1)->x, 2);
}

TEST_F(FieldTest, DownAPathThroughSubArrays) {
  ASSERT_EQ(Open("a[1:]", "members.pos.y", DESCRY_WRITE), 0);
  EXPECT_EQ(member_.type, DESCRY_TYPE(float64));
  EXPECT_EQ(member_.ndim, 3);
  EXPECT_EQ(member_.size, 24);
  EXPECT_EQ(member_.flags, unsigned{DESCRY_WRITE});
  for (int i = 0; i < 4; ++i) {
    for (int j = 0; j < 2; ++j) {
      for (int k = 0; k < 3; ++k) {
        EXPECT_EQ(*DESCRY_AT(double, &member_, i, j, k), (i + 1) * 6 + j * 3 + k);
      }
    }
  }
  *DESCRY_AT(double, &member_, 3, 1, 2) = -1;
  EXPECT_EQ(Repr(Eval("float(a['members']['pos']['y'][4, 1, 2])")), "-1.0");
}

TEST_F(FieldTest, StringsAreOneElement) {
  using label = char[12];
  ASSERT_EQ(Open("a", "members.label"), 0);
  EXPECT_EQ(member_.type, DESCRY_TYPE(bytes));
  EXPECT_EQ(member_.itemsize, 12);
  EXPECT_EQ(member_.ndim, 3);
  EXPECT_STREQ(*DESCRY_AT(label, &member_, 4, 1, 2), "last");
}

TEST_F(FieldTest, TransparentElementsAreWhole) {
  ASSERT_EQ(Open("a", "corner"), 0);
  EXPECT_EQ(member_.type, DESCRY_TYPE(triple));
  EXPECT_EQ(member_.ndim, 1);
  EXPECT_EQ(DESCRY_AT(triple, &member_, 3)->part[1], 8);
}

TEST_F(FieldTest, ContiguityIsTheMembersOwn) {
  ASSERT_EQ(Open("a[:1]", "members"), 0);
  EXPECT_EQ(member_.flags, unsigned{DESCRY_READ | DESCRY_C_CONTIGUOUS | DESCRY_CONTIGUOUS});
  EXPECT_EQ(DESCRY_DATA(particle, &member_)[5].pos.y, 5);
}

TEST_F(FieldTest, ManyDimensions) {
  ASSERT_EQ(Open("a[:3].reshape([1] * 8 + [3])", "members.pos"), 0);
  EXPECT_EQ(member_.ndim, 11);
  EXPECT_EQ(member_.size, 18);
  EXPECT_EQ(member_.shape[8], 3);
  EXPECT_EQ(member_.shape[10], 3);
}

TEST_F(FieldTest, EitherMayBeReleasedFirst) {
  for (int parent_first : {0, 1}) {
    ASSERT_EQ(Open("a", "center", DESCRY_WRITE), 0);
    const Py_ssize_t before = Py_REFCNT(view_.array);
    descry_view other = {};
    ASSERT_EQ(descry_view_field(&member_, "y", &other), 0) << "a member of a member";
    EXPECT_EQ(Py_REFCNT(view_.array), before + 1);
    descry_view* const order[] = {parent_first ? &view_ : &other, &member_,
                                  parent_first ? &other : &view_};
    descry_view refused;
    for (descry_view* view : order) {
      EXPECT_THAT(
          descry_view_acquire(&refused, Eval("a").get(), DESCRY_TYPE(swarm), 1, DESCRY_READ),
          RaisesPython(PyExc_BufferError));
      EXPECT_EQ(Repr(Eval("a.flags.owndata")), "False");
      descry_view_release(view);
    }
    EXPECT_EQ(Repr(Eval("a.flags.owndata")), "True");
  }
  EXPECT_EQ(Open("a", "center", DESCRY_WRITE), 0) << "all is given back";
}

TEST_F(FieldTest, MemberAloneKeepsTheArray) {
  ASSERT_EQ(Open("a", "center.x"), 0);
  descry_view_release(&view_);
  Exec("del a; junk = [bytes([255]) * 5000 for i in range(50)]");
  EXPECT_EQ(*DESCRY_AT(double, &member_, 4), 4);
}

TEST_F(FieldTest, RefusesPathsThatLeadNowhere) {
  EXPECT_THAT(Open("a", "members.pos.q"),
              RaisesPython(PyExc_KeyError,
                           "\"swarm has no field 'members.pos.q': there is none of that name in "
                           "vec3\""));
  descry_view_release(&view_);
  for (const char* path : {"", ".", "center.", "cent", "center.xy", ".center", "members..pos"}) {
    EXPECT_THAT(Open("a", path), RaisesPython(PyExc_KeyError)) << path;
    descry_view_release(&view_);
  }
  EXPECT_THAT(Open("a", "members.id.low"),
              RaisesPython(PyExc_TypeError,
                           "swarm has no field 'members.id.low': int64 is not a record and has no "
                           "'low'"));
  descry_view zeroed;
  std::memset(&zeroed, 0, sizeof zeroed);
  EXPECT_EQ(std::memcmp(&member_, &zeroed, sizeof zeroed), 0);
}

TEST_F(FieldTest, NamesMayHaveDots) {
  ASSERT_EQ(Open("a", "a.b"), 0);
  EXPECT_EQ(member_.type, DESCRY_TYPE(int32));
  descry_view_release(&member_);
  EXPECT_EQ(descry_view_field(&view_, "wrapped.y", &member_), 0) << "through a wrapper";
  EXPECT_EQ(member_.type, DESCRY_TYPE(float64));
}

}  // namespace
}  // namespace descry_test
