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
  PyObject* progress;     // borrowed, or NULL
  PyThreadState* thread;  // while the GIL is released
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

// Opens the file to read, and compiles the one statement. A transaction holds the database still
// between the two passes.
static int open_query(task* work, const char* path, const char* sql) {
  const char* rest = NULL;
  if (sqlite3_open_v2(path, &work->database, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
      sqlite3_exec(work->database, "BEGIN", NULL, NULL, NULL) != SQLITE_OK ||
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
static int report(const task* work, size_t rows, int pass) {
  if (PyErr_CheckSignals() < 0) return -1;
  if (!work->progress) return 0;
  PyObject* answer = PyObject_CallFunction(work->progress, "in", pass, (Py_ssize_t)rows);
  Py_XDECREF(answer);
  return answer ? 0 : -1;
}

static void release_gil(task* work) { work->thread = PyEval_SaveThread(); }
static void take_gil(task* work) { PyEval_RestoreThread(work->thread); }

// The first pass: what do the columns hold?
static int look(task* work) {
  int status, result = 0;
  release_gil(work);
  while ((status = sqlite3_step(work->statement)) == SQLITE_ROW) {
    if ((result = columns_look(&work->found, work->statement)) < 0) break;
    if (work->found.rows % ROWS_BETWEEN != 0) continue;
    take_gil(work);
    result = report(work, work->found.rows, 1);
    release_gil(work);
    if (result < 0) break;
  }
  take_gil(work);
  if (result < 0) return PyErr_Occurred() ? -1 : raise_problem(&work->found);
  if (status != SQLITE_DONE) return raise_sqlite(work->database);
  if (sqlite3_reset(work->statement) != SQLITE_OK) return raise_sqlite(work->database);
  return report(work, work->found.rows, 1);
}

// What is wrong with a row of the second pass, which is to hold what the first one found.
enum { ROW_FITS = 0, ROW_DIFFERS = -1, ROW_RAISED = -2 };

// Puts an object where None is.
static int set_object(char* to, PyObject* object) {
  if (!object) return ROW_RAISED;
  PyObject* old;
  memcpy(&old, to, sizeof old);
  memcpy(to, &object, sizeof object);
  Py_XDECREF(old);
  return ROW_FITS;
}

static int fill_text(const task* work, const column* one, int index, char* to) {
  const unsigned char* text = sqlite3_column_text(work->statement, index);
  const int size = sqlite3_column_bytes(work->statement, index);
  if (!text) return ROW_DIFFERS;
  if (work->found.objects)
    return set_object(to, PyUnicode_DecodeUTF8((const char*)text, size, NULL));
  const sqlite3_int64 length = text_length(text, size);
  if (length < 0 || (size_t)length > one->text_size) return ROW_DIFFERS;
  text_decode(text, size, to);
  return ROW_FITS;
}

static int fill_blob(const task* work, const column* one, int index, char* to) {
  const void* data = sqlite3_column_blob(work->statement, index);
  const int size = sqlite3_column_bytes(work->statement, index);
  if (work->found.objects) return set_object(to, PyBytes_FromStringAndSize(data, size));
  if ((size_t)size != one->blob_size) return ROW_DIFFERS;
  if (size > 0) memcpy(to, data, (size_t)size);
  return ROW_FITS;
}

static int fill_integer(sqlite3_stmt* statement, bool is_bool, int index, char* to) {
  const sqlite3_int64 value = sqlite3_column_int64(statement, index);
  if (!is_bool) {
    memcpy(to, &value, sizeof value);
    return ROW_FITS;
  }
  *to = (char)value;
  return value == 0 || value == 1 ? ROW_FITS : ROW_DIFFERS;
}

// Writes a value of SQLite's `kind` where a field of `form` is.
static int fill_value(const task* work, const column* one, column_form form, int index, int kind,
                      char* to) {
  double real;
  switch (form) {
    case FORM_BOOL:
    case FORM_INTEGER:
      if (kind != SQLITE_INTEGER) return ROW_DIFFERS;
      return fill_integer(work->statement, form == FORM_BOOL, index, to);
    case FORM_REAL:
      if (kind != SQLITE_FLOAT && kind != SQLITE_INTEGER) return ROW_DIFFERS;
      real = sqlite3_column_double(work->statement, index);
      memcpy(to, &real, sizeof real);
      return ROW_FITS;
    case FORM_TEXT:
      return kind == SQLITE_TEXT ? fill_text(work, one, index, to) : ROW_DIFFERS;
    default:
      return kind == SQLITE_BLOB ? fill_blob(work, one, index, to) : ROW_DIFFERS;
  }
}

// Sets the tag of a variant, and the branch behind it that the value belongs to.
static int fill_mixed(const task* work, const column* one, int index, int kind, char* record) {
  static const column_form kForms[] = {FORM_INTEGER, FORM_REAL, FORM_TEXT, FORM_BLOB};
  const descry_field* branch = one->value + 1;
  for (int i = 0; i < 4; ++i) {
    if (!(one->seen & (1u << i))) continue;
    if (kind == i + 1) {  // SQLITE_INTEGER is 1, and so on
      *(record + descry_field_offset(one->value)) = (char)kind;
      return fill_value(work, one, kForms[i], index, kind, record + descry_field_offset(branch));
    }
    ++branch;
  }
  return ROW_DIFFERS;
}

static int fill_column(const task* work, int index, char* record) {
  const column* one = &work->found.items[index];
  const int kind = sqlite3_column_type(work->statement, index);
  if (kind == SQLITE_NULL) return one->seen & SEEN_NULL ? ROW_FITS : ROW_DIFFERS;
  if (one->form == FORM_MIXED) return fill_mixed(work, one, index, kind, record);
  if (one->seen & SEEN_NULL) record[descry_field_offset(one->value + 1)] = 1;
  return fill_value(work, one, one->form, index, kind, record + descry_field_offset(one->value));
}

static int fill_row(const task* work, char* record) {
  for (int i = 0; i < work->found.count; ++i) {
    const int result = fill_column(work, i, record);
    if (result != ROW_FITS) return result;
  }
  return ROW_FITS;
}

static int raise_changed(void) {
  PyErr_SetString(PyExc_ValueError, "the query gave another result the second time");
  return -1;
}

// The second pass. Rows become records; those of objects with the GIL held.
static int fill(task* work, const descry_view* view) {
  int status, result = ROW_FITS;
  Py_ssize_t row = 0;
  if (!work->found.objects) release_gil(work);
  while (result == ROW_FITS && (status = sqlite3_step(work->statement)) == SQLITE_ROW) {
    if (row == view->shape[0]) {
      result = ROW_DIFFERS;
      break;
    }
    result = fill_row(work, view->data + row++ * view->strides[0]);
    if (result != ROW_FITS || row % ROWS_BETWEEN != 0) continue;
    if (!work->found.objects) take_gil(work);
    if (report(work, (size_t)row, 2) < 0) result = ROW_RAISED;
    if (!work->found.objects) release_gil(work);
  }
  if (!work->found.objects) take_gil(work);
  if (result == ROW_RAISED) return -1;
  if (result == ROW_DIFFERS) return raise_changed();
  if (status != SQLITE_DONE) return raise_sqlite(work->database);
  return row == view->shape[0] ? report(work, (size_t)row, 2) : raise_changed();
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
  array = descry_zeros(type, 1, &rows, DESCRY_C_ORDER);
  if (array &&
      (descry_view_acquire(&view, array, type, 1, DESCRY_WRITE) < 0 || fill(work, &view) < 0)) {
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
  if (look(&work) == 0) array = make_array(&work);

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
             "and so on. progress(pass, rows) is called now and then.");

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
