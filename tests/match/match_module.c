// SPDX-License-Identifier: BSD-3-Clause
// The comparison of any two dtypes, for tests in Python: descry_matches() itself takes one of them
// as a declared type.
#include "src/base/numpy.h"
#include "src/base/python.h"
#include "src/match/compare.h"
#include "src/match/match.h"

// Returns the verdict as descry_matches() comes to it. Fields are kept, as those of types are.
static int verdict(PyObject* own, PyObject* other, int level) {
  static descry_state state;
  static const descry_type type = {.name = "any", .state = &state};
  if (level == DESCRY_LAYOUT) return descryi_same_layout(own, other, NULL, NULL);
  if (!descryi_descr_is_record(own)) return descryi_equivalent(own, other, NULL);
  return descryi_equivalent_to_type(&type, own, other, NULL);
}

// Returns the reason, None for a match. Verdict and reason have to agree.
static PyObject* compare(PyObject* args, int level) {
  PyObject *own, *other;
  if (!PyArg_ParseTuple(args, "O!O!", descryi_np.descr_type, &own, descryi_np.descr_type, &other)) {
    return NULL;
  }
  const int matches = verdict(own, other, level);
  PyObject* reason = matches < 0 ? NULL : descryi_mismatch(own, other, level);
  if (reason && (reason == Py_None) != (matches == 1)) {
    PyErr_Format(PyExc_AssertionError, "matches: %d, mismatch: %R", matches, reason);
    Py_DECREF(reason);
    reason = NULL;
  }
  return reason;
}

static PyObject* equivalent(PyObject* module, PyObject* args) {
  (void)module;
  return compare(args, DESCRY_EQUIVALENT);
}

static PyObject* layout(PyObject* module, PyObject* args) {
  (void)module;
  return compare(args, DESCRY_LAYOUT);
}

static PyMethodDef methods[] = {
    {"equivalent", equivalent, METH_VARARGS, "equivalent(own, other): None, or the difference"},
    {"layout", layout, METH_VARARGS, "layout(own, other): None, or the difference"},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "match_module", NULL, 0, methods, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit_match_module(void) {
  return descryi_numpy_ensure() < 0 ? NULL : PyModule_Create(&module);
}
