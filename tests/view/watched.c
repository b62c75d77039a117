// SPDX-License-Identifier: BSD-3-Clause
// A module whose function stops, for a debugger to look, while views are open.

#include <descry/descry.h>

typedef struct {
  double x, y;
} spot;
typedef struct {
  int64_t id;
  spot where;
  float rgb[3];
} grain;

DESCRY_DECLARE(spot);
DESCRY_DECLARE(grain);
DESCRY_RECORD(spot, x, y);
DESCRY_RECORD(grain, id, DESCRY_AS(where, spot), rgb);

__attribute__((noinline)) void stop_here(const descry_view* view) {
  __asm__ volatile("" : : "r"(view) : "memory");
}

static PyObject* look(PyObject* Py_UNUSED(self), PyObject* array) {
  descry_view grains, xs, none = {0};
  if (descry_view_acquire(&grains, array, DESCRY_TYPE(grain), 2, DESCRY_WRITE) < 0) return NULL;
  if (descry_view_field(&grains, "where.x", &xs) == 0) {
    stop_here(&grains);
    stop_here(&xs);
    descry_view_release(&xs);
    stop_here(&none);
  }
  descry_view_release(&grains);
  Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"look", look, METH_O, NULL}, {NULL, NULL, 0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "watched", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_watched(void) {
  PyObject* module = PyModule_Create(&definition);
  if (module && descry_module_add_dtype(module, DESCRY_TYPE(grain)) < 0) Py_CLEAR(module);
  return module;
}
