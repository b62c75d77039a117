// SPDX-License-Identifier: BSD-3-Clause
// What C++ can find out about a member at compile time: deduce.h in templates.
#ifndef DESCRY_PRIVATE_DEDUCE_HPP_
#define DESCRY_PRIVATE_DEDUCE_HPP_

#include <descry/private/each.h>
#include <descry/private/elements.h>

// Also where a C header wraps what it includes in extern "C".
extern "C++" {
#include <cstddef>
#include <type_traits>
#include <utility>
}

struct _object;

#define DESCRY_PRIV_ASSERT(condition, message) static_assert(condition, message)
#define DESCRY_PRIV_ALIGNOF(T) alignof(T)

// In C++ a declared class or enum is also found by its type. The second parameter keeps two names
// of one type apart: such a type can be declared twice, and is only not deduced.
#define DESCRY_PRIV_DECLARE(T)                                                \
  extern "C" const descry_type descry_type_of_##T;                            \
  typedef T descry_ctype_##T;                                                 \
  struct descry_tag_##T;                                                      \
  extern "C++" ::descry_priv::found<T, &descry_type_of_##T> descry_priv_find( \
      const ::descry_priv::findable<T>*, descry_tag_##T*)

// The compilers name this macro where the member is a bit-field, which has no address or offset.
#define DESCRY_PRIV_BIT_FIELDS_ARE_LEFT_OUT_BY_DESCRY_RECORD_PARTIAL(T, member) \
  std::remove_reference_t<decltype(*__builtin_addressof(((T*)nullptr)->member))>

