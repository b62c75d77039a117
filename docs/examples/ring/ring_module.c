// SPDX-License-Identifier: BSD-3-Clause
// The module `ring`: Ring(path), a ring that another process writes to, mapped to read.
#include <descry/descry.h>
#include <errno.h>

#include "ring.h"

DESCRY_RECORD(reading, number, DESCRY_AS(when, datetime64_ns), position, velocity, sum);
DESCRY_RECORD(slot, sequence, DESCRY_AS(value, reading));

// A Ring never changes, so threads may share it. It is the owner of the arrays over the map, which
// stays as long as one of them lives.
typedef struct {
  PyObject ob_base;
  ring mapped;
} ring_object;

static PyObject* ring_new(PyTypeObject* type, PyObject* args, PyObject* kwargs) {
  static char* names[] = {"path", NULL};
  PyObject* path = NULL;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O&:Ring", names, PyUnicode_FSConverter, &path)) {
    return NULL;
  }
  ring_object* self = (ring_object*)PyType_GenericAlloc(type, 0);
  if (self && ring_open(&self->mapped, PyBytes_AsString(path)) < 0) {
    if (errno == EINVAL) {
      PyErr_Format(PyExc_ValueError, "%s: it is not a ring of readings", PyBytes_AsString(path));
    } else {
      PyErr_SetFromErrnoWithFilename(PyExc_OSError, PyBytes_AsString(path));
    }
    Py_CLEAR(self);
  }
  Py_DECREF(path);
  return (PyObject*)self;
}

static void ring_dealloc(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  ring_close(&((ring_object*)self)->mapped);
  PyObject_Free(self);
  Py_DECREF(type);
}

// Which readings a snapshot is to have, and how far it is.
typedef struct {
  const ring* from;
  uint64_t next, end;  // numbers
  Py_ssize_t made;
  Py_ssize_t lost;  // of those made: all before this one, for others between were overwritten
} snapshot_state;

// Copies the next reading that is there still: see descry_generate().
static int next_reading(void* element, void* context) {
  snapshot_state* state = context;
  for (; state->next < state->end; ++state->next) {
    if (!ring_read(state->from, state->next, element)) {
      // The writer came round. It overwrites the oldest, so those before this one are gone as well.
      state->lost = state->made;
      continue;
    }
    ++state->next;
    ++state->made;
    return 1;
  }
  return 0;
}

static PyObject* snapshot(PyObject* self, PyObject* Py_UNUSED(ignored)) {
  const ring* from = &((ring_object*)self)->mapped;
  const uint64_t end = ring_written(from);
  const uint64_t count = end < from->capacity ? end : from->capacity;
  snapshot_state state = {from, end - count, end, 0, 0};
  PyObject* readings =
      descry_generate(DESCRY_TYPE(reading), (Py_ssize_t)count, next_reading, &state);
  if (!readings || state.lost == 0) return readings;
  PyObject* rest = PySequence_GetSlice(readings, state.lost, state.made);
  Py_DECREF(readings);
  return rest;
}

static PyObject* live(PyObject* self, PyObject* Py_UNUSED(ignored)) {
  const ring* from = &((ring_object*)self)->mapped;
  const Py_ssize_t count = (Py_ssize_t)from->capacity;
  return descry_wrap(DESCRY_TYPE(slot), from->slots, 1, &count, NULL, self, DESCRY_READ);
}

static PyObject* get_written(PyObject* self, void* Py_UNUSED(closure)) {
  return PyLong_FromUnsignedLongLong(ring_written(&((ring_object*)self)->mapped));
}

static PyGetSetDef ring_getset[] = {
    {"written", get_written, NULL, "How many readings were written so far.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMethodDef ring_methods[] = {
    {"snapshot", snapshot, METH_NOARGS,
     "snapshot()\n--\n\nA copy of the newest readings, one after the other, oldest first, each of\n"
     "them whole: those that the writer did not overwrite meanwhile."},
    {"live", live, METH_NOARGS,
     "live()\n--\n\nA read-only array over the slots themselves, which change while it is looked\n"
     "at: what it shows may be half of one reading and half of another."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot ring_slots[] = {
    {Py_tp_doc, (void*)"Ring(path)\n--\n\nA ring that another process writes to."},
    {Py_tp_new, ring_new},
    {Py_tp_dealloc, ring_dealloc},
    {Py_tp_getset, ring_getset},
    {Py_tp_methods, ring_methods},
    {0, NULL},
};

static PyType_Spec ring_spec = {
    .name = "ring.Ring",
    .basicsize = sizeof(ring_object),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = ring_slots,
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "ring", NULL, -1, NULL, NULL, NULL, NULL, NULL};

// Puts what is new on the module. Steals a reference to `object`, also on failure.
static int add(PyObject* module, const char* name, PyObject* object) {
  if (object && PyModule_AddObject(module, name, object) == 0) return 0;
  Py_XDECREF(object);
  return -1;
}

PyMODINIT_FUNC PyInit_ring(void) {
  PyObject* module = PyModule_Create(&definition);
  if (module && (add(module, "Ring", PyType_FromSpec(&ring_spec)) < 0 ||
                 descry_module_add_dtype(module, DESCRY_TYPE(reading)) < 0)) {
    Py_CLEAR(module);
  }
  return module;
}
