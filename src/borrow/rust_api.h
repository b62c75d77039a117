// SPDX-License-Identifier: BSD-3-Clause
// The protocol by which Rust extensions (the crate `numpy`) share their borrow table: a capsule, an
// attribute of NumPy's multiarray module. The first who needs it installs it.
#ifndef DESCRY_SRC_BORROW_RUST_API_H_
#define DESCRY_SRC_BORROW_RUST_API_H_

#include <stdint.h>

#include "src/base/python.h"

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

#endif  // DESCRY_SRC_BORROW_RUST_API_H_
