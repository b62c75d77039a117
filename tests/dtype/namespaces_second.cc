// SPDX-License-Identifier: BSD-3-Clause
#define NAMESPACE second_space
#define GLOBAL(name) second_##name
#define TYPES_FUNCTION SecondTypes
#define LENGTH 5
#include "tests/dtype/namespaces.inc"
