// SPDX-License-Identifier: BSD-3-Clause
// What the arrow stage says; src/base/errors.h tells how. What a column or a value is refused for
// stands with its check: it is put together with the path to it (problem.h).
#ifndef DESCRY_SRC_ARROW_MESSAGES_H_
#define DESCRY_SRC_ARROW_MESSAGES_H_

#include "src/base/errors.h"

DESCRYI_MESSAGE(arrow_flags, ValueError, (const char* expected, unsigned flags),
                "flags of this function are %s, got 0x%x", expected, flags)
DESCRYI_MESSAGE(arrow_rank, ValueError, (int ndim),
                "Arrow takes one dimension, got a %d-d view: ravel the array", ndim)
DESCRYI_MESSAGE(arrow_writes, BufferError, (const char* type),
                "the view of %s was opened to write: Arrow takes elements that nobody changes",
                type)
DESCRYI_MESSAGE(arrow_text, OverflowError, (size_t size),
                "elements have texts of up to %zu bytes, more than Arrow's 32-bit offsets reach",
                size)
DESCRYI_MESSAGE(arrow_text_all, OverflowError, (void),
                "one array cannot have so much text, Arrow's offsets have 32 bits: take the stream "
                "(__arrow_c_stream__)")
DESCRYI_MESSAGE(arrow_source, TypeError, (PyObject * type_name),
                "expected an object with __arrow_c_stream__ or __arrow_c_array__, got %U",
                type_name)
DESCRYI_MESSAGE(arrow_source_gave, TypeError, (const char* method, PyObject* type_name),
                "%s() gave %U, which is not what Arrow's capsules are", method, type_name)
DESCRYI_MESSAGE(arrow_consumed, ValueError, (const char* name),
                "the capsule '%s' has been used already", name)
DESCRYI_MESSAGE(arrow_length, ValueError, (long long length),
                "an array is broken: its length is %lld", length)
DESCRYI_MESSAGE(arrow_producer, RuntimeError, (const char* what, int error, const char* why),
                "the Arrow producer failed to give %s: error %d%s%s", what, error, why ? ": " : "",
                why ? why : "")

#endif  // DESCRY_SRC_ARROW_MESSAGES_H_
