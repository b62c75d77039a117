// SPDX-License-Identifier: BSD-3-Clause
// An extension module of functions: over numbers, with a ufunc of NumPy's beside each, and over
// records and objects.
#include <descry/descry.h>
#include <math.h>

typedef struct {
  double x, y, z;
} vec3;

typedef struct {
  int32_t id;
  vec3 at;
} spot;

DESCRY_RECORD(vec3, x, y, z);
DESCRY_RECORD(spot, id, DESCRY_AS(at, vec3));

DESCRY_KERNEL(add_floats, (double, a, double, b), (double, c), *c = *a + *b)
DESCRY_KERNEL(add_ints, (int64_t, a, int64_t, b), (int64_t, c),
              *c = (int64_t)((uint64_t)*a + (uint64_t)*b))
DESCRY_KERNEL(subtract, (double, a, double, b), (double, c), *c = *a - *b)
DESCRY_KERNEL(subtract_ints, (int64_t, a, int64_t, b), (int64_t, c),
              *c = (int64_t)((uint64_t)*a - (uint64_t)*b))
DESCRY_KERNEL(negative_ints, (int64_t, a), (int64_t, c), *c = -*a)
DESCRY_KERNEL(less_ints, (int64_t, a, int64_t, b), (bool, c), *c = *a < *b)
DESCRY_KERNEL(negative, (double, a), (double, c), *c = -*a)
DESCRY_KERNEL(less, (double, a, double, b), (bool, c), *c = *a < *b)
DESCRY_KERNEL(modf_floats, (double, a), (double, fraction, double, whole),
              *fraction = modf(*a, whole))
DESCRY_KERNEL(cross, (vec3, a, vec3, b), (vec3, c), c->x = a->y * b->z - a->z * b->y;
              c->y = a->z * b->x - a->x * b->z; c->z = a->x * b->y - a->y * b->x)
DESCRY_KERNEL(add_vectors, (vec3, a, vec3, b), (vec3, c), c->x = a->x + b->x; c->y = a->y + b->y;
              c->z = a->z + b->z)
DESCRY_KERNEL(scale, (vec3, v, double, by), (vec3, c), c->x = v->x * *by; c->y = v->y * *by;
              c->z = v->z * *by)
DESCRY_KERNEL(length, (vec3, v), (double, out),
              *out = sqrt(v->x * v->x + v->y * v->y + v->z * v->z))
DESCRY_KERNEL(move_spot, (spot, s, vec3, by), (spot, out), out->id = s->id + 1;
              out->at.x = s->at.x + by->x; out->at.y = s->at.y + by->y; out->at.z = s->at.z + by->z)
DESCRY_KERNEL(sum_length, (double, sum, vec3, v), (double, out),
              *out = *sum + sqrt(v->x * v->x + v->y * v->y + v->z * v->z))

// Writes before it has read all, and so must not find its results where its operands are.
static int cross_carelessly(Py_ssize_t count, char* const* data, const Py_ssize_t* strides,
                            void* context) {
  (void)context;
  for (Py_ssize_t i = 0; i < count; ++i) {
    const vec3* a = (const vec3*)(data[0] + i * strides[0]);
    const vec3* b = (const vec3*)(data[1] + i * strides[1]);
    volatile vec3* c = (volatile vec3*)(data[2] + i * strides[2]);
    c->x = a->y * b->z - a->z * b->y;
    c->y = a->z * b->x - a->x * b->z;
    c->z = a->x * b->y - a->y * b->x;
  }
  return 0;
}

// Goes from the last element to the first, as only a kernel without DESCRY_IN_PLACE may.
static int subtract_backwards(Py_ssize_t count, char* const* data, const Py_ssize_t* strides,
                              void* context) {
  (void)context;
  for (Py_ssize_t i = count; i-- > 0;) {
    *(double*)(data[2] + i * strides[2]) =
        *(const double*)(data[0] + i * strides[0]) - *(const double*)(data[1] + i * strides[1]);
  }
  return 0;
}

static int square_root(Py_ssize_t count, char* const* data, const Py_ssize_t* strides,
                       void* context) {
  ++*(int*)context;
  for (Py_ssize_t i = 0; i < count; ++i) {
    const double value = *(const double*)(data[0] + i * strides[0]);
    if (value < 0) {
      PyErr_SetString(PyExc_ValueError, "the root of a negative number");
      return -1;
    }
    *(double*)(data[1] + i * strides[1]) = sqrt(value);
  }
  return 0;
}

static int fails_silently(Py_ssize_t count, char* const* data, const Py_ssize_t* strides,
                          void* context) {
  (void)count, (void)data, (void)strides, (void)context;
  return -1;
}

static int join_objects(Py_ssize_t count, char* const* data, const Py_ssize_t* strides,
                        void* context) {
  (void)context;
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* const a = *(PyObject**)(data[0] + i * strides[0]);
    PyObject* const b = *(PyObject**)(data[1] + i * strides[1]);
    PyObject** const c = (PyObject**)(data[2] + i * strides[2]);
    PyObject* sum = PyNumber_Add(a, b);
    if (!sum) return -1;
    PyObject* const old = *c;
    *c = sum;
    Py_XDECREF(old);
  }
  return 0;
}

static int root_calls;

