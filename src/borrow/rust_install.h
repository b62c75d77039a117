// SPDX-License-Identifier: BSD-3-Clause
// Meeting Rust's table. GIL held (or thread state attached).
#ifndef DESCRY_SRC_BORROW_RUST_INSTALL_H_
#define DESCRY_SRC_BORROW_RUST_INSTALL_H_

#include "src/borrow/rust_api.h"

// Offers `own` to all Rust extensions, unless a table is there already, in one step with regard to
// other threads. Returns the table that is in use now, kept for good: `own` or another, or NULL
// with an exception set. REQUIRES: descryi_numpy_ensure() returned 0; `own` lives for good.
const descryi_rust_api* descryi_rust_install(descryi_rust_api* own);

#endif  // DESCRY_SRC_BORROW_RUST_INSTALL_H_