extern "C++" {
namespace descry_priv {

template <class T, const descry_type* type>
struct found {
  static constexpr const descry_type* value = type;
};

// Other names of built-in types are not looked up, and need no place of their own among the
// overloads.
struct unfindable;
template <class T>
using findable =
    std::conditional_t<std::is_class<T>::value || std::is_union<T>::value || std::is_enum<T>::value,
                       T, unfindable>;

// `row` is M without its first array dimension, built-in or std::array.
template <class M, class = void>
struct array_of {
  static constexpr bool is_array = false;
};
template <class M, std::size_t n>
struct array_of<M[n], void> {
  static constexpr bool is_array = true;
  static constexpr std::size_t length = n;
  using row = M;
};
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
template <class M>
struct array_of<M[0], void> {
  static constexpr bool is_array = true;
  static constexpr std::size_t length = 0;
  using row = M;
};
#pragma GCC diagnostic pop
template <class M>
struct array_of<M, std::void_t<decltype(std::tuple_size<M>::value), typename M::value_type,
                               decltype(std::declval<M&>().fill(
                                   std::declval<const typename M::value_type&>()))>> {
  static constexpr bool is_array = true;
  static constexpr std::size_t length = std::tuple_size<M>::value;
  using row = typename M::value_type;
};

// `leaf` is M without any dimension, unqualified; `ndim` counts them.
template <class M, bool = array_of<std::remove_cv_t<M>>::is_array>
struct extents {
  using leaf = std::remove_cv_t<M>;
  static constexpr std::size_t ndim = 0;
  static constexpr void fill(std::size_t*) {}
};
template <class M>
struct extents<M, true> {
  using outer = array_of<std::remove_cv_t<M>>;
  using inner = extents<typename outer::row>;
  using leaf = typename inner::leaf;
  static constexpr std::size_t ndim = inner::ndim + 1;
  static constexpr void fill(std::size_t* shape) {
    shape[0] = outer::length;
    inner::fill(shape + 1);
  }
};

template <class M>
struct shape_data {
  std::size_t lengths[extents<M>::ndim + 1];
  constexpr shape_data() : lengths() { extents<M>::fill(lengths); }
};
template <class M>
inline constexpr shape_data<M> shape_of{};

template <class M>
struct is_open : std::false_type {};
template <class M>
struct is_open<M[]> : std::true_type {};

// std::complex, known by what it offers, so that <complex> need not be included.
template <class M, class = void>
struct complex_part {
  using type = void;
};
template <class M>
struct complex_part<M,
                    std::void_t<typename M::value_type, decltype(std::declval<const M&>().real()),
                                decltype(std::declval<const M&>().imag())>> {
  using type = std::conditional_t<sizeof(M) == 2 * sizeof(typename M::value_type),
                                  typename M::value_type, void>;
};
__extension__ typedef __complex__ float c_complex64;
__extension__ typedef __complex__ double c_complex128;
__extension__ typedef __complex__ long double c_clongdouble;
template <>
struct complex_part<c_complex64, void> {
  using type = float;
};
template <>
struct complex_part<c_complex128, void> {
  using type = double;
};
template <>
struct complex_part<c_clongdouble, void> {
  using type = long double;
};

template <class M, class = void>
struct declared {
  static constexpr bool found = false;
  static constexpr const descry_type* value = nullptr;
};
template <class M>
struct declared<M,
                std::void_t<decltype(descry_priv_find(static_cast<const M*>(nullptr), nullptr))>> {
  static constexpr bool found = true;
  static constexpr const descry_type* value =
      decltype(descry_priv_find(static_cast<const M*>(nullptr), nullptr))::value;
};

template <class M, bool = std::is_enum<M>::value>
struct integer_of {
  using type = M;
};
template <class M>
struct integer_of<M, true> {
  using type = std::underlying_type_t<M>;
};

template <class M>
constexpr const descry_type* integer_tag() {
  constexpr bool is_signed = std::is_signed<M>::value;
  switch (sizeof(M)) {
    case 1:
      return is_signed ? &descry_type_of_int8 : &descry_type_of_uint8;
    case 2:
      return is_signed ? &descry_type_of_int16 : &descry_type_of_uint16;
    case 4:
      return is_signed ? &descry_type_of_int32 : &descry_type_of_uint32;
    case 8:
      return is_signed ? &descry_type_of_int64 : &descry_type_of_uint64;
    default:
      return nullptr;
  }
}

template <class M>
constexpr const descry_type* floating_tag(const descry_type* single, const descry_type* twice,
                                          const descry_type* longest) {
  return std::is_same<M, float>::value         ? single
         : std::is_same<M, double>::value      ? twice
         : std::is_same<M, long double>::value ? longest
                                               : nullptr;
}

// The tag or the declared type of a leaf, or nullptr.
template <class M>
constexpr const descry_type* deduce(bool in_array) {
  using integer = typename integer_of<M>::type;
  using part = typename complex_part<M>::type;
  if (std::is_same<M, bool>::value) return &descry_type_of_bool_;
  if (std::is_same<M, char>::value && in_array) return &descry_type_of_bytes;
  if constexpr (declared<M>::found) return declared<M>::value;
  if constexpr (std::is_integral<integer>::value) return integer_tag<integer>();
  if constexpr (std::is_floating_point<M>::value) {
    return floating_tag<M>(&descry_type_of_float32, &descry_type_of_float64,
                           &descry_type_of_longdouble);
  }
  if constexpr (std::is_floating_point<part>::value) {
    return floating_tag<part>(&descry_type_of_complex64, &descry_type_of_complex128,
                              &descry_type_of_clongdouble);
  }
  return std::is_same<M, _object*>::value ? &descry_type_of_object_ : nullptr;
}

template <class M>
constexpr bool is_c_floating() {
  return std::is_same<M, float>::value || std::is_same<M, double>::value ||
         std::is_same<M, long double>::value;
}

// Whether deduce() has an answer. Not by comparing it with nullptr, which is no constant for gcc's
// UndefinedBehaviorSanitizer.
template <class M>
constexpr bool known(bool in_array) {
  return std::is_same<M, bool>::value || (std::is_same<M, char>::value && in_array) ||
         declared<M>::found ||
         (std::is_integral<typename integer_of<M>::type>::value && sizeof(M) <= 8) ||
         is_c_floating<M>() || is_c_floating<typename complex_part<M>::type>() ||
         std::is_same<M, _object*>::value;
}

template <class M>
constexpr bool deducible() {
  return known<typename extents<M>::leaf>(extents<M>::ndim > 0);
}

// An element fits as the innermost one, as an array that is itself a declared type, as a pointer to
// an object, or as any bytes.
template <class M, class E>
constexpr bool fits() {
  using leaf = typename extents<M>::leaf;
  return sizeof(leaf) == sizeof(E) || (array_of<E>::is_array && sizeof(M) % sizeof(E) == 0) ||
         std::is_same<leaf, E*>::value || std::is_same<E, descry_priv_opaque>::value;
}

struct span {
  std::size_t begin, past, alignment;
};

// Whether no byte of a struct is left over that alignment does not account for. Sorts a copy of the
// members by offset.
template <std::size_t n>
constexpr bool covers(std::size_t size, std::size_t alignment, const span (&members)[n]) {
  span sorted[n] = {};
  for (std::size_t i = 0; i < n; ++i) {
    std::size_t j = i;
    for (; j > 0 && members[i].begin < sorted[j - 1].begin; --j) sorted[j] = sorted[j - 1];
    sorted[j] = members[i];
  }
  std::size_t past = 0;
  for (const span& member : sorted) {
    if (member.begin > past && member.begin - past >= member.alignment) return false;
    past = member.past > past ? member.past : past;
  }
  return size - past < alignment;
}

}  // namespace descry_priv
}  // extern "C++"

