// SPDX-License-Identifier: BSD-3-Clause
#define NAMESPACE first_space
#define GLOBAL(name) first_##name
#define TYPES_FUNCTION FirstTypes
#define LENGTH 2
#include "tests/dtype/namespaces.inc"
