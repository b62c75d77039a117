// SPDX-License-Identifier: BSD-3-Clause
// Arrays of every kind of element to Arrow and from it, for Python to try.
#include <descry/descry.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
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
  uint16_t port;
  int32_t number;
  double value;
  float _Complex wave;
  uint32_t text[2];
  int64_t when;
} swapped;

typedef struct {
  uint8_t kind;
  union {
    int64_t number;
    double ratio;
    char word[8];
    vec3 pos;
  };
} value;

typedef struct {
  vec3 corner[2][2];
  char names[3][5];
  uint32_t signs[2][2];
  bool flags[11];
  int64_t days[2];
  double many[40];
} nested;

typedef struct {
  double part[3];
} triple;

typedef struct {
  PyObject* any;
} object;

typedef struct {
  long double wide;
} widest;

DESCRY_RECORD(vec3, x, y, z);
DESCRY_RECORD(particle, id, DESCRY_AS(pos, vec3), rgb, label, DESCRY_AS(born, datetime64_ns));
DESCRY_RECORD(swapped, DESCRY_AS(port, uint16_be), DESCRY_AS(number, int32_be),
              DESCRY_AS(value, float64_be), DESCRY_AS(wave, complex64_be),
              DESCRY_AS(text, unicode_be), DESCRY_AS(when, datetime64_us_be));
DESCRY_VARIANT(value, kind, DESCRY_CASE(0, number), DESCRY_CASE(1, ratio), DESCRY_CASE(2, word),
               DESCRY_CASE(3, DESCRY_AS(pos, vec3)));
DESCRY_RECORD(nested, DESCRY_AS(corner, vec3), names, DESCRY_AS(signs, unicode), flags,
              DESCRY_AS(days, datetime64_D), many);
DESCRY_TRANSPARENT(triple, part);
DESCRY_RECORD(object, any);
DESCRY_RECORD(widest, wide);

static const descry_type* const kDeclared[] = {
    DESCRY_TYPE(vec3),   DESCRY_TYPE(particle), DESCRY_TYPE(swapped), DESCRY_TYPE(value),
    DESCRY_TYPE(nested), DESCRY_TYPE(triple),   DESCRY_TYPE(object),  DESCRY_TYPE(widest),
#define DESCRY_ELEMENT(tag, c_type, dtype) DESCRY_TYPE(tag),
#include <descry/elements.inc>
};

// A record with optional fields and a variant, or NULL with an exception set.
static const descry_type* make_optional(void) {
  descry_schema* schema = descry_schema_new("optional", 0);
  const char* const names[] = {NULL, "number", "place"};
  const descry_type* const elements[] = {NULL, DESCRY_TYPE(int32), DESCRY_TYPE(vec3)};
  descry_schema_add(schema, "id", DESCRY_TYPE(int32), 0, NULL);
  descry_schema_add_optional(schema, "weight", DESCRY_TYPE(float64), 0, NULL);
  descry_schema_add_optional(schema, "day", DESCRY_TYPE(datetime64_D), 0, NULL);
  descry_schema_add_optional(schema, "label", DESCRY_TYPE(bytes), 1, (const size_t[]){4});
  descry_schema_add_optional(schema, "rgb", DESCRY_TYPE(float32), 1, (const size_t[]){3});
  descry_schema_add_optional(schema, "pos", DESCRY_TYPE(vec3), 0, NULL);
  descry_schema_add_variant(schema, "kind", 3, names, elements, 0);
  const descry_type* type = descry_schema_build(schema);
  if (!type) PyErr_SetString(PyExc_SystemError, descry_schema_problem(NULL));
  return type;
}

// Returns a reference to the type that `which` is: a declared one by its name, "optional", or one
// for a dtype; or NULL with an exception set.
static const descry_type* find_type(PyObject* which) {
  if (!PyUnicode_Check(which)) return descry_type_from_dtype(which);
  PyObject* bytes = PyUnicode_AsUTF8String(which);
  if (!bytes) return NULL;
  const char* const name = PyBytes_AsString(bytes);
  const descry_type* found = NULL;
  for (size_t i = 0; i < sizeof kDeclared / sizeof *kDeclared && !found; i++) {
    if (strcmp(descry_type_name(kDeclared[i]), name) == 0) found = kDeclared[i];
  }
  if (!found && strcmp(name, "optional") == 0) {
    found = make_optional();
  } else if (!found) {
    PyErr_SetObject(PyExc_KeyError, which);
  }
  Py_DECREF(bytes);
  return found;
}

