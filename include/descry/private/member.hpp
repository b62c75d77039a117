// SPDX-License-Identifier: BSD-3-Clause
// Whether the elements of a declared type can be seen as a C++ type, and which field a member
// pointer leads to. Nothing here for users.
#ifndef DESCRY_PRIVATE_MEMBER_HPP_
#define DESCRY_PRIVATE_MEMBER_HPP_

#include <descry/declare.h>
#include <descry/view.h>

#include <cstddef>
#include <descry/object.hpp>
#include <memory>
#include <type_traits>

namespace descry {
namespace priv {

// Whether elements of a built-in tag hold a T, going by what np.dtype calls them. An integer may
// also be a time, or the bits of a float that C++ has no type for.
template <class T>
bool holds_number(const char* code) {
  if (*code == '=' || *code == '<' || *code == '>') ++code;
  using number = typename descry_priv::integer_of<T>::type;
  constexpr bool is_complex = !std::is_void_v<typename descry_priv::complex_part<T>::type>;
  if (std::is_same_v<T, bool>) return *code == '?';
  if (std::is_pointer_v<T>) return *code == 'O';
  if (is_complex) return *code == 'c' || *code == 'G';
  if (std::is_floating_point_v<T>) return *code == 'f' || *code == 'g';
  if (!std::is_integral_v<number>) return true;
  if (*code == 'i' || *code == 'p') return std::is_signed_v<number>;
  if (*code == 'u' || *code == 'P') return std::is_unsigned_v<number>;
  if (*code == 'M' || *code == 'm') return std::is_signed_v<number>;
  if (*code == 'f' || *code == 'b' || *code == '?') return std::is_unsigned_v<number>;
  return *code == 'S' || *code == 'U' || *code == 'V';
}

// Whether elements of `type`, which have the size of a T, are of T's kind. What descry knows
// nothing of is bytes, and can be any element.
template <class T>
DESCRY_PRIV_LOCAL bool holds(const descry_type* type) {
  if constexpr (!is_element<T>() && !is_instance<T>()) {
    return true;
  } else {
    for (; type; type = descry_type_target(type)) {
      if (type == type_of<T>() || descry_type_original(type) == type_of<T>()) return true;
      const descry_kind kind = descry_type_kind(type);
      if (kind == DESCRY_KIND_OBJECT) return std::is_pointer_v<T>;
      if (kind == DESCRY_KIND_ELEMENT) {
        return !(std::is_class_v<T> && descry_priv::declared<T>::found) &&
               holds_number<T>(type->code);
      }
    }
    return false;
  }
}

// Throws a TypeError where elements of `type`, of `itemsize` bytes each, are not a T.
template <class T>
DESCRY_PRIV_LOCAL void check_holds(const descry_type* type, std::size_t itemsize) {
  check_size(type, itemsize, sizeof(T));
  if constexpr (is_element<T>() || is_instance<T>()) {
    if (holds<T>(type)) return;
    const attached python;
    PyErr_Format(PyExc_TypeError, "elements of %s cannot be seen as %s", descry_type_name(type),
                 descry_type_name(type_of<T>()));
    throw error();
  }
}

// What a member of type M is to a view: elements of type `element`, in `ndim` more dimensions. The
// last dimension of text belongs to the element.
template <class M, bool = descry_priv::array_of<M>::is_array>
struct member_elements {
  using element = M;
  static constexpr int ndim = 0;
};
template <class M>
struct member_elements<M, true> {
  using row = typename descry_priv::array_of<M>::row;
  using inner = member_elements<row>;
  static constexpr bool is_text = std::is_same_v<row, char>;
  using element = std::conditional_t<is_text, M, typename inner::element>;
  static constexpr int ndim = is_text ? 0 : inner::ndim + 1;
};

template <class Pointer>
struct member_pointer;
template <class M, class T>
struct member_pointer<M T::*> {
  using type = std::remove_cv_t<M>;
};

// Returns the name of the field of `type`, the declaration of T, that is this member; throws a
// TypeError where it has none.
template <class T, class M>
DESCRY_PRIV_LOCAL const char* field_of(const descry_type* type, M T::*member) {
  alignas(T) static char storage[sizeof(T)];  // never read: where a T could be
  T* const stand_in = reinterpret_cast<T*>(storage);
  const auto offset = static_cast<std::size_t>(
      reinterpret_cast<char*>(std::addressof(stand_in->*member)) - storage);
  for (std::size_t i = 0; i < descry_type_field_count(type); ++i) {
    const descry_field* const field = descry_type_field(type, i);
    if (descry_field_offset(field) == offset && descry_field_size(field) == sizeof(M)) {
      return descry_field_name(field);
    }
  }
  const attached python;
  PyErr_Format(PyExc_TypeError, "the member of %s at offset %zu is not one of its fields",
               descry_type_name(type), offset);
  throw error();
}

}  // namespace priv
}  // namespace descry

#endif  // DESCRY_PRIVATE_MEMBER_HPP_
