// SPDX-License-Identifier: BSD-3-Clause
// Conversions of types that have every kind of element, for Python to try.
#include <descry/descry.h>
#include <stdbool.h>
#include <string.h>

typedef struct {
  double x, y, z;
} vec3;

typedef struct {
  int64_t id;
  vec3 pos;
  float rgb[3];
  char label[12];
  int64_t born;
} particle;

typedef struct {
  bool truth;
  int8_t i1;
  uint8_t u1;
  int16_t i2;
  uint16_t u2;
  int32_t i4;
  uint32_t u4;
  int64_t i8;
  uint64_t u8;
  uint16_t f2;
  float f4;
  double f8;
  long double fg;
  float _Complex c8;
  double _Complex c16;
  char s[5];
  uint32_t u[4];
  unsigned char v[3];
  int64_t day, nano, span;
} numbers;

typedef struct {
  uint16_t port;
  int32_t number;
  double value;
  float _Complex wave;
  uint32_t text[2];
  int64_t when;
} swapped;

typedef struct {
  int32_t count;
  PyObject* any;
  PyObject* pair[2];
  PyUnicodeObject* text;
  short grid[2][3];
} named;

typedef struct {
  double part[3];
} triple;

typedef struct {
  double radius;
} circle;

typedef struct {
  int16_t kind;
  int32_t id;
  union {
    circle round;
    float sides[2];
    uint64_t count;
  } of;
} shape;

typedef struct {
  int32_t id;
  unsigned ready : 1, mode : 3, : 2;
  signed level : 10;
  shape shapes[2];
} device;

typedef struct {
  unsigned char low : 4, high : 4, rest[2];
  int8_t number;
} nibbles;

typedef struct {
  int32_t first;
  double second;
  char third[4];
} shuffled;

static PyTypeObject* text_class;

DESCRY_RECORD(vec3, x, y, z);
DESCRY_RECORD(particle, id, DESCRY_AS(pos, vec3), rgb, label, DESCRY_AS(born, datetime64_ns));
DESCRY_RECORD(numbers, truth, i1, u1, i2, u2, i4, u4, i8, u8, DESCRY_AS(f2, float16), f4, f8, fg,
              c8, c16, s, DESCRY_AS(u, unicode), DESCRY_AS(v, void_), DESCRY_AS(day, datetime64_D),
              DESCRY_AS(nano, datetime64_ns), DESCRY_AS(span, timedelta64_s));
DESCRY_RECORD(swapped, DESCRY_AS(port, uint16_be), DESCRY_AS(number, int32_be),
              DESCRY_AS(value, float64_be), DESCRY_AS(wave, complex64_be),
              DESCRY_AS(text, unicode_be), DESCRY_AS(when, datetime64_us_be));
DESCRY_OBJECT(PyUnicodeObject, &text_class);
DESCRY_RECORD(named, count, any, pair, DESCRY_AS(text, PyUnicodeObject), grid);
DESCRY_TRANSPARENT(triple, part);
DESCRY_RECORD(circle, radius);
DESCRY_VARIANT(shape, kind, id, DESCRY_CASE(1, DESCRY_FIELD(of.round, circle, "circle", NULL)),
               DESCRY_CASE(2, DESCRY_NAMED(of.sides, "box")),
               DESCRY_CASE(-3, DESCRY_NAMED(of.count, "count")));
DESCRY_RECORD(shuffled, third, first, second);
DESCRY_RECORD(device, id,
              DESCRY_BITS("state", id, shapes, DESCRY_BIT("ready", 1), DESCRY_BIT("mode", 3),
                          DESCRY_BIT(NULL, 2), DESCRY_BIT_SIGNED("level", 10)),
              DESCRY_AS(shapes, shape));
DESCRY_RECORD(nibbles,
              DESCRY_BITS("three", , number, DESCRY_BIT("low", 4), DESCRY_BIT("high", 4),
                          DESCRY_BIT("wide", 16)),
              number);

