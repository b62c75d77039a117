// SPDX-License-Identifier: BSD-3-Clause
// An extension module with arithmetic on structs of every kind of number.
#include <complex.h>
#include <descry/descry.h>

typedef struct {
  double x, y, z;
} vec3;
typedef struct {
  float x, y;
} vec2f;
typedef struct {
  int8_t a;
  uint8_t b;
  int16_t c;
  uint16_t d;
  int32_t e;
  uint32_t f;
  int64_t g;
  uint64_t h;
} integers;
typedef struct {
  int8_t a;
  uint8_t b;
  int16_t c;
  uint16_t d;
  int32_t e;
  uint32_t f;
  int64_t g;
  uint64_t h;
  float i;
  double j;
  long double k;
  float _Complex l;
  double _Complex m;
} mixed;
typedef struct {
  vec3 pos[2];
  int32_t id;
  float m[2][3];
} nested;
typedef struct __attribute__((packed)) {
  int8_t a;
  double x;
  int16_t b[3];
} tight;
typedef struct {
  double x;
  int64_t when;
} stamped;
typedef struct {
  double x;
  stamped s;
} outer;
typedef struct {
  uint16_t h;
} halves;

DESCRY_RECORD(vec3, x, y, z);
DESCRY_ARITHMETIC(vec3);
DESCRY_RECORD(vec2f, x, y);
DESCRY_ARITHMETIC(vec2f);
DESCRY_RECORD(integers, a, b, c, d, e, f, g, h);
DESCRY_ARITHMETIC(integers);
DESCRY_RECORD(mixed, a, b, c, d, e, f, g, h, i, j, k, l, m);
DESCRY_ARITHMETIC(mixed);
DESCRY_RECORD(nested, DESCRY_AS(pos, vec3), id, m);
DESCRY_ARITHMETIC(nested);
DESCRY_RECORD(tight, a, x, b);
DESCRY_ARITHMETIC(tight);
DESCRY_RECORD(stamped, x, DESCRY_AS(when, datetime64_s));
DESCRY_ARITHMETIC(stamped);  // an int64_t, as far as C knows
DESCRY_RECORD(outer, x, DESCRY_AS(s, stamped));
DESCRY_ARITHMETIC(outer);
DESCRY_RECORD(halves, DESCRY_AS(h, float16));
DESCRY_ARITHMETIC(halves);

// Tries to add arithmetic for a type that has none.
static PyObject* add_for(PyObject* module, PyObject* arg) {
  const descry_type* const types[] = {DESCRY_TYPE(stamped), DESCRY_TYPE(outer), DESCRY_TYPE(halves),
                                      DESCRY_TYPE(float64)};
  const long which = PyLong_AsLong(arg);
  if (which < 0 || which > 3) return NULL;
  if (descry_module_add_arithmetic(module, types[which]) < 0) return NULL;
  Py_INCREF(Py_None);
  return Py_None;
}

static PyMethodDef methods[] = {{"add_for", add_for, METH_O, NULL}, {NULL, NULL, 0, NULL}};

#define STRING_(name) #name
#define STRING(name) STRING_(name)
#define INIT_(name) PyInit_##name
#define INIT(name) INIT_(name)

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, STRING(ARITHMETIC_NAME), NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC INIT(ARITHMETIC_NAME)(void);
PyMODINIT_FUNC INIT(ARITHMETIC_NAME)(void) {
  const descry_type* const types[] = {DESCRY_TYPE(vec3),     DESCRY_TYPE(vec2f),
                                      DESCRY_TYPE(integers), DESCRY_TYPE(mixed),
                                      DESCRY_TYPE(nested),   DESCRY_TYPE(tight)};
  PyObject* module = PyModule_Create(&definition);
  for (size_t i = 0; module && i < sizeof types / sizeof *types; ++i) {
    if (descry_module_add_arithmetic(module, types[i]) < 0 ||
        descry_module_add_dtype(module, types[i]) < 0) {
      Py_CLEAR(module);
    }
  }
  return module;
}
