// SPDX-License-Identifier: BSD-3-Clause
// Borrowing together with Rust extensions (the crate `numpy`). They share a borrow table of their
// own protocol: a capsule, an attribute of NumPy's multiarray module, installed by the first who
// needs it. Where descry comes first, Rust borrows in descry's table; where Rust comes first,
// descry takes each borrow in both. GIL held (or thread state attached).
#ifndef DESCRY_SRC_BORROW_RUST_H_
#define DESCRY_SRC_BORROW_RUST_H_

#include <stdint.h>

#include "src/base/python.h"
#include "src/borrow/region.h"
#include "src/borrow/table.h"

// The attribute and the capsule's own name.
#define DESCRYI_RUST_NAME "_RUST_NUMPY_BORROW_CHECKING_API"

// What acquire and acquire_mut return; Rust panics on anything else.
enum { DESCRYI_RUST_TAKEN = 0, DESCRYI_RUST_BORROWED = -1, DESCRYI_RUST_READ_ONLY = -2 };

// Version 1; later versions only append. `flags` is the first argument of all functions.
typedef struct descryi_rust_api {
  uint64_t version;
  void* flags;
  int (*acquire)(void* flags, PyObject* array);
  int (*acquire_mut)(void* flags, PyObject* array);
  void (*release)(void* flags, PyObject* array);
  void (*release_mut)(void* flags, PyObject* array);
} descryi_rust_api;

// Fills in `api` so that Rust extensions borrow in `table`, which lives for good. Returns false
// where there is no memory.
//
// Rust releases an array, not a borrow, and the array may have been changed meanwhile. So each
// borrow is recorded under the array's address: the release of an array ends a borrow that was
// taken of it in that way, if there is any.
bool descryi_rust_provide(descryi_rust_api* api, descryi_table* table);

// Undoes it. REQUIRES: no Rust extension got `api`.
void descryi_rust_withdraw(descryi_rust_api* api);

// Offers `own` to all Rust extensions, unless a table is there already, in one step with regard to
// other threads. Returns the table that is in use now, kept for good: `own` or another, or NULL
// with an exception set. REQUIRES: descryi_numpy_ensure() returned 0; `own` lives for good.
const descryi_rust_api* descryi_rust_install(descryi_rust_api* own);

// Borrows the memory, which is all inside of what `array` or its base owns, in Rust's table too.
// Returns 1 with a new reference in `*out`, or NULL there for memory without bytes; 0 when it is
// borrowed already; -1 with an exception set.
//
// What Rust gets is an array of our own over the same memory that nobody else can change: Rust
// computes the borrow anew at release, and ends the process when it does not find it.
int descryi_rust_borrow(const descryi_rust_api* api, PyObject* array, const descryi_memory* memory,
                        bool exclusive, PyObject** out);

// Releases the borrow. Steals the reference. A pending exception stays as it is.
void descryi_rust_release(const descryi_rust_api* api, PyObject* borrowed, bool exclusive);

// Makes a borrow for writing one for reading. Returns false, with the reference stolen, when
// another thread took it between.
bool descryi_rust_downgrade(const descryi_rust_api* api, PyObject* borrowed);

#endif  // DESCRY_SRC_BORROW_RUST_H_