#ifdef Py_LIMITED_API
extern int PyGILState_Check(void);  // every CPython exports it, but only the full API declares it
#endif

// Whether this thread has the GIL, for each element.
static int has_gil(Py_ssize_t count, char* const* data, const Py_ssize_t* strides, void* context) {
  (void)context;
  for (Py_ssize_t i = 0; i < count; ++i) *(bool*)(data[1] + i * strides[1]) = PyGILState_Check();
  return 0;
}

#define TYPES(...) ((const descry_type* const[]){__VA_ARGS__})
#define F64 DESCRY_TYPE(float64)
#define I64 DESCRY_TYPE(int64)
#define VEC DESCRY_TYPE(vec3)

static int add_functions(PyObject* module) {
  static const double zero = 0;
  static const int64_t int_zero = 0;
  static const vec3 origin = {0, 0, 0};
  const descry_function_spec specs[] = {
      {"add", "Adds.", 2, 1, TYPES(I64, I64, I64), add_ints, NULL, &int_zero, DESCRY_IN_PLACE},
      {"add", NULL, 2, 1, TYPES(F64, F64, F64), add_floats, NULL, &zero, DESCRY_IN_PLACE},
      {"add", NULL, 2, 1, TYPES(VEC, VEC, VEC), add_vectors, NULL, &origin, DESCRY_IN_PLACE},
      {"subtract", NULL, 2, 1, TYPES(I64, I64, I64), subtract_ints, NULL, NULL, DESCRY_IN_PLACE},
      {"subtract_backwards", NULL, 2, 1, TYPES(I64, I64, I64), subtract_ints, NULL, NULL, 0},
      {"negative", NULL, 1, 1, TYPES(I64, I64), negative_ints, NULL, NULL, DESCRY_IN_PLACE},
      {"less", NULL, 2, 1, TYPES(I64, I64, DESCRY_TYPE(bool_)), less_ints, NULL, NULL,
       DESCRY_IN_PLACE},
      {"subtract", "Subtracts.", 2, 1, TYPES(F64, F64, F64), subtract, NULL, NULL, DESCRY_IN_PLACE},
      {"subtract_backwards", NULL, 2, 1, TYPES(F64, F64, F64), subtract_backwards, NULL, NULL, 0},
      {"negative", NULL, 1, 1, TYPES(F64, F64), negative, NULL, NULL, DESCRY_IN_PLACE},
      {"less", NULL, 2, 1, TYPES(F64, F64, DESCRY_TYPE(bool_)), less, NULL, NULL, DESCRY_IN_PLACE},
      {"modf", NULL, 1, 2, TYPES(F64, F64, F64), modf_floats, NULL, NULL, DESCRY_IN_PLACE},
      {"cross", "The cross product.", 2, 1, TYPES(VEC, VEC, VEC), cross, NULL, NULL,
       DESCRY_IN_PLACE},
      {"cross_carelessly", NULL, 2, 1, TYPES(VEC, VEC, VEC), cross_carelessly, NULL, NULL, 0},
      {"add_vectors", NULL, 2, 1, TYPES(VEC, VEC, VEC), add_vectors, NULL, NULL, DESCRY_IN_PLACE},
      {"scale", NULL, 2, 1, TYPES(VEC, F64, VEC), scale, NULL, NULL, DESCRY_IN_PLACE},
      {"length", NULL, 1, 1, TYPES(VEC, F64), length, NULL, NULL, DESCRY_IN_PLACE},
      {"sum_length", NULL, 2, 1, TYPES(F64, VEC, F64), sum_length, NULL, NULL, DESCRY_IN_PLACE},
      {"move", NULL, 2, 1, TYPES(DESCRY_TYPE(spot), VEC, DESCRY_TYPE(spot)), move_spot, NULL, NULL,
       DESCRY_IN_PLACE},
      {"root", "The root of each number.", 1, 1, TYPES(F64, F64), square_root, &root_calls, NULL,
       DESCRY_NEEDS_GIL},
      {"fails_silently", NULL, 1, 1, TYPES(F64, F64), fails_silently, NULL, NULL, 0},
      {"join", NULL, 2, 1, TYPES(DESCRY_TYPE(object_), DESCRY_TYPE(object_), DESCRY_TYPE(object_)),
       join_objects, NULL, NULL, DESCRY_NEEDS_GIL},
      {"has_gil", NULL, 1, 1, TYPES(F64, DESCRY_TYPE(bool_)), has_gil, NULL, NULL, 0},
  };
  for (size_t i = 0; i < sizeof specs / sizeof *specs; ++i) {
    if (descry_module_add_function(module, &specs[i]) < 0) return -1;
  }
  if (descry_module_add_dtype(module, VEC) < 0) return -1;
  return descry_module_add_dtype(module, DESCRY_TYPE(spot));
}

#define STRING_(name) #name
#define STRING(name) STRING_(name)
#define INIT_(name) PyInit_##name
#define INIT(name) INIT_(name)

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, STRING(FUNCTIONS_NAME), NULL, -1, NULL, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC INIT(FUNCTIONS_NAME)(void);
PyMODINIT_FUNC INIT(FUNCTIONS_NAME)(void) {
  PyObject* module = PyModule_Create(&definition);
  if (module && add_functions(module) < 0) {
    Py_DECREF(module);
    return NULL;
  }
  return module;
}
