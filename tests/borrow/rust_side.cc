// SPDX-License-Identifier: BSD-3-Clause
#include "tests/borrow/rust_side.h"

#include <numeric>

#include "tests/support/python.h"

extern "C" {  // internal headers are for C
#include "src/base/numpy.h"
}

namespace descry_test {
namespace {

Ref Multiarray() {
  return Eval(
      "__import__('sys').modules['numpy.core.multiarray' if np.__version__ < '2' else "
      "'numpy._core.multiarray']");
}

const void* BaseAddress(PyObject* array) {
  while (PyObject* base = descryi_as_array(array)->base) {
    if (!descryi_is_array(base)) return base;
    array = base;
  }
  return array;
}

RustKey KeyOf(PyObject* object) {
  const descryi_array* array = descryi_as_array(object);
  intptr_t data = reinterpret_cast<intptr_t>(array->data), start = data, end = data, step = 0;
  bool empty = array->nd == 0;  // Rust's view of a 0-d array
  for (int i = 0; i < array->nd; ++i) {
    empty |= array->dimensions[i] == 0;
    intptr_t reach = (array->dimensions[i] - 1) * array->strides[i];
    (reach >= 0 ? end : start) += reach;
    step = std::gcd(step, array->strides[i]);
  }
  if (empty) return {BaseAddress(object), data, data, data, array->nd == 0 ? 1 : step};
  return {BaseAddress(object), start, end + descryi_descr_itemsize(array->descr), data, step};
}

RustTable* Table(void* self) { return static_cast<RustTable*>(self); }

}  // namespace

RustTable::RustTable() : api_{1, this, Acquire, AcquireMut, Release, ReleaseMut} {}

void RustTable::Install() {
  ASSERT_EQ(descryi_numpy_ensure(), 0);
  ASSERT_EQ(InstalledRustApi(), nullptr);
  Ref capsule(PyCapsule_New(&api_, DESCRYI_RUST_NAME, nullptr));
  ASSERT_EQ(PyObject_SetAttrString(Multiarray().get(), DESCRYI_RUST_NAME, capsule.get()), 0);
}

bool RustTable::Conflicts(const RustKey& a, const RustKey& b) {
  auto [base, lo, hi, data, step] = a;
  auto [other_base, other_lo, other_hi, other_data, other_step] = b;
  if (base != other_base || other_lo >= hi || lo >= other_hi) return false;
  intptr_t common = std::gcd(step, other_step);
  if (common == 0) ++panics_;  // Rust divides by it
  return common == 0 || (data - other_data) % common == 0;
}

bool RustTable::AnyConflict(const RustKey& key, bool exclusive) {
  for (const auto& [other, count] : flags_) {
    if ((exclusive || count < 0) && Conflicts(key, other)) return true;
  }
  return false;
}

int RustTable::Acquire(void* self, PyObject* array) {
  RustKey key = KeyOf(array);
  auto found = Table(self)->flags_.find(key);
  if (found == Table(self)->flags_.end()) {
    if (Table(self)->AnyConflict(key, false)) return DESCRYI_RUST_BORROWED;
  } else if (found->second < 0) {
    return DESCRYI_RUST_BORROWED;
  }
  ++Table(self)->flags_[key];
  return DESCRYI_RUST_TAKEN;
}

int RustTable::AcquireMut(void* self, PyObject* array) {
  if (!(descryi_as_array(array)->flags & DESCRYI_ARRAY_WRITEABLE)) return DESCRYI_RUST_READ_ONLY;
  RustKey key = KeyOf(array);
  if (Table(self)->flags_.count(key) || Table(self)->AnyConflict(key, true))
    return DESCRYI_RUST_BORROWED;
  Table(self)->flags_[key] = -1;
  return DESCRYI_RUST_TAKEN;
}

void RustTable::GiveBack(PyObject* array, bool exclusive) {
  if (!PyGILState_Check()) ++panics_;  // Rust reads the array
  auto found = flags_.find(KeyOf(array));
  if (found == flags_.end() || (found->second < 0) != exclusive) {
    ++panics_;
    return;
  }
  found->second += exclusive ? 1 : -1;
  if (found->second == 0) flags_.erase(found);
}

void RustTable::Release(void* self, PyObject* array) { Table(self)->GiveBack(array, false); }
void RustTable::ReleaseMut(void* self, PyObject* array) { Table(self)->GiveBack(array, true); }

const descryi_rust_api* InstalledRustApi() {
  Ref capsule(PyObject_GetAttrString(Multiarray().get(), DESCRYI_RUST_NAME));
  if (!capsule) {
    PyErr_Clear();
    return nullptr;
  }
  return static_cast<const descryi_rust_api*>(
      PyCapsule_GetPointer(capsule.get(), DESCRYI_RUST_NAME));
}

int RustAcquire(PyObject* array) {
  const descryi_rust_api* api = InstalledRustApi();
  return api->acquire(api->flags, array);
}

int RustAcquireMut(PyObject* array) {
  const descryi_rust_api* api = InstalledRustApi();
  return api->acquire_mut(api->flags, array);
}

void RustRelease(PyObject* array) {
  const descryi_rust_api* api = InstalledRustApi();
  api->release(api->flags, array);
}

void RustReleaseMut(PyObject* array) {
  const descryi_rust_api* api = InstalledRustApi();
  api->release_mut(api->flags, array);
}

}  // namespace descry_test
