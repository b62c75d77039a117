// SPDX-License-Identifier: BSD-3-Clause
// An extension module that has every function of operate.h, for elements of whichever dtype Python
// passes.
#include <descry/descry.h>

// Opens a view of `array` as elements of a type that is made of its dtype. Returns the type, to be
// released after the view, or NULL with an exception set.
static const descry_type* open_view(descry_view* view, PyObject* array, unsigned flags) {
  PyObject* dtype = PyObject_GetAttrString(array, "dtype");
  const descry_type* type = dtype ? descry_type_from_dtype(dtype) : NULL;
  Py_XDECREF(dtype);
  if (type && descry_view_acquire(view, array, type, DESCRY_ANY_NDIM, flags) < 0) {
    descry_type_release(type);
    return NULL;
  }
  return type;
}

// The views that functions below have open, for release_all().
static descry_view* opened[2];

// Releases the views that are in use.
static PyObject* release_all(PyObject* self, PyObject* none) {
  (void)self;
  (void)none;
  for (int i = 0; i < 2; ++i) {
    if (opened[i]) descry_view_release(opened[i]);
  }
  Py_INCREF(Py_None);
  return Py_None;
}

// Returns a type for what np.dtype takes, to be released, or NULL with an exception set.
static const descry_type* type_of(PyObject* what) {
  PyObject* numpy = PyImport_ImportModule("numpy");
  PyObject* dtype = numpy ? PyObject_CallMethod(numpy, "dtype", "O", what) : NULL;
  const descry_type* type = dtype ? descry_type_from_dtype(dtype) : NULL;
  Py_XDECREF(numpy);
  Py_XDECREF(dtype);
  return type;
}

// Returns a list's items as C takes them, to be freed, or NULL with an exception set.
static PyObject** items_of(PyObject* list) {
  const Py_ssize_t count = PyList_Size(list);
  PyObject** items = count < 0 ? NULL : PyMem_Malloc((size_t)(count + 1) * sizeof *items);
  for (Py_ssize_t i = 0; items && i < count; ++i) items[i] = PyList_GetItem(list, i);
  return items;
}

static PyObject* reshape(PyObject* self, PyObject* args) {
  PyObject* array;
  Py_ssize_t shape[3];
  int ndim, order;
  (void)self;
  if (!PyArg_ParseTuple(args, "Oi(nnn)i", &array, &ndim, &shape[0], &shape[1], &shape[2], &order)) {
    return NULL;
  }
  return descry_reshape(array, ndim, shape, order);
}

static PyObject* ravel(PyObject* self, PyObject* args) {
  PyObject* array;
  int order;
  (void)self;
  return PyArg_ParseTuple(args, "Oi", &array, &order) ? descry_ravel(array, order) : NULL;
}

static PyObject* transpose(PyObject* self, PyObject* args) {
  PyObject* array;
  int axes[3] = {-1, 0, 0};
  (void)self;
  if (!PyArg_ParseTuple(args, "O|iii", &array, &axes[0], &axes[1], &axes[2])) return NULL;
  return descry_transpose(array, axes[0] < 0 ? NULL : axes);
}

static PyObject* swapaxes(PyObject* self, PyObject* args) {
  PyObject* array;
  int one, other;
  (void)self;
  if (!PyArg_ParseTuple(args, "Oii", &array, &one, &other)) return NULL;
  return descry_swapaxes(array, one, other);
}

static PyObject* squeeze(PyObject* self, PyObject* array) {
  (void)self;
  return descry_squeeze(array);
}

static PyObject* select_by(PyObject* args, PyObject* (*function)(PyObject*, PyObject*, int)) {
  PyObject *array, *by, *axis;
  if (!PyArg_ParseTuple(args, "OOO", &array, &by, &axis)) return NULL;
  const int number = axis == Py_None ? DESCRY_RAVEL_AXIS : (int)PyLong_AsLong(axis);
  return PyErr_Occurred() ? NULL : function(array, by, number);
}

static PyObject* take(PyObject* self, PyObject* args) {
  (void)self;
  return select_by(args, descry_take);
}

static PyObject* compress(PyObject* self, PyObject* args) {
  (void)self;
  return select_by(args, descry_compress);
}

static PyObject* repeat(PyObject* self, PyObject* args) {
  (void)self;
  return select_by(args, descry_repeat);
}

