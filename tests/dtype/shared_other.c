// SPDX-License-Identifier: BSD-3-Clause
#include <descry/descry.h>

// Another struct of the same name.
typedef struct {
  double x, y;
} shared_point;
DESCRY_RECORD(shared_point, x, y);
typedef struct {
  shared_point from, to;
} shared_line;
DESCRY_RECORD(shared_line, DESCRY_AS(from, shared_point), DESCRY_AS(to, shared_point));

#include "tests/dtype/shared_body.inc"

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "shared_other", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_shared_other(void) { return PyModule_Create(&definition); }