// Types that are made at run time: `optional` and `choice`; `blank`, whose texts have no
// characters; `dotted`, in which a path leads to two members.
static const descry_type *optional, *choice, *blank, *dotted;

static int make_types(void) {
  descry_schema* schema = descry_schema_new("optional", 0);
  descry_schema_add(schema, "id", DESCRY_TYPE(int32), 0, NULL);
  descry_schema_add_optional(schema, "weight", DESCRY_TYPE(float64), 0, NULL);
  descry_schema_add_optional(schema, "any", DESCRY_TYPE(object_), 0, NULL);
  descry_schema_add_optional(schema, "pair", DESCRY_TYPE(int16), 1, (const size_t[]){2});
  optional = descry_schema_build(schema);
  const char* const names[] = {NULL, "number", "place", "thing"};
  const descry_type* const elements[] = {NULL, DESCRY_TYPE(int64), DESCRY_TYPE(vec3),
                                         DESCRY_TYPE(object_)};
  schema = descry_schema_new("choice", 0);
  descry_schema_add(schema, "id", DESCRY_TYPE(int32), 0, NULL);
  descry_schema_add_variant(schema, "value", 4, names, elements, 0);
  descry_schema_add_variant(schema, "more", 2, (const char* const[]){"small", "large"},
                            (const descry_type* const[]){DESCRY_TYPE(int8), DESCRY_TYPE(int32)},
                            DESCRY_OVERLAP);
  choice = descry_schema_build(schema);
  const size_t none[] = {0};
  schema = descry_schema_new("blank", 0);
  descry_schema_add(schema, "id", DESCRY_TYPE(int32), 0, NULL);
  descry_schema_add(schema, "bytes", DESCRY_TYPE(bytes), 1, none);
  descry_schema_add(schema, "text", DESCRY_TYPE(unicode), 1, none);
  blank = descry_schema_build(schema);
  schema = descry_schema_new("dotted", 0);
  descry_schema_add(schema, "v.x", DESCRY_TYPE(int32), 0, NULL);
  descry_schema_add(schema, "v", DESCRY_TYPE(vec3), 0, NULL);
  dotted = descry_schema_build(schema);
  if (optional && choice && blank && dotted) return 0;
  PyErr_SetString(PyExc_RuntimeError, descry_schema_problem(NULL));
  return -1;
}

static const descry_type* type_of(const char* name) {
  const descry_type* const types[] = {DESCRY_TYPE(vec3),
                                      DESCRY_TYPE(particle),
                                      DESCRY_TYPE(numbers),
                                      DESCRY_TYPE(swapped),
                                      DESCRY_TYPE(named),
                                      DESCRY_TYPE(triple),
                                      DESCRY_TYPE(float64),
                                      DESCRY_TYPE(int32),
                                      DESCRY_TYPE(shape),
                                      DESCRY_TYPE(device),
                                      DESCRY_TYPE(nibbles),
                                      DESCRY_TYPE(shuffled),
                                      optional,
                                      choice,
                                      blank,
                                      dotted};
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
    if (strcmp(descry_type_name(types[i]), name) == 0) return types[i];
  }
  PyErr_SetString(PyExc_LookupError, name);
  return NULL;
}

static PyObject* dtype(PyObject* self, PyObject* args) {
  const char* name;
  (void)self;
  if (!PyArg_ParseTuple(args, "s", &name)) return NULL;
  const descry_type* type = type_of(name);
  return type ? descry_dtype(type) : NULL;
}

static PyObject* from_rows(PyObject* self, PyObject* args) {
  const char* name;
  PyObject* rows;
  unsigned flags = 0;
  (void)self;
  if (!PyArg_ParseTuple(args, "sO|I", &name, &rows, &flags)) return NULL;
  const descry_type* type = type_of(name);
  return type ? descry_from_rows(type, rows, flags) : NULL;
}

static void free_element(void* data, void* context) {
  (void)context;
  PyMem_Free(data);
}

