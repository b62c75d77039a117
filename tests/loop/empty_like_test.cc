// SPDX-License-Identifier: BSD-3-Clause
// descry_empty_like(): NumPy's np.add is the oracle for the order of axes.
#include <descry/descry.h>

#include <initializer_list>
#include <memory>
#include <vector>

#include "tests/array/records.h"
#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"
#include "tests/view/scoped_view.h"

namespace descry_test {
namespace {

class EmptyLikeTest : public PythonTest {
 protected:
  Ref EmptyLike(std::initializer_list<const char*> arrays, const descry_type* type) {
    std::vector<std::unique_ptr<ScopedView>> views;
    std::vector<const descry_view*> pointers;
    for (const char* array : arrays) {
      views.push_back(std::make_unique<ScopedView>());
      if (views.back()->Open(Eval(array), DESCRY_TYPE(float64), DESCRY_ANY_NDIM, DESCRY_READ) < 0) {
        return Ref();
      }
      pointers.push_back(views.back().get());
    }
    return Ref(descry_empty_like(static_cast<int>(arrays.size()), pointers.data(), type));
  }
};

TEST_F(EmptyLikeTest, HasTheOrderOfTheOperands) {
  Exec(
      "import random, itertools\n"
      "def operand(r, shape):\n"
      "  order = list(range(len(shape))); r.shuffle(order)\n"
      "  a = np.zeros([shape[i] for i in order]).transpose(np.argsort(order))\n"
      "  a = a[tuple(slice(None, None, r.choice([1, 1, 1, -1])) for _ in shape)] if shape else a\n"
      "  a = a[tuple(slice(0, 1) if r.random() < .25 else slice(None) for _ in shape)] if shape "
      "else a\n"
      "  return np.asarray(a[0] if r.random() < .2 and a.ndim and a.shape[0] == 1 else a)\n"
      "def operands(seed):\n"
      "  r = random.Random(seed)\n"
      "  shape = [r.choice([1, 2, 3, 4]) for _ in range(r.randrange(6))]\n"
      "  return operand(r, shape), operand(r, shape)\n"
      "def steps(a): return [s // a.itemsize for s, n in zip(a.strides, a.shape) if n > 1]\n");
  for (int seed = 0; seed < 3000; ++seed) {
    Exec("a, b = operands(" + std::to_string(seed) + "); c = np.asarray(np.add(a, b))");
    const Ref made = EmptyLike({"a", "b"}, DESCRY_TYPE(vec3));
    ASSERT_TRUE(made) << TakeException();
    SetGlobal("d", made);
    ASSERT_EQ(Repr(Eval("(d.shape, steps(d), d.flags.owndata)")),
              Repr(Eval("(c.shape, steps(c), True)")))
        << Repr(Eval("a.shape, a.strides, b.shape, b.strides"));
  }
}

TEST_F(EmptyLikeTest, HasTheTypesOwnDtype) {
  const Ref made = EmptyLike({"np.zeros((2, 3, 4)).transpose(1, 0, 2)"}, DESCRY_TYPE(particle));
  SetGlobal("d", made);
  EXPECT_EQ(Eval("d.dtype"), Ref(descry_dtype(DESCRY_TYPE(particle))));
  EXPECT_EQ(Repr(Eval("d.strides")), Repr(Eval("(4 * 64, 12 * 64, 64)")));
}

TEST_F(EmptyLikeTest, HasNoneInObjectSlots) {
  for (const char* order :
       {"np.zeros((2, 3, 4)).transpose(1, 0, 2)", "np.zeros((2, 3)).T", "np.zeros((2, 3))"}) {
    SetGlobal("d", EmptyLike({order}, DESCRY_TYPE(named)));
    EXPECT_EQ(Repr(Eval("set(d['object'].ravel().tolist() + d['pair'].ravel().tolist())")),
              "{None}")
        << order;
  }
}

TEST_F(EmptyLikeTest, AlignsAndKeepsElementsWhole) {
  const Ref wide_made = EmptyLike({"np.zeros((2, 3, 4)).transpose(1, 0, 2)"}, DESCRY_TYPE(wide));
  SetGlobal("d", wide_made);
  EXPECT_EQ(Repr(Eval("(d.ctypes.data % 64, d.strides)")), "(0, (256, 768, 64))");
  SetGlobal("d", EmptyLike({"np.zeros((2, 3, 4)).transpose(1, 0, 2)"}, DESCRY_TYPE(triple)));
  EXPECT_EQ(Repr(Eval("(d.shape, d.strides)")), "((3, 2, 4, 3), (96, 288, 24, 8))");
}

TEST_F(EmptyLikeTest, MakesZeroDimensionsAndNothing) {
  SetGlobal("d", EmptyLike({}, DESCRY_TYPE(vec3)));
  EXPECT_EQ(Repr(Eval("d.shape")), "()");
  SetGlobal("d", EmptyLike({"np.zeros((0, 3))", "np.zeros((1, 1))"}, DESCRY_TYPE(vec3)));
  EXPECT_EQ(Repr(Eval("d.shape")), "(0, 3)");
}

TEST_F(EmptyLikeTest, RefusesShapesThatDoNotFit) {
  EXPECT_THAT(EmptyLike({"np.zeros(2)", "np.zeros(3)"}, DESCRY_TYPE(vec3)),
              RaisesPython(PyExc_ValueError,
                           "operands 0 and 1 cannot be broadcast together: their shapes are (2,) "
                           "and (3,)"));
  EXPECT_THAT(descry_empty_like(17, nullptr, DESCRY_TYPE(vec3)),
              RaisesPython(PyExc_ValueError, "a loop takes 0 to 16 operands, got 17"));
  EXPECT_THAT(descry_empty_like(-1, nullptr, DESCRY_TYPE(vec3)), RaisesPython(PyExc_ValueError));
  Exec("from numpy.lib.stride_tricks import as_strided");
  EXPECT_THAT(EmptyLike({"as_strided(np.zeros(1), (2**30, 2**29), (0, 0))"}, DESCRY_TYPE(vec3)),
              RaisesPython(PyExc_ValueError));
}

}  // namespace
}  // namespace descry_test
