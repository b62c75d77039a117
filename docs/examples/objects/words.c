// SPDX-License-Identifier: BSD-3-Clause
// The module `words`: a class, and functions over arrays of its instances.

#include <descry/descry.h>
#include <string.h>

typedef struct {
  PyObject_HEAD int start, length;  // bytes
} token;

// Made at import.
static PyTypeObject* token_class;

DESCRY_OBJECT(token, &token_class);

static PyObject* token_repr(PyObject* self) {
  const token* t = (token*)self;
  return PyUnicode_FromFormat("Token(%d, %d)", t->start, t->length);
}

static void token_dealloc(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  PyObject_Free(self);
  Py_DECREF(type);
}

static PyType_Slot token_slots[] = {
    {Py_tp_repr, (void*)token_repr}, {Py_tp_dealloc, (void*)token_dealloc}, {0, NULL}};

static PyType_Spec token_spec = {"words.Token", sizeof(token), 0, Py_TPFLAGS_DEFAULT, token_slots};

typedef struct {
  const char* text;
  size_t at;  // bytes that are read already
} reader;

// Puts the next word's token into a slot of an array, which holds None: see descry_generate().
static int next_token(void* element, void* context) {
  reader* r = context;
  r->at += strspn(r->text + r->at, " ");
  const size_t length = strcspn(r->text + r->at, " ");
  if (length == 0) return 0;
  token* made = PyObject_New(token, token_class);
  if (!made) return -1;
  made->start = (int)r->at;
  made->length = (int)length;
  r->at += length;
  PyObject** slot = element;
  Py_DECREF(*slot);
  *slot = (PyObject*)made;
  return 1;
}

static PyObject* split(PyObject* self, PyObject* text) {
  (void)self;
  reader r = {PyUnicode_AsUTF8(text), 0};
  return r.text ? descry_generate(DESCRY_TYPE(token), -1, next_token, &r) : NULL;
}

static void copy_lengths(const descry_view* tokens, const descry_view* lengths) {
  for (Py_ssize_t i = 0; i < tokens->size; ++i) {
    *DESCRY_AT(int32_t, lengths, i) = (*DESCRY_AT(token*, tokens, i))->length;
  }
}

static PyObject* lengths(PyObject* self, PyObject* array) {
  (void)self;
  PyObject* result = NULL;
  descry_view in = {0}, out = {0};
  const unsigned checked = DESCRY_READ | DESCRY_CHECK_OBJECTS;
  if (descry_view_acquire(&in, array, DESCRY_TYPE(token), 1, checked) < 0) goto done;
  result = descry_empty(DESCRY_TYPE(int32), 1, in.shape, DESCRY_C_ORDER);
  if (!result || descry_view_acquire(&out, result, DESCRY_TYPE(int32), 1, DESCRY_WRITE) < 0) {
    Py_CLEAR(result);
    goto done;
  }
  copy_lengths(&in, &out);

done:
  descry_view_release(&out);
  descry_view_release(&in);
  return result;
}

static PyMethodDef methods[] = {
    {"split", split, METH_O, "split(text): an object array with a Token for each word"},
    {"lengths", lengths, METH_O, "lengths(tokens): their lengths in bytes"},
    {NULL, NULL, 0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "words", NULL, -1, methods, NULL, NULL, NULL, NULL};

static int add_class(PyObject* module) {
  token_class = (PyTypeObject*)PyType_FromSpec(&token_spec);
  if (!token_class) return -1;
  Py_INCREF(token_class);  // for the pointer above
  if (PyModule_AddObject(module, "Token", (PyObject*)token_class) == 0) return 0;
  Py_DECREF(token_class);
  return -1;
}

PyMODINIT_FUNC PyInit_words(void) {
  PyObject* module = PyModule_Create(&definition);
  if (module && (add_class(module) < 0 || descry_register(DESCRY_TYPE(token)) < 0)) {
    Py_CLEAR(module);
  }
  return module;
}
