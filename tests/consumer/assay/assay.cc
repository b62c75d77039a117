// SPDX-License-Identifier: BSD-3-Clause
#include <descry/descry.hpp>

#include "ore/ore_dtype.h"

namespace {

// gold(samples): the grams of gold in all samples.
PyObject* gold(PyObject*, PyObject* samples) {
  return descry::call([&] {
    double sum = 0;
    for (const ore_sample& each : descry::view<ore_sample>(samples)) sum += each.grams[0];
    return PyFloat_FromDouble(sum);
  });
}

// depths(samples): their depths, in an array of their own.
PyObject* depths(PyObject*, PyObject* samples) {
  return descry::call([&] {
    return descry::array<std::int32_t>::from(
        descry::view<ore_sample>(samples).field<std::int32_t>("depth"));
  });
}

PyMethodDef methods[] = {{"gold", gold, METH_O, nullptr},
                         {"depths", depths, METH_O, nullptr},
                         {nullptr, nullptr, 0, nullptr}};

PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "assay", nullptr, -1, methods, nullptr, nullptr, nullptr, nullptr};

}  // namespace

PyMODINIT_FUNC PyInit_assay() {
  PyObject* module = PyModule_Create(&definition);
  if (module && descry_module_add_dtype(module, DESCRY_TYPE(ore_sample)) < 0) Py_CLEAR(module);
  return module;
}
