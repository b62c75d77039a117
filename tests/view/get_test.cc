// SPDX-License-Identifier: BSD-3-Clause
// Elements by index: AT, GET and DATA, from C and from C++.

#include <descry/dtype.h>
#include <descry/view.h>

#include "tests/array/records.h"
#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"
#include "tests/view/elements_in_c.h"

namespace descry_test {
namespace {

class GetTest : public PythonTest {
 protected:
  void SetUp() override {
    SetGlobal("particle", Ref(descry_dtype(DESCRY_TYPE(particle))));
    Exec(
        "def f(*shape):\n"
        "  a = np.zeros(shape, particle)\n"
        "  a['id'] = np.arange(a.size).reshape(shape)\n"
        "  return a\n");
  }
  void TearDown() override {
    descry_view_release(&view_);
    PythonTest::TearDown();
  }
  void Open(const char* array) {
    descry_view_release(&view_);
    ASSERT_EQ(descry_view_acquire(&view_, Eval(array).get(), DESCRY_TYPE(particle), DESCRY_ANY_NDIM,
                                  DESCRY_READ),
              0);
  }

  descry_view view_ = {};
};

TEST_F(GetTest, NegativeIndicesCountFromTheEnd) {
  Open("f(3, 4)[:, ::-1]");
  EXPECT_EQ(DESCRY_GET(particle, &view_, 0, 0)->id, 3);
  EXPECT_EQ(DESCRY_GET(particle, &view_, -1, -1)->id, 8);
  EXPECT_EQ(DESCRY_GET(particle, &view_, -3, 3)->id, 0);
}

TEST_F(GetTest, RefusesIndicesOutOfBounds) {
  Open("f(3, 4)");
  EXPECT_THAT(DESCRY_GET(particle, &view_, 3, 0),
              RaisesPython(PyExc_IndexError, "index 3 is out of bounds for axis 0 with length 3"));
  EXPECT_THAT(DESCRY_GET(particle, &view_, 0, -5),
              RaisesPython(PyExc_IndexError, "index -5 is out of bounds for axis 1 with length 4"));
  EXPECT_THAT(DESCRY_GET(particle, &view_, PY_SSIZE_T_MIN, 0), RaisesPython(PyExc_IndexError));
  EXPECT_THAT(DESCRY_GET(particle, &view_, 0),
              RaisesPython(PyExc_IndexError, "a 2-d view takes as many indices, got 1"));
  EXPECT_THAT(DESCRY_GET(particle, &view_, 0, 0, 0), RaisesPython(PyExc_IndexError));
  Open("f(0)");
  EXPECT_THAT(DESCRY_GET(particle, &view_, 0), RaisesPython(PyExc_IndexError));
}

TEST_F(GetTest, RefusesTypesOfOtherSize) {
  Open("f(3)");
  EXPECT_THAT(DESCRY_GET(vec3, &view_, 0),
              RaisesPython(PyExc_TypeError,
                           "elements of particle have 64 bytes, expected a type "
                           "of that size, got one of 24"));
  descry_view closed = {};
  EXPECT_THAT(DESCRY_GET(vec3, &closed, 0), RaisesPython(PyExc_TypeError));
}

TEST_F(GetTest, UpToEightIndices) {
  Open("f()");
  EXPECT_EQ(DESCRY_AT(particle, &view_)->id, 0);
  EXPECT_EQ(DESCRY_GET(particle, &view_)->id, 0);
  Open("f(2, 1, 2, 1, 2, 1, 2, 2)");
  EXPECT_EQ(DESCRY_AT(particle, &view_, 1, 0, 0, 0, 1, 0, 1, 0)->id, 22);
  EXPECT_EQ(DESCRY_GET(particle, &view_, 1, 0, 0, 0, 1, 0, 1, -2)->id, 22);
  const Py_ssize_t index[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2};
  Open("f(*[1] * 10, 3)");
  EXPECT_EQ(static_cast<particle*>(descry_view_get(&view_, sizeof(particle), 11, index))->id, 2);
}

TEST_F(GetTest, TheSameFromC) {
  Open("f(6)[::2]");
  EXPECT_EQ(sum_of_ids(&view_), 6);
  EXPECT_EQ(last_id(&view_), 4);
  Open("f(6)");
  EXPECT_EQ(data_of(&view_), view_.data);
}

using GetDeathTest = GetTest;

TEST_F(GetDeathTest, AtAssertsInDebugBuilds) {
#ifndef NDEBUG
  Open("f(3)");
  EXPECT_DEATH((void)DESCRY_AT(particle, &view_, 3), "");
  EXPECT_DEATH((void)DESCRY_AT(particle, &view_, -1), "");
  EXPECT_DEATH((void)DESCRY_AT(vec3, &view_, 0), "");
  EXPECT_DEATH((void)DESCRY_AT(particle, &view_, 0, 0), "");
  Open("f(6)[::2]");
  EXPECT_DEATH((void)DESCRY_DATA(particle, &view_), "");
#endif
}

}  // namespace
}  // namespace descry_test