// There and back through one element: what descry_to_python() gives of it.
static PyObject* element(PyObject* self, PyObject* args) {
  const char* name;
  PyObject* value;
  unsigned flags = 0;
  (void)self;
  if (!PyArg_ParseTuple(args, "sO|I", &name, &value, &flags)) return NULL;
  const descry_type* type = type_of(name);
  if (!type) return NULL;
  char* bytes = PyMem_Malloc(descry_type_size(type));
  if (!bytes) return PyErr_NoMemory();
  memset(bytes, 0xee, descry_type_size(type));
  PyObject* made = NULL;
  if (descry_from_python(type, value, bytes, flags) == 0) {
    const Py_ssize_t one = 1;
    PyObject* array = descry_copy(type, bytes, 1, &one, NULL);
    PyObject* scalar = array ? descry_to_python(type, bytes) : NULL;
    PyObject* tuple = scalar ? descry_to_tuple(type, bytes) : NULL;
    PyObject* dict = tuple ? descry_to_dict(type, bytes) : NULL;
    if (dict) made = Py_BuildValue("OOOO", array, scalar, tuple, dict);
    Py_XDECREF(array);
    Py_XDECREF(scalar);
    Py_XDECREF(tuple);
    Py_XDECREF(dict);
    // The references in the element go with an array that adopts it.
    Py_XDECREF(descry_adopt(type, bytes, 0, NULL, NULL, free_element, NULL, DESCRY_WRITE));
    return made;
  }
  for (size_t i = 0; i < descry_type_size(type); i++) {
    if (!bytes[i]) continue;
    PyErr_SetString(PyExc_AssertionError, "a failure left something behind");
    break;
  }
  PyMem_Free(bytes);
  return NULL;
}

// The view that is read, for release_view().
static descry_view* opened;

static PyObject* release_view(PyObject* self, PyObject* none) {
  (void)self;
  (void)none;
  if (opened) descry_view_release(opened);
  Py_RETURN_NONE;
}

static PyObject* to_form(PyObject* args, PyObject* (*convert)(const descry_view*)) {
  const char* name;
  PyObject* array;
  descry_view view = {0};
  if (!PyArg_ParseTuple(args, "sO", &name, &array)) return NULL;
  const descry_type* type = type_of(name);
  if (!type || descry_view_acquire(&view, array, type, DESCRY_ANY_NDIM,
                                   DESCRY_READ | DESCRY_UNALIGNED) < 0) {
    return NULL;
  }
  opened = &view;
  PyObject* made = convert(&view);
  opened = NULL;
  descry_view_release(&view);
  return made;
}

static PyObject* to_rows(PyObject* self, PyObject* args) {
  (void)self;
  return to_form(args, descry_to_rows);
}

static PyObject* to_dicts(PyObject* self, PyObject* args) {
  (void)self;
  return to_form(args, descry_to_dicts);
}

static PyObject* from_columns(PyObject* self, PyObject* args) {
  const char* name;
  PyObject* columns;
  unsigned flags = 0;
  (void)self;
  if (!PyArg_ParseTuple(args, "sO|I", &name, &columns, &flags)) return NULL;
  const descry_type* type = type_of(name);
  return type ? descry_from_columns(type, columns, flags) : NULL;
}

static PyObject* array_from(PyObject* self, PyObject* args) {
  const char* name;
  PyObject* any;
  unsigned flags = 0;
  (void)self;
  if (!PyArg_ParseTuple(args, "sO|I", &name, &any, &flags)) return NULL;
  const descry_type* type = type_of(name);
  return type ? descry_array_from(type, any, flags) : NULL;
}

static PyObject* convert(PyObject* self, PyObject* args) {
  const char* name;
  PyObject* array;
  int casting;
  (void)self;
  if (!PyArg_ParseTuple(args, "sOi", &name, &array, &casting)) return NULL;
  const descry_type* type = type_of(name);
  return type ? descry_convert(type, array, casting) : NULL;
}

