// SPDX-License-Identifier: BSD-3-Clause
// The Python module `avro_records`: an Avro file of any schema as a NumPy record array.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <descry/descry.h>
#include <errno.h>
#include <string.h>

#include "blocks.h"
#include "values.h"

// How many records pass between two looks at signals and at `progress`.
enum { RECORDS_BETWEEN = 1 << 16 };

// One call of read().
typedef struct task {
  PyObject* path;      // borrowed
  PyObject* progress;  // borrowed, or NULL
  FILE* file;
  blocks found;
  tree types;
  values read;
  json_t* fields;
  avro_file_reader_t reader;
} task;

static int raise(const char* problem) {
  if (strcmp(problem, "out of memory") == 0) {
    PyErr_NoMemory();
  } else {
    PyErr_SetString(PyExc_ValueError, problem);
  }
  return -1;
}

// Looks at signals, and says how far it is. The GIL is held.
static int report(const task* work, size_t done) {
  if (PyErr_CheckSignals() < 0) return -1;
  if (!work->progress) return 0;
  PyObject* answer = PyObject_CallFunction(work->progress, "nn", (Py_ssize_t)done,
                                           (Py_ssize_t)work->found.records);
  Py_XDECREF(answer);
  return answer ? 0 : -1;
}

static int open_file(task* work, const char* path) {
  work->file = fopen(path, "rb");
  if (work->file) return 0;
  PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, work->path);
  return -1;
}

// Reads the names of the fields that are wanted.
static int read_fields(task* work, PyObject* fields) {
  if (fields == Py_None) return 0;
  PyObject* names = PySequence_Tuple(fields);
  work->fields = json_array();
  int result = names && work->fields ? 0 : -1;
  if (names && result < 0) PyErr_NoMemory();
  for (Py_ssize_t i = 0; result == 0 && i < PyTuple_Size(names); ++i) {
    PyObject* text = PyUnicode_AsUTF8String(PyTuple_GetItem(names, i));
    json_t* name = text ? json_string(PyBytes_AsString(text)) : NULL;
    if (text && !name) PyErr_SetString(PyExc_ValueError, "a field has an impossible name");
    if (!name || json_array_append_new(work->fields, name) < 0) result = -1;
    Py_XDECREF(text);
  }
  Py_XDECREF(names);
  return result;
}

// Opens the file for libavro, which cannot read one without records.
static int open_reader(task* work) {
  if (work->found.records == 0) return 0;
  if (avro_file_reader_fp(work->file, "", 0, &work->reader) != 0) return raise(avro_strerror());
  values_init(&work->read, &work->types, avro_file_reader_get_writer_schema(work->reader));
  return 0;
}

// Reads the records from `first` to `last`, without the GIL.
static int read_part(task* work, size_t first, size_t last) {
  int result = 0;
  Py_BEGIN_ALLOW_THREADS for (size_t i = first; result == 0 && i < last; ++i) {
    result = values_read(&work->read, work->reader, i);
  }
  Py_END_ALLOW_THREADS return result < 0 ? raise(work->types.problem) : report(work, last);
}

static int read_all(task* work) {
  const size_t count = (size_t)work->found.records;
  for (size_t first = 0; first < count; first += RECORDS_BETWEEN) {
    const size_t left = count - first;
    const size_t part = left < RECORDS_BETWEEN ? left : RECORDS_BETWEEN;
    if (read_part(work, first, first + part) < 0) return -1;
  }
  return 0;
}

// Puts a str or a bytes where None is.
static int make_object_at(const node* one, const char* data, size_t size, char* to) {
  PyObject* old;
  PyObject* object = one->kind == AVRO_STRING ? PyUnicode_DecodeUTF8(data, (Py_ssize_t)size, NULL)
                                              : PyBytes_FromStringAndSize(data, (Py_ssize_t)size);
  if (!object) return -1;
  memcpy(&old, to, sizeof old);
  memcpy(to, &object, sizeof object);
  Py_XDECREF(old);
  return 0;
}

static int write_records(const task* work, const descry_view* view) {
  int result = 0;
  const char* from = work->read.data;
  for (Py_ssize_t i = 0; result == 0 && i < view->shape[0]; ++i) {
    char* record = view->data + i * view->strides[0];
    if (!work->types.objects) memset(record, 0, (size_t)view->itemsize);
    result = values_write(&work->read, &from, record, make_object_at);
  }
  return result;
}

// Writes what was read into a new array; objects with the GIL held.
static int write_all(const task* work, const descry_view* view) {
  int result;
  if (work->types.objects) return write_records(work, view);
  Py_BEGIN_ALLOW_THREADS result = write_records(work, view);
  Py_END_ALLOW_THREADS return result;
}

// Returns a new array, or NULL with an exception set.
static PyObject* make_array(task* work) {
  descry_view view = {0};
  const descry_type* type = tree_type(&work->types);
  if (!type) {
    raise(work->types.problem);
    return NULL;
  }
  const Py_ssize_t count = (Py_ssize_t)work->found.records;
  // Each record is cleared right before it is written, while it is in the cache; objects
  // beforehand.
  PyObject* array = work->types.objects ? descry_zeros(type, 1, &count, DESCRY_C_ORDER)
                                        : descry_empty(type, 1, &count, DESCRY_C_ORDER);
  if (array && (descry_view_acquire(&view, array, type, 1, DESCRY_WRITE) < 0 ||
                write_all(work, &view) < 0)) {
    Py_CLEAR(array);
  }
  descry_view_release(&view);
  descry_type_release(type);
  return array;
}

