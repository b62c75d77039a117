// SPDX-License-Identifier: BSD-3-Clause
// Classes of the library's own: made at run time, because the limited API has no other way, once
// for each module that links descry. GIL held (or thread state attached).
#ifndef DESCRY_SRC_BASE_CLASS_H_
#define DESCRY_SRC_BASE_CLASS_H_

#include "src/base/python.h"

// What a PyMethodDef has of a method that takes keywords.
#define DESCRYI_WITH_KEYWORDS(function) ((PyCFunction)(void (*)(void))(function))

// Fills in a slot that is a function. ISO C has no cast from that to the void pointer of the slot.
void descryi_class_set_slot(PyType_Slot* slot, int id, void (*function)(void));

// Returns a new class, or NULL with an exception set.
PyObject* descryi_class_new(PyType_Spec* spec);

// Returns a borrowed reference to the class at `*kept`, which `make` makes at first; or NULL with
// an exception set. `forget` is called when the interpreter ends, and calls descryi_class_forget().
PyTypeObject* descryi_class_find(void** kept, PyObject* (*make)(void), void (*forget)(void));
void descryi_class_forget(void** kept);

// tp_new of a class of which Python makes no instances: raises TypeError.
PyObject* descryi_class_refuse_new(PyTypeObject* class, PyObject* args, PyObject* kwargs);

// Frees an instance, which is how its tp_dealloc ends.
void descryi_class_free(PyObject* instance);

#endif  // DESCRY_SRC_BASE_CLASS_H_
