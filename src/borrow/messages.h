// SPDX-License-Identifier: BSD-3-Clause
// What the borrow stage says; src/base/errors.h tells how.
#ifndef DESCRY_SRC_BORROW_MESSAGES_H_
#define DESCRY_SRC_BORROW_MESSAGES_H_

#include "src/base/errors.h"

DESCRYI_MESSAGE(borrow_not_array, TypeError, (PyObject * type_name),
                "expected a NumPy array to borrow, got an object of type %U", type_name)
DESCRYI_MESSAGE(borrow_read_only, ValueError, (void),
                "the array is read-only and cannot be borrowed for writing")
// `place` says where the borrow that is open was taken; NULL where that is not known.
DESCRYI_MESSAGE(borrow_open, BufferError,
                (const void* start, const void* stop, const char* verb, const char* open_verb,
                 const void* open_start, const void* open_stop, PyObject* place),
                "cannot borrow bytes %p to %p for %s: 1 borrow for %s of bytes %p to %p is still "
                "open%s%V",
                start, stop, verb, open_verb, open_start, open_stop, place ? ": " : "", place, "")
DESCRYI_MESSAGE(borrow_open_often, BufferError,
                (const void* start, const void* stop, const char* verb, unsigned count,
                 const char* open_verb, const void* open_start, const void* open_stop,
                 PyObject* place),
                "cannot borrow bytes %p to %p for %s: %u borrows for %s of bytes %p to %p are "
                "still open%s%V",
                start, stop, verb, count, open_verb, open_start, open_stop, place ? ": " : "",
                place, "")
DESCRYI_MESSAGE(borrow_open_in_rust, BufferError,
                (const void* start, const void* stop, const char* verb),
                "cannot borrow bytes %p to %p for %s: a borrow in the table that a Rust extension "
                "brought is still open",
                start, stop, verb)
DESCRYI_MESSAGE(borrow_lost, BufferError, (void),
                "a Rust extension borrowed the memory for writing while this borrow became one for "
                "reading; it is released")
DESCRYI_MESSAGE(borrow_rust_unknown, ImportError, (unsigned long long version),
                "NumPy's _RUST_NUMPY_BORROW_CHECKING_API has the unknown version %llu: rebuild the "
                "extension that brought it",
                version)

#endif  // DESCRY_SRC_BORROW_MESSAGES_H_
