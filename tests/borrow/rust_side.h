// SPDX-License-Identifier: BSD-3-Clause
// The Rust side of the borrow protocol, as the crate `numpy` (0.30) implements it: its table with
// its rule, to be installed before descry comes, and its way of using whatever table is there. GIL
// held.
#ifndef DESCRY_TESTS_BORROW_RUST_SIDE_H_
#define DESCRY_TESTS_BORROW_RUST_SIDE_H_

#include <Python.h>

#include <map>
#include <string>
#include <tuple>

#include "src/borrow/rust.h"

namespace descry_test {

// What Rust keys a borrow by: the base object's address, the byte range, the first element, the gcd
// of the strides.
using RustKey = std::tuple<const void*, intptr_t, intptr_t, intptr_t, intptr_t>;

// Rust's own table. Where Rust would end the process, this counts.
class RustTable {
 public:
  RustTable();
  RustTable(const RustTable&) = delete;

  // Puts it where Rust would, for good.
  void Install();

  size_t open() const { return flags_.size(); }
  int panics() const { return panics_; }

 private:
  static int Acquire(void* self, PyObject* array);
  static int AcquireMut(void* self, PyObject* array);
  static void Release(void* self, PyObject* array);
  static void ReleaseMut(void* self, PyObject* array);

  bool Conflicts(const RustKey& a, const RustKey& b);
  bool AnyConflict(const RustKey& key, bool exclusive);
  void GiveBack(PyObject* array, bool exclusive);

  descryi_rust_api api_;
  std::map<RustKey, int> flags_;
  int panics_ = 0;
};

// Returns the table that is installed, as a Rust extension would find it, or NULL.
const descryi_rust_api* InstalledRustApi();

// What a Rust extension does for `array.readonly()`, `array.readwrite()`, and at the end of their
// scope.
int RustAcquire(PyObject* array);
int RustAcquireMut(PyObject* array);
void RustRelease(PyObject* array);
void RustReleaseMut(PyObject* array);

}  // namespace descry_test

#endif  // DESCRY_TESTS_BORROW_RUST_SIDE_H_
