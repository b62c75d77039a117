// SPDX-License-Identifier: BSD-3-Clause
#include "src/base/class.h"

#include <string.h>

#include "src/base/interpreter.h"
#include "src/base/numpy.h"
#include "src/base/threads.h"

void descryi_class_set_slot(PyType_Slot* slot, int id, void (*function)(void)) {
  slot->slot = id;
  memcpy(&slot->pfunc, &function, sizeof function);
}

PyObject* descryi_class_new(PyType_Spec* spec) {
  PyObject* class = PyType_FromSpec(spec);
  // CPython 3.11 has no exception where it has no memory for the name.
  if (!class && !PyErr_Occurred()) PyErr_NoMemory();
  return class;
}

PyTypeObject* descryi_class_find(void** kept, PyObject* (*make)(void), void (*forget)(void)) {
  if (descryi_numpy_ensure() < 0) return NULL;
  void* found = descryi_load_acquire(kept);
  if (found) return found;
  if (descryi_at_interpreter_end(forget) < 0) return NULL;
  PyObject* class = make();
  if (!class) return NULL;
  if (descryi_compare_exchange(kept, &found, class)) return (PyTypeObject*)class;
  Py_DECREF(class);
  return found;
}

void descryi_class_forget(void** kept) { descryi_store_release(kept, NULL); }

PyObject* descryi_class_refuse_new(PyTypeObject* class, PyObject* args, PyObject* kwargs) {
  (void)args;
  (void)kwargs;
  PyErr_Format(PyExc_TypeError, "cannot create instances of %R", class);
  return NULL;
}

void descryi_class_free(PyObject* instance) {
  PyTypeObject* const class = Py_TYPE(instance);
  freefunc release;
  void* const slot = PyType_GetSlot(class, Py_tp_free);
  memcpy(&release, &slot, sizeof release);
  release(instance);
  Py_DECREF(class);
}
