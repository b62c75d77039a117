// SPDX-License-Identifier: BSD-3-Clause
// view::mdspan(), where the standard library has them.

#include <gtest/gtest.h>

#include <array>
#include <descry/descry.hpp>

#include "tests/cxx/types.h"
#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"

namespace descry_test {
namespace {

#ifdef __cpp_lib_mdspan

class MdspanTest : public PythonTest {};

// Calls mdspan() as descry::call would, for RaisesPython.
template <std::size_t ndim, class View>
int Try(const View& view) {
  return descry::call([&] { return static_cast<int>(view.template mdspan<ndim>().size()); });
}

TEST_F(MdspanTest, IsTheSameMemoryInAnyOrder) {
  for (const char* const text :
       {"np.arange(24.).reshape(2, 3, 4)", "np.arange(24.).reshape(4, 3, 2).T",
        "np.arange(96.).reshape(4, 4, 6)[::2, 1:, 2::2]"}) {
    const Ref array = Eval(text);
    const descry::writable_view<double> view(array.get());
    const auto span = view.mdspan<3>();
    for (Py_ssize_t i = 0; i < view.shape(0); ++i) {
      for (Py_ssize_t j = 0; j < view.shape(1); ++j) {
        for (Py_ssize_t k = 0; k < view.shape(2); ++k) {
          EXPECT_EQ((&span[i, j, k]), &view(i, j, k)) << text;
        }
      }
    }
  }
}

TEST_F(MdspanTest, HasNoneOneAndNoElements) {
  const Ref scalar = Eval("np.array(7.)");
  EXPECT_EQ(descry::view<double>(scalar.get()).mdspan<0>()[], 7);
  const Ref one = Eval("np.ones((1, 5))[::-1, :1]");
  EXPECT_EQ(descry::view<double>(one.get()).mdspan<2>().size(), 1u);
  const Ref none = Eval("np.ones((3, 0))[::-1]");
  EXPECT_EQ(descry::view<double>(none.get()).mdspan<2>().size(), 0u);
}

TEST_F(MdspanTest, RefusesWhatItCannotSay) {
  const Ref array = Eval("np.arange(6.)");
  EXPECT_THAT(Try<2>(descry::view<double>(array.get())),
              RaisesPython(PyExc_ValueError, "an mdspan of 2 dimensions over a view of 1"));
  const Ref reversed = Eval("np.arange(6.)[::-1]");
  EXPECT_THAT(
      Try<1>(descry::view<double>(reversed.get())),
      RaisesPython(PyExc_ValueError,
                   "no mdspan has a stride of -8 bytes, in dimension 0, for elements of 8 bytes"));
  const Ref repeated = Eval("np.broadcast_to(np.arange(1.), 4)");
  EXPECT_THAT(
      Try<1>(descry::view<double>(repeated.get())),
      RaisesPython(PyExc_ValueError,
                   "no mdspan has a stride of 0 bytes, in dimension 0, for elements of 8 bytes"));
}

#else

TEST(MdspanTest, IsTheSameMemoryInAnyOrder) {
  GTEST_SKIP() << "skipped: this standard library has no mdspan";
}

#endif

}  // namespace
}  // namespace descry_test
