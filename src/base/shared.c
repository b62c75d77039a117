// SPDX-License-Identifier: BSD-3-Clause
#include "src/base/shared.h"

#include "src/base/interpreter.h"
#include "src/base/messages.h"
#include "src/base/numpy.h"

// Puts a new struct under `key` unless there is one. Returns a new reference to the capsule that is
// there now, or NULL with an exception set.
static PyObject* put_new(const descryi_shared* shared, PyObject* dict, PyObject* key) {
  descryi_shared_head* made = shared->make();
  if (!made) return NULL;
  *made = (descryi_shared_head){shared->oldest, shared->newest};
  PyObject* capsule = PyCapsule_New(made, shared->key, NULL);
  PyObject* found = capsule ? descryi_dict_set_default(dict, key, capsule) : NULL;
  if (!found || found != capsule) shared->drop(made);
  Py_XDECREF(capsule);
  return found;
}

// Returns a new reference to the capsule, made if need be, or NULL with an exception set.
static PyObject* find_capsule(const descryi_shared* shared) {
  PyObject* dict = descryi_interpreter_dict();
  PyObject* key = dict ? PyUnicode_FromString(shared->key) : NULL;
  if (!key) return NULL;
  PyObject* capsule = descryi_dict_get(dict, key);
  if (!capsule && !PyErr_Occurred()) capsule = put_new(shared, dict, key);
  Py_DECREF(key);
  return capsule;
}

// Returns the struct in the capsule, or NULL with an exception set.
static void* open_capsule(const descryi_shared* shared, PyObject* capsule) {
  const descryi_shared_head* head = PyCapsule_GetPointer(capsule, shared->key);
  if (!head || (head->oldest <= shared->newest && head->newest >= shared->oldest)) {
    return (void*)(uintptr_t)head;
  }
  descryi_raise_shared_unknown(shared->title, head->oldest, head->newest, shared->oldest,
                               shared->newest);
  return NULL;
}

void* descryi_shared_find(descryi_shared* shared) {
  if (descryi_numpy_ensure() < 0) return NULL;
  PyObject* capsule = find_capsule(shared);
  void* found = capsule ? open_capsule(shared, capsule) : NULL;
  Py_XDECREF(capsule);
  if (!found || (shared->join && shared->join(found) < 0)) return NULL;
  descryi_store_release(&shared->found, found);
  return found;
}
