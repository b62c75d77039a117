// SPDX-License-Identifier: BSD-3-Clause
#include "tests/declare/plain_types.h"

DESCRY_RECORD(plain_pair, first, label);
