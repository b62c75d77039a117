// SPDX-License-Identifier: BSD-3-Clause
// What a function's kernel is measured by: the same computation as one plain loop over structs.
#include <descry/descry.h>

typedef struct {
  double x, y, z;
} vec3;
DESCRY_RECORD(vec3, x, y, z);

static PyObject* add(PyObject* module, PyObject* args) {
  (void)module;
  PyObject *one, *other, *out;
  descry_view a = {0}, b = {0}, c = {0};
  if (!PyArg_ParseTuple(args, "OOO", &one, &other, &out)) return NULL;
  const unsigned flags = DESCRY_C_CONTIGUOUS;
  if (descry_view_acquire(&a, one, DESCRY_TYPE(vec3), 1, DESCRY_READ | flags) == 0 &&
      descry_view_acquire(&b, other, DESCRY_TYPE(vec3), 1, DESCRY_READ | flags) == 0 &&
      descry_view_acquire(&c, out, DESCRY_TYPE(vec3), 1, DESCRY_WRITE | flags) == 0) {
    const vec3 *x = (const vec3*)(void*)a.data, *y = (const vec3*)(void*)b.data;
    vec3* z = (vec3*)(void*)c.data;
    for (Py_ssize_t i = 0; i < c.size; ++i) {
      z[i] = (vec3){x[i].x + y[i].x, x[i].y + y[i].y, x[i].z + y[i].z};
    }
  }
  descry_view_release(&a);
  descry_view_release(&b);
  descry_view_release(&c);
  if (PyErr_Occurred()) return NULL;
  Py_INCREF(Py_None);
  return Py_None;
}

static PyMethodDef methods[] = {{"add", add, METH_VARARGS, NULL}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "bare_loop", NULL, -1, methods, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_bare_loop(void);
PyMODINIT_FUNC PyInit_bare_loop(void) { return PyModule_Create(&definition); }
