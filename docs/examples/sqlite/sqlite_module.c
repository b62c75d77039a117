// SPDX-License-Identifier: BSD-3-Clause
// The Python module `sqlite_records`: the result of any query as a NumPy record array.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <descry/descry.h>
#include <sqlite3.h>
#include <string.h>

#include "columns.h"

// How many rows pass between two looks at signals and at `progress`.
enum { ROWS_BETWEEN = 1 << 16 };

// One call of query().
typedef struct task {
  sqlite3* database;
  sqlite3_stmt* statement;
  PyObject* progress;  // borrowed, or NULL
  columns found;
} task;

static int raise_sqlite(sqlite3* database) {
  if (database && sqlite3_errcode(database) == SQLITE_NOMEM) {
    PyErr_NoMemory();
  } else {
    PyErr_Format(PyExc_ValueError, "SQLite: %s",
                 database ? sqlite3_errmsg(database) : "out of memory");
  }
  return -1;
}

static int raise_problem(const columns* found) {
  if (strcmp(found->problem, "out of memory") == 0) {
    PyErr_NoMemory();
  } else {
    PyErr_SetString(PyExc_ValueError, found->problem);
  }
  return -1;
}

static int bind_bytes(sqlite3_stmt* statement, int index, PyObject* value) {
  Py_ssize_t size;
  if (PyUnicode_Check(value)) {
    const char* text = PyUnicode_AsUTF8AndSize(value, &size);
    if (!text) return -1;
    return sqlite3_bind_text64(statement, index, text, (sqlite3_uint64)size, SQLITE_TRANSIENT,
                               SQLITE_UTF8);
  }
  char* data;
  if (PyBytes_AsStringAndSize(value, &data, &size) < 0) return -1;
  return sqlite3_bind_blob64(statement, index, data, (sqlite3_uint64)size, SQLITE_TRANSIENT);
}

// Returns SQLite's status, or -1 with an exception set.
static int bind_one(sqlite3_stmt* statement, int index, PyObject* value) {
  if (value == Py_None) return sqlite3_bind_null(statement, index);
  if (PyFloat_Check(value)) return sqlite3_bind_double(statement, index, PyFloat_AsDouble(value));
  if (!PyLong_Check(value)) return bind_bytes(statement, index, value);
  const long long number = PyLong_AsLongLong(value);
  if (number == -1 && PyErr_Occurred()) return -1;
  return sqlite3_bind_int64(statement, index, number);
}

static int bind_all(task* work, PyObject* parameters) {
  PyObject* values = PySequence_Tuple(parameters);
  if (!values) return -1;
  const Py_ssize_t count = PyTuple_Size(values);
  int result = 0;
  if (count != sqlite3_bind_parameter_count(work->statement)) {
    PyErr_Format(PyExc_ValueError, "the statement has %d parameters, got %zd",
                 sqlite3_bind_parameter_count(work->statement), count);
    result = -1;
  }
  for (Py_ssize_t i = 0; result == 0 && i < count; ++i) {
    const int status = bind_one(work->statement, (int)i + 1, PyTuple_GetItem(values, i));
    if (status != SQLITE_OK) result = PyErr_Occurred() ? -1 : raise_sqlite(work->database);
  }
  Py_DECREF(values);
  return result;
}

// Opens the file to read, and compiles the one statement. Only this thread uses the connection, so
// that it needs no mutex.
static int open_query(task* work, const char* path, const char* sql) {
  const char* rest = NULL;
  if (sqlite3_open_v2(path, &work->database, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) !=
          SQLITE_OK ||
      sqlite3_prepare_v2(work->database, sql, -1, &work->statement, &rest) != SQLITE_OK) {
    return raise_sqlite(work->database);
  }
  if (!work->statement || !sqlite3_stmt_readonly(work->statement) ||
      sqlite3_column_count(work->statement) == 0) {
    PyErr_SetString(PyExc_ValueError, "not a query: it has no result, or changes something");
    return -1;
  }
  if (rest[strspn(rest, " \t\r\n;")] == '\0') return 0;
  PyErr_SetString(PyExc_ValueError, "more than one statement");
  return -1;
}

// Looks at signals, and says how far it is. The GIL is held.
static int report(const task* work) {
  if (PyErr_CheckSignals() < 0) return -1;
  if (!work->progress) return 0;
  PyObject* answer = PyObject_CallFunction(work->progress, "n", (Py_ssize_t)work->found.rows);
  Py_XDECREF(answer);
  return answer ? 0 : -1;
}

// Takes up to ROWS_BETWEEN rows without the GIL. Returns SQLite's status, or -1 with an exception.
static int take_part(task* work) {
  int status = SQLITE_ROW, result = 0;
  Py_BEGIN_ALLOW_THREADS for (int i = 0; result == 0 && i < ROWS_BETWEEN; ++i) {
    if ((status = sqlite3_step(work->statement)) != SQLITE_ROW) break;
    result = columns_take(&work->found, work->statement);
  }
  Py_END_ALLOW_THREADS return result < 0 ? raise_problem(&work->found) : status;
}

