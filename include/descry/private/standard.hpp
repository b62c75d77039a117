// SPDX-License-Identifier: BSD-3-Clause
// What is in a std::optional or std::variant, and where.
#ifndef DESCRY_PRIVATE_STANDARD_HPP_
#define DESCRY_PRIVATE_STANDARD_HPP_

#include <descry/declare.h>

#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#define DESCRY_PRIV_STD_OPTIONAL(T)                                                    \
  DESCRY_PRIV_CHECK_COMPLETE(T, ~)                                                     \
  DESCRY_PRIV_STANDARD_CHECK(T, "std::optional", ::descry_priv::optional_mistake<T>()) \
  DESCRY_PRIV_STANDARD(T, ::descry_priv::optional_fields<T>(), DESCRY_TYPE_STANDARD)
#define DESCRY_PRIV_STD_VARIANT(T, ...)                                           \
  DESCRY_PRIV_CHECK_COMPLETE(T, ~)                                                \
  static constexpr const char* descry_names_##T[] = {__VA_ARGS__};                \
  DESCRY_PRIV_STANDARD_CHECK(T, "std::variant",                                   \
                             ::descry_priv::variant_mistake<T>(descry_names_##T)) \
  DESCRY_PRIV_STANDARD(T, ::descry_priv::variant_fields<T>(descry_names_##T),     \
                       DESCRY_TYPE_STANDARD | DESCRY_TYPE_VARIANT)
#define DESCRY_PRIV_STANDARD_CHECK(T, class_name, found)                                       \
  static constexpr ::descry_priv::mistake descry_mistake_##T = found;                          \
  static_assert(descry_mistake_##T != ::descry_priv::mistake::other_class,                     \
                "descry: " #T " is not a " class_name);                                        \
  static_assert(descry_mistake_##T != ::descry_priv::mistake::not_bytes,                       \
                "descry: " #T " cannot be copied byte by byte, and so no dtype can hold it");  \
  static_assert(descry_mistake_##T != ::descry_priv::mistake::undeclared,                      \
                "descry: " #T                                                                  \
                " holds a type that is not declared: give it a DESCRY_RECORD or "              \
                "another declaration first");                                                  \
  static_assert(descry_mistake_##T != ::descry_priv::mistake::object,                          \
                "descry: " #T                                                                  \
                " holds Python objects, of which there would be none where it "                \
                "has no value");                                                               \
  static_assert(descry_mistake_##T != ::descry_priv::mistake::nested,                          \
                "descry: " #T " is an optional of an optional, and Python has only one None"); \
  static_assert(descry_mistake_##T != ::descry_priv::mistake::names,                           \
                "descry: the list of " #T                                                      \
                " does not have a name for each alternative, and "                             \
                "NULL for std::monostate alone");                                              \
  static_assert(descry_mistake_##T != ::descry_priv::mistake::layout,                          \
                "descry: this C++ library does not show where the parts of " #T                \
                " are: use a "                                                                 \
                "value and a flag, or DESCRY_VARIANT");                                        \
  DESCRY_PRIV_STOP_UNLESS(descry_mistake_##T == ::descry_priv::mistake::none)
#define DESCRY_PRIV_STANDARD(T, made, flags)                                                   \
  DESCRY_PRIV_DECLARE_(T);                                                                     \
  static constexpr auto descry_fields_##T = made;                                              \
  DESCRY_PRIV_TYPE(T, DESCRY_KIND_RECORD, T, sizeof(descry_fields_##T) / sizeof(descry_field), \
                   descry_fields_##T.rows, NULL, flags, NULL, NULL)

namespace descry_priv DESCRY_PRIV_LOCAL {

enum class mistake { none, other_class, not_bytes, undeclared, object, nested, names, layout };

// Where the parts are: values at `value`, and at `state` what says which is live. The class has
// nothing besides the part of it that was looked at, if they are of one `size`.
struct standard_parts {
  std::size_t size, value, state, state_size;
};

#if defined(_LIBCPP_VERSION)
template <class T>
constexpr standard_parts optional_parts() {
  using part = std::__optional_destruct_base<T>;
  return {sizeof(part), offsetof(part, __val_), offsetof(part, __engaged_), sizeof(bool)};
}
// A class that derives from the part may name its members.
template <class... Ts>
struct variant_part
    : std::__variant_detail::__base<std::__variant_detail::_Trait::_TriviallyAvailable, Ts...> {
  static constexpr standard_parts parts() {
    return {sizeof(variant_part), offsetof(variant_part, __data), offsetof(variant_part, __index),
            sizeof(variant_part::__index)};
  }
};
template <class... Ts>
constexpr standard_parts variant_parts() {
  return variant_part<Ts...>::parts();
}
#elif defined(__GLIBCXX__) && _GLIBCXX_RELEASE >= 9
template <class T>
constexpr standard_parts optional_parts() {
  using part = std::_Optional_payload_base<T>;
  return {sizeof(part), offsetof(part, _M_payload), offsetof(part, _M_engaged),
          sizeof(part::_M_engaged)};
}
template <class... Ts>
constexpr standard_parts variant_parts() {
  using part = std::__detail::__variant::_Variant_storage<true, Ts...>;
  return {sizeof(part), offsetof(part, _M_u), offsetof(part, _M_index), sizeof(part::_M_index)};
}
#else
template <class T>
constexpr standard_parts optional_parts() {
  return {};
}
template <class... Ts>
constexpr standard_parts variant_parts() {
  return {};
}
#endif

constexpr bool is_proven(const standard_parts& parts, std::size_t size) {
  return parts.size == size && parts.value == 0 && parts.state_size > 0 &&
         parts.state + parts.state_size <= size;
}

template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {
  using value_type = std::remove_cv_t<T>;
};

// What keeps `T` from being a part.
template <class T>
constexpr mistake part_mistake() {
  using leaf = typename extents<T>::leaf;
  if (std::is_same<leaf, _object*>::value) return mistake::object;
  return deducible<T>() && has_elements<T>() ? mistake::none : mistake::undeclared;
}

template <class T>
constexpr mistake optional_mistake() {
  if constexpr (!is_optional<T>::value) {
    return mistake::other_class;
  } else if constexpr (!std::is_trivially_copyable<T>::value) {
    return mistake::not_bytes;
  } else {
    using value = typename is_optional<T>::value_type;
    if (is_optional<value>::value) return mistake::nested;
    if (part_mistake<value>() != mistake::none) return part_mistake<value>();
    return is_proven(optional_parts<value>(), sizeof(T)) ? mistake::none : mistake::layout;
  }
}

// Alternatives, each with its index.
template <class T>
struct alternatives {
  static constexpr bool is_variant = false;
};
template <class... Ts>
struct alternatives<std::variant<Ts...>> {
  static constexpr bool is_variant = true;
  static constexpr std::size_t count = sizeof...(Ts);
  static constexpr std::size_t named = (... + !std::is_same<Ts, std::monostate>::value);
  static constexpr standard_parts parts() { return variant_parts<Ts...>(); }
  template <std::size_t n>
  static constexpr bool have_names(const char* const (&names)[n]) {
    std::size_t i = 0;
    return n == count &&
           (... && ((names[i++] == nullptr) == std::is_same<Ts, std::monostate>::value));
  }
  static constexpr mistake first_mistake() {
    mistake found = mistake::none;
    static_cast<void>((... || ((found = std::is_same<Ts, std::monostate>::value
                                            ? mistake::none
                                            : part_mistake<Ts>()) != mistake::none)));
    return found;
  }
};

template <class T, std::size_t n>
constexpr mistake variant_mistake(const char* const (&names)[n]) {
  using all = alternatives<T>;
  if constexpr (!all::is_variant) {
    return mistake::other_class;
  } else if constexpr (!std::is_trivially_copyable<T>::value) {
    return mistake::not_bytes;
  } else {
    if (!all::have_names(names)) return mistake::names;
    if (all::first_mistake() != mistake::none) return all::first_mistake();
    return is_proven(all::parts(), sizeof(T)) ? mistake::none : mistake::layout;
  }
}

template <std::size_t n>
struct standard_fields {
  descry_field rows[n];
};

template <class T>
constexpr descry_field part_field(const char* name, unsigned flags, long long case_value) {
  using leaf = typename extents<T>::leaf;
  constexpr std::size_t ndim = extents<T>::ndim;
  return {name,
          nullptr,
          deduce<leaf>(ndim > 0),
          0,
          sizeof(leaf),
          ndim,
          shape_of<T>.lengths,
          alignof(T),
          flags,
          case_value,
          0,
          nullptr};
}

constexpr descry_field state_field(const char* name, const descry_type* element,
                                   const standard_parts& parts) {
  return {name, nullptr, element, parts.state, parts.state_size, 0, nullptr, parts.state_size,
          0u,   0,       0,       nullptr};
}

template <class T>
constexpr standard_fields<2> optional_fields() {
  using value = typename is_optional<T>::value_type;
  return {{part_field<value>("value", DESCRY_FIELD_OPTIONAL, 0),
           state_field("value_valid", &descry_type_of_bool_, optional_parts<value>())}};
}

constexpr const descry_type* index_tag(std::size_t size) {
  return size == 1   ? &descry_type_of_uint8
         : size == 2 ? &descry_type_of_uint16
         : size == 4 ? &descry_type_of_uint32
                     : &descry_type_of_uint64;
}

template <class T>
constexpr void add_alternative(descry_field* rows, std::size_t& count, const char* name,
                               long long index) {
  if constexpr (!std::is_same<T, std::monostate>::value) {
    rows[count++] = part_field<T>(name, DESCRY_FIELD_CASE, index);
  }
}
template <class... Ts>
constexpr void add_alternatives(descry_field* rows, const char* const* names,
                                const std::variant<Ts...>*) {
  std::size_t count = 1;
  long long index = 0;
  (..., (add_alternative<Ts>(rows, count, names[index], index), ++index));
}
template <class T, std::size_t n>
constexpr auto variant_fields(const char* const (&names)[n]) {
  using all = alternatives<T>;
  standard_fields<all::named + 1> made = {};
  made.rows[0] = state_field("index", index_tag(all::parts().state_size), all::parts());
  add_alternatives(made.rows, names, static_cast<const T*>(nullptr));
  return made;
}

}  // namespace DESCRY_PRIV_LOCAL

#endif  // DESCRY_PRIVATE_STANDARD_HPP_
