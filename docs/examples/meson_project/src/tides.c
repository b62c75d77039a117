// SPDX-License-Identifier: BSD-3-Clause
// Heights of the sea above its mean, as sums of constituents.

#include <descry/descry.h>
#include <math.h>

typedef struct {
  char name[4];
  double amplitude;  // metres
  double speed;      // degrees an hour
  double phase;      // degrees
} constituent;

DESCRY_DECLARE(constituent);
DESCRY_RECORD(constituent, name, amplitude, speed, phase);

// height(constituents, hours): metres above the mean.
static PyObject* height(PyObject* self, PyObject* args) {
  (void)self;
  PyObject* array;
  double hours;
  if (!PyArg_ParseTuple(args, "Od", &array, &hours)) return NULL;
  descry_view view;
  if (descry_view_acquire(&view, array, DESCRY_TYPE(constituent), 1, DESCRY_READ) < 0) return NULL;
  const double degree = acos(-1) / 180;
  double sum = 0;
  for (Py_ssize_t i = 0; i < view.size; ++i) {
    const constituent* each = DESCRY_AT(const constituent, &view, i);
    sum += each->amplitude * cos((each->speed * hours - each->phase) * degree);
  }
  descry_view_release(&view);
  return PyFloat_FromDouble(sum);
}

static PyMethodDef methods[] = {
    {"height", height, METH_VARARGS, "height(constituents, hours): metres above the mean"},
    {NULL, NULL, 0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "tides", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_tides(void) {
  PyObject* module = PyModule_Create(&definition);
  if (module && descry_module_add_dtype(module, DESCRY_TYPE(constituent)) < 0) Py_CLEAR(module);
  return module;
}