static PyObject* dtype(PyObject* self, PyObject* which) {
  (void)self;
  const descry_type* type = find_type(which);
  PyObject* result = type ? descry_dtype(type) : NULL;
  descry_type_release(type);
  return result;
}

// to_arrow(type, array, flags=0, view_flags=READ)
static PyObject* to_arrow(PyObject* self, PyObject* args) {
  (void)self;
  PyObject *which, *array;
  unsigned flags = 0, view_flags = DESCRY_READ;
  if (!PyArg_ParseTuple(args, "OO|II", &which, &array, &flags, &view_flags)) return NULL;
  const descry_type* type = find_type(which);
  if (!type) return NULL;
  PyObject* result = NULL;
  descry_view view = {0};
  if (descry_view_acquire(&view, array, type, DESCRY_ANY_NDIM, view_flags) == 0) {
    result = descry_to_arrow(&view, flags);
  }
  descry_view_release(&view);
  descry_type_release(type);
  return result;
}

// field_to_arrow(type, array, path)
static PyObject* field_to_arrow(PyObject* self, PyObject* args) {
  (void)self;
  PyObject *which, *array;
  const char* path;
  if (!PyArg_ParseTuple(args, "OOs", &which, &array, &path)) return NULL;
  const descry_type* type = find_type(which);
  if (!type) return NULL;
  PyObject* result = NULL;
  descry_view view = {0}, field = {0};
  if (descry_view_acquire(&view, array, type, 1, DESCRY_READ) == 0 &&
      descry_view_field(&view, path, &field) == 0) {
    result = descry_to_arrow(&field, 0);
  }
  descry_view_release(&field);
  descry_view_release(&view);
  descry_type_release(type);
  return result;
}

// from_arrow(type, source, flags=0)
static PyObject* from_arrow(PyObject* self, PyObject* args) {
  (void)self;
  PyObject *which, *source;
  unsigned flags = 0;
  if (!PyArg_ParseTuple(args, "OO|I", &which, &source, &flags)) return NULL;
  const descry_type* type = find_type(which);
  PyObject* result = type ? descry_from_arrow(type, source, flags) : NULL;
  descry_type_release(type);
  return result;
}

// schema(type, flags=0): a list of (depth, name, format, flags), parents first.
static int list_schema(PyObject* list, const struct ArrowSchema* schema, int depth) {
  PyObject* row =
      Py_BuildValue("(issL)", depth, schema->name, schema->format, (long long)schema->flags);
  if (!row || PyList_Append(list, row) < 0) return Py_XDECREF(row), -1;
  Py_DECREF(row);
  for (int64_t i = 0; i < schema->n_children; ++i) {
    if (list_schema(list, schema->children[i], depth + 1) < 0) return -1;
  }
  return 0;
}

static PyObject* schema(PyObject* self, PyObject* args) {
  (void)self;
  PyObject* which;
  unsigned flags = 0;
  if (!PyArg_ParseTuple(args, "O|I", &which, &flags)) return NULL;
  const descry_type* type = find_type(which);
  if (!type) return NULL;
  struct ArrowSchema out;
  PyObject* list = NULL;
  if (descry_arrow_schema(type, &out, flags) == 0) {
    list = PyList_New(0);
    if (list && list_schema(list, &out, 0) < 0) Py_CLEAR(list);
    out.release(&out);
  }
  descry_type_release(type);
  return list;
}

// borrow(array, write): raises where it is refused.
static PyObject* borrow(PyObject* self, PyObject* args) {
  (void)self;
  PyObject* array;
  int write;
  descry_borrow taken = {0};
  if (!PyArg_ParseTuple(args, "Op", &array, &write)) return NULL;
  const int result =
      write ? descry_borrow_exclusive(&taken, array) : descry_borrow_shared(&taken, array);
  descry_borrow_release(&taken);
  if (result < 0) return NULL;
  Py_RETURN_NONE;
}

