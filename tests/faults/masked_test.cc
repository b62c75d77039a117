// SPDX-License-Identifier: BSD-3-Clause
// Each public function that takes an array refuses one in which elements are masked out: C would
// read, or write, what is not meant to be there. One without any is an array as any other.

#include <Python.h>
#include <descry/descry.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "tests/life/walk_types.h"
#include "tests/support/python.h"
#include "tests/support/python_test.h"

namespace descry_test {
namespace {

std::string Said(int result) { return result < 0 ? TakeException() : ""; }
std::string Said(PyObject* made) { return Ref(made) ? "" : TakeException(); }

// Returns the exception of a call with an array of float64, or with one of points, or "".
using Call = std::function<std::string(PyObject* array)>;

struct Row {
  const char* function;
  bool takes_points;
  Call call;
};

std::string Acquire(decltype(descry_view_acquire_any)* acquire, const descry_type* type,
                    PyObject* array, unsigned flags) {
  descry_view view = {};
  const std::string said = Said(acquire(&view, array, type, DESCRY_ANY_NDIM, flags));
  descry_view_release(&view);
  return said;
}

Call OpenedWith(unsigned flags) {
  return [=](PyObject* array) {
    return Acquire(descry_view_acquire, DESCRY_TYPE(walk_point), array, flags);
  };
}

std::string OpenAll(PyObject* array) {
  descry_view view = DESCRY_VIEW(walk_point, DESCRY_ANY_NDIM, DESCRY_WRITE);
  descry_view* const views[] = {&view};
  const std::string said = Said(descry_views_open(1, views, &array));
  descry_view_release(&view);
  return said;
}

std::string Converter(PyObject* array) {
  descry_view view = DESCRY_VIEW(walk_point, DESCRY_ANY_NDIM, DESCRY_READ);
  const std::string said = descry_view_converter(array, &view) ? "" : TakeException();
  descry_view_release(&view);
  return said;
}

// Calls a method of a function that adds two doubles.
Call Function(const char* method) {
  return [=](PyObject* array) {
    static const descry_type* const types[] = {DESCRY_TYPE(float64), DESCRY_TYPE(float64),
                                               DESCRY_TYPE(float64)};
    const auto add = [](Py_ssize_t count, char* const* data, const Py_ssize_t* strides, void*) {
      for (Py_ssize_t i = 0; i < count; ++i) {
        const auto at = [&](int k) { return reinterpret_cast<double*>(data[k] + i * strides[k]); };
        *at(2) = *at(0) + *at(1);
      }
      return 0;
    };
    const descry_function_spec spec = {"add", nullptr, 2, 1, types, add, nullptr, nullptr, 0};
    SetGlobal("add", Ref(descry_function_new(&spec)));
    SetGlobal("a", Ref::Borrow(array));
    try {
      Eval(method);
    } catch (const std::exception& error) {
      return std::string(error.what());
    }
    return std::string();
  };
}

const Row kRows[] = {
    {"descry_view_acquire", true, OpenedWith(DESCRY_READ)},
    {"descry_view_acquire to write", true, OpenedWith(DESCRY_WRITE)},
    {"descry_view_acquire by layout", true, OpenedWith(DESCRY_READ | DESCRY_BY_LAYOUT)},
    {"descry_view_acquire with DESCRY_CONVERT", true, OpenedWith(DESCRY_READ | DESCRY_CONVERT)},
    {"descry_view_acquire unborrowed", true, OpenedWith(DESCRY_READ | DESCRY_UNBORROWED)},
    {"descry_views_open", true, OpenAll},
    {"descry_view_converter", true, Converter},
    {"descry_view_acquire_any", true,
     [](PyObject* array) {
       return Acquire(descry_view_acquire_any, DESCRY_TYPE(walk_point), array, 0);
     }},
    {"descry_array_from", true,
     [](PyObject* array) { return Said(descry_array_from(DESCRY_TYPE(walk_point), array, 0)); }},
    {"descry_array_from values", true,
     [](PyObject* array) {
       return Said(descry_array_from(DESCRY_TYPE(walk_point), array, DESCRY_MISSING_IS_ZERO));
     }},
    {"descry_convert", true,
     [](PyObject* array) { return Said(descry_convert(DESCRY_TYPE(walk_point), array, 2)); }},
    {"descry_from_columns", true,
     [](PyObject* array) { return Said(descry_from_columns(DESCRY_TYPE(walk_point), array, 0)); }},
    {"descry_from_columns of a dict", false,
     [](PyObject* array) {
       const Ref columns(Py_BuildValue("{s:O,s:O}", "x", array, "y", array));
       return Said(descry_from_columns(DESCRY_TYPE(walk_point), columns.get(), 0));
     }},
    {"descry_from_rows", true,
     [](PyObject* array) { return Said(descry_from_rows(DESCRY_TYPE(walk_point), array, 0)); }},
    {"descry_from_rows of numbers", false,
     [](PyObject* array) { return Said(descry_from_rows(DESCRY_TYPE(float64), array, 0)); }},
    {"descry_from_rows, None being NaN", false,
     [](PyObject* array) {
       return Said(descry_from_rows(DESCRY_TYPE(float64), array, DESCRY_NONE_IS_NAN));
     }},
    {"descry_from_python", true,
     [](PyObject* array) {
       walk_point point;
       const Ref element(PySequence_GetItem(array, 1));
       return Said(descry_from_python(DESCRY_TYPE(walk_point), element.get(), &point, 0));
     }},
    {"descry_from_python of a number", false,
     [](PyObject* array) {
       double number;
       const Ref element(PySequence_GetItem(array, 1));
       return Said(descry_from_python(DESCRY_TYPE(float64), element.get(), &number, 0));
     }},
    {"descry_from_python of an int", false,
     [](PyObject* array) {
       int64_t number;
       const Ref element(PyObject_CallMethod(
           Ref(PyObject_CallMethod(array, "astype", "s", "i8")).get(), "__getitem__", "i", 1));
       return Said(descry_from_python(DESCRY_TYPE(int64), element.get(), &number, 0));
     }},
    {"descry_from_python of a complex number", false,
     [](PyObject* array) {
       double number[2];
       const Ref element(PySequence_GetItem(array, 1));
       return Said(descry_from_python(DESCRY_TYPE(complex128), element.get(), number, 0));
     }},
    {"descry_from_python of a float by NumPy", false,
     [](PyObject* array) {
       uint16_t number;
       const Ref element(PySequence_GetItem(array, 1));
       return Said(descry_from_python(DESCRY_TYPE(float16), element.get(), &number, 0));
     }},
    {"descry_from_python of a member", false,
     [](PyObject* array) {
       walk_point point;
       const Ref row(PySequence_GetSlice(array, 0, 2));
       const Ref list(PySequence_List(row.get()));
       return Said(descry_from_python(DESCRY_TYPE(walk_point), list.get(), &point, 0));
     }},
    {"descry_view_acquire of an element", true,
     [](PyObject* array) {
       const Ref element(PySequence_GetItem(array, 1));
       return Acquire(descry_view_acquire, DESCRY_TYPE(walk_point), element.get(), DESCRY_READ);
     }},
    {"descry_reshape", true,
     [](PyObject* array) {
       const Py_ssize_t shape[] = {-1, 1};
       return Said(descry_reshape(array, 2, shape, 0));
     }},
    {"descry_ravel", true, [](PyObject* array) { return Said(descry_ravel(array, 0)); }},
    {"descry_transpose", true,
     [](PyObject* array) { return Said(descry_transpose(array, nullptr)); }},
    {"descry_swapaxes", true, [](PyObject* array) { return Said(descry_swapaxes(array, 0, 0)); }},
    {"descry_squeeze", true, [](PyObject* array) { return Said(descry_squeeze(array)); }},
    {"descry_take", true,
     [](PyObject* array) { return Said(descry_take(array, Eval("[0]").get(), 0)); }},
    {"descry_take by indices", false,
     [](PyObject* array) {
       const Ref indices(PyObject_CallMethod(array, "astype", "s", "i8"));
       return Said(descry_take(Eval("np.zeros(9)").get(), indices.get(), 0));
     }},
    {"descry_compress", true,
     [](PyObject* array) { return Said(descry_compress(array, Eval("[True]").get(), 0)); }},
    {"descry_compress by a condition", false,
     [](PyObject* array) {
       const Ref condition(PyObject_CallMethod(array, "astype", "s", "?"));
       return Said(descry_compress(Eval("np.zeros(3)").get(), condition.get(), 0));
     }},
    {"descry_repeat", true,
     [](PyObject* array) { return Said(descry_repeat(array, Eval("2").get(), 0)); }},
    {"descry_repeat by counts", false,
     [](PyObject* array) {
       const Ref counts(PyObject_CallMethod(array, "astype", "s", "i8"));
       return Said(descry_repeat(Eval("np.zeros(3)").get(), counts.get(), 0));
     }},
    {"descry_cast", false,
     [](PyObject* array) { return Said(descry_cast(DESCRY_TYPE(float32), array)); }},
    {"descry_inner", false, [](PyObject* array) { return Said(descry_inner(array, array)); }},
    {"descry_dot", false,
     [](PyObject* array) { return Said(descry_dot(Eval("np.zeros(3)").get(), array)); }},
    {"descry_einsum", false,
     [](PyObject* array) { return Said(descry_einsum("i->i", 1, &array)); }},
    {"descry_concatenate", true,
     [](PyObject* array) {
       return Said(descry_concatenate(DESCRY_TYPE(walk_point), 1, &array, 0));
     }},
    {"descry_stack", true,
     [](PyObject* array) { return Said(descry_stack(DESCRY_TYPE(walk_point), 1, &array, 0)); }},
    {"descry_where", true,
     [](PyObject* array) {
       return Said(descry_where(DESCRY_TYPE(walk_point), Py_True, array, array));
     }},
    {"descry_where by a condition", false,
     [](PyObject* array) {
       const Ref condition(PyObject_CallMethod(array, "astype", "s", "?"));
       const Ref points = Eval("np.zeros(3, point)");
       return Said(
           descry_where(DESCRY_TYPE(walk_point), condition.get(), points.get(), points.get()));
     }},
    {"a function", false, Function("add(a, 1.)")},
    {"a function's second operand", false, Function("add(np.zeros(3), a)")},
    {"a function's out", false, Function("add(np.zeros(3), 1., out=a)")},
    {"a function's out in place", false, Function("add(a, 1., out=a)")},
    {"a function's where", false,
     Function("add(np.zeros(3), 1., where=a.astype(bool), out=np.zeros(3))")},
    {"a function's converted operand", false, Function("add(a.astype('f4'), 1.)")},
    {"reduce", false, Function("add.reduce(a)")},
    {"reduce with where", false,
     Function("add.reduce(np.zeros(3), where=a.astype(bool), initial=0.)")},
    {"reduce with initial", false, Function("add.reduce(np.zeros(3), initial=a[1:2].reshape(()))")},
    {"a function, of a masked element", false, Function("add(np.zeros(3), a[1:2].reshape(()))")},
    {"accumulate", false, Function("add.accumulate(a)")},
    {"outer", false, Function("add.outer(a, a)")},
    {"at", false, Function("add.at(a, [0], 1.)")},
    {"at, by indices", false, Function("add.at(np.zeros(3), a.astype('i8'), 1.)")},
    {"at, of values", false, Function("add.at(np.zeros(3), [0, 1, 2], a)")},
};

class MaskedTest : public PythonTest {
 protected:
  void SetUp() override { SetGlobal("point", Ref(descry_dtype(DESCRY_TYPE(walk_point)))); }