static PyObject* cast(PyObject* self, PyObject* args) {
  PyObject *array, *dtype;
  (void)self;
  if (!PyArg_ParseTuple(args, "OO", &dtype, &array)) return NULL;
  const descry_type* type = type_of(dtype);
  PyObject* result = type ? descry_cast(type, array) : NULL;
  descry_type_release(type);
  return result;
}

static PyObject* inner(PyObject* self, PyObject* args) {
  PyObject *one, *other;
  (void)self;
  return PyArg_ParseTuple(args, "OO", &one, &other) ? descry_inner(one, other) : NULL;
}

static PyObject* dot(PyObject* self, PyObject* args) {
  PyObject *one, *other;
  (void)self;
  return PyArg_ParseTuple(args, "OO", &one, &other) ? descry_dot(one, other) : NULL;
}

static PyObject* einsum(PyObject* self, PyObject* args) {
  PyObject* list;
  const char* subscripts;
  (void)self;
  if (!PyArg_ParseTuple(args, "sO!", &subscripts, &PyList_Type, &list)) return NULL;
  PyObject** items = items_of(list);
  PyObject* result = items ? descry_einsum(subscripts, (int)PyList_Size(list), items) : NULL;
  PyMem_Free(items);
  return result;
}

static PyObject* join(PyObject* args,
                      PyObject* (*function)(const descry_type*, int, PyObject* const*, int)) {
  PyObject *dtype, *list, *axis;
  if (!PyArg_ParseTuple(args, "OO!O", &dtype, &PyList_Type, &list, &axis)) return NULL;
  const int number = axis == Py_None ? DESCRY_RAVEL_AXIS : (int)PyLong_AsLong(axis);
  const descry_type* type = PyErr_Occurred() ? NULL : type_of(dtype);
  PyObject** items = type ? items_of(list) : NULL;
  PyObject* result = items ? function(type, (int)PyList_Size(list), items, number) : NULL;
  PyMem_Free(items);
  descry_type_release(type);
  return result;
}

static PyObject* concatenate(PyObject* self, PyObject* args) {
  (void)self;
  return join(args, descry_concatenate);
}

static PyObject* stack(PyObject* self, PyObject* args) {
  (void)self;
  return join(args, descry_stack);
}

static PyObject* where(PyObject* self, PyObject* args) {
  PyObject *dtype, *condition, *chosen, *other;
  (void)self;
  if (!PyArg_ParseTuple(args, "OOOO", &dtype, &condition, &chosen, &other)) return NULL;
  const descry_type* type = type_of(dtype);
  PyObject* result = type ? descry_where(type, condition, chosen, other) : NULL;
  descry_type_release(type);
  return result;
}

static PyObject* argsort(PyObject* self, PyObject* args) {
  PyObject* array;
  const char* path;
  unsigned flags;
  descry_view view = {0};
  (void)self;
  if (!PyArg_ParseTuple(args, "OzI", &array, &path, &flags)) return NULL;
  opened[0] = &view;
  opened[1] = NULL;
  const descry_type* type = open_view(&view, array, DESCRY_READ | DESCRY_UNALIGNED);
  PyObject* result = type ? descry_argsort(&view, path, flags) : NULL;
  opened[0] = opened[1] = NULL;
  descry_view_release(&view);
  descry_type_release(type);
  return result;
}

static PyObject* sort(PyObject* self, PyObject* args) {
  PyObject *array, *result = NULL;
  const char* path;
  unsigned flags, access = DESCRY_WRITE;
  descry_view view = {0};
  (void)self;
  if (!PyArg_ParseTuple(args, "OzI|I", &array, &path, &flags, &access)) return NULL;
  opened[0] = &view;
  opened[1] = NULL;
  const descry_type* type = open_view(&view, array, access | DESCRY_UNALIGNED);
  if (type && descry_sort(&view, path, flags) == 0) {
    Py_INCREF(Py_None);
    result = Py_None;
  }
  opened[0] = opened[1] = NULL;
  descry_view_release(&view);
  descry_type_release(type);
  return result;
}

