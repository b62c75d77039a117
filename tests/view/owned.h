// SPDX-License-Identifier: BSD-3-Clause
// Records with objects of a class.
#ifndef DESCRY_TESTS_VIEW_OWNED_H_
#define DESCRY_TESTS_VIEW_OWNED_H_

#include <Python.h>
#include <descry/declare.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct pet {
  PyObject base;
} pet;

typedef struct passing {
  PyObject base;
} passing;

extern PyTypeObject* pet_class;
extern PyTypeObject* passing_class;

typedef struct kennel {
  int32_t size;
  pet* pets[2][2];
} kennel;

typedef struct owned {
  double weight;
  pet* animal;
  kennel home;
  PyObject* anything;
} owned;

DESCRY_DECLARE(pet);
DESCRY_DECLARE(passing);
DESCRY_DECLARE(kennel);
DESCRY_DECLARE(owned);

#ifdef __cplusplus
}
#endif

#endif  // DESCRY_TESTS_VIEW_OWNED_H_
