// SPDX-License-Identifier: BSD-3-Clause
#include <descry/descry.h>

typedef struct {
  int32_t x, y;
  char name[6];
} shared_point;
DESCRY_RECORD(shared_point, x, y, name);
typedef struct {
  shared_point from, to;
} shared_line;
DESCRY_RECORD(shared_line, DESCRY_AS(from, shared_point), DESCRY_AS(to, shared_point));

#include "tests/dtype/shared_body.inc"

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "shared_c", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_shared_c(void) { return PyModule_Create(&definition); }
