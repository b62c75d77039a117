// SPDX-License-Identifier: BSD-3-Clause
#include <descry/descry.h>

// The same struct, its members listed in another order.
struct shared_point {
  int32_t x, y;
  char name[6];
};
DESCRY_RECORD(shared_point, name, y, x);
struct shared_line {
  shared_point from, to;
};
DESCRY_RECORD(shared_line, from, to);

#include "tests/dtype/shared_body.inc"

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "shared_cc", nullptr, -1, methods, nullptr, nullptr, nullptr, nullptr};

PyMODINIT_FUNC PyInit_shared_cc(void) { return PyModule_Create(&definition); }
