// Raising. All wording is in messages.inc; a caller names a message and gives its arguments. GIL
// held.
#ifndef DESCRY_SRC_BASE_ERRORS_H_
#define DESCRY_SRC_BASE_ERRORS_H_

#include "src/base/python.h"

typedef enum descryi_message {
#define DESCRYI_MESSAGE(id, exception, format) DESCRYI_##id,
#include "src/base/messages.inc"
} descryi_message;

// Sets the message's exception with the arguments that its format takes, in place of any pending
// one. Returns -1.
int descryi_raise(descryi_message message, ...);

// The same, with `line` (a str, a reference that is not stolen) appended after ": ". Nothing is
// appended where it is NULL.
int descryi_raise_because(PyObject* line, descryi_message message, ...);

// Makes `cause` the __cause__ of the pending exception. Steals a reference to `cause`.
void descryi_set_cause(PyObject* cause);

#endif  // DESCRY_SRC_BASE_ERRORS_H_
