// SPDX-License-Identifier: BSD-3-Clause
// The Python module `elf`: an ELF file's own tables as NumPy record arrays, straight over the
// mapped file.

#include <Python.h>
#include <descry/descry.h>

#include "elf_constants.h"
#include "elf_file_object.h"
#include "elf_types.h"

static const descry_type* const records[] = {
    DESCRY_TYPE(Elf64_Ehdr),
    DESCRY_TYPE(Elf64_Shdr),
    DESCRY_TYPE(Elf64_Phdr),
    DESCRY_TYPE(Elf64_Sym),
};

#define RECORD_COUNT (sizeof(records) / sizeof(records[0]))

static PyObject* layouts(PyObject* Py_UNUSED(module), PyObject* Py_UNUSED(arg)) {
  PyObject* drawings = PyList_New(RECORD_COUNT);
  for (size_t i = 0; drawings && i < RECORD_COUNT; ++i) {
    PyObject* drawing = descry_layout(records[i]);
    if (!drawing || PyList_SetItem(drawings, (Py_ssize_t)i, drawing) < 0) Py_CLEAR(drawings);
  }
  return drawings;
}

static PyMethodDef module_methods[] = {
    {"layouts", layouts, METH_NOARGS,
     "layouts()\n--\n\nDrawings of the four records' memory, a list of str."},
    {NULL, NULL, 0, NULL},
};

// Adds the class File. Returns 0, or -1 with an exception set.
static int add_file_type(PyObject* module) {
  PyObject* type = elf_file_class_new();
  if (!type) return -1;
  int result = PyModule_AddType(module, (PyTypeObject*)type);
  Py_DECREF(type);
  return result;
}

static int execute(PyObject* module) {
  for (size_t i = 0; i < RECORD_COUNT; ++i) {
    if (descry_module_add_dtype(module, records[i]) < 0) return -1;
  }
  if (elf_constants_add(module) < 0) return -1;
  return add_file_type(module);
}

static PyModuleDef_Slot module_slots[] = {
    {Py_mod_exec, execute},
#ifdef Py_GIL_DISABLED
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};

static PyModuleDef module_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "elf",
    .m_doc = "ELF files as NumPy record arrays over the mapped file.",
    .m_methods = module_methods,
    .m_slots = module_slots,
};

PyMODINIT_FUNC PyInit_elf(void) { return PyModuleDef_Init(&module_definition); }
