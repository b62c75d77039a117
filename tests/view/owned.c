// SPDX-License-Identifier: BSD-3-Clause
#include "tests/view/owned.h"

PyTypeObject* pet_class;
PyTypeObject* passing_class;

DESCRY_OBJECT(pet, &pet_class);
DESCRY_OBJECT(passing, &passing_class);
DESCRY_RECORD(kennel, size, DESCRY_AS(pets, pet));
DESCRY_RECORD(owned, weight, DESCRY_AS(animal, pet), DESCRY_AS(home, kennel), anything);
