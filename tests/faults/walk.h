// SPDX-License-Identifier: BSD-3-Clause
// One walk through all that the library offers, for tests that make something fail on the way.
#ifndef DESCRY_TESTS_FAULTS_WALK_H_
#define DESCRY_TESTS_FAULTS_WALK_H_

#include <Python.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct walk_inputs walk_inputs;

typedef struct walk_step {
  const char* name;
  // Returns 0, or -1 with an exception set. Leaves nothing behind.
  int (*take)(const walk_inputs* in);
} walk_step;

// Some of the steps, in the order in which they want to be taken; the last one has no name. Each
// group is taken by itself: what fails once at each place of a long walk takes the walk's time as
// often.
typedef struct walk_group {
  const char* name;
  const walk_step* steps;
} walk_group;

// All groups; the last one has no name.
extern const walk_group walk_groups[];

// What the steps of a walk work on, made by NumPy beforehand. Borrowed references.
struct walk_inputs {
  const struct walk_step* steps;  // to be taken by walk()
  int numpy_has_memory;           // else leave out what NumPy crashes at then
  PyObject* same;                 // a dtype equal to that of walk_sample, another object
  PyObject* renamed;              // one of the same layout
  PyObject* other;                // one of another layout
  PyObject* samples;              // an array of `same`, shape (4,)
  PyObject* swapped;   // one of its fields in another order and the other byte order, shape (4,)
  PyObject* grid;      // an array of `same`, shape (2, 1, ..., 1) with 12 axes
  PyObject* floats;    // an array of float64, shape (4,)
  PyObject* bytes;     // a bytearray of 256 bytes
  PyObject* buffer;    // a bytearray with room for two samples
  PyObject* rows;      // a list of rows of walk_value
  PyObject* forms;     // rows of walk_point in each form that there is, not in a list
  PyObject* bad_rows;  // a list of rows each of which is refused
  PyObject* columns;   // a dict of columns of walk_sample
  PyObject* sample;    // a row of walk_sample
};

// Takes the steps in `in` up to the first that fails. Returns its name, an exception set, or NULL.
const char* walk(const walk_inputs* in);

#ifdef __cplusplus
}
#endif

#endif  // DESCRY_TESTS_FAULTS_WALK_H_
