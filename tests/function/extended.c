// SPDX-License-Identifier: BSD-3-Clause
// Two extension modules that extend NumPy's ufuncs for structs: EXTENDED_SECOND is the second one,
// which declares one of the first one's structs too, and one of its own.
#include <descry/descry.h>

typedef struct {
  double x, y, z;
} vec3;

DESCRY_RECORD(vec3, x, y, z);
DESCRY_KERNEL(add_vectors, (vec3, a, vec3, b), (vec3, c), c->x = a->x + b->x; c->y = a->y + b->y;
              c->z = a->z + b->z)

#define TYPES(...) ((const descry_type* const[]){__VA_ARGS__})
#define VEC DESCRY_TYPE(vec3)
#define F64 DESCRY_TYPE(float64)

#ifdef EXTENDED_SECOND

typedef struct {
  int32_t re, im;
} gauss;

DESCRY_RECORD(gauss, re, im);
DESCRY_KERNEL(add_gauss, (gauss, a, gauss, b), (gauss, c), c->re = a->re + b->re;
              c->im = a->im + b->im)
DESCRY_KERNEL(scale_gauss, (gauss, a, int32_t, by), (gauss, c), c->re = a->re * *by;
              c->im = a->im * *by)
// Another result than the first module's kernel for this struct: NumPy never asks it.
DESCRY_KERNEL(first_of, (vec3, a, vec3, b), (vec3, c), *c = *a; (void)b)

#define GAUSS DESCRY_TYPE(gauss)

static const struct {
  const char* ufunc;
  descry_function_spec spec;
} extensions[] = {
    {"add", {NULL, NULL, 2, 1, TYPES(VEC, VEC, VEC), first_of, NULL, NULL, DESCRY_IN_PLACE}},
    {"add", {NULL, NULL, 2, 1, TYPES(GAUSS, GAUSS, GAUSS), add_gauss, NULL, NULL, DESCRY_IN_PLACE}},
    {"multiply",
     {NULL, NULL, 2, 1, TYPES(GAUSS, DESCRY_TYPE(int32), GAUSS), scale_gauss, NULL, NULL,
      DESCRY_IN_PLACE}},
};
static const descry_type* const types[] = {VEC, GAUSS};

#else

typedef struct __attribute__((packed)) {
  char tag;
  double x;
} tight;
typedef struct {
  float x, y;
} vec2f;
typedef struct {
  PyObject* object;
} holder;

DESCRY_RECORD(tight, tag, x);
DESCRY_RECORD(vec2f, x, y);
DESCRY_RECORD(holder, object);
DESCRY_KERNEL(negate, (vec3, a), (vec3, c), c->x = -a->x; c->y = -a->y; c->z = -a->z)
DESCRY_KERNEL(less, (vec3, a, vec3, b), (bool, c), *c = a->x < b->x)
DESCRY_KERNEL(scale, (vec3, a, double, by), (vec3, c), c->x = a->x * *by; c->y = a->y * *by;
              c->z = a->z * *by)
DESCRY_KERNEL(scaled, (double, by, vec3, a), (vec3, c), c->x = a->x * *by; c->y = a->y * *by;
              c->z = a->z * *by)
DESCRY_KERNEL(dot, (vec3, a, vec3, b), (double, c), *c = a->x * b->x + a->y * b->y + a->z * b->z)
DESCRY_KERNEL(inner, (vec2f, a, vec2f, b), (vec2f, c), c->x = a->x * b->x; c->y = a->y * b->y)
DESCRY_KERNEL(scale_floats, (vec2f, a, float, by), (vec2f, c), c->x = a->x * *by; c->y = a->y * *by)
DESCRY_KERNEL(divide, (vec3, a, vec3, b), (vec3, quotient, vec3, rest), quotient->x = a->x / b->x;
              rest->x = a->y - b->y; quotient->y = quotient->z = rest->y = rest->z = 0)
DESCRY_KERNEL(add_tight, (tight, a, tight, b), (tight, c), c->tag = b->tag; c->x = a->x + b->x)

// Writes each result before it has read all, and from the last element to the first.
static int subtract(Py_ssize_t count, char* const* data, const Py_ssize_t* strides, void* context) {
  (void)context;
  for (Py_ssize_t i = count; i-- > 0;) {
    const volatile vec3* a = (const vec3*)(data[0] + i * strides[0]);
    const volatile vec3* b = (const vec3*)(data[1] + i * strides[1]);
    volatile vec3* c = (volatile vec3*)(data[2] + i * strides[2]);
    c->x = a->x - b->x;
    c->y = a->y - b->y;
    c->z = a->z - b->z + 0 * a->x;
  }
  return 0;
}

// Uses Python for each element, and refuses negative ones.
static int power(Py_ssize_t count, char* const* data, const Py_ssize_t* strides, void* context) {
  (void)context;
  for (Py_ssize_t i = 0; i < count; ++i) {
    const vec3* a = (const vec3*)(data[0] + i * strides[0]);
    const vec3* b = (const vec3*)(data[1] + i * strides[1]);
    vec3* c = (vec3*)(data[2] + i * strides[2]);
    if (b->x < 0) {
      PyErr_SetString(PyExc_ValueError, "a negative power");
      return -1;
    }
    PyObject* number = PyFloat_FromDouble(a->x);
    if (!number) return -1;
    c->x = PyFloat_AsDouble(number) * b->x;
    c->y = c->z = 0;
    Py_DECREF(number);
  }
  return 0;
}

