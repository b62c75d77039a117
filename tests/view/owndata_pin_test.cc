// SPDX-License-Identifier: BSD-3-Clause
// Whatever Python does to an array while a view is open, the view points at the elements it was
// opened on.

#include <descry/dtype.h>
#include <descry/view.h>

#include <vector>

#include "src/base/numpy_abi.h"
#include "tests/array/records.h"
#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"

namespace descry_test {
namespace {

class PinTest : public PythonTest {
 protected:
  void SetUp() override {
    Exec("import warnings; warnings.simplefilter('ignore')");
    SetGlobal("particle", Ref(descry_dtype(DESCRY_TYPE(particle))));
    Exec(
        "def f(n):\n"
        "  a = np.zeros(n, particle)\n"
        "  a['id'] = np.arange(n) + 100\n"
        "  return a\n"
        "def attempt(what):\n"
        "  try: exec(what, globals()); return 'done'\n"
        "  except (ValueError, AttributeError) as error: return str(error)\n"
        "a = f(1000)\n");
  }

  static std::string Attempt(const std::string& statement) {
    SetGlobal("statement", Ref(PyUnicode_FromString(statement.c_str())));
    return Str(Eval("attempt(statement)"));
  }
};

void Open(descry_view* view, const std::string& array, unsigned flags = DESCRY_READ) {
  ASSERT_EQ(
      descry_view_acquire(view, Eval(array).get(), DESCRY_TYPE(particle), DESCRY_ANY_NDIM, flags),
      0)
      << TakeException();
}

const char* const kResize = "a.resize(100000, refcheck=False)";

bool ResizeIsRefused() {
  SetGlobal("statement", Ref(PyUnicode_FromString(kResize)));
  const bool refused = Str(Eval("attempt(statement)")).find("cannot resize") == 0;
  if (!refused) Exec("a = f(1000)");
  return refused;
}

TEST_F(PinTest, ResizeIsRefusedAsLongAsAnyViewIsOpen) {
  descry_view views[3];
  for (descry_view& view : views) Open(&view, "a");
  for (int i : {0, 2, 1}) {
    EXPECT_TRUE(ResizeIsRefused());
    EXPECT_EQ(DESCRY_AT(particle, &views[i], 999)->id, 1099);
    descry_view_release(&views[i]);
  }
  EXPECT_EQ(Repr(Eval("a.flags.owndata")), "True");
  EXPECT_EQ(Attempt(kResize), "done");
}

TEST_F(PinTest, LaterViewsReleasedFirst) {
  descry_view first, second;
  Open(&first, "a");
  Open(&second, "a");
  descry_view_release(&second);
  EXPECT_TRUE(ResizeIsRefused());
  Open(&second, "a");
  descry_view_release(&first);
  EXPECT_TRUE(ResizeIsRefused());
  descry_view_release(&second);
  EXPECT_FALSE(ResizeIsRefused());
}

TEST_F(PinTest, ViewsOfSlicesAndScalarsPinWhoOwnsTheMemory) {
  for (const char* part : {"a[10:20]", "a[10:20][::2]", "a[10]", "a[10:20][0]",
                           "a.view(np.recarray)[10:]", "a.reshape(10, 100)[0, 10:]"}) {
    descry_view view;
    Open(&view, part);
    EXPECT_TRUE(ResizeIsRefused()) << part;
    EXPECT_EQ(reinterpret_cast<particle*>(view.data)->id, 110) << part;
    descry_view_release(&view);
    EXPECT_EQ(Repr(Eval("a.flags.owndata")), "True") << part;
  }
}

TEST_F(PinTest, ShapeStridesAndDtypeAreTheViewsOwn) {
  descry_view view;
  Open(&view, "a");
  Attempt("a.shape = (10, 100)");
  Attempt("a.dtype = 'u1'");
  Attempt("a.strides = (0, 0)");
  EXPECT_EQ(view.ndim, 1);
  EXPECT_EQ(view.shape[0], 1000);
  EXPECT_EQ(DESCRY_AT(particle, &view, 999)->id, 1099);
  descry_view_release(&view);
}

// What these two free otherwise is what the view points at; NumPy lets go of it unfreed.
TEST_F(PinTest, OtherMemoryForTheArrayLeavesTheViewsAlone) {
  const char* const statements[] = {
      "a.__setstate__((1, (2,), particle, False, bytes(128)))",
      "a.data = bytearray(64000)",
      "a[5:].__setstate__((1, (2,), particle, False, bytes(128)))",
  };
  for (const char* statement : statements) {
    Exec("a = f(1000)");
    descry_view first, second, third;
    Open(&first, "a");
    Open(&second, "a");
    Attempt(statement);
    Exec("junk = [bytes([255]) * 64000 for i in range(50)]");
    EXPECT_EQ(DESCRY_AT(particle, &first, 999)->id, 1099) << statement;
    Open(&third, "a");
    descry_view_release(&first);
    EXPECT_EQ(DESCRY_AT(particle, &second, 999)->id, 1099) << statement;
    EXPECT_TRUE(ResizeIsRefused()) << statement;
    descry_view_release(&second);
    descry_view_release(&third);
  }
}

// Neither the memory nor the references in it: whoever is last frees both.
TEST_F(PinTest, WhatAnArrayLeavesBehindIsFreed) {
  Exec(
      "import tracemalloc\n"
      "def grown():\n"
      "  gc.collect(); return tracemalloc.get_traced_memory()[0] - before\n"
      "import gc; tracemalloc.start(); before = 0; before = grown()");
  const char* const leave[] = {"a.__setstate__((1, (2,), particle, False, bytes(128)))",
                               "a.__setstate__((1, (200,), particle, False, bytes(12800)))"};
  for (const char* statement : leave) {
    for (const char* make : {"a = f(100000)", "a = f(3)"}) {
      for (int i = 0; i < 5; ++i) {
        Exec(make);
        descry_view first, second;
        Open(&first, "a");
        Open(&second, "a[1:]");
        EXPECT_EQ(Attempt(statement), "done");
        descry_view_release(&first);
        EXPECT_EQ(DESCRY_AT(particle, &second, 0)->id, 101);
        descry_view_release(&second);
        Exec("del a");
      }
    }
  }
  EXPECT_LT(Int(Eval("grown()")), 1000000);
  Exec("tracemalloc.stop(); a = f(1)");
}

TEST_F(PinTest, ObjectsThatAnArrayLeavesBehindAreDropped) {
  Exec(
      "class Thing: pass\n"
      "thing = Thing(); import sys; held = sys.getrefcount(thing)\n"
      "a = np.full(5, thing, object)");
  descry_view view;
  ASSERT_EQ(descry_view_acquire(&view, Eval("a").get(), DESCRY_TYPE(object_), 1, DESCRY_READ), 0);
  EXPECT_EQ(Attempt("a.__setstate__((1, (2,), particle, False, bytes(128)))"), "done");
  EXPECT_EQ(*DESCRY_AT(PyObject*, &view, 4), Eval("thing").get());
  descry_view_release(&view);
  EXPECT_EQ(Int(Eval("sys.getrefcount(thing) - held")), 0);
}

// From 2.3 on, NumPy asks who owns the memory: what neither does nor has a base cannot be made
// writeable again. The guide says so, and that a view of it can be.
TEST_F(PinTest, AnArrayIsMadeWriteableAgainOnceItsViewsAreClosed) {
  const bool asks = Int(Eval("tuple(map(int, np.__version__.split('.')[:2])) >= (2, 3)")) != 0;
  for (const char* who : {"a", "a.view()", "a[1:]", "a.reshape(2, 2)"}) {
    Exec("a = f(4)");
    SetGlobal("b", Eval(who));
    descry_view view;
    Open(&view, "a");
    Attempt("b.flags.writeable = False");
    const bool has_base = Int(Eval("b.base is not None")) != 0;
    EXPECT_EQ(Attempt("b.flags.writeable = True") == "done", has_base || !asks) << who;
    descry_view_release(&view);
    EXPECT_EQ(Attempt("b.flags.writeable = True"), "done") << who;
    EXPECT_EQ(Int(Eval("a.flags.owndata and a.flags.writeable and b.flags.writeable")), 1) << who;
  }
}

TEST_F(PinTest, ASliceThatLosesItsBaseStaysAlive) {
  Exec("s = f(1000)[3:]");
  descry_view view;
  Open(&view, "s");
  EXPECT_EQ(Attempt("s.__setstate__((1, (2,), particle, False, bytes(128)))"), "done");
  Exec("junk = [bytes([255]) * 64000 for i in range(50)]; del s");
  EXPECT_EQ(DESCRY_AT(particle, &view, 0)->id, 103);
  descry_view_release(&view);
}

TEST_F(PinTest, ArraysThatOwnNothingGetNothing) {
  Exec("b = np.frombuffer(bytearray(640), particle)");
  descry_view first, second;
  Open(&first, "b");
  Open(&second, "b");
  descry_view_release(&first);
  descry_view_release(&second);
  EXPECT_EQ(Repr(Eval("b.flags.owndata")), "False");
}

TEST_F(PinTest, ManyArraysAtOnce) {
  Exec("many = [f(2) for i in range(3000)]");
  std::vector<descry_view> views(6000);
  for (int i = 0; i < 6000; ++i) Open(&views[i], "many[" + std::to_string(i % 3000) + "]");
  for (int i = 0; i < 3000; ++i) descry_view_release(&views[i]);
  EXPECT_EQ(Repr(Eval("any(m.flags.owndata for m in many)")), "False");
  for (int i = 3000; i < 6000; ++i) descry_view_release(&views[i]);
  EXPECT_EQ(Repr(Eval("all(m.flags.owndata for m in many)")), "True");
}

}  // namespace
}  // namespace descry_test
