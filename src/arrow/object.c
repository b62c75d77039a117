// SPDX-License-Identifier: BSD-3-Clause
// The object that Python libraries ask for capsules: made at run time, because the limited API has
// no other way, once for each module that links descry.
#include <stdlib.h>

#include "src/arrow/messages.h"
#include "src/arrow/pack.h"
#include "src/arrow/schema.h"
#include "src/arrow/stream.h"
#include "src/base/class.h"
#include "src/base/numpy.h"

static const char kSchema[] = "arrow_schema";
static const char kArray[] = "arrow_array";
static const char kStream[] = "arrow_array_stream";

typedef struct exported {
  PyObject_HEAD descryi_arrow_export from;
  unsigned flags;
} exported;

static void free_export(PyObject* object) {
  descryi_arrow_export_end(&((exported*)object)->from);
  descryi_class_free(object);
}

static PyObject* represent_export(PyObject* object) {
  const descry_view* const view = &((exported*)object)->from.view;
  return PyUnicode_FromFormat("<descry.arrow of %zd %s elements>", view->size, view->type->name);
}

static Py_ssize_t length(PyObject* object) { return ((exported*)object)->from.view.size; }

// Consumers move out what they take: what is left has no `release`.
static void end_schema(PyObject* capsule) {
  struct ArrowSchema* const schema = PyCapsule_GetPointer(capsule, kSchema);
  if (schema->release) schema->release(schema);
  free(schema);
}

static void end_array(PyObject* capsule) {
  struct ArrowArray* const array = PyCapsule_GetPointer(capsule, kArray);
  if (array->release) array->release(array);
  free(array);
}

static void end_stream(PyObject* capsule) {
  struct ArrowArrayStream* const stream = PyCapsule_GetPointer(capsule, kStream);
  if (stream->release) stream->release(stream);
  free(stream);
}

static PyObject* schema_capsule(const descryi_arrow_column* column) {
  struct ArrowSchema* const schema = malloc(sizeof *schema);
  if (!schema || descryi_arrow_schema_of(schema, column) < 0) {
    free(schema);
    return PyErr_NoMemory();
  }
  PyObject* capsule = PyCapsule_New(schema, kSchema, end_schema);
  if (!capsule) {
    schema->release(schema);
    free(schema);
  }
  return capsule;
}

static int fill_array(struct ArrowArray* out, const descryi_arrow_export* from) {
  const descry_view* const view = &from->view;
  const size_t text = descryi_arrow_text_size(&from->column);
  if (text && (size_t)view->size > INT32_MAX / text) return descryi_raise_arrow_text_all();
  descryi_arrow_problem problem = {0};
  int result;
  Py_BEGIN_ALLOW_THREADS result = descryi_arrow_pack(out, &from->column, view->data,
                                                     view->strides[0], view->shape[0], &problem);
  Py_END_ALLOW_THREADS return result < 0 ? descryi_arrow_raise(&problem) : 0;
}

static PyObject* array_capsule(const descryi_arrow_export* from) {
  struct ArrowArray* const array = malloc(sizeof *array);
  if (!array) return PyErr_NoMemory();
  if (fill_array(array, from) < 0) {
    free(array);
    return NULL;
  }
  PyObject* capsule = PyCapsule_New(array, kArray, end_array);
  if (!capsule) {
    array->release(array);
    free(array);
  }
  return capsule;
}

static PyObject* stream_capsule(const exported* self) {
  struct ArrowArrayStream* const stream = malloc(sizeof *stream);
  if (!stream) return PyErr_NoMemory();
  if (descryi_arrow_stream_new(stream, &self->from.view, self->flags) < 0) {
    free(stream);
    return NULL;
  }
  PyObject* capsule = PyCapsule_New(stream, kStream, end_stream);
  if (!capsule) {
    stream->release(stream);
    free(stream);
  }
  return capsule;
}

// Takes `requested_schema`, by which a consumer may ask for other types: producers may ignore it,
// and this one does.
static int parse(PyObject* args, PyObject* kwargs, const char* format) {
  static char* keywords[] = {"requested_schema", NULL};
  PyObject* requested = NULL;
  return PyArg_ParseTupleAndKeywords(args, kwargs, format, keywords, &requested) ? 0 : -1;
}

static PyObject* get_schema_capsule(PyObject* self, PyObject* unused) {
  (void)unused;
  return schema_capsule(&((exported*)self)->from.column);
}

static PyObject* get_array(PyObject* self, PyObject* args, PyObject* kwargs) {
  if (parse(args, kwargs, "|O:__arrow_c_array__") < 0) return NULL;
  PyObject* pair = NULL;
  PyObject* schema = schema_capsule(&((exported*)self)->from.column);
  PyObject* array = schema ? array_capsule(&((exported*)self)->from) : NULL;
  if (array) pair = PyTuple_Pack(2, schema, array);
  Py_XDECREF(schema);
  Py_XDECREF(array);
  return pair;
}

static PyObject* get_stream(PyObject* self, PyObject* args, PyObject* kwargs) {
  if (parse(args, kwargs, "|O:__arrow_c_stream__") < 0) return NULL;
  return stream_capsule((exported*)self);
}

static PyMethodDef export_methods[] = {
    {"__arrow_c_schema__", get_schema_capsule, METH_NOARGS,
     "__arrow_c_schema__($self, /)\n--\n\nThe schema, as a capsule."},
    {"__arrow_c_array__", DESCRYI_WITH_KEYWORDS(get_array), METH_VARARGS | METH_KEYWORDS,
     "__arrow_c_array__($self, /, requested_schema=None)\n--\n\n"
     "The schema and all elements as one array, as two capsules."},
    {"__arrow_c_stream__", DESCRYI_WITH_KEYWORDS(get_stream), METH_VARARGS | METH_KEYWORDS,
     "__arrow_c_stream__($self, /, requested_schema=None)\n--\n\n"
     "The elements as a stream of arrays, as a capsule."},
    {NULL, NULL, 0, NULL}};

static PyObject* new_export_class(void) {
  PyType_Slot slots[] = {
      {0, NULL}, {0, NULL}, {0, NULL}, {0, NULL}, {Py_tp_methods, export_methods}, {0, NULL}};
  descryi_class_set_slot(&slots[0], Py_tp_dealloc, (void (*)(void))free_export);
  descryi_class_set_slot(&slots[1], Py_tp_repr, (void (*)(void))represent_export);
  descryi_class_set_slot(&slots[2], Py_tp_new, (void (*)(void))descryi_class_refuse_new);
  descryi_class_set_slot(&slots[3], Py_sq_length, (void (*)(void))length);
  PyType_Spec spec = {.name = "descry.arrow",
                      .basicsize = (int)sizeof(exported),
                      .flags = Py_TPFLAGS_DEFAULT,
                      .slots = slots};
  return descryi_class_new(&spec);
}

static void* export_class;

static void forget_export_class(void) { descryi_class_forget(&export_class); }

PyObject* descry_to_arrow(const descry_view* view, unsigned flags) {
  PyTypeObject* const class =
      descryi_class_find(&export_class, new_export_class, forget_export_class);
  if (!class) return NULL;
  exported* const self = PyObject_New(exported, class);
  if (!self) return NULL;
  self->flags = flags;
  // Where it fails there is nothing to end, which an ended export stands for as well.
  if (descryi_arrow_export_begin(&self->from, view, flags) == 0) return (PyObject*)self;
  Py_DECREF(self);
  return NULL;
}
