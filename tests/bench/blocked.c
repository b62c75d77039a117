// SPDX-License-Identifier: BSD-3-Clause
// The least that there is to do for records of 48 bytes: the same copies written out, with nothing
// looked at, by blocks, into fresh memory in chunks and out of it. arrow_columns.py compares.
#include <Python.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 128, CHUNK = 65536 };

typedef struct {
  int64_t id;
  double x, y, z;
  float mass;
  int32_t kind;
  int64_t born;
} flat;

static void copy_out(const flat* from, size_t count, void* const* columns) {
  int64_t *const id = columns[0], *const born = columns[6];
  double *const x = columns[1], *const y = columns[2], *const z = columns[3];
  float* const mass = columns[4];
  int32_t* const kind = columns[5];
  for (size_t first = 0; first < count; first += BLOCK) {
    const size_t end = first + BLOCK < count ? first + BLOCK : count;
    for (size_t i = first; i < end; i++) id[i] = from[i].id;
    for (size_t i = first; i < end; i++) x[i] = from[i].x;
    for (size_t i = first; i < end; i++) y[i] = from[i].y;
    for (size_t i = first; i < end; i++) z[i] = from[i].z;
    for (size_t i = first; i < end; i++) mass[i] = from[i].mass;
    for (size_t i = first; i < end; i++) kind[i] = from[i].kind;
    for (size_t i = first; i < end; i++) born[i] = from[i].born;
  }
}

static void copy_in(flat* to, size_t count, void* const* columns) {
  const int64_t *const id = columns[0], *const born = columns[6];
  const double *const x = columns[1], *const y = columns[2], *const z = columns[3];
  const float* const mass = columns[4];
  const int32_t* const kind = columns[5];
  for (size_t first = 0; first < count; first += BLOCK) {
    const size_t end = first + BLOCK < count ? first + BLOCK : count;
    for (size_t i = first; i < end; i++) to[i].id = id[i];
    for (size_t i = first; i < end; i++) to[i].x = x[i];
    for (size_t i = first; i < end; i++) to[i].y = y[i];
    for (size_t i = first; i < end; i++) to[i].z = z[i];
    for (size_t i = first; i < end; i++) to[i].mass = mass[i];
    for (size_t i = first; i < end; i++) to[i].kind = kind[i];
    for (size_t i = first; i < end; i++) to[i].born = born[i];
  }
}

enum { COLUMNS = 7 };
static const size_t kSizes[COLUMNS] = {8, 8, 8, 8, 4, 4, 8};

// Chunks of columns: COLUMNS pointers for each, and their count in front.
typedef struct {
  size_t records;
  size_t chunks;
  void* columns[];
} chunked;

static void end(PyObject* capsule) {
  chunked* all = PyCapsule_GetPointer(capsule, "chunked");
  for (size_t i = 0; i < all->chunks * COLUMNS; i++) free(all->columns[i]);
  free(all);
}

static size_t chunk_size(const chunked* all, size_t chunk) {
  const size_t left = all->records - chunk * CHUNK;
  return left < CHUNK ? left : CHUNK;
}

// columns(buffer of records): fresh columns, as a capsule.
static PyObject* columns(PyObject* self, PyObject* records) {
  (void)self;
  Py_buffer buffer;
  if (PyObject_GetBuffer(records, &buffer, PyBUF_SIMPLE) < 0) return NULL;
  const size_t count = (size_t)buffer.len / sizeof(flat), chunks = (count + CHUNK - 1) / CHUNK;
  chunked* all = calloc(1, sizeof *all + chunks * COLUMNS * sizeof(void*));
  if (!all) abort();
  all->records = count;
  all->chunks = chunks;
  for (size_t chunk = 0; chunk < chunks; chunk++) {
    const size_t size = chunk_size(all, chunk);
    void** const into = all->columns + chunk * COLUMNS;
    for (int k = 0; k < COLUMNS; k++) into[k] = malloc(size * kSizes[k]);
    copy_out((const flat*)buffer.buf + chunk * CHUNK, size, into);
  }
  PyBuffer_Release(&buffer);
  return PyCapsule_New(all, "chunked", end);
}

// records(capsule): a capsule of fresh records.
static void end_records(PyObject* capsule) { free(PyCapsule_GetPointer(capsule, "records")); }

static PyObject* records(PyObject* self, PyObject* capsule) {
  (void)self;
  chunked* all = PyCapsule_GetPointer(capsule, "chunked");
  if (!all) return NULL;
  flat* made = calloc(all->records, sizeof *made);
  if (!made) abort();
  for (size_t chunk = 0; chunk < all->chunks; chunk++) {
    copy_in(made + chunk * CHUNK, chunk_size(all, chunk), all->columns + chunk * COLUMNS);
  }
  return PyCapsule_New(made, "records", end_records);
}

static PyMethodDef methods[] = {
    {"columns", columns, METH_O, NULL}, {"records", records, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "blocked", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_blocked(void);
PyMODINIT_FUNC PyInit_blocked(void) { return PyModule_Create(&module); }
