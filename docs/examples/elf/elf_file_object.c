// SPDX-License-Identifier: BSD-3-Clause
// A File owns the mapping and is the owner of every array, so the file stays mapped as long as the
// File or one of its arrays lives. A File never changes, so threads may share it.

#include "elf_file_object.h"

#include <descry/descry.h>
#include <errno.h>

#include "elf_file.h"
#include "elf_map.h"
#include "elf_types.h"

typedef struct file_object {
  PyObject ob_base;
  PyObject* path;  // str
  elf_map map;
  elf_file file;
} file_object;

// Raises `problem` of the file `path`. Returns NULL.
static PyObject* raise_problem(const elf_problem* problem, PyObject* path) {
  if (problem->error_number) {
    errno = problem->error_number;
    return PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, path);
  }
  return PyErr_Format(PyExc_ValueError, "%U: %s", path, problem->text);
}

// Maps and reads the file at self->path. Returns 0, or -1 with an exception set.
static int open_file(file_object* self) {
  PyObject* bytes = PyUnicode_EncodeFSDefault(self->path);
  if (!bytes) return -1;
  const char* path = PyBytes_AsString(bytes);
  elf_problem problem;

  PyThreadState* thread = PyEval_SaveThread();  // the disk may be slow
  int result = elf_map_open(&self->map, path, &problem);
  if (result == 0) result = elf_file_read(&self->file, self->map.data, self->map.size, &problem);
  PyEval_RestoreThread(thread);

  Py_DECREF(bytes);
  if (result < 0) raise_problem(&problem, self->path);
  return result;
}

static PyObject* file_new(PyTypeObject* type, PyObject* args, PyObject* kwargs) {
  static char* names[] = {"path", NULL};
  PyObject* path = NULL;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O&:File", names, PyUnicode_FSDecoder, &path)) {
    return NULL;
  }
  file_object* self = (file_object*)PyType_GenericAlloc(type, 0);
  if (!self) {
    Py_DECREF(path);
    return NULL;
  }
  self->path = path;
  if (open_file(self) < 0) Py_CLEAR(self);
  return (PyObject*)self;
}

static void file_dealloc(PyObject* object) {
  file_object* self = (file_object*)object;
  PyTypeObject* type = Py_TYPE(object);
  elf_map_close(&self->map);
  Py_XDECREF(self->path);
  PyObject_Free(self);
  Py_DECREF(type);
}

static PyObject* file_repr(PyObject* self) {
  return PyUnicode_FromFormat("<elf.File %R>", ((file_object*)self)->path);
}

// Returns a new read-only array over `count` elements of the mapped file, or NULL with an exception
// set.
static PyObject* wrap(PyObject* self, const descry_type* type, const void* data, size_t count) {
  Py_ssize_t shape = (Py_ssize_t)count;
  return descry_wrap(type, (void*)data, 1, &shape, NULL, self, DESCRY_READ);
}

static PyObject* get_header(PyObject* self, void* Py_UNUSED(closure)) {
  const elf_file* file = &((file_object*)self)->file;
  return descry_wrap(DESCRY_TYPE(Elf64_Ehdr), (void*)file->header, 0, NULL, NULL, self,
                     DESCRY_READ);
}

static PyObject* get_sections(PyObject* self, void* Py_UNUSED(closure)) {
  const elf_file* file = &((file_object*)self)->file;
  return wrap(self, DESCRY_TYPE(Elf64_Shdr), file->sections, file->section_count);
}

static PyObject* get_segments(PyObject* self, void* Py_UNUSED(closure)) {
  const elf_file* file = &((file_object*)self)->file;
  return wrap(self, DESCRY_TYPE(Elf64_Phdr), file->segments, file->segment_count);
}

static PyObject* get_symtab(PyObject* self, void* Py_UNUSED(closure)) {
  const elf_file* file = &((file_object*)self)->file;
  return wrap(self, DESCRY_TYPE(Elf64_Sym), file->symtab.data, file->symtab.count);
}

static PyObject* get_dynsym(PyObject* self, void* Py_UNUSED(closure)) {
  const elf_file* file = &((file_object*)self)->file;
  return wrap(self, DESCRY_TYPE(Elf64_Sym), file->dynsym.data, file->dynsym.count);
}

static PyObject* get_path(PyObject* self, void* Py_UNUSED(closure)) {
  PyObject* path = ((file_object*)self)->path;
  Py_INCREF(path);
  return path;
}

static PyObject* get_address(PyObject* self, void* Py_UNUSED(closure)) {
  return PyLong_FromVoidPtr((void*)((file_object*)self)->map.data);
}

