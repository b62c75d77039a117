// SPDX-License-Identifier: BSD-3-Clause
// An owned reference to a Python object, released at the end of its scope. GIL held.

#ifndef DESCRY_TESTS_SUPPORT_REF_H_
#define DESCRY_TESTS_SUPPORT_REF_H_

#include <Python.h>

#include <utility>

namespace descry_test {

class Ref {
 public:
  Ref() = default;

  // Steals a reference to `object`, which may be NULL: the form in which CPython returns one.
  explicit Ref(PyObject* object) : object_(object) {}

  static Ref Borrow(PyObject* object) {
    Py_XINCREF(object);
    return Ref(object);
  }

  Ref(const Ref& other) : object_(other.object_) { Py_XINCREF(object_); }
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Ref() { Py_XDECREF(object_); }

  // Returns a borrowed reference.
  PyObject* get() const { return object_; }

  // Returns a new reference, which is then the caller's, and leaves this one empty.
  PyObject* release() { return std::exchange(object_, nullptr); }

  explicit operator bool() const { return object_ != nullptr; }
  bool operator==(const Ref& other) const { return object_ == other.object_; }
  bool operator!=(const Ref& other) const { return object_ != other.object_; }

 private:
  PyObject* object_ = nullptr;
};

}  // namespace descry_test

#endif  // DESCRY_TESTS_SUPPORT_REF_H_
