// SPDX-License-Identifier: BSD-3-Clause
// What the convert stage says; src/base/errors.h tells how. What a value is refused for stands with
// its rule: it is put together with the path to the value.
#ifndef DESCRY_SRC_CONVERT_MESSAGES_H_
#define DESCRY_SRC_CONVERT_MESSAGES_H_

#include "src/base/errors.h"

DESCRYI_MESSAGE(convert_flags, ValueError, (unsigned flags),
                "flags of a conversion are those of convert.h only, got 0x%x", flags)
DESCRYI_MESSAGE(rows_changed, RuntimeError, (Py_ssize_t before, Py_ssize_t after),
                "the rows changed while they were read: there were %zd, and now there are %zd",
                before, after)

#endif  // DESCRY_SRC_CONVERT_MESSAGES_H_
