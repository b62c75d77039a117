// SPDX-License-Identifier: BSD-3-Clause
// adopt: memory that goes when the last array over it does.

#include <descry/array.h>
#include <descry/dtype.h>

#include <cstdlib>
#include <thread>

#include "src/base/numpy_abi.h"
#include "tests/array/records.h"
#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"

namespace descry_test {
namespace {

struct Released {
  int count = 0;
  void* data = nullptr;
  bool held_gil = false;
  bool saw_exception = false;
  std::thread::id thread;
  PyObject* slot = nullptr;  // what the first element's object slot held by then
  bool raise = false;
};

void Release(void* data, void* context) {
  auto* released = static_cast<Released*>(context);
  ++released->count;
  released->data = data;
  released->held_gil = PyGILState_Check();
  released->saw_exception = PyErr_Occurred() != nullptr;
  released->thread = std::this_thread::get_id();
  if (released->raise) PyErr_SetString(PyExc_RuntimeError, "must not raise");
}

void ReleaseNamed(void* data, void* context) {
  static_cast<Released*>(context)->slot = static_cast<named*>(data)->object;
  Release(data, context);
}

class AdoptTest : public PythonTest {
 protected:
  void SetUp() override { Exec("a = b = None"); }
  void TearDown() override {
    Exec("a = b = None");
    PythonTest::TearDown();
  }

  Ref Adopt(unsigned flags = DESCRY_WRITE, Py_ssize_t count = 4,
            const Py_ssize_t* strides = nullptr) {
    return Ref(descry_adopt(DESCRY_TYPE(particle), records_, 1, &count, strides, Release,
                            &released_, flags));
  }

