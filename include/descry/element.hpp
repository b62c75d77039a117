// SPDX-License-Identifier: BSD-3-Clause
// One element as a parameter or a result: what convert.h does, for a value of C++.
//
//   m.def("mirror", [](descry::element<track> one) {  // a dict, a tuple, a np.void
//     one->position.x *= -1;
//     return one;  // a np.void
//   });
//
// GIL held (or thread state attached).
#ifndef DESCRY_ELEMENT_HPP_
#define DESCRY_ELEMENT_HPP_

#include <descry/convert.h>
#include <descry/dtype.h>

#include <descry/object.hpp>
#include <descry/view.hpp>
#include <type_traits>

namespace descry {

// Whether pybind11.hpp and nanobind.hpp take and give a T itself as they do an element<T>:
//
//   template <>
//   inline constexpr bool descry::by_value<track> = true;
//
// REQUIRES: no class_<T> binds it, and all files of the module in which a T is a parameter or a
// result have seen this.
template <class T>
inline constexpr bool by_value = false;

namespace priv {

// Throws a TypeError where a T that is copied from an element would hold references that nobody
// owns. `type` is that of the element.
inline void check_holds_no_object(const argument& from, const descry_type* type) {
  const object dtype = object::steal(descry_dtype(type));
  const int has_object = descry_dtype_has_object(dtype.get());
  if (has_object == 0) return;
  if (has_object > 0) {
    PyErr_Format(PyExc_TypeError, "elements of %s hold objects, a C++ value cannot own them",
                 descry_type_name(type));
  }
  throw error_of_argument(from.name());
}

}  // namespace priv

// A T by value that comes from Python or goes there.
template <class T>
class element {
 public:
  static_assert(std::is_trivially_copyable_v<T>, "descry: NumPy copies elements byte by byte");

  using value_type = T;

  element(const T& value) : value_(value) {}

  // Takes it from a row or a value of Python: see descry_from_python(), whose flags these are. A
  // TypeError for types with objects in them, whose references nobody would own.
  DESCRY_PRIV_LOCAL explicit element(const argument& from, unsigned flags = 0,
                                     const descry_type* type = type_of<T>()) {
    priv::check_holds<T>(type, descry_type_size(type));
    priv::check_holds_no_object(from, type);
    if (descry_from_python(type, from.get(), &value_, flags) < 0) {
      throw priv::error_of_argument(from.name());
    }
  }

  // The value.
  T& operator*() noexcept { return value_; }
  const T& operator*() const noexcept { return value_; }
  T* operator->() noexcept { return &value_; }
  const T* operator->() const noexcept { return &value_; }

  // Returns a copy for Python: a NumPy scalar, what ndarray.item() gives, a dict by name.
  object scalar(const descry_type* type = type_of<T>()) const {
    return object::steal(descry_to_python(type, &value_));
  }
  object tuple(const descry_type* type = type_of<T>()) const {
    return object::steal(descry_to_tuple(type, &value_));
  }
  object dict(const descry_type* type = type_of<T>()) const {
    return object::steal(descry_to_dict(type, &value_));
  }

 private:
  T value_;
};

}  // namespace descry

#endif  // DESCRY_ELEMENT_HPP_