static int take_all(task* work) {
  for (;;) {
    const int status = take_part(work);
    if (status < 0) return -1;
    if (status != SQLITE_ROW && status != SQLITE_DONE) return raise_sqlite(work->database);
    if (report(work) < 0) return -1;
    if (status == SQLITE_DONE) return 0;
  }
}

// Puts a str or a bytes where None is.
static int make_object_at(int kind, const char* data, size_t size, char* to) {
  PyObject* old;
  PyObject* object = kind == SQLITE_TEXT ? PyUnicode_DecodeUTF8(data, (Py_ssize_t)size, NULL)
                                         : PyBytes_FromStringAndSize(data, (Py_ssize_t)size);
  if (!object) return -1;
  memcpy(&old, to, sizeof old);
  memcpy(to, &object, sizeof object);
  Py_XDECREF(old);
  return 0;
}

static int write_records(const task* work, const descry_view* view) {
  int result = 0;
  const char* from = work->found.data;
  for (Py_ssize_t i = 0; result == 0 && i < view->shape[0]; ++i) {
    char* record = view->data + i * view->strides[0];
    if (!work->found.objects) memset(record, 0, (size_t)view->itemsize);
    result = columns_write(&work->found, &from, record, make_object_at);
  }
  return result;
}

// Writes what was taken into a new array; objects with the GIL held.
static int write_all(const task* work, const descry_view* view) {
  int result;
  if (work->found.objects) return write_records(work, view);
  Py_BEGIN_ALLOW_THREADS result = write_records(work, view);
  Py_END_ALLOW_THREADS return result;
}

// Returns a new array, or NULL with an exception set.
static PyObject* make_array(task* work) {
  descry_view view = {0};
  PyObject* array = NULL;
  const descry_type* type = columns_type(&work->found, work->statement);
  if (!type) {
    raise_problem(&work->found);
    return NULL;
  }
  const Py_ssize_t rows = (Py_ssize_t)work->found.rows;
  // Each record is cleared right before it is written, while it is in the cache; objects
  // beforehand.
  array = work->found.objects ? descry_zeros(type, 1, &rows, DESCRY_C_ORDER)
                              : descry_empty(type, 1, &rows, DESCRY_C_ORDER);
  if (array && (descry_view_acquire(&view, array, type, 1, DESCRY_WRITE) < 0 ||
                write_all(work, &view) < 0)) {
    Py_CLEAR(array);
  }
  descry_view_release(&view);
  descry_type_release(type);
  return array;
}

static PyObject* query(PyObject* module, PyObject* args, PyObject* kwargs) {
  static char* names[] = {"path", "sql", "parameters", "objects", "progress", NULL};
  PyObject *path, *parameters = NULL, *progress = Py_None, *array = NULL;
  const char* sql;
  int objects = 0;
  task work = {0};
  (void)module;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O&s|O$pO:query", names, PyUnicode_FSConverter,
                                   &path, &sql, &parameters, &objects, &progress)) {
    return NULL;
  }
  work.progress = progress == Py_None ? NULL : progress;
  if (open_query(&work, PyBytes_AsString(path), sql) < 0) goto done;
  if (parameters && bind_all(&work, parameters) < 0) goto done;
  if (columns_init(&work.found, work.statement, objects) < 0) {
    raise_problem(&work.found);
    goto done;
  }
  if (take_all(&work) == 0) array = make_array(&work);

done:
  columns_clear(&work.found);
  sqlite3_finalize(work.statement);
  sqlite3_close(work.database);
  Py_DECREF(path);
  return array;
}

PyDoc_STRVAR(query_doc,
             "query(path, sql, parameters=(), *, objects=False, progress=None)\n--\n\n"
             "The result of a query as a record array.\n\n"
             "Integers are int64, reals float64, texts unicode of the longest one's length, blobs\n"
             "(all of one size) void; with objects=True texts are str and blobs bytes. A column\n"
             "with NULLs has a bool field NAME_valid beside it; one of several kinds of values is\n"
             "a variant: NAME_tag (0 NULL, 1 integer, 2 real, 3 text, 4 blob) and NAME_integer\n"
             "and so on. progress(rows) is called now and then.");

static PyMethodDef methods[] = {
    {"query", (PyCFunction)(void (*)(void))query, METH_VARARGS | METH_KEYWORDS, query_doc},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "sqlite_records",
    .m_doc = "The result of any SQLite query as a NumPy record array.",
    .m_methods = methods,
};

PyMODINIT_FUNC PyInit_sqlite_records(void) { return PyModuleDef_Init(&module_definition); }
