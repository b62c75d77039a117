// SPDX-License-Identifier: BSD-3-Clause
#include <descry/version.h>

const char* descry_version(void) { return DESCRY_VERSION; }