  static std::string Take(const Row& row, const char* mask) {
    const std::string array = row.takes_points ? "np.zeros(3, point)" : "np.zeros(3)";
    return row.call(Eval("np.ma.array(" + array + ", mask=" + mask + ")").get());
  }
};

TEST_F(MaskedTest, IsRefusedByEachFunctionThatTakesAnArray) {
  for (const Row& row : kRows) {
    const std::string said = Take(row, row.takes_points ? "[(0, 0), (0, 1), (0, 0)]" : "[0, 1, 0]");
    EXPECT_NE(said.find("TypeError"), std::string::npos) << row.function << ": " << said;
    EXPECT_NE(said.find("mask"), std::string::npos) << row.function << ": " << said;
  }
}

TEST_F(MaskedTest, IsAnArrayWhereNoElementIsMaskedOut) {
  for (const Row& row : kRows) {
    for (const char* mask : {"False", "np.ma.nomask"}) {
      EXPECT_EQ(Take(row, mask), "") << row.function;
    }
  }
}

// Memory is what is borrowed, and all of it is there.
TEST_F(MaskedTest, CanBeBorrowed) {
  descry_borrow borrow = {};
  EXPECT_EQ(descry_borrow_exclusive(&borrow, Eval("np.ma.array(np.zeros(3), mask=True)").get()), 0);
  descry_borrow_release(&borrow);
}

// With DESCRY_MASKED, where the caller says that the mask is of no interest.
TEST_F(MaskedTest, IsTakenWhereTheMaskIsToBeIgnored) {
  const Ref array = Eval("np.ma.array(np.zeros(3, point), mask=True)");
  const descry_type* type = DESCRY_TYPE(walk_point);
  EXPECT_EQ(Acquire(descry_view_acquire, type, array.get(), DESCRY_WRITE | DESCRY_MASKED), "");
  EXPECT_EQ(Acquire(descry_view_acquire_any, type, array.get(), DESCRY_MASKED), "");
  EXPECT_EQ(Said(descry_array_from(type, array.get(), DESCRY_MASKED)), "");
}

}  // namespace
}  // namespace descry_test