// A member's type, and what deduce.h keeps in typedefs.
#define DESCRY_PRIV_OF(T, member) decltype(((T*)nullptr)->member)
#define DESCRY_PRIV_LEVELS(T, member, ...)                        \
  DESCRY_PRIV_ASSERT(!::descry_priv::is_open<__VA_ARGS__>::value, \
                     DESCRY_PRIV_FLEXIBLE_MESSAGE(T, member));
#define DESCRY_PRIV_NDIM(T, member) (::descry_priv::extents<DESCRY_PRIV_OF(T, member)>::ndim)
#define DESCRY_PRIV_SHAPE(T, member) (::descry_priv::shape_of<DESCRY_PRIV_OF(T, member)>.lengths)
#define DESCRY_PRIV_UNIT(T, member) \
  sizeof(typename ::descry_priv::extents<DESCRY_PRIV_OF(T, member)>::leaf)

// The element of a field, by how it was listed.
#define DESCRY_PRIV_BARE_ELEMENT(T, member, element)                                        \
  (::descry_priv::deduce<typename ::descry_priv::extents<DESCRY_PRIV_OF(T, member)>::leaf>( \
      ::descry_priv::extents<DESCRY_PRIV_OF(T, member)>::ndim > 0))
#define DESCRY_PRIV_AS_ELEMENT(T, member, element) (&DESCRY_PRIV_CAT(descry_type_of_, element))

// What must hold of a field, by how it was listed.
#define DESCRY_PRIV_BARE_CHECK(T, member, element)                            \
  DESCRY_PRIV_ASSERT((::descry_priv::deducible<DESCRY_PRIV_OF(T, member)>()), \
                     DESCRY_PRIV_UNDEDUCED_MESSAGE(T, member));
#define DESCRY_PRIV_AS_CHECK(T, member, element)                                                   \
  DESCRY_PRIV_ASSERT(                                                                              \
      (::descry_priv::fits<DESCRY_PRIV_OF(T, member), DESCRY_PRIV_CAT(descry_ctype_, element)>()), \
      DESCRY_PRIV_MISFIT_MESSAGE(T, member, element));

#define DESCRY_PRIV_ALIAS_FITS(T, wrapper, E) \
  (::descry_priv::fits<T, E>() &&             \
   (alignof(T) == alignof(E) || std::is_same<E, descry_priv_opaque>::value))

#endif  // DESCRY_PRIVATE_DEDUCE_HPP_
