// SPDX-License-Identifier: BSD-3-Clause
// Borrowing in the table that a Rust extension brought, where one came before descry. GIL held (or
// thread state attached).
#ifndef DESCRY_SRC_BORROW_RUST_CLIENT_H_
#define DESCRY_SRC_BORROW_RUST_CLIENT_H_

#include "src/borrow/region.h"
#include "src/borrow/rust_api.h"

// Borrows the memory, which is all inside of what `array` or its base owns, in Rust's table too.
// Returns 1 with a new reference in `*out`, or NULL there for memory without bytes; 0 when it is
// borrowed already; -1 with an exception set.
//
// What Rust gets is an array of our own over the same memory that nobody else can change: Rust
// computes the borrow anew at release, and ends the process when it does not find it.
int descryi_rust_borrow(const descryi_rust_api* api, PyObject* array, const descryi_memory* memory,
                        bool exclusive, PyObject** out);

// Gives the borrow back. Steals the reference. A pending exception stays as it is.
void descryi_rust_give_back(const descryi_rust_api* api, PyObject* borrowed, bool exclusive);

// Makes a borrow for writing one for reading. Returns false, with the reference stolen, when
// another thread took it between.
bool descryi_rust_downgrade(const descryi_rust_api* api, PyObject* borrowed);

#endif  // DESCRY_SRC_BORROW_RUST_CLIENT_H_