static PyObject* to_columns(PyObject* self, PyObject* args) {
  const char* name;
  PyObject *array, *made = NULL;
  unsigned flags = 0;
  descry_view view = {0};
  (void)self;
  if (!PyArg_ParseTuple(args, "sO|I", &name, &array, &flags)) return NULL;
  const descry_type* type = type_of(name);
  if (type && descry_view_acquire(&view, array, type, DESCRY_ANY_NDIM,
                                  DESCRY_READ | DESCRY_UNALIGNED) == 0) {
    opened = &view;
    made = descry_to_columns(&view, flags);
    opened = NULL;
    descry_view_release(&view);
  }
  return made;
}

// The rows of a view of anything.
static PyObject* any_rows(PyObject* self, PyObject* args) {
  const char* name;
  PyObject *any, *made = NULL;
  int ndim = DESCRY_ANY_NDIM;
  unsigned flags = 0;
  descry_view view;
  (void)self;
  if (!PyArg_ParseTuple(args, "sO|iI", &name, &any, &ndim, &flags)) return NULL;
  const descry_type* type = type_of(name);
  if (type && descry_view_acquire_any(&view, any, type, ndim, flags) == 0) {
    made = descry_to_rows(&view);
    descry_view_release(&view);
  }
  return made;
}

// A view as descry_view_acquire() opens it: the array that it shows, in which those to write add 1
// to the first byte of each element.
static PyObject* viewed(PyObject* self, PyObject* args) {
  const char* name;
  PyObject* array;
  unsigned flags;
  descry_view view;
  (void)self;
  if (!PyArg_ParseTuple(args, "sOI", &name, &array, &flags)) return NULL;
  const descry_type* type = type_of(name);
  if (!type || descry_view_acquire(&view, array, type, 1, flags) < 0) return NULL;
  for (Py_ssize_t i = 0; i < view.shape[0] && flags & DESCRY_WRITE; i++) {
    ++*(view.data + i * view.strides[0]);
  }
  PyObject* shown = view.array;
  Py_INCREF(shown);
  descry_view_release(&view);
  return shown;
}

static PyMethodDef methods[] = {{"from_columns", from_columns, METH_VARARGS, NULL},
                                {"to_columns", to_columns, METH_VARARGS, NULL},
                                {"array_from", array_from, METH_VARARGS, NULL},
                                {"any_rows", any_rows, METH_VARARGS, NULL},
                                {"convert", convert, METH_VARARGS, NULL},
                                {"viewed", viewed, METH_VARARGS, NULL},

                                {"dtype", dtype, METH_VARARGS, NULL},
                                {"from_rows", from_rows, METH_VARARGS, NULL},
                                {"element", element, METH_VARARGS, NULL},
                                {"to_rows", to_rows, METH_VARARGS, NULL},
                                {"release_view", release_view, METH_NOARGS, NULL},
                                {"to_dicts", to_dicts, METH_VARARGS, NULL},
                                {NULL, NULL, 0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "rows", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_rows(void) {
  text_class = &PyUnicode_Type;
  PyObject* module = make_types() == 0 ? PyModule_Create(&definition) : NULL;
  if (!module) return NULL;
  static const struct {
    const char* name;
    unsigned flag;
  } flags[] = {{"NONE_IS_NAN", DESCRY_NONE_IS_NAN},
               {"TRUNCATE_TEXT", DESCRY_TRUNCATE_TEXT},
               {"INTEGRAL_FLOATS", DESCRY_INTEGRAL_FLOATS},
               {"MISSING_IS_ZERO", DESCRY_MISSING_IS_ZERO},
               {"EXTRA_IGNORED", DESCRY_EXTRA_IGNORED},
               {"SAME_KIND", DESCRY_SAME_KIND},
               {"FLAT", DESCRY_FLAT},
               {"READ", DESCRY_READ},
               {"WRITE", DESCRY_WRITE},
               {"CONVERT", DESCRY_CONVERT},
               {"MASKED", DESCRY_MASKED}};
  for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
    if (PyModule_AddIntConstant(module, flags[i].name, (long)flags[i].flag) < 0) Py_CLEAR(module);
    if (!module) return NULL;
  }
  return module;
}
