// SPDX-License-Identifier: BSD-3-Clause
// The module `tracks`: particles as a detector saw them, what is computed of each, and a way for
// the results to Arrow.
#include <descry/descry.h>
#include <math.h>

typedef struct {
  int64_t event;
  double momentum[3];  // GeV
  double mass;         // GeV
  char detector[8];
} track;

typedef struct {
  int64_t event;
  double energy;      // GeV
  double transverse;  // momentum across the beam, GeV
  float angle;        // to the beam, radians
} measured;

DESCRY_RECORD(track, event, momentum, mass, detector);
DESCRY_RECORD(measured, event, energy, transverse, angle);

static measured measure_one(const track* t) {
  const double x = t->momentum[0], y = t->momentum[1], z = t->momentum[2];
  const double across = x * x + y * y;
  const measured result = {.event = t->event,
                           .energy = sqrt(across + z * z + t->mass * t->mass),
                           .transverse = sqrt(across),
                           .angle = (float)atan2(sqrt(across), z)};
  return result;
}

DESCRY_KERNEL(measure, (track, t), (measured, result), *result = measure_one(t))

// arrow(array): an object for pyarrow, polars and others.
static PyObject* arrow(PyObject* self, PyObject* array) {
  (void)self;
  descry_view view;
  if (descry_view_acquire(&view, array, DESCRY_TYPE(measured), 1, DESCRY_READ) < 0) return NULL;
  PyObject* result = descry_to_arrow(&view, 0);
  descry_view_release(&view);
  return result;
}

// from_arrow(table): an array of `measured`.
static PyObject* from_arrow(PyObject* self, PyObject* table) {
  (void)self;
  return descry_from_arrow(DESCRY_TYPE(measured), table, 0);
}

static PyMethodDef methods[] = {
    {"arrow", arrow, METH_O,
     "arrow(measured, /)\n--\n\nAn object that pa.table(), pl.DataFrame() and others take."},
    {"from_arrow", from_arrow, METH_O,
     "from_arrow(table, /)\n--\n\nA record array of the rows of anything that speaks Arrow."},
    {NULL, NULL, 0, NULL}};

static int fill_module(PyObject* module) {
  const descry_type* const types[] = {DESCRY_TYPE(track), DESCRY_TYPE(measured)};
  const descry_function_spec spec = {.name = "measure",
                                     .doc = "Energy, transverse momentum and angle of each track.",
                                     .nin = 1,
                                     .nout = 1,
                                     .types = types,
                                     .kernel = measure};
  if (descry_module_add_function(module, &spec) < 0) return -1;
  if (descry_module_add_dtype(module, DESCRY_TYPE(track)) < 0) return -1;
  return descry_module_add_dtype(module, DESCRY_TYPE(measured));
}

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "tracks", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_tracks(void) {
  PyObject* module = PyModule_Create(&definition);
  if (module && fill_module(module) < 0) Py_CLEAR(module);
  return module;
}
