// SPDX-License-Identifier: BSD-3-Clause
#include "src/arrow/source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/arrow/messages.h"

// What failed while the GIL was not held.
typedef struct failure {
  const char* what;
  int error;
  char why[256];
} failure;

// Moves a struct out of a capsule: the capsule's has no `release` any more. Returns 0, or -1 with
// an exception set.
#define MOVE(type)                                                                \
  static int move_##type(PyObject* capsule, const char* name, struct type* out) { \
    struct type* const inside = PyCapsule_GetPointer(capsule, name);              \
    if (!inside) return -1;                                                       \
    if (!inside->release) return descryi_raise_arrow_consumed(name);              \
    *out = *inside;                                                               \
    inside->release = NULL;                                                       \
    return 0;                                                                     \
  }
MOVE(ArrowArrayStream)
MOVE(ArrowSchema)
MOVE(ArrowArray)
#undef MOVE

// Returns room for one more array, zeroed, or NULL where memory is short.
static struct ArrowArray* add_array(descryi_arrow_source* source) {
  if (source->count == source->capacity) {
    const size_t capacity = source->capacity ? 2 * source->capacity : 8;
    struct ArrowArray* const arrays = realloc(source->arrays, capacity * sizeof *arrays);
    if (!arrays) return NULL;
    source->arrays = arrays;
    source->capacity = capacity;
  }
  return memset(&source->arrays[source->count], 0, sizeof *source->arrays);
}

static int fail(descryi_arrow_source* source, failure* failed, const char* what, int error) {
  failed->what = what;
  failed->error = error;
  const char* const why =
      source->stream.get_last_error ? source->stream.get_last_error(&source->stream) : NULL;
  // The text is the stream's, and may change with the next call.
  (void)strncpy(failed->why, why ? why : "", sizeof failed->why - 1);
  return -1;
}

// Without the GIL: the producer may wait for another thread that needs it.
static int drain_stream(descryi_arrow_source* source, failure* failed) {
  struct ArrowArrayStream* const stream = &source->stream;
  int error = stream->get_schema(stream, &source->schema);
  if (error) return fail(source, failed, "its schema", error);
  for (;;) {
    struct ArrowArray* const array = add_array(source);
    if (!array) return failed->error = ENOMEM, -1;
    error = stream->get_next(stream, array);
    if (error) return fail(source, failed, "an array", error);
    if (!array->release) return 0;
    ++source->count;
  }
}

static int open_stream(descryi_arrow_source* source, PyObject* capsule) {
  failure failed = {0};
  int result;
  if (move_ArrowArrayStream(capsule, "arrow_array_stream", &source->stream) < 0) return -1;
  if (!source->stream.get_schema || !source->stream.get_next) {
    return descryi_raise_arrow_producer("callbacks", EINVAL, NULL);
  }
  Py_BEGIN_ALLOW_THREADS result = drain_stream(source, &failed);
  Py_END_ALLOW_THREADS if (result == 0) return 0;
  if (failed.error == ENOMEM) return PyErr_NoMemory(), -1;
  return descryi_raise_arrow_producer(failed.what, failed.error, *failed.why ? failed.why : NULL);
}

static int open_arrow_array(descryi_arrow_source* source, PyObject* schema, PyObject* array) {
  struct ArrowArray* const place = add_array(source);
  if (!place) return PyErr_NoMemory(), -1;
  if (move_ArrowSchema(schema, "arrow_schema", &source->schema) < 0) return -1;
  if (move_ArrowArray(array, "arrow_array", place) < 0) return -1;
  ++source->count;
  return 0;
}

static int refuse_result(const char* method, PyObject* result) {
  PyObject* name = descryi_class_name(result);
  if (name) descryi_raise_arrow_source_gave(method, name);
  Py_XDECREF(name);
  return -1;
}

static int open_arrow_capsule(descryi_arrow_source* source, const char* method, PyObject* result) {
  if (PyCapsule_IsValid(result, "arrow_array_stream")) return open_stream(source, result);
  if (PyTuple_Check(result) && PyTuple_Size(result) == 2) {
    PyObject* const schema = PyTuple_GetItem(result, 0);
    PyObject* const array = PyTuple_GetItem(result, 1);
    if (PyCapsule_IsValid(schema, "arrow_schema") && PyCapsule_IsValid(array, "arrow_array")) {
      return open_arrow_array(source, schema, array);
    }
  }
  return refuse_result(method, result);
}

// Calls a method. Returns 1, 0 where there is none, or -1 with an exception set.
static int open_by(descryi_arrow_source* source, PyObject* object, const char* method) {
  PyObject* bound = PyObject_GetAttrString(object, method);
  if (!bound) {
    if (!PyErr_ExceptionMatches(PyExc_AttributeError)) return -1;
    PyErr_Clear();
    return 0;
  }
  PyObject* result = PyObject_CallObject(bound, NULL);
  const int opened = result ? open_arrow_capsule(source, method, result) : -1;
  Py_DECREF(bound);
  Py_XDECREF(result);
  return opened < 0 ? -1 : 1;
}

static int open_source(descryi_arrow_source* source, PyObject* object) {
  if (PyCapsule_IsValid(object, "arrow_array_stream")) return open_stream(source, object);
  int opened = open_by(source, object, "__arrow_c_stream__");
  if (opened == 0) opened = open_by(source, object, "__arrow_c_array__");
  if (opened != 0) return opened < 0 ? -1 : 0;
  PyObject* name = descryi_class_name(object);
  if (name) descryi_raise_arrow_source(name);
  Py_XDECREF(name);
  return -1;
}

// Adds up the lengths; what else is wrong with arrays is found when they are read.
static int measure_stream(descryi_arrow_source* source) {
  for (size_t i = 0; i < source->count; ++i) {
    const int64_t length = source->arrays[i].length;
    if (length < 0 || __builtin_add_overflow(source->length, length, &source->length)) {
      return descryi_raise_arrow_length((long long)length);
    }
  }
  return 0;
}

int descryi_arrow_source_open(descryi_arrow_source* source, PyObject* object) {
  memset(source, 0, sizeof *source);
  if (open_source(source, object) == 0 && measure_stream(source) == 0) return 0;
  descryi_arrow_source_close(source);
  return -1;
}

void descryi_arrow_source_close(descryi_arrow_source* source) {
  PyObject* const error = descryi_error_take();
  Py_BEGIN_ALLOW_THREADS for (size_t i = 0; i < source->count; ++i) {
    struct ArrowArray* const array = &source->arrays[i];
    if (array->release) array->release(array);
  }
  free(source->arrays);
  if (source->schema.release) source->schema.release(&source->schema);
  if (source->stream.release) source->stream.release(&source->stream);
  Py_END_ALLOW_THREADS memset(source, 0, sizeof *source);
  descryi_error_restore(error);
}
