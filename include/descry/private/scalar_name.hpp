// SPDX-License-Identifier: BSD-3-Clause
// What type checkers call the scalars of an array of T, for the signatures that pybind11 and
// nanobind write. Nothing here for users.
#ifndef DESCRY_PRIVATE_SCALAR_NAME_HPP_
#define DESCRY_PRIVATE_SCALAR_NAME_HPP_

#include <cstddef>
#include <descry/array.hpp>
#include <descry/view.hpp>
#include <type_traits>

namespace descry {
namespace priv {

template <class T>
constexpr const auto& integer_name() {
  constexpr bool is_signed = std::is_signed_v<T>;
  if constexpr (sizeof(T) == 1) {
    if constexpr (is_signed) return "numpy.int8";
    if constexpr (!is_signed) return "numpy.uint8";
  } else if constexpr (sizeof(T) == 2) {
    if constexpr (is_signed) return "numpy.int16";
    if constexpr (!is_signed) return "numpy.uint16";
  } else if constexpr (sizeof(T) == 4) {
    if constexpr (is_signed) return "numpy.int32";
    if constexpr (!is_signed) return "numpy.uint32";
  } else {
    if constexpr (is_signed) return "numpy.int64";
    if constexpr (!is_signed) return "numpy.uint64";
  }
}

template <class T>
constexpr const auto& scalar_name() {
  using number = typename descry_priv::integer_of<T>::type;
  using part = typename descry_priv::complex_part<T>::type;
  if constexpr (std::is_same_v<T, bool>) {
    return "numpy.bool_";
  } else if constexpr (std::is_pointer_v<T>) {
    return "numpy.object_";
  } else if constexpr (std::is_integral_v<number>) {
    return integer_name<number>();
  } else if constexpr (std::is_same_v<T, float>) {
    return "numpy.float32";
  } else if constexpr (std::is_same_v<T, double>) {
    return "numpy.float64";
  } else if constexpr (std::is_same_v<T, long double>) {
    return "numpy.longdouble";
  } else if constexpr (std::is_same_v<part, float>) {
    return "numpy.complex64";
  } else if constexpr (std::is_same_v<part, double>) {
    return "numpy.complex128";
  } else if constexpr (std::is_same_v<part, long double>) {
    return "numpy.clongdouble";
  } else {
    return "numpy.void";
  }
}

// The T of an array<T>, or void.
template <class T>
T element_of_array(const array<T>*);
void element_of_array(const void*);
template <class Object>
using array_element = decltype(element_of_array(static_cast<const Object*>(nullptr)));

}  // namespace priv
}  // namespace descry

#endif  // DESCRY_PRIVATE_SCALAR_NAME_HPP_