static PyObject* get_size(PyObject* self, void* Py_UNUSED(closure)) {
  return PyLong_FromSize_t(((file_object*)self)->map.size);
}

// Returns a new str for the name at `offset`, or NULL with an exception set. Names are bytes to
// ELF; those that are no UTF-8 come as file names do, with surrogates.
static PyObject* name_at(PyObject* self, const elf_strings* strings, size_t offset) {
  size_t length;
  const char* name = elf_strings_find(strings, offset, &length);
  if (name) return PyUnicode_DecodeUTF8(name, (Py_ssize_t)length, "surrogateescape");
  return PyErr_Format(PyExc_ValueError,
                      "%U: a name is at offset %zu of a string table that has %zu bytes",
                      ((file_object*)self)->path, offset, strings->size);
}

// Returns a new list with the name of each record of the array `records`, or NULL with an exception
// set. `field` is the member of `type` that holds the name's offset.
static PyObject* names_of(PyObject* self, PyObject* records, const descry_type* type,
                          const char* field, const elf_strings* strings) {
  descry_view view = {0};
  descry_view offsets = {0};
  PyObject* names = NULL;
  if (descry_view_acquire(&view, records, type, 1, DESCRY_READ) < 0) goto done;
  if (descry_view_field(&view, field, &offsets) < 0) goto done;

  names = PyList_New(offsets.shape[0]);
  for (Py_ssize_t i = 0; names && i < offsets.shape[0]; ++i) {
    PyObject* name = name_at(self, strings, *DESCRY_AT(Elf64_Word, &offsets, i));
    if (!name || PyList_SetItem(names, i, name) < 0) Py_CLEAR(names);
  }

done:
  descry_view_release(&offsets);
  descry_view_release(&view);
  return names;
}

static PyObject* section_names(PyObject* self, PyObject* sections) {
  const elf_file* file = &((file_object*)self)->file;
  return names_of(self, sections, DESCRY_TYPE(Elf64_Shdr), "sh_name", &file->section_names);
}

static PyObject* symtab_names(PyObject* self, PyObject* symbols) {
  const elf_file* file = &((file_object*)self)->file;
  return names_of(self, symbols, DESCRY_TYPE(Elf64_Sym), "st_name", &file->symtab.names);
}

static PyObject* dynsym_names(PyObject* self, PyObject* symbols) {
  const elf_file* file = &((file_object*)self)->file;
  return names_of(self, symbols, DESCRY_TYPE(Elf64_Sym), "st_name", &file->dynsym.names);
}

static PyGetSetDef file_getset[] = {
    {"path", get_path, NULL, "The file's path, as it was opened.", NULL},
    {"address", get_address, NULL, "Where the file is mapped.", NULL},
    {"size", get_size, NULL, "The file's size in bytes.", NULL},
    {"header", get_header, NULL, "The Elf64_Ehdr, as an array without dimensions.", NULL},
    {"sections", get_sections, NULL, "The section table, an array of Elf64_Shdr.", NULL},
    {"segments", get_segments, NULL, "The program header table, an array of Elf64_Phdr.", NULL},
    {"symtab", get_symtab, NULL, "All symbols, an array of Elf64_Sym; empty if stripped.", NULL},
    {"dynsym", get_dynsym, NULL, "The dynamic linker's symbols, an array of Elf64_Sym.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMethodDef file_methods[] = {
    {"section_names", section_names, METH_O,
     "section_names(sections)\n--\n\nThe names of `sections`, any selection of self.sections."},
    {"symtab_names", symtab_names, METH_O,
     "symtab_names(symbols)\n--\n\nThe names of `symbols`, any selection of self.symtab."},
    {"dynsym_names", dynsym_names, METH_O,
     "dynsym_names(symbols)\n--\n\nThe names of `symbols`, any selection of self.dynsym."},
    {NULL, NULL, 0, NULL},
};

static const char file_doc[] =
    "File(path)\n--\n\n"
    "An ELF file of this machine's kind, mapped read-only. Its tables are NumPy arrays over the\n"
    "mapping: read-only, not copied, and keeping it mapped as long as they live. Raises OSError\n"
    "where the file can't be opened, ValueError where it is not such a file.";

static PyType_Slot file_slots[] = {
    {Py_tp_doc, (void*)file_doc},
    {Py_tp_new, file_new},
    {Py_tp_dealloc, file_dealloc},
    {Py_tp_repr, file_repr},
    {Py_tp_getset, file_getset},
    {Py_tp_methods, file_methods},
    {0, NULL},
};

static PyType_Spec file_spec = {
    .name = "elf.File",
    .basicsize = sizeof(file_object),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = file_slots,
};

PyObject* elf_file_class_new(void) { return PyType_FromSpec(&file_spec); }