  particle records_[4] = {};
  Released released_;
};

TEST_F(AdoptTest, ReleasesOnceAfterTheLastArray) {
  SetGlobal("a", Adopt());
  Exec("b = a['pos']['y'][2:]; c = b.base; a = None; del c");
  EXPECT_EQ(released_.count, 0);
  Exec("b[:] = 3.5");
  EXPECT_EQ(records_[3].pos.y, 3.5);
  Exec("b = None");
  EXPECT_EQ(released_.count, 1);
  EXPECT_EQ(released_.data, records_);
  EXPECT_TRUE(released_.held_gil);
}

TEST_F(AdoptTest, ReadOnlyStaysReadOnly) {
  SetGlobal("a", Adopt(DESCRY_READ));
  Exec("try: a.setflags(write=True); refused = 0\nexcept ValueError: refused = 1");
  EXPECT_EQ(Int(Eval("refused")), 1);
}

TEST_F(AdoptTest, PendingExceptionSurvivesTheRelease) {
  Ref array = Adopt();
  PyErr_SetString(PyExc_KeyError, "on its way");
  released_.raise = true;
  array = Ref();
  EXPECT_EQ(released_.count, 1);
  EXPECT_FALSE(released_.saw_exception);
  EXPECT_EQ(TakeException(), "KeyError: 'on its way'");
}

TEST_F(AdoptTest, ReleasesInTheThreadThatDropsTheArray) {
  PyObject* array = Adopt().release();
  PyThreadState* state = PyEval_SaveThread();
  std::thread other([array] {
    PyGILState_STATE gil = PyGILState_Ensure();
    Py_DECREF(array);
    PyGILState_Release(gil);
  });
  const std::thread::id id = other.get_id();
  other.join();
  PyEval_RestoreThread(state);
  Exec("for _ in range(1000): pass");  // without a GIL, the thread that made it has the last word
  EXPECT_EQ(released_.count, 1);
#ifdef Py_GIL_DISABLED
  EXPECT_TRUE(released_.thread == id || released_.thread == std::this_thread::get_id());
#else
  EXPECT_EQ(released_.thread, id);
#endif
  EXPECT_TRUE(released_.held_gil);
}

TEST_F(AdoptTest, DropsTheObjectsBeforeTheMemory) {
  const Ref object(PyList_New(0));
  const Py_ssize_t before = Py_REFCNT(object.get());
  named all[6] = {};
  for (named& one : all) {
    one.object = one.pair[1] = object.get();
    Py_INCREF(object.get());
    Py_INCREF(object.get());
  }
  const Py_ssize_t shape[] = {3};
  const Py_ssize_t every_other[] = {2 * sizeof(named)};
  SetGlobal("a", Ref(descry_adopt(DESCRY_TYPE(named), all, 1, shape, every_other, ReleaseNamed,
                                  &released_, DESCRY_WRITE)));
  EXPECT_EQ(Repr(Eval("a['object'].tolist()")), "[[], [], []]");
  EXPECT_EQ(Py_REFCNT(object.get()), before + 12);
  Exec("a = None");
  EXPECT_EQ(released_.count, 1);
  EXPECT_EQ(released_.slot, nullptr);
  EXPECT_EQ(Py_REFCNT(object.get()), before + 6) << "the elements between stay the caller's";
  for (int i : {1, 3, 5}) {
    Py_DECREF(all[i].object);
    Py_DECREF(all[i].pair[1]);
  }
}

TEST_F(AdoptTest, RepeatedObjectsAreDroppedOnce) {
  const Ref object(PyList_New(0));
  const Py_ssize_t before = Py_REFCNT(object.get());
  named one = {1, Ref(object).release(), {nullptr, nullptr}};
  const Py_ssize_t shape[] = {5};
  const Py_ssize_t strides[] = {0};
  SetGlobal("a", Ref(descry_adopt(DESCRY_TYPE(named), &one, 1, shape, strides, Release, &released_,
                                  DESCRY_READ)));
  EXPECT_EQ(Repr(Eval("a.shape")), "(5,)");
  Exec("a = None");
  EXPECT_EQ(Py_REFCNT(object.get()), before);
}

TEST_F(AdoptTest, RefusesOverlappingObjects) {
  named all[3] = {};
  const Py_ssize_t shape[] = {2};
  const Py_ssize_t strides[] = {8};
  EXPECT_THAT(
      descry_adopt(DESCRY_TYPE(named), all, 1, shape, strides, Release, &released_, DESCRY_READ),
      RaisesPython(PyExc_ValueError, testing::HasSubstr("overlap")));
  EXPECT_EQ(released_.count, 0);
}

TEST_F(AdoptTest, NamesThatChangeLaterDoNotMatter) {
  const Ref object(PyList_New(0));
  const Py_ssize_t before = Py_REFCNT(object.get());
  named one = {1, Ref(object).release(), {nullptr, nullptr}};
  SetGlobal("a", Ref(descry_adopt(DESCRY_TYPE(named), &one, 0, nullptr, nullptr, Release,
                                  &released_, DESCRY_WRITE)));
  Exec("a.dtype.names = ('x', 'y', 'z'); a = None");
  EXPECT_EQ(released_.count, 1);
  EXPECT_EQ(Py_REFCNT(object.get()), before);
}

TEST_F(AdoptTest, FailureLeavesTheMemoryWithTheCaller) {
  const Py_ssize_t odd[] = {68};
  const Py_ssize_t none[] = {0};
  EXPECT_THAT(Adopt(DESCRY_WRITE, -1), RaisesPython(PyExc_ValueError));
  EXPECT_THAT(Adopt(DESCRY_WRITE, 4, odd), RaisesPython(PyExc_ValueError));
  EXPECT_THAT(Adopt(DESCRY_WRITE, 4, none), RaisesPython(PyExc_ValueError));
  EXPECT_THAT(Adopt(4), RaisesPython(PyExc_ValueError));
  EXPECT_THAT(descry_adopt(DESCRY_TYPE(particle), records_, 0, nullptr, nullptr, nullptr, nullptr,
                           DESCRY_READ),
              RaisesPython(PyExc_ValueError,
                           "release is NULL, expected a function that frees the "
                           "memory of particle elements"));
  EXPECT_EQ(released_.count, 0);
}

// Lets the allocation number `countdown` fail, and all later ones.
PyMemAllocatorEx g_allocator[3];
int g_countdown = -1;
bool Fails() { return g_countdown >= 0 && g_countdown-- <= 0 && (g_countdown = 0, true); }
void* Malloc(void* context, size_t size) {
  auto* real = static_cast<PyMemAllocatorEx*>(context);
  return Fails() ? nullptr : real->malloc(real->ctx, size);
}
void* Calloc(void* context, size_t count, size_t size) {
  auto* real = static_cast<PyMemAllocatorEx*>(context);
  return Fails() ? nullptr : real->calloc(real->ctx, count, size);
}
void* Realloc(void* context, void* block, size_t size) {
  auto* real = static_cast<PyMemAllocatorEx*>(context);
  return Fails() ? nullptr : real->realloc(real->ctx, block, size);
}
void Free(void* context, void* block) {
  auto* real = static_cast<PyMemAllocatorEx*>(context);
  real->free(real->ctx, block);
}

void FailFrom(int allocation) {
  const PyMemAllocatorDomain domains[] = {PYMEM_DOMAIN_RAW, PYMEM_DOMAIN_MEM, PYMEM_DOMAIN_OBJ};
  for (int i = 0; i < 3; ++i) {
    if (allocation >= 0) {
      PyMem_GetAllocator(domains[i], &g_allocator[i]);
      PyMemAllocatorEx failing = {&g_allocator[i], Malloc, Calloc, Realloc, Free};
      PyMem_SetAllocator(domains[i], &failing);
    } else {
      PyMem_SetAllocator(domains[i], &g_allocator[i]);
    }
  }
  g_countdown = allocation;
}

TEST_F(AdoptTest, OutOfMemoryAtAnyPointLeavesTheMemoryWithTheCaller) {
  named all[2] = {};
  const Py_ssize_t shape[] = {2};
  const Ref dtype(descry_dtype(DESCRY_TYPE(named)));
  const Py_ssize_t before = Py_REFCNT(dtype.get());
  int failures = 0;
  for (;; ++failures) {
    FailFrom(failures);
    PyObject* array =
        descry_adopt(DESCRY_TYPE(named), all, 1, shape, nullptr, Release, &released_, DESCRY_WRITE);
    FailFrom(-1);
    if (array) {
      Py_DECREF(array);
      break;
    }
    ASSERT_LT(failures, 50);
    EXPECT_TRUE(PyErr_ExceptionMatches(PyExc_MemoryError));
    PyErr_Clear();
    EXPECT_EQ(released_.count, 0) << failures;
  }
  EXPECT_GE(failures, 3);
  EXPECT_EQ(released_.count, 1);
  EXPECT_EQ(Py_REFCNT(dtype.get()), before);
}

// Ends the interpreter while Python still has an array, and the process with the number of
// releases.
[[noreturn]] void EndWithAnArrayAlive() {
  static named one = {1, PyList_New(0), {nullptr, PyDict_New()}};
  static Released released;
  PyObject* array =
      descry_adopt(DESCRY_TYPE(named), &one, 0, nullptr, nullptr, Release, &released, DESCRY_WRITE);
  PyObject_SetAttrString(PyImport_AddModule("__main__"), "adopted", array);
  Py_XDECREF(array);
  const int before = released.count;
  Py_Finalize();
  std::_Exit(before == 0 && one.object == nullptr ? 10 + released.count : 1);
}

TEST(AdoptDeathTest, ReleasesAtTheInterpretersEnd) {
  EXPECT_EXIT(EndWithAnArrayAlive(), testing::ExitedWithCode(11), "");
}

TEST_F(AdoptTest, EmptyArraysAreReleasedToo) {
  const Py_ssize_t shape[] = {0};
  SetGlobal("a", Ref(descry_adopt(DESCRY_TYPE(named), nullptr, 1, shape, nullptr, Release,
                                  &released_, DESCRY_READ)));
  EXPECT_EQ(Repr(Eval("a.shape, a.dtype.names")), "((0,), ('count', 'object', 'pair'))");
  Exec("a = None");
  EXPECT_EQ(released_.count, 1);
  EXPECT_EQ(released_.data, nullptr);
}

TEST_F(AdoptTest, SubArrayElements) {
  auto* all = static_cast<triple*>(std::calloc(2, sizeof(triple)));
  all[1].part[2] = 9;
  const Py_ssize_t shape[] = {2};
  SetGlobal("a", Ref(descry_adopt(
                     DESCRY_TYPE(triple), all, 1, shape, nullptr,
                     [](void* data, void*) { std::free(data); }, nullptr, DESCRY_WRITE)));
  EXPECT_EQ(Repr(Eval("a.shape, a[1, 2].item()")), "((2, 3), 9.0)");
}

}  // namespace
}  // namespace descry_test