static int fails_silently(Py_ssize_t count, char* const* data, const Py_ssize_t* strides,
                          void* context) {
  (void)count, (void)data, (void)strides, (void)context;
  return -1;
}

static const vec3 origin = {0, 0, 0};
#define VEC2F DESCRY_TYPE(vec2f)
#define TIGHT DESCRY_TYPE(tight)

static const struct {
  const char* ufunc;
  descry_function_spec spec;
} extensions[] = {
    {"add", {NULL, NULL, 2, 1, TYPES(VEC, VEC, VEC), add_vectors, NULL, &origin, DESCRY_IN_PLACE}},
    {"add", {NULL, NULL, 2, 1, TYPES(TIGHT, TIGHT, TIGHT), add_tight, NULL, NULL, DESCRY_IN_PLACE}},
    {"subtract", {NULL, NULL, 2, 1, TYPES(VEC, VEC, VEC), subtract, NULL, NULL, 0}},
    {"negative", {NULL, NULL, 1, 1, TYPES(VEC, VEC), negate, NULL, NULL, DESCRY_IN_PLACE}},
    {"less",
     {NULL, NULL, 2, 1, TYPES(VEC, VEC, DESCRY_TYPE(bool_)), less, NULL, NULL, DESCRY_IN_PLACE}},
    {"multiply", {NULL, NULL, 2, 1, TYPES(VEC, F64, VEC), scale, NULL, NULL, DESCRY_IN_PLACE}},
    {"multiply", {NULL, NULL, 2, 1, TYPES(F64, VEC, VEC), scaled, NULL, NULL, DESCRY_IN_PLACE}},
    {"multiply",
     {NULL, NULL, 2, 1, TYPES(VEC2F, VEC2F, VEC2F), inner, NULL, NULL, DESCRY_IN_PLACE}},
    {"multiply", {NULL, NULL, 2, 1, TYPES(VEC, VEC, F64), dot, NULL, NULL, DESCRY_IN_PLACE}},
    {"multiply",
     {NULL, NULL, 2, 1, TYPES(VEC2F, DESCRY_TYPE(float32), VEC2F), scale_floats, NULL, NULL,
      DESCRY_IN_PLACE}},
    {"divmod", {NULL, NULL, 2, 2, TYPES(VEC, VEC, VEC, VEC), divide, NULL, NULL, DESCRY_IN_PLACE}},
    {"power", {NULL, NULL, 2, 1, TYPES(VEC, VEC, VEC), power, NULL, NULL, DESCRY_NEEDS_GIL}},
    {"hypot", {NULL, NULL, 2, 1, TYPES(VEC, VEC, VEC), fails_silently, NULL, NULL, 0}},
};
static const descry_type* const types[] = {VEC, TIGHT, VEC2F};

#endif

// Returns what each of the extensions came to.
static PyObject* extend(PyObject* module, PyObject* unused) {
  (void)module, (void)unused;
  PyObject* results = PyList_New(0);
  for (size_t i = 0; results && i < sizeof extensions / sizeof *extensions; ++i) {
    const int result = descry_extend_ufunc(extensions[i].ufunc, &extensions[i].spec);
    PyObject* value = result < 0 ? NULL : PyLong_FromLong(result);
    if (!value || PyList_Append(results, value) < 0) Py_CLEAR(results);
    Py_XDECREF(value);
  }
  return results;
}

// Extends a ufunc for what cannot be: how says in which way.
static PyObject* extend_wrongly(PyObject* module, PyObject* args) {
  (void)module;
  const char *name, *how;
  if (!PyArg_ParseTuple(args, "ss", &name, &how)) return NULL;
  const descry_type* const numbers[] = {F64, F64, VEC};
  const descry_type* const times[] = {VEC, DESCRY_TYPE(datetime64_s), VEC};
  descry_function_spec spec = {NULL, NULL, 2, 1, TYPES(VEC, VEC, VEC), add_vectors, NULL, NULL, 0};
#ifndef EXTENDED_SECOND
  const descry_type* const objects[] = {DESCRY_TYPE(holder), DESCRY_TYPE(holder),
                                        DESCRY_TYPE(holder)};
  if (*how == 'o') spec.types = objects;
#endif
  if (*how == 'n') spec.types = numbers;
  if (*how == 't') spec.types = times;
  if (*how == 'f') spec.flags = DESCRY_WRITE;
  if (*how == '1') spec.nin = 1;
  const int result = descry_extend_ufunc(name, &spec);
  return result < 0 ? NULL : PyLong_FromLong(result);
}

static PyMethodDef methods[] = {{"extend", extend, METH_NOARGS, NULL},
                                {"extend_wrongly", extend_wrongly, METH_VARARGS, NULL},
                                {NULL, NULL, 0, NULL}};

#define STRING_(name) #name
#define STRING(name) STRING_(name)
#define INIT_(name) PyInit_##name
#define INIT(name) INIT_(name)

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, STRING(EXTENDED_NAME), NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC INIT(EXTENDED_NAME)(void);
PyMODINIT_FUNC INIT(EXTENDED_NAME)(void) {
  PyObject* module = PyModule_Create(&definition);
  for (size_t i = 0; module && i < sizeof types / sizeof *types; ++i) {
    if (descry_module_add_dtype(module, types[i]) < 0) Py_CLEAR(module);
  }
  return module;
}
