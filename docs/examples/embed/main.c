// SPDX-License-Identifier: BSD-3-Clause
// particles WATCH [ARGUMENTS]: runs a simulation that the Python file WATCH looks at.

#include <Python.h>
#include <descry/descry.h>
#include <descry_python.h>
#include <stdio.h>
#include <stdlib.h>

#include "docs/examples/embed/simulation.h"

enum { PARTICLES = 1000, STEPS = 50, STEPS_BETWEEN_LOOKS = 10 };

DESCRY_RECORD(particle, position, velocity, bounces);

// Starts the interpreter that descry was built against, where NumPy is, with our arguments as
// sys.argv.
static void start_python(int argc, char** argv) {
  PyConfig config;
  PyConfig_InitPythonConfig(&config);
  config.parse_argv = 0;
  PyStatus status =
      PyConfig_SetBytesString(&config, &config.program_name, DESCRY_PYTHON_EXECUTABLE);
  if (!PyStatus_Exception(status)) status = PyConfig_SetBytesArgv(&config, argc - 1, argv + 1);
  if (!PyStatus_Exception(status)) status = Py_InitializeFromConfig(&config);
  PyConfig_Clear(&config);
  if (PyStatus_Exception(status)) Py_ExitStatusException(status);
}

// Returns a new reference to the function `watch` of the file at `path`, or NULL with an exception
// set.
static PyObject* load_watch(const char* path) {
  PyObject* runpy = PyImport_ImportModule("runpy");
  PyObject* names = runpy ? PyObject_CallMethod(runpy, "run_path", "s", path) : NULL;
  PyObject* watch = names ? PyMapping_GetItemString(names, "watch") : NULL;
  Py_XDECREF(runpy);
  Py_XDECREF(names);
  return watch;
}

// Returns a new array over all particles, or NULL with an exception set. The memory stays ours: the
// array's owner is a capsule that releases nothing.
static PyObject* show_particles(simulation* s) {
  PyObject* owner = PyCapsule_New(s, "simulation", NULL);
  if (!owner) return NULL;
  const Py_ssize_t count = (Py_ssize_t)s->count;
  PyObject* array =
      descry_wrap(DESCRY_TYPE(particle), s->particles, 1, &count, NULL, owner, DESCRY_WRITE);
  Py_DECREF(owner);
  return array;
}

// Returns 0, or -1 with an exception set.
static int run(simulation* s, PyObject* watch, PyObject* particles) {
  for (int step = 1; step <= STEPS; ++step) {
    simulation_advance(s, 0.1);
    if (step % STEPS_BETWEEN_LOOKS) continue;
    PyObject* result = PyObject_CallFunction(watch, "dOi", s->time, particles, step == STEPS);
    if (!result) return -1;
    Py_DECREF(result);
  }
  return 0;
}

static int run_watched(simulation* s, const char* path) {
  PyObject* watch = load_watch(path);
  PyObject* particles = watch ? show_particles(s) : NULL;
  const int result = particles ? run(s, watch, particles) : -1;
  if (result < 0) PyErr_Print();
  Py_XDECREF(watch);
  Py_XDECREF(particles);
  return result;
}

static double fastest(const simulation* s) {
  double most = 0;
  for (size_t i = 0; i < s->count; ++i) {
    const double* v = s->particles[i].velocity;
    const double speed = v[0] * v[0] + v[1] * v[1];
    if (speed > most) most = speed;
  }
  return most;
}

int main(int argc, char** argv) {
  simulation s;
  if (argc < 2) {
    (void)fprintf(stderr, "usage: particles WATCH [ARGUMENTS]\n");
    return EXIT_FAILURE;
  }
  if (simulation_start(&s, PARTICLES) < 0) return EXIT_FAILURE;
  printf("C has %zu particles at %p\n", s.count, (void*)s.particles);
  printf("C: the greatest squared speed is %.3f\n", fastest(&s));
  (void)fflush(stdout);
  start_python(argc, argv);
  int result = run_watched(&s, argv[1]);
  if (Py_FinalizeEx() < 0) result = -1;
  printf("C: the greatest squared speed is %.3f\n", fastest(&s));
  simulation_end(&s);
  return result < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
