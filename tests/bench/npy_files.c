// SPDX-License-Identifier: BSD-3-Clause
// Appending blocks of structs to an .npy file, and opening one, in C: npy_append.py measures.
#include <Python.h>
#include <descry/descry.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

typedef struct {
  int64_t id;
  double pos[3];
  float rgb[3];
  char label[12];
  int64_t born;
} sample;
DESCRY_RECORD(sample, id, pos, rgb, label, born);

enum { BLOCK = 1000 };
static sample samples[BLOCK];

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

// Each: append_x(path, blocks): the seconds that it took, closed at the end.
static PyObject* append_descry(PyObject* self, PyObject* args) {
  (void)self;
  const char* path;
  int blocks;
  if (!PyArg_ParseTuple(args, "si", &path, &blocks)) return NULL;
  const double begin = now();
  descry_npy* file = descry_npy_create(path, DESCRY_TYPE(sample), 1, (const size_t[]){0}, 0);
  int result = file ? 0 : -1;
  for (int i = 0; i < blocks && result == 0; i++) result = descry_npy_write(file, samples, BLOCK);
  if (descry_npy_close(file) < 0 || result < 0) {
    PyErr_SetString(PyExc_OSError, descry_npy_problem(NULL));
    return NULL;
  }
  return PyFloat_FromDouble(now() - begin);
}

static PyObject* append_fwrite(PyObject* self, PyObject* args) {
  (void)self;
  const char* path;
  int blocks;
  if (!PyArg_ParseTuple(args, "si", &path, &blocks)) return NULL;
  const double begin = now();
  FILE* file = fopen(path, "wb");
  if (!file) return PyErr_SetFromErrno(PyExc_OSError);
  for (int i = 0; i < blocks; i++) fwrite(samples, sizeof *samples, BLOCK, file);
  fclose(file);
  return PyFloat_FromDouble(now() - begin);
}

// open_map(path, times): the seconds that one open, with its check and close, took.
static PyObject* open_map(PyObject* self, PyObject* args) {
  (void)self;
  const char* path;
  int times;
  if (!PyArg_ParseTuple(args, "si", &path, &times)) return NULL;
  const double begin = now();
  for (int i = 0; i < times; i++) {
    descry_npy* file = descry_npy_open(path, DESCRY_TYPE(sample), DESCRY_READ);
    if (!file || descry_npy_close(file) < 0) {
      PyErr_SetString(PyExc_OSError, descry_npy_problem(NULL));
      return NULL;
    }
  }
  return PyFloat_FromDouble((now() - begin) / times);
}

static PyMethodDef methods[] = {{"append_descry", append_descry, METH_VARARGS, NULL},
                                {"append_fwrite", append_fwrite, METH_VARARGS, NULL},
                                {"open_map", open_map, METH_VARARGS, NULL},
                                {NULL, NULL, 0, NULL}};
static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "npy_files", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_npy_files(void);
PyMODINIT_FUNC PyInit_npy_files(void) {
  PyObject* made = PyModule_Create(&module);
  if (made && descry_module_add_dtype(made, DESCRY_TYPE(sample)) < 0) Py_CLEAR(made);
  return made;
}