static PyObject* borrows(PyObject* self, PyObject* unused) {
  (void)self;
  (void)unused;
  return descry_borrows();
}

static struct ArrowArrayStream kept;

// Asks a stream for an array and gives it back. Returns the error, and the length in `*length`.
static int ask(int64_t* length) {
  struct ArrowArray array;
  const int error = kept.get_next(&kept, &array);
  *length = error ? 0 : array.length;
  if (array.release) array.release(&array);
  return error;
}

// What consumers may still do with a stream when Python is gone.
static void use_kept_stream(void) {
  int64_t length;
  struct ArrowSchema out;
  const int error = ask(&length);
  printf("after: %d, %s\n", error, error ? kept.get_last_error(&kept) : "");
  if (kept.get_schema(&kept, &out) == 0) {
    printf("schema: %s\n", out.format);
    out.release(&out);
  }
  kept.release(&kept);
  fflush(stdout);
}

// keep_stream(type, array): a stream that is asked now, and again when the process ends.
static PyObject* keep_stream(PyObject* self, PyObject* args) {
  (void)self;
  PyObject *which, *array;
  if (!PyArg_ParseTuple(args, "OO", &which, &array)) return NULL;
  const descry_type* type = find_type(which);
  descry_view view = {0};
  int result = type ? descry_view_acquire(&view, array, type, 1, DESCRY_READ) : -1;
  if (result == 0) result = descry_arrow_stream(&view, &kept, 0);
  descry_view_release(&view);
  descry_type_release(type);
  if (result < 0) return NULL;
  int64_t length;
  const int error = ask(&length);
  printf("before: %d, %lld\n", error, (long long)length);
  fflush(stdout);
  atexit(use_kept_stream);
  Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"dtype", dtype, METH_O, NULL},
                                {"to_arrow", to_arrow, METH_VARARGS, NULL},
                                {"field_to_arrow", field_to_arrow, METH_VARARGS, NULL},
                                {"from_arrow", from_arrow, METH_VARARGS, NULL},
                                {"schema", schema, METH_VARARGS, NULL},
                                {"keep_stream", keep_stream, METH_VARARGS, NULL},
                                {"borrow", borrow, METH_VARARGS, NULL},
                                {"borrows", borrows, METH_NOARGS, NULL},
                                {NULL, NULL, 0, NULL}};

#define DESCRY_TEST_NAME_(name) #name
#define DESCRY_TEST_NAME(name) DESCRY_TEST_NAME_(name)
#define DESCRY_TEST_INIT_(name) PyInit_##name
#define DESCRY_TEST_INIT(name) DESCRY_TEST_INIT_(name)

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT,
                                    DESCRY_TEST_NAME(ARROWS_NAME),
                                    NULL,
                                    -1,
                                    methods,
                                    NULL,
                                    NULL,
                                    NULL,
                                    NULL};

PyMODINIT_FUNC DESCRY_TEST_INIT(ARROWS_NAME)(void) {
  static const struct {
    const char* name;
    long value;
  } kFlags[] = {{"READ", DESCRY_READ},
                {"WRITE", DESCRY_WRITE},
                {"UNALIGNED", DESCRY_UNALIGNED},
                {"CONVERT", DESCRY_CONVERT},
                {"NONE_IS_NAN", DESCRY_NONE_IS_NAN},
                {"TRUNCATE_TEXT", DESCRY_TRUNCATE_TEXT},
                {"MISSING_IS_ZERO", DESCRY_MISSING_IS_ZERO},
                {"EXTRA_IGNORED", DESCRY_EXTRA_IGNORED},
                {"TEXT_UTF8", DESCRY_TEXT_UTF8},
                {"COMPLEX_STRUCT", DESCRY_COMPLEX_STRUCT}};
  PyObject* made = PyModule_Create(&module);
  for (size_t i = 0; made && i < sizeof kFlags / sizeof *kFlags; i++) {
    if (PyModule_AddIntConstant(made, kFlags[i].name, kFlags[i].value) < 0) Py_CLEAR(made);
  }
  return made;
}