static PyObject* run(task* work, PyObject* fields, int objects) {
  if (open_file(work, PyBytes_AsString(work->path)) < 0 || read_fields(work, fields) < 0) {
    return NULL;
  }
  if (blocks_read(&work->found, work->file) < 0) {
    raise(work->found.problem);
    return NULL;
  }
  if (tree_read(&work->types, work->found.schema, work->fields, objects) < 0) {
    raise(work->types.problem);
    return NULL;
  }
  if (open_reader(work) < 0 || read_all(work) < 0) return NULL;
  return make_array(work);
}

static void clear(task* work) {
  values_clear(&work->read);
  tree_clear(&work->types);
  if (work->reader) avro_file_reader_close(work->reader);
  json_decref(work->found.schema);
  json_decref(work->fields);
  if (work->file) fclose(work->file);
}

static PyObject* read_file(PyObject* module, PyObject* args, PyObject* kwargs) {
  static char* names[] = {"path", "fields", "objects", "progress", NULL};
  PyObject *fields = Py_None, *progress = Py_None;
  int objects = 0;
  task work = {0};
  (void)module;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O&|$OpO:read", names, PyUnicode_FSConverter,
                                   &work.path, &fields, &objects, &progress)) {
    return NULL;
  }
  work.progress = progress == Py_None ? NULL : progress;
  PyObject* array = run(&work, fields, objects);
  clear(&work);
  Py_DECREF(work.path);
  return array;
}

static PyObject* list_symbols(json_t* names) {
  const Py_ssize_t count = (Py_ssize_t)json_array_size(names);
  PyObject* list = PyTuple_New(count);
  for (Py_ssize_t i = 0; list && i < count; ++i) {
    const char* name = json_string_value(json_array_get(names, (size_t)i));
    PyObject* text = PyUnicode_FromString(name ? name : "");
    if (!text || PyTuple_SetItem(list, i, text) < 0) Py_CLEAR(list);
  }
  return list;
}

static int add_symbols(PyObject* found, const node* one) {
  if (one->kind == AVRO_ENUM) {
    PyObject* list = list_symbols(one->symbols);
    const int result = list ? PyDict_SetItemString(found, one->path, list) : -1;
    Py_XDECREF(list);
    return result;
  }
  for (size_t i = 0; i < one->count; ++i) {
    if (!one->children[i].skipped && add_symbols(found, &one->children[i]) < 0) return -1;
  }
  return 0;
}

static PyObject* symbols(PyObject* module, PyObject* args, PyObject* kwargs) {
  static char* names[] = {"path", "fields", NULL};
  PyObject *fields = Py_None, *result = NULL;
  task work = {0};
  (void)module;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O&|$O:symbols", names, PyUnicode_FSConverter,
                                   &work.path, &fields)) {
    return NULL;
  }
  if (open_file(&work, PyBytes_AsString(work.path)) == 0 && read_fields(&work, fields) == 0) {
    if (blocks_read(&work.found, work.file) < 0) {
      raise(work.found.problem);
    } else if (tree_read(&work.types, work.found.schema, work.fields, true) < 0) {
      raise(work.types.problem);
    } else {
      result = PyDict_New();
      if (result && add_symbols(result, &work.types.root) < 0) Py_CLEAR(result);
    }
  }
  clear(&work);
  Py_DECREF(work.path);
  return result;
}

PyDoc_STRVAR(read_doc,
             "read(path, *, fields=None, objects=False, progress=None)\n--\n\n"
             "The records of an Avro file as a record array.\n\n"
             "Numbers, dates and times become NumPy's; an enum is the int32 index of its symbol,\n"
             "see symbols(); a fixed is void; strings and bytes are as long as the longest, or\n"
             "with objects=True str and bytes. A union of null and another type has a bool field\n"
             "NAME_valid beside it; another union is a variant: NAME_tag, the index of the\n"
             "branch, and NAME_TYPE for each. `fields` names those that are wanted.\n"
             "progress(done, all) is called now and then.");

PyDoc_STRVAR(symbols_doc,
             "symbols(path, *, fields=None)\n--\n\n"
             "The symbols of each enum in an Avro file: a dict of the field's path and a tuple.");

static PyMethodDef methods[] = {
    {"read", (PyCFunction)(void (*)(void))read_file, METH_VARARGS | METH_KEYWORDS, read_doc},
    {"symbols", (PyCFunction)(void (*)(void))symbols, METH_VARARGS | METH_KEYWORDS, symbols_doc},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "avro_records",
    .m_doc = "An Avro file of any schema as a NumPy record array.",
    .m_methods = methods,
};

PyMODINIT_FUNC PyInit_avro_records(void) { return PyModuleDef_Init(&module_definition); }