static PyObject* searchsorted(PyObject* self, PyObject* args) {
  PyObject *array, *values, *result = NULL;
  const char* path;
  unsigned flags;
  descry_view sorted = {0}, view = {0};
  (void)self;
  if (!PyArg_ParseTuple(args, "OzOI", &array, &path, &values, &flags)) return NULL;
  opened[0] = &sorted;
  opened[1] = &view;
  const descry_type* type = open_view(&sorted, array, DESCRY_READ | DESCRY_UNALIGNED);
  const descry_type* other = type ? open_view(&view, values, DESCRY_READ | DESCRY_UNALIGNED) : NULL;
  if (other) result = descry_searchsorted(&sorted, path, &view, flags);
  opened[0] = opened[1] = NULL;
  descry_view_release(&sorted);
  descry_view_release(&view);
  descry_type_release(type);
  descry_type_release(other);
  return result;
}

static PyObject* unique(PyObject* self, PyObject* args) {
  PyObject* array;
  const char* path;
  unsigned flags;
  descry_view view = {0};
  (void)self;
  if (!PyArg_ParseTuple(args, "OzI", &array, &path, &flags)) return NULL;
  opened[0] = &view;
  opened[1] = NULL;
  const descry_type* type = open_view(&view, array, DESCRY_READ | DESCRY_UNALIGNED);
  PyObject* result = type ? descry_unique(&view, path, flags) : NULL;
  opened[0] = opened[1] = NULL;
  descry_view_release(&view);
  descry_type_release(type);
  return result;
}

// Calls `function` while `array` is borrowed, for writing where `exclusive` is true.
static PyObject* while_borrowed(PyObject* self, PyObject* args) {
  PyObject *array, *function;
  int exclusive;
  descry_borrow borrow = {0};
  (void)self;
  if (!PyArg_ParseTuple(args, "OpO", &array, &exclusive, &function)) return NULL;
  const int taken =
      exclusive ? descry_borrow_exclusive(&borrow, array) : descry_borrow_shared(&borrow, array);
  PyObject* result = taken < 0 ? NULL : PyObject_CallObject(function, NULL);
  descry_borrow_release(&borrow);
  return result;
}

static PyMethodDef methods[] = {
    {"reshape", reshape, METH_VARARGS, NULL},
    {"ravel", ravel, METH_VARARGS, NULL},
    {"transpose", transpose, METH_VARARGS, NULL},
    {"swapaxes", swapaxes, METH_VARARGS, NULL},
    {"squeeze", squeeze, METH_O, NULL},
    {"take", take, METH_VARARGS, NULL},
    {"compress", compress, METH_VARARGS, NULL},
    {"repeat", repeat, METH_VARARGS, NULL},
    {"cast", cast, METH_VARARGS, NULL},
    {"inner", inner, METH_VARARGS, NULL},
    {"dot", dot, METH_VARARGS, NULL},
    {"einsum", einsum, METH_VARARGS, NULL},
    {"concatenate", concatenate, METH_VARARGS, NULL},
    {"stack", stack, METH_VARARGS, NULL},
    {"where", where, METH_VARARGS, NULL},
    {"argsort", argsort, METH_VARARGS, NULL},
    {"sort", sort, METH_VARARGS, NULL},
    {"searchsorted", searchsorted, METH_VARARGS, NULL},
    {"unique", unique, METH_VARARGS, NULL},
    {"release_all", release_all, METH_NOARGS, NULL},
    {"while_borrowed", while_borrowed, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

#define STRING_(name) #name
#define STRING(name) STRING_(name)
#define INIT_(name) PyInit_##name
#define INIT(name) INIT_(name)

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, STRING(OPERATIONS_NAME), NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC INIT(OPERATIONS_NAME)(void);
PyMODINIT_FUNC INIT(OPERATIONS_NAME)(void) {
  PyObject* module = PyModule_Create(&definition);
  const struct {
    const char* name;
    long value;
  } flags[] = {{"READ", DESCRY_READ},
               {"C_ORDER", DESCRY_C_ORDER},
               {"F_ORDER", DESCRY_F_ORDER},
               {"DESCENDING", DESCRY_DESCENDING},
               {"RIGHT", DESCRY_RIGHT},
               {"INDICES", DESCRY_INDICES},
               {"INVERSE", DESCRY_INVERSE},
               {"COUNTS", DESCRY_COUNTS},
               {"UNBORROWED", DESCRY_UNBORROWED},
               {"WRITE", DESCRY_WRITE}};
  for (size_t i = 0; module && i < sizeof flags / sizeof *flags; ++i) {
    if (PyModule_AddIntConstant(module, flags[i].name, flags[i].value) < 0) Py_CLEAR(module);
  }
  return module;
}
