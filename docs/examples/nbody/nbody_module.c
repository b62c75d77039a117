// SPDX-License-Identifier: BSD-3-Clause
// Bodies that attract each other: the state is an array of structs in C, and what moves it are
// functions over it.
#include <descry/descry.h>
#include <math.h>
#include <stdlib.h>

typedef struct {
  double x, y, z;
} vec3;
typedef struct {
  double mass;
  vec3 at;
  vec3 velocity;
} body;
// A body that is attracted.
typedef struct {
  vec3 at;
  vec3 acceleration;
} target;

DESCRY_RECORD(vec3, x, y, z);
DESCRY_ARITHMETIC(vec3);
DESCRY_RECORD(target, DESCRY_AS(at, vec3), DESCRY_AS(acceleration, vec3));
DESCRY_RECORD(body, mass, DESCRY_AS(at, vec3), DESCRY_AS(velocity, vec3));

// Keeps close encounters finite: the square of a length below which attraction fades.
static const double softening = 1e-6;

static inline vec3 between(const vec3* from, const vec3* to) {
  return (vec3){to->x - from->x, to->y - from->y, to->z - from->z};
}

static inline double square(vec3 v) { return v.x * v.x + v.y * v.y + v.z * v.z; }

// Adds how `source` accelerates a body. Reduced over all sources, from targets on, it computes all
// pairs and keeps no more of them than the sums.
static inline target attracted(const target* t, const body* source) {
  const vec3 d = between(&t->at, &source->at);
  const double r2 = square(d) + softening;
  const double strength = source->mass / (r2 * sqrt(r2));
  const vec3 sum = t->acceleration;
  return (target){t->at, {sum.x + d.x * strength, sum.y + d.y * strength, sum.z + d.z * strength}};
}
DESCRY_KERNEL(attract, (target, t, body, source), (target, result), *result = attracted(t, source))
DESCRY_KERNEL(at_rest, (body, b), (target, result), *result = (target){b->at, {0, 0, 0}})

// Steps, in place: out= is the first operand.
DESCRY_KERNEL(kick, (body, b, vec3, acceleration, double, dt), (body, result), *result = *b;
              result->velocity.x += acceleration->x * *dt;
              result->velocity.y += acceleration->y * *dt;
              result->velocity.z += acceleration->z * *dt)
DESCRY_KERNEL(drift, (body, b, double, dt), (body, result), *result = *b;
              result->at.x += b->velocity.x * *dt; result->at.y += b->velocity.y * *dt;
              result->at.z += b->velocity.z * *dt)

// Energies: the one is reduced over bodies, the other over pairs.
DESCRY_KERNEL(kinetic, (double, sum, body, b), (double, result),
              *result = *sum + 0.5 * b->mass * square(b->velocity))
DESCRY_KERNEL(potential, (body, a, body, b), (double, result),
              *result = -a->mass * b->mass / sqrt(square(between(&a->at, &b->at)) + softening))

static void free_bodies(void* data, void* context) {
  (void)context;
  free(data);
}

// The state: memory that C allocates, knows and could compute with, seen by Python as an array.
static PyObject* allocate(PyObject* module, PyObject* arg) {
  (void)module;
  const Py_ssize_t count = PyLong_AsSsize_t(arg);
  if (count == -1 && PyErr_Occurred()) return NULL;
  if (count < 0) {
    PyErr_SetString(PyExc_ValueError, "the number of bodies is negative");
    return NULL;
  }
  if (count > PY_SSIZE_T_MAX / (Py_ssize_t)sizeof(body)) return PyErr_NoMemory();
  body* bodies = calloc(count > 0 ? (size_t)count : 1, sizeof *bodies);
  if (!bodies) return PyErr_NoMemory();
  PyObject* array =
      descry_adopt(DESCRY_TYPE(body), bodies, 1, &count, NULL, free_bodies, NULL, DESCRY_WRITE);
  if (!array) free(bodies);
  return array;
}

#define TYPES(...) ((const descry_type* const[]){__VA_ARGS__})

static int add_functions(PyObject* module) {
  const descry_type *const b = DESCRY_TYPE(body), *const v = DESCRY_TYPE(vec3),
                           *const t = DESCRY_TYPE(target), *const number = DESCRY_TYPE(float64);
  const descry_function_spec specs[] = {
      {.name = "at_rest",
       .doc = "Targets that nothing attracts yet, where the bodies are.",
       .nin = 1,
       .nout = 1,
       .types = TYPES(b, t),
       .kernel = at_rest,
       .flags = DESCRY_IN_PLACE},
      {.name = "attract",
       .doc =
           "A target, and how a body accelerates it: for attract.reduce(bodies, initial=targets).",
       .nin = 2,
       .nout = 1,
       .types = TYPES(t, b, t),
       .kernel = attract,
       .flags = DESCRY_IN_PLACE},
      {.name = "kick",
       .doc = "Bodies that were accelerated for a time.",
       .nin = 3,
       .nout = 1,
       .types = TYPES(b, v, number, b),
       .kernel = kick,
       .flags = DESCRY_IN_PLACE},
      {.name = "drift",
       .doc = "Bodies that moved on for a time.",
       .nin = 2,
       .nout = 1,
       .types = TYPES(b, number, b),
       .kernel = drift,
       .flags = DESCRY_IN_PLACE},
      {.name = "kinetic",
       .doc = "An energy and that of a body's motion: for kinetic.reduce(bodies, initial=0).",
       .nin = 2,
       .nout = 1,
       .types = TYPES(number, b, number),
       .kernel = kinetic,
       .flags = DESCRY_IN_PLACE},
      {.name = "potential",
       .doc = "The energy of two bodies' attraction.",
       .nin = 2,
       .nout = 1,
       .types = TYPES(b, b, number),
       .kernel = potential,
       .flags = DESCRY_IN_PLACE},
  };
  for (size_t i = 0; i < sizeof specs / sizeof *specs; ++i) {
    if (descry_module_add_function(module, &specs[i]) < 0) return -1;
  }
  return 0;
}

static PyMethodDef methods[] = {
    {"allocate", allocate, METH_O, "allocate(count, /)\n--\n\nAn array of bodies in C's memory."},
    {NULL, NULL, 0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "nbody", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_nbody(void);
PyMODINIT_FUNC PyInit_nbody(void) {
  PyObject* module = PyModule_Create(&definition);
  if (!module) return NULL;
  if (add_functions(module) < 0 || descry_module_add_arithmetic(module, DESCRY_TYPE(vec3)) < 0 ||
      descry_module_add_dtype(module, DESCRY_TYPE(vec3)) < 0 ||
      descry_module_add_dtype(module, DESCRY_TYPE(body)) < 0) {
    Py_DECREF(module);
    return NULL;
  }
  return module;
}
