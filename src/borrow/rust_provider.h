// SPDX-License-Identifier: BSD-3-Clause
// descry's table for Rust extensions, where descry came first.
#ifndef DESCRY_SRC_BORROW_RUST_PROVIDER_H_
#define DESCRY_SRC_BORROW_RUST_PROVIDER_H_

#include "src/borrow/rust_api.h"
#include "src/borrow/table.h"

// Fills in `api` so that Rust extensions borrow in `table`, which lives for good. Returns false
// where there is no memory.
//
// Rust gives back an array, not a borrow, and the array may have been changed meanwhile. So each
// borrow is kept under the array's address: the release of an array gives back a borrow that was
// taken of it in that way, if there is any.
bool descryi_rust_provide(descryi_rust_api* api, descryi_table* table);

// Undoes it. REQUIRES: no Rust extension got `api`.
void descryi_rust_withdraw(descryi_rust_api* api);

#endif  // DESCRY_SRC_BORROW_RUST_PROVIDER_H_
