// SPDX-License-Identifier: BSD-3-Clause
// DESCRY_CHECK_OBJECTS: every object is an instance of its class.

#include <descry/array.h>
#include <descry/dtype.h>
#include <descry/view.h>

#include <utility>

#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"
#include "tests/view/owned.h"

namespace descry_test {
namespace {

class ObjectsTest : public PythonTest {
 protected:
  void SetUp() override {
    if (!pet_class) {
      Exec("class Pet: __module__ = 'zoo'\nclass Dog(Pet): pass\n");
      pet_class = reinterpret_cast<PyTypeObject*>(Eval("Pet").release());
    }
    SetGlobal("owned", Ref(descry_dtype(DESCRY_TYPE(owned))));
    SetGlobal("pet", Ref(descry_dtype(DESCRY_TYPE(pet))));
    Exec(
        "a = np.zeros((2, 3), owned)\n"
        "for x in a.flat:\n"
        "  x['animal'] = Dog(); x['home']['pets'] = [[Pet(), Dog()], [Pet(), Pet()]]\n"
        "  x['anything'] = None\n");
  }

  static int Open(const char* array, unsigned flags = DESCRY_CHECK_OBJECTS) {
    descry_view view;
    const int result = descry_view_acquire(&view, Eval(array).get(), DESCRY_TYPE(owned),
                                           DESCRY_ANY_NDIM, DESCRY_READ | flags);
    if (result == 0) descry_view_release(&view);
    return result;
  }
};

TEST_F(ObjectsTest, AcceptsInstancesAndSubclasses) { EXPECT_EQ(Open("a"), 0); }

TEST_F(ObjectsTest, NamesIndexPathAndClass) {
  Exec("a['animal'][1, 2] = 5");
  EXPECT_THAT(Open("a"), RaisesPython(PyExc_TypeError,
                                      "expected an instance of <class 'zoo.Pet'> in "
                                      "'animal' at index (1, 2) of owned, got <class 'int'>"));
  Exec("a['animal'][1, 2] = Pet(); a['home']['pets'][0, 1, 1, 0] = 'cat'");
  EXPECT_THAT(Open("a[:, ::-1]"), RaisesPython(PyExc_TypeError,
                                               "expected an instance of <class 'zoo.Pet'> in "
                                               "'home.pets[1, 0]' at index (0, 1) of owned, got "
                                               "<class 'str'>"));
  EXPECT_EQ(Open("a", 0), 0) << "only where it was asked for";
}

TEST_F(ObjectsTest, NoneAndNothingAreNoInstances) {
  Exec("a['animal'][0, 0] = None");
  EXPECT_THAT(Open("a"), RaisesPython(PyExc_TypeError, testing::HasSubstr("NoneType")));
  EXPECT_THAT(Open("np.ndarray.__new__(np.ndarray, (2,), owned)"), RaisesPython(PyExc_TypeError));
}

// Python would write numbers where C follows pointers. Of the type's own dtype, and of an equal
// one.
TEST_F(ObjectsTest, InADtypeInWhichTheyBecameNumbersAreRefused) {
  for (const char* dtype : {"owned", "copy.deepcopy(owned)"}) {
    for (const char* place : {"o.dtype, 'animal'", "o.dtype['home'], 'pets'"}) {
      SetGlobal("owned", Ref(descry_dtype(DESCRY_TYPE(owned))));
      Exec(std::string("import copy\no = np.empty(2, ") + dtype + ")");
      ASSERT_EQ(Open("o", 0), 0) << TakeException();
      Exec(std::string("d, k = ") + place +
           "\nf = d.__reduce__()[2][4]\n"
           "f[k] = (np.dtype('V%d' % f[k][0].itemsize), f[k][1])");
      EXPECT_THAT(Open("o", 0), RaisesPython(PyExc_TypeError)) << dtype << " " << place;
      EXPECT_THAT(Open("o", DESCRY_BY_LAYOUT), RaisesPython(PyExc_TypeError)) << dtype;
    }
  }
}

TEST_F(ObjectsTest, AClassThatItsOwnerTookAwayIsMissed) {
  PyTypeObject* const kept = std::exchange(pet_class, nullptr);
  EXPECT_THAT(Open("a"), RaisesPython(PyExc_ImportError, testing::HasSubstr("pet elements")));
  pet_class = kept;
  EXPECT_EQ(Open("a"), 0);
}

// With nobody else left who holds it.
TEST_F(ObjectsTest, AClassThatItsOwnerGaveUpStays) {
  Exec("class Passing: __module__ = 'zoo'\n");
  passing_class = reinterpret_cast<PyTypeObject*>(Eval("Passing").get());
  SetGlobal("passing", Ref(descry_dtype(DESCRY_TYPE(passing))));
  Exec("import gc\np = np.array([Passing(), 7], passing)\np[0] = None\ndel Passing\ngc.collect()");
  descry_view view;
  EXPECT_THAT(descry_view_acquire(&view, Eval("p[1:]").get(), DESCRY_TYPE(passing), 1,
                                  DESCRY_READ | DESCRY_CHECK_OBJECTS),
              RaisesPython(PyExc_TypeError, testing::HasSubstr("zoo.Passing")));
}

TEST_F(ObjectsTest, ElementsThatAreObjects) {
  Exec("p = np.array([Pet(), 7], pet)");
  descry_view view;
  EXPECT_THAT(descry_view_acquire(&view, Eval("p").get(), DESCRY_TYPE(pet), 1,
                                  DESCRY_READ | DESCRY_CHECK_OBJECTS),
              RaisesPython(PyExc_TypeError,
                           "expected an instance of <class 'zoo.Pet'> at "
                           "index (1,) of pet, got <class 'int'>"));
}

}  // namespace
}  // namespace descry_test
