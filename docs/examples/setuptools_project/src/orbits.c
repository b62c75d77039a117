// SPDX-License-Identifier: BSD-3-Clause
// Planets on circles around one star.

#include <descry/descry.h>
#include <math.h>

typedef struct {
  char name[8];
  double radius;  // astronomical units
  double period;  // years
} planet;

DESCRY_DECLARE(planet);
DESCRY_RECORD(planet, name, radius, period);

// make(count): an array of so many planets, all zero.
static PyObject* make(PyObject* self, PyObject* arg) {
  (void)self;
  const Py_ssize_t count = PyLong_AsSsize_t(arg);
  if (count == -1 && PyErr_Occurred()) return NULL;
  return descry_zeros(DESCRY_TYPE(planet), 1, &count, DESCRY_C_ORDER);
}

// revolve(planets): sets each period from the radius, by Kepler's third law.
static PyObject* revolve(PyObject* self, PyObject* arg) {
  (void)self;
  descry_view planets;
  if (descry_view_acquire(&planets, arg, DESCRY_TYPE(planet), 1, DESCRY_WRITE) < 0) return NULL;
  for (Py_ssize_t i = 0; i < planets.size; ++i) {
    planet* each = DESCRY_AT(planet, &planets, i);
    each->period = sqrt(each->radius * each->radius * each->radius);
  }
  descry_view_release(&planets);
  Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"make", make, METH_O, "make(count): an array of so many planets, all zero"},
    {"revolve", revolve, METH_O, "revolve(planets): sets each period from the radius"},
    {NULL, NULL, 0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "orbits", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_orbits(void) {
  PyObject* module = PyModule_Create(&definition);
  if (module && descry_module_add_dtype(module, DESCRY_TYPE(planet)) < 0) Py_CLEAR(module);
  return module;
}
