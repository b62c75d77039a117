// SPDX-License-Identifier: BSD-3-Clause
// The module `late`: what is dropped where there is no GIL, and what is dropped after the
// interpreter's end.

#include <descry/descry.hpp>
#include <optional>
#include <thread>
#include <vector>

namespace late {

struct Point {
  double x, y;
};

DESCRY_RECORD(Point, x, y);

}  // namespace late

namespace {

using late::Point;

descry::error MakeError() {
  PyErr_SetString(PyExc_KeyError, "lost");
  return descry::error();
}

// With its dtype.
descry::made_type MakeType() {
  descry::schema schema("late_made");
  schema.add("x", DESCRY_TYPE(float64));
  descry::made_type made = schema.build();
  descry::object::steal(descry_dtype(made.get()));
  return made;
}

// One of everything that gives something back when it is destroyed.
struct Everything {
  Everything(PyObject* read, PyObject* written, unsigned flags)
      : reader(read),
        field(reader.field<double>("y")),
        writer(written, DESCRY_ANY_NDIM, flags),
        array(std::vector<Point>(3)),
        dtype(descry::dtype<Point>()),
        error(MakeError()),
        any(descry::argument(read, "read"), DESCRY_ANY_NDIM, DESCRY_READ),
        vector(std::vector<Point>(3)),
        vector_array(vector.array()),
        borrow(descry::borrow::exclusive(vector_array.get())),
        made(MakeType()) {}

  descry::view<Point> reader;
  descry::view<double> field;
  descry::writable_view<Point> writer;
  descry::array<Point> array;
  descry::object dtype;
  descry::error error;
  descry::any_view any;
  descry::owned_vector<Point> vector;
  descry::array<Point> vector_array;
  descry::borrow borrow;
  descry::made_type made;
};

// Destroyed at exit(), when the interpreter has ended.
std::vector<Everything> kept;

// The GIL is released until the end of a scope, as by a binding's call_guard.
struct Released {
  Released() : state(PyEval_SaveThread()) {}
  Released(const Released&) = delete;
  Released& operator=(const Released&) = delete;
  ~Released() { PyEval_RestoreThread(state); }
  PyThreadState* state;
};

PyObject* keep(PyObject*, PyObject* args) {
  PyObject *read = nullptr, *written = nullptr;
  int flags = 0;
  if (!PyArg_ParseTuple(args, "OOi", &read, &written, &flags)) return nullptr;
  return descry::call([&] {
    kept.emplace_back(read, written, static_cast<unsigned>(flags));
    return Py_BuildValue("");
  });
}

// What a function does whose parameters are views by value and whose binding releases the GIL.
PyObject* drop_released(PyObject*, PyObject* args) {
  PyObject *read = nullptr, *written = nullptr;
  if (!PyArg_ParseTuple(args, "OO", &read, &written)) return nullptr;
  return descry::call([&] {
    std::optional<Everything> all(std::in_place, read, written, unsigned{DESCRY_UNBORROWED});
    {
      const Released released;
      all.reset();
    }
    return Py_BuildValue("");
  });
}

// The same by a thread that Python has never seen.
PyObject* drop_in_thread(PyObject*, PyObject* args) {
  PyObject *read = nullptr, *written = nullptr;
  if (!PyArg_ParseTuple(args, "OO", &read, &written)) return nullptr;
  return descry::call([&] {
    std::optional<Everything> all(std::in_place, read, written, unsigned{DESCRY_CONVERT});
    {
      const Released released;
      std::thread([&] { all.reset(); }).join();
    }
    return Py_BuildValue("");
  });
}

PyMethodDef methods[] = {{"keep", keep, METH_VARARGS, nullptr},
                         {"drop_released", drop_released, METH_VARARGS, nullptr},
                         {"drop_in_thread", drop_in_thread, METH_VARARGS, nullptr},
                         {nullptr, nullptr, 0, nullptr}};

PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "late", nullptr, -1, methods, nullptr, nullptr, nullptr, nullptr};

}  // namespace

PyMODINIT_FUNC PyInit_late() {
  PyObject* module = PyModule_Create(&definition);
  if (module && descry_module_add_dtype(module, descry::type_of<Point>()) < 0) Py_CLEAR(module);
  return module;
}
