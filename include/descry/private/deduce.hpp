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

#if defined(__GNUC__)
#pragma GCC system_header
#endif

struct _object;

// Makes the global namespace one of those in which a declaration is looked up.
struct descry_priv_global;

#define DESCRY_PRIV_ASSERT(condition, message) static_assert(condition, message)

// Nothing that follows can be said of a T that is not a single name, or is not complete: the
// compiler tells so, and stops. (Every error below costs clang a line or three for each macro that
// it is in.) `name` is what was written, up to the first comma.
#define DESCRY_PRIV_CHECK_NAME(T, ...)                                    \
  static_assert(::descry_priv::is_name(#T), DESCRY_PRIV_NAME_MESSAGE(T)); \
  DESCRY_PRIV_STOP_UNLESS(::descry_priv::is_name(#T))
#define DESCRY_PRIV_CHECK_COMPLETE(T, ...)                                                    \
  DESCRY_PRIV_CHECK_NAME(T, ~)                                                                \
  static_assert(::descry_priv::is_complete<T>::value,                                         \
                "descry: " #T " is incomplete here: include the header with its definition"); \
  DESCRY_PRIV_STOP_UNLESS(::descry_priv::is_complete<T>::value)
#define DESCRY_PRIV_CONSTANT(name, value) static constexpr bool name = (value);
#define DESCRY_PRIV_INTEGER_CONSTANT(name, value) \
  [[maybe_unused]] static constexpr int name = (value);
#ifdef __clang__
#define DESCRY_PRIV_STOP_UNLESS(ok)                                                \
  _Pragma("clang diagnostic push")                                                 \
      _Pragma("clang diagnostic fatal \"-Wuser-defined-warnings\"") static_assert( \
          ::descry_priv::stops_unless(ok), "");                                    \
  _Pragma("clang diagnostic pop")
#define DESCRY_PRIV_CHECK_ELEMENT_NAME(element)                                    \
  _Pragma("clang diagnostic push")                                                 \
      _Pragma("clang diagnostic fatal \"-Wuser-defined-warnings\"") static_assert( \
          ::descry_priv::names_element(DESCRY_PRIV_STR(element)), "");             \
  _Pragma("clang diagnostic pop")
#else
#define DESCRY_PRIV_CHECK_ELEMENT_NAME(element) DESCRY_PRIV_CHECK_NAME(element, ~)
#define DESCRY_PRIV_STOP_UNLESS(ok) static_assert(::descry_priv::stops_unless<(ok)>::value, "");
#endif
#define DESCRY_PRIV_ALIGNOF(T) alignof(T)
#define DESCRY_PRIV_CAST(T, value) static_cast<T>(value)
#define DESCRY_PRIV_DEFINE(...) \
  extern "C++" {                \
  __VA_ARGS__;                  \
  }                             \
  static_assert(true, "")

// In C++ a declared class or enum is also found by its type. The second parameter keeps two names
// of one type apart: such a type can be declared twice, and is only not deduced.
#define DESCRY_PRIV_DECLARE_(T)                                                                    \
  DESCRY_PRIV_EXTERN const descry_type descry_type_of_##T;                                         \
  struct descry_tag_##T;                                                                           \
  extern "C++" __attribute__((unused)) ::descry_priv::found<T, &descry_type_of_##T>                \
  descry_priv_find(const ::descry_priv::findable<T>*, descry_tag_##T*, const descry_priv_global*); \
  extern "C++" __attribute__((unused)) ::descry_priv::named<T, &descry_type_of_##T>                \
  descry_priv_named(descry_tag_##T*, const descry_priv_global*)

// The C type of an element, by its name.
#define DESCRY_PRIV_CTYPE(T)                                               \
  decltype(descry_priv_named(static_cast<struct descry_tag_##T*>(nullptr), \
                             static_cast<const struct descry_priv_global*>(nullptr)))::type

// The C++ type is that of the original, which is what it is found as.
#define DESCRY_PRIV_DECLARE_SWAPPED_(name, T)                                             \
  typedef DESCRY_PRIV_CTYPE(T) name;                                                      \
  DESCRY_PRIV_EXTERN const descry_type descry_type_of_##name;                             \
  struct descry_tag_##name;                                                               \
  extern "C++" __attribute__((unused)) ::descry_priv::named<name, &descry_type_of_##name> \
  descry_priv_named(descry_tag_##name*, const descry_priv_global*)

extern "C++" {
namespace descry_priv DESCRY_PRIV_LOCAL {

constexpr bool is_name(const char* text) {
  for (; *text != '\0'; ++text) {
    const bool letter = (*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z');
    const bool other = (*text >= '0' && *text <= '9') || *text == '_' || *text == '$' || *text < 0;
    if (!letter && !other) return false;
  }
  return true;
}

template <class T, class = void>
struct is_complete : std::false_type {};
template <class T>
struct is_complete<T, std::void_t<decltype(sizeof(T))>> : std::true_type {};

// A fatal error unless `ok`: by a warning that is made one, or by templates without end.
#ifdef __clang__
constexpr bool stops_unless(bool ok)
    __attribute__((diagnose_if(!ok, "descry: what follows is not looked at", "warning")));
constexpr bool stops_unless(bool ok) { return ok; }
constexpr bool names_element(const char* text)
    __attribute__((diagnose_if(!is_name(text),
                               "descry: an element is not a single name: give the type one with a "
                               "typedef",
                               "warning")));
constexpr bool names_element(const char* text) { return is_name(text); }
#else
template <bool ok, int depth = 0>
struct stops_unless {
  static constexpr bool value = stops_unless<ok, depth + 1>::value;
};
template <int depth>
struct stops_unless<true, depth> {
  static constexpr bool value = true;
};
#endif

template <class T, const descry_type* type>
struct found {
  static constexpr const descry_type* value = type;
};

template <class T, const descry_type* type_object>
struct named {
  static constexpr bool found = true;
  static constexpr const descry_type* value = type_object;
  using type = T;
};

// Other names of built-in types are not looked up, and need no place of their own among the
// overloads.
struct unfindable;
template <class T>
using findable =
    std::conditional_t<std::is_class<T>::value || std::is_union<T>::value || std::is_enum<T>::value,
                       T, unfindable>;

// Stands for a member that there is not.
struct no_member {
  char byte;
};

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
struct extents<M[], false> {
  using leaf = no_member;
  static constexpr std::size_t ndim = 0;
  static constexpr void fill(std::size_t*) {}
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
template <class M>
using closed = std::conditional_t<is_open<M>::value, no_member, M>;

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

template <class M>
using lookup = decltype(descry_priv_find(static_cast<const M*>(nullptr), nullptr,
                                         static_cast<const descry_priv_global*>(nullptr)));
template <class M, class = void>
struct declared {
  static constexpr bool found = false;
  static constexpr const descry_type* value = nullptr;
};
template <class M>
struct declared<M, std::void_t<lookup<M>>> {
  static constexpr bool found = true;
  static constexpr const descry_type* value = lookup<M>::value;
};

// Stands for an element that there is not, and fits everything.
struct unnamed {
  static constexpr bool found = false;
  static constexpr const descry_type* value = nullptr;
  using type = descry_priv_opaque;
};
template <class Tag, class = void>
struct element_with {
  using type = unnamed;
};
template <class Tag>
using named_by = decltype(descry_priv_named(static_cast<Tag*>(nullptr),
                                            static_cast<const descry_priv_global*>(nullptr)));
template <class Tag>
struct element_with<Tag, std::void_t<named_by<Tag>>> {
  using type = named_by<Tag>;
};
template <class Tag>
typename element_with<Tag>::type element_of(Tag*);

template <class M, bool = std::is_enum<M>::value>
struct integer_of {
  using type = M;
};
template <class M>
struct integer_of<M, true> {
  using type = std::underlying_type_t<M>;
};

// A byte order: that of the machine, or the one that tags end in.
enum class order { native, be, le };
constexpr order order_named(const char* suffix) {
  return suffix[0] == '\0' ? order::native : suffix[1] == 'b' ? order::be : order::le;
}

struct tag_orders {
  const descry_type *native, *be, *le;
  constexpr const descry_type* in(order of) const {
    return of == order::native ? native : of == order::be ? be : le;
  }
};
#define DESCRY_PRIV_ORDERS(tag)                                                   \
  ::descry_priv::tag_orders {                                                     \
    &descry_type_of_##tag, &descry_type_of_##tag##_be, &descry_type_of_##tag##_le \
  }

template <class M>
constexpr const descry_type* integer_tag(order of) {
  constexpr bool is_signed = std::is_signed<M>::value;
  switch (sizeof(M)) {
    case 1:
      return is_signed ? &descry_type_of_int8 : &descry_type_of_uint8;
    case 2:
      return is_signed ? DESCRY_PRIV_ORDERS(int16).in(of) : DESCRY_PRIV_ORDERS(uint16).in(of);
    case 4:
      return is_signed ? DESCRY_PRIV_ORDERS(int32).in(of) : DESCRY_PRIV_ORDERS(uint32).in(of);
    case 8:
      return is_signed ? DESCRY_PRIV_ORDERS(int64).in(of) : DESCRY_PRIV_ORDERS(uint64).in(of);
    default:
      return nullptr;
  }
}

template <class M>
constexpr const descry_type* floating_tag(order of, tag_orders single, tag_orders twice,
                                          tag_orders longest) {
  return std::is_same<M, float>::value         ? single.in(of)
         : std::is_same<M, double>::value      ? twice.in(of)
         : std::is_same<M, long double>::value ? longest.in(of)
                                               : nullptr;
}

// The unit of a std::chrono::duration, known by what it offers, so that <chrono> need not be
// included: its index among the units of NumPy, or -1.
template <class P>
constexpr int unit_of_ratio() {
  constexpr auto num = P::num, den = P::den;
  if (den == 1) {
    return num == 31556952  ? 0
           : num == 2629746 ? 1
           : num == 604800  ? 2
           : num == 86400   ? 3
           : num == 3600    ? 4
           : num == 60      ? 5
           : num == 1       ? 6
                            : -1;
  }
  if (num != 1) return -1;
  return den == 1000                  ? 7
         : den == 1000000             ? 8
         : den == 1000000000          ? 9
         : den == 1000000000000       ? 10
         : den == 1000000000000000    ? 11
         : den == 1000000000000000000 ? 12
                                      : -1;
}
// `unit` is that of a span of time, or of a point in it, of 64 bits.
template <class M, class = void>
struct time_span {
  static constexpr int unit = -1;
};
template <class M>
struct time_span<M, std::void_t<typename M::rep, decltype(M::period::den),
                                decltype(std::declval<const M&>().count())>> {
  static constexpr int unit = std::is_integral<typename M::rep>::value &&
                                      std::is_signed<typename M::rep>::value && sizeof(M) == 8
                                  ? unit_of_ratio<typename M::period>()
                                  : -1;
};
// Only std::chrono::system_clock, which counts from 1970, goes to and from a time_t.
template <class M, class = void>
struct time_point {
  static constexpr int unit = -1;
};
template <class M>
struct time_point<M, std::void_t<decltype(&M::clock::to_time_t),
                                 decltype(std::declval<const M&>().time_since_epoch())>> {
  static constexpr int unit = sizeof(M) == 8 ? time_span<typename M::duration>::unit : -1;
};
constexpr tag_orders time_tag(int unit, bool is_point) {
#define DESCRY_PRIV_TIME(name) \
  (is_point ? DESCRY_PRIV_ORDERS(datetime64_##name) : DESCRY_PRIV_ORDERS(timedelta64_##name))
  switch (unit) {
    case 0:
      return DESCRY_PRIV_TIME(Y);
    case 1:
      return DESCRY_PRIV_TIME(M);
    case 2:
      return DESCRY_PRIV_TIME(W);
    case 3:
      return DESCRY_PRIV_TIME(D);
    case 4:
      return DESCRY_PRIV_TIME(h);
    case 5:
      return DESCRY_PRIV_TIME(m);
    case 6:
      return DESCRY_PRIV_TIME(s);
    case 7:
      return DESCRY_PRIV_TIME(ms);
    case 8:
      return DESCRY_PRIV_TIME(us);
    case 9:
      return DESCRY_PRIV_TIME(ns);
    case 10:
      return DESCRY_PRIV_TIME(ps);
    case 11:
      return DESCRY_PRIV_TIME(fs);
    default:
      return DESCRY_PRIV_TIME(as);
  }
#undef DESCRY_PRIV_TIME
}

// The tag or the declared type of a leaf, or nullptr. An enum is the integer that it is stored in,
// as in C, whether or not it was declared: it may have been announced and never defined.
template <class M>
constexpr const descry_type* deduce(bool in_array, order of = order::native) {
  using integer = typename integer_of<M>::type;
  using part = typename complex_part<M>::type;
  if (std::is_same<M, bool>::value) return &descry_type_of_bool_;
  if (std::is_same<M, char>::value && in_array) return &descry_type_of_bytes;
  // `else` each time: what `if constexpr` leaves out is not even a reference to a symbol.
  if constexpr (std::is_integral<integer>::value) {
    return integer_tag<integer>(of);
  } else if constexpr (declared<M>::found) {
    return declared<M>::value;
  } else if constexpr (std::is_floating_point<M>::value) {
    return floating_tag<M>(of, DESCRY_PRIV_ORDERS(float32), DESCRY_PRIV_ORDERS(float64),
                           DESCRY_PRIV_ORDERS(longdouble));
  } else if constexpr (std::is_floating_point<part>::value) {
    return floating_tag<part>(of, DESCRY_PRIV_ORDERS(complex64), DESCRY_PRIV_ORDERS(complex128),
                              DESCRY_PRIV_ORDERS(clongdouble));
  } else if constexpr (time_span<M>::unit >= 0) {
    return time_tag(time_span<M>::unit, false).in(of);
  } else if constexpr (time_point<M>::unit >= 0) {
    return time_tag(time_point<M>::unit, true).in(of);
  } else {
    return std::is_same<M, _object*>::value ? &descry_type_of_object_ : nullptr;
  }
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
  return std::is_same<M, no_member>::value || std::is_same<M, bool>::value ||
         (std::is_same<M, char>::value && in_array) || declared<M>::found ||
         (std::is_integral<typename integer_of<M>::type>::value && sizeof(M) <= 8) ||
         is_c_floating<M>() || is_c_floating<typename complex_part<M>::type>() ||
         time_span<M>::unit >= 0 || time_point<M>::unit >= 0 || std::is_same<M, _object*>::value;
}

template <class M>
constexpr bool deducible() {
  return known<typename extents<M>::leaf>(extents<M>::ndim > 0);
}
// A declared type has the byte order that it was declared with.
template <class M>
constexpr bool deducible_in_order() {
  using leaf = typename extents<M>::leaf;
  return deducible<M>() && !(declared<leaf>::found && std::is_class<leaf>::value) &&
         !std::is_pointer<leaf>::value;
}

// No dimension is of length 0, which C does not have and NumPy cannot place.
template <class M>
constexpr bool has_elements() {
  if constexpr (array_of<std::remove_cv_t<M>>::is_array) {
    using outer = array_of<std::remove_cv_t<M>>;
    if (!std::is_array<std::remove_cv_t<M>>::value && outer::length == 0) return false;
    if constexpr (!std::is_same<typename outer::row, M>::value) {
      return has_elements<typename outer::row>();
    }
  }
  return true;
}

// The kind of a type: b bool, c plain char, i and u integers, f and z real and complex numbers, p a
// pointer, s everything else.
template <class M>
constexpr char kind_of() {
  using integer = typename integer_of<M>::type;
  if (std::is_same<M, bool>::value) return 'b';
  if (std::is_same<M, char>::value) return 'c';
  if (std::is_integral<integer>::value) return std::is_signed<integer>::value ? 'i' : 'u';
  if (std::is_floating_point<M>::value) return 'f';
  if (is_c_floating<typename complex_part<M>::type>() ||
      std::is_same<M, descry_priv_complex64>::value ||
      std::is_same<M, descry_priv_complex128>::value ||
      std::is_same<M, descry_priv_clongdouble>::value) {
    return 'z';
  }
  return std::is_pointer<M>::value ? 'p' : 's';
}

// Whether a member of the kind `m` can be an element of the kind `e`, if it has its size.
constexpr bool kinds_fit(char m, char e) {
  return m == e || m == 's' || (m == 'c' && (e == 'i' || e == 'u')) ||
         (e == 'c' && (m == 'i' || m == 'u')) || (m == 'p' && e == 'u');
}

// Whether one of the arrays that M consists of is as large as `size`.
template <class M>
constexpr bool groups(std::size_t size) {
  if constexpr (array_of<std::remove_cv_t<M>>::is_array && extents<M>::ndim < 64) {
    using row = typename array_of<std::remove_cv_t<M>>::row;
    if constexpr (!std::is_same<row, M>::value) return sizeof(M) == size || groups<row>(size);
  }
  return false;
}

// An element fits as the innermost one, as an array that is itself a declared type, as bytes or a
// pair of numbers that make one, as a pointer to an object, or as any bytes. 0: not by its size, 1:
// not by its kind.
template <class M, class E>
constexpr int fit(bool lax) {
  using leaf = typename extents<M>::leaf;
  if (std::is_same<leaf, no_member>::value || std::is_same<leaf, E*>::value ||
      std::is_same<E, descry_priv_opaque>::value ||
      (array_of<E>::is_array && sizeof(M) % sizeof(E) == 0)) {
    return 2;
  }
  if (sizeof(leaf) == sizeof(E)) return lax || kinds_fit(kind_of<leaf>(), kind_of<E>()) ? 2 : 1;
  const bool is_byte =
      sizeof(leaf) == 1 && std::is_integral<typename integer_of<leaf>::type>::value;
  const bool is_pair =
      kind_of<E>() == 'z' && kind_of<leaf>() == 'f' && 2 * sizeof(leaf) == sizeof(E);
  return groups<M>(sizeof(E)) && (is_byte || is_pair) ? 2 : 0;
}

struct span {
  std::size_t begin, past, alignment;
};

// What lies the wrong way round has a message of its own.
constexpr span forward(const span& given) {
  return given.begin < given.past ? given : span{0, 0, 0};
}

// Of members of a union the one of the widest alignment says how much padding comes before them.
constexpr bool comes_first(const span& one, const span& other) {
  return one.begin < other.begin || (one.begin == other.begin && one.alignment > other.alignment);
}

// Whether no byte of a struct is left over that alignment does not account for. Sorts a copy of the
// members by offset.
template <std::size_t n>
constexpr bool covers(std::size_t size, std::size_t alignment, const span (&members)[n]) {
  span sorted[n] = {};
  for (std::size_t i = 0; i < n; ++i) {
    std::size_t j = i;
    for (; j > 0 && comes_first(members[i], sorted[j - 1]); --j) sorted[j] = sorted[j - 1];
    sorted[j] = members[i];
  }
  std::size_t past = 0;
  // A typedef may lower the alignment of a struct, not that of its members.
  for (const span& member : sorted) {
    if (member.alignment == 0) return true;  // has a message of its own
    if (member.alignment > alignment) alignment = member.alignment;
  }
  for (const span& member : sorted) {
    if (member.begin > past && member.begin - past >= member.alignment) return false;
    past = member.past > past ? member.past : past;
  }
  return size - past < alignment;
}

// The padding of a type is known where its bytes are all that there is to it.
template <class T>
constexpr bool knows_padding() {
#if defined(__has_builtin)
#if __has_builtin(__builtin_clear_padding)
  return std::is_trivially_copyable<T>::value;
#else
  return false;
#endif
#else
  return false;
#endif
}
template <class T>
inline void clear_padding(void* element) {
  static_cast<void>(element);
#if defined(__has_builtin)
#if __has_builtin(__builtin_clear_padding)
  if constexpr (std::is_trivially_copyable<T>::value) {
    __builtin_clear_padding(static_cast<T*>(element));
  }
#endif
#endif
}

// The type of a member, and where it is, by lambdas that take a pointer to the struct: what is
// wrong with a member can be asked without an error.
template <class F, class T, class = void>
struct member_of {
  static constexpr bool found = false;
  using type = no_member;
};
template <class F, class T>
struct member_of<F, T, std::void_t<decltype(std::declval<const F&>()(std::declval<T*>()))>> {
  static constexpr bool found = true;
  using type = std::remove_reference_t<decltype(std::declval<const F&>()(std::declval<T*>()))>;
};
// A span without alignment stands for a member that cannot be a field.
template <class T, class F>
constexpr span bounds_of(const F& member) {
  if constexpr (member_of<F, T>::found) return member(static_cast<T*>(nullptr));
  return {0, 0, 0};
}

template <class M>
constexpr bool may_be_number() {
  using leaf = std::remove_cv_t<typename extents<M>::leaf>;
  return (std::is_arithmetic<leaf>::value && !std::is_same<leaf, bool>::value) ||
         std::is_enum<leaf>::value || std::is_class<leaf>::value;
}
template <class M>
constexpr bool is_text() {
  return std::is_same<std::remove_cv_t<typename extents<M>::leaf>, char>::value &&
         extents<M>::ndim > 0;
}

}  // namespace DESCRY_PRIV_LOCAL
}  // extern "C++"

#define DESCRY_ELEMENT(tag, c_type, dtype)                                                        \
  struct descry_tag_##tag;                                                                        \
  extern "C++" ::descry_priv::named<descry_ctype_##tag, &descry_type_of_##tag> descry_priv_named( \
      descry_tag_##tag*, const descry_priv_global*);
#include <descry/elements.inc>

// A member's type, and its bounds.
#define DESCRY_PRIV_OF(T, id) DESCRY_PRIV_CAT(descry_m_##T##_, id)
#define DESCRY_PRIV_TYPE_LAMBDA(T, id) DESCRY_PRIV_CAT(descry_t_##T##_, id)
#define DESCRY_PRIV_BOUNDS_LAMBDA(T, id) DESCRY_PRIV_CAT(descry_b_##T##_, id)
#define DESCRY_PRIV_IS_MEMBER(T, id) \
  (::descry_priv::member_of<decltype(DESCRY_PRIV_TYPE_LAMBDA(T, id)), T>::found)
#define DESCRY_PRIV_HAS_ADDRESS(T, id) \
  (::descry_priv::member_of<decltype(DESCRY_PRIV_BOUNDS_LAMBDA(T, id)), T>::found)
#define DESCRY_PRIV_LEVELS(T, id, next, member)                                       \
  DESCRY_PRIV_MEMBER_BOUNDS(T, id, next, member)                                      \
  typedef ::descry_priv::member_of<decltype(DESCRY_PRIV_TYPE_LAMBDA(T, id)), T>::type \
      DESCRY_PRIV_OF(T, id);                                                          \
  DESCRY_PRIV_ASSERT(!::descry_priv::is_open<DESCRY_PRIV_OF(T, id)>::value,           \
                     DESCRY_PRIV_FLEXIBLE_MESSAGE(T, member));                        \
  DESCRY_PRIV_ASSERT(                                                                 \
      ::descry_priv::has_elements<DESCRY_PRIV_OF(T, id)>(),                           \
      "descry: " #T "." DESCRY_PRIV_STR(                                              \
          member) " is a std::array of no elements, which no dtype can hold: leave it out");
#define DESCRY_PRIV_NDIM(T, id) (::descry_priv::extents<DESCRY_PRIV_OF(T, id)>::ndim)
#define DESCRY_PRIV_SHAPE(T, id) (::descry_priv::shape_of<DESCRY_PRIV_OF(T, id)>.lengths)
#define DESCRY_PRIV_UNIT(T, id) sizeof(typename ::descry_priv::extents<DESCRY_PRIV_OF(T, id)>::leaf)

// The element of a bare field, in the machine's byte order or in the one that `s` says.
#define DESCRY_PRIV_DEDUCED(T, id, s)                                                   \
  (::descry_priv::deduce<typename ::descry_priv::extents<DESCRY_PRIV_OF(T, id)>::leaf>( \
      ::descry_priv::extents<DESCRY_PRIV_OF(T, id)>::ndim > 0, ::descry_priv::order_named(#s)))
#define DESCRY_PRIV_DEDUCED_CHECK(T, id, member, s)                                    \
  DESCRY_PRIV_ASSERT(::descry_priv::order_named(#s) == ::descry_priv::order::native    \
                         ? ::descry_priv::deducible<DESCRY_PRIV_OF(T, id)>()           \
                         : ::descry_priv::deducible_in_order<DESCRY_PRIV_OF(T, id)>(), \
                     DESCRY_PRIV_UNDEDUCED_MESSAGE(T, member));

// The element's C type and its type object, found by the name of a struct that `struct` in front of
// it makes up where there is none: an unknown name is no more than an assertion.
#define DESCRY_PRIV_ELEMENT_LOOKUP(T, id, written, element)       \
  DESCRY_PRIV_CHECK_ELEMENT_NAME(written)                         \
  typedef decltype(::descry_priv::element_of(                     \
      static_cast<struct DESCRY_PRIV_CAT(descry_tag_, element)*>( \
          nullptr))) DESCRY_PRIV_ELEMENT_OF(T, id);               \
  DESCRY_PRIV_ASSERT(DESCRY_PRIV_ELEMENT_OF(T, id)::found,        \
                     "descry: " DESCRY_PRIV_STR(written) " is not a declared type or a tag");
#define DESCRY_PRIV_ELEMENT_OF(T, id) DESCRY_PRIV_CAT(descry_c_##T##_, id)
#define DESCRY_PRIV_ELEMENT_TYPE(T, id) DESCRY_PRIV_ELEMENT_OF(T, id)::type
#define DESCRY_PRIV_ELEMENT_OBJECT(T, id, element) DESCRY_PRIV_ELEMENT_OF(T, id)::value

#define DESCRY_PRIV_FITS_CHECK(T, id, member, element)                               \
  static constexpr int DESCRY_PRIV_CAT(descry_fit_##T##_, id) =                      \
      ::descry_priv::fit<::descry_priv::closed<DESCRY_PRIV_OF(T, id)>,               \
                         DESCRY_PRIV_ELEMENT_TYPE(T, id)>(DESCRY_PRIV_LAX(element)); \
  DESCRY_PRIV_ASSERT(DESCRY_PRIV_CAT(descry_fit_##T##_, id) != 0,                    \
                     DESCRY_PRIV_MISFIT_MESSAGE(T, member, element));                \
  DESCRY_PRIV_ASSERT(DESCRY_PRIV_CAT(descry_fit_##T##_, id) != 1,                    \
                     DESCRY_PRIV_MISKIND_MESSAGE(T, member, element));

// Whether a member is a number, or numbers may be in it. An array of plain `char` is text.
#define DESCRY_PRIV_IS_NUMBER(T, id) (::descry_priv::may_be_number<DESCRY_PRIV_OF(T, id)>())
#define DESCRY_PRIV_IS_TEXT(T, id) (::descry_priv::is_text<DESCRY_PRIV_OF(T, id)>())

#define DESCRY_PRIV_IS_TAG(T, id) \
  std::is_integral<               \
      typename ::descry_priv::integer_of<std::remove_cv_t<DESCRY_PRIV_OF(T, id)>>::type>::value

#define DESCRY_PRIV_ALIAS_FITS(T, wrapper, element)                                                \
  (::descry_priv::fit<T, DESCRY_PRIV_ELEMENT_TYPE(wrapper, 0_0)>(DESCRY_PRIV_LAX(element)) == 2 && \
   (alignof(T) >= alignof(DESCRY_PRIV_ELEMENT_TYPE(wrapper, 0_0)) ||                               \
    std::is_same<DESCRY_PRIV_ELEMENT_TYPE(wrapper, 0_0), descry_priv_opaque>::value))

// Where an item's bytes are.
#define DESCRY_PRIV_SPAN(T, id) DESCRY_PRIV_CAT(descry_span_##T##_, id)
#define DESCRY_PRIV_BEGIN(T, id) DESCRY_PRIV_SPAN(T, id).begin
#define DESCRY_PRIV_PAST(T, id) DESCRY_PRIV_SPAN(T, id).past
#define DESCRY_PRIV_ALIGN(T, id) DESCRY_PRIV_SPAN(T, id).alignment
#define DESCRY_PRIV_BOUNDS_BEGIN(T)
#define DESCRY_PRIV_BOUNDS_END(T, id, next)
#define DESCRY_PRIV_BOUNDS(T, id, next, begin, past, alignment)  \
  static constexpr ::descry_priv::span DESCRY_PRIV_SPAN(T, id) = \
      ::descry_priv::forward({begin, past, alignment});
// False behind a mistake of its own.
#define DESCRY_PRIV_GATE(T, id) (DESCRY_PRIV_SPAN(T, id).alignment != 0)
// Of the members on both sides of a DESCRY_BITS.
#define DESCRY_PRIV_EDGE_BOUNDS(T, id, member) DESCRY_PRIV_MEMBER_BOUNDS(T, id, ~, member)
#define DESCRY_PRIV_EDGE_BEGIN(T, id) DESCRY_PRIV_BEGIN(T, id)
#define DESCRY_PRIV_EDGE_PAST(T, id) DESCRY_PRIV_PAST(T, id)
// offsetof a member of a class with private members is "conditionally supported", which gcc and
// clang do and warn of. An array of unknown length has no bounds, but a message of its own.
#define DESCRY_PRIV_MEMBER_BOUNDS(T, id, next, member)                                            \
  static constexpr auto DESCRY_PRIV_TYPE_LAMBDA(                                                  \
      T, id) = [](auto* descry_p) -> decltype((descry_p->member)) { return (descry_p->member); }; \
  _Pragma("GCC diagnostic push")                                                                  \
      _Pragma("GCC diagnostic ignored \"-Winvalid-offsetof\"") static constexpr auto              \
          DESCRY_PRIV_BOUNDS_LAMBDA(T, id) =                                                      \
              [](auto* descry_p) -> decltype(static_cast<void>(sizeof(descry_p->member)),         \
                                             ::descry_priv::span()) {                             \
    using descry_s = std::remove_pointer_t<decltype(descry_p)>;                                   \
    return {offsetof(descry_s, member), offsetof(descry_s, member) + sizeof(descry_p->member),    \
            __alignof__(descry_p->member)};                                                       \
  };                                                                                              \
  _Pragma("GCC diagnostic pop")                                                                   \
      DESCRY_PRIV_ASSERT(DESCRY_PRIV_IS_MEMBER(T, id),                                            \
                         "descry: " #T " has no public member " DESCRY_PRIV_STR(member));         \
  DESCRY_PRIV_ASSERT(                                                                             \
      (!DESCRY_PRIV_IS_MEMBER(T, id) || DESCRY_PRIV_HAS_ADDRESS(T, id) ||                         \
       ::descry_priv::is_open<                                                                    \
           ::descry_priv::member_of<decltype(DESCRY_PRIV_TYPE_LAMBDA(T, id)), T>::type>::value),  \
      DESCRY_PRIV_BIT_FIELD_MESSAGE(T, member));                                                  \
  static constexpr ::descry_priv::span DESCRY_PRIV_SPAN(T, id) =                                  \
      ::descry_priv::bounds_of<T>(DESCRY_PRIV_BOUNDS_LAMBDA(T, id));

#define DESCRY_PRIV_COVERED(T, e, ...)                                                           \
  static constexpr ::descry_priv::span descry_spans_##T[] = {DESCRY_PRIV_EACH(                   \
      DESCRY_PRIV_LISTED, T, e, e##__VA_ARGS__){sizeof(T), sizeof(T), alignof(T)}};              \
  DESCRY_PRIV_ASSERT(                                                                            \
      std::is_empty<T>::value || ::descry_priv::covers(sizeof(T), alignof(T), descry_spans_##T), \
      DESCRY_PRIV_COVERED_MESSAGE(T));
#define DESCRY_PRIV_LISTED(T, id, next, ...) DESCRY_PRIV_SPAN(T, id),
#define DESCRY_PRIV_LISTED_END(T, id, next)
#define DESCRY_PRIV_CLEAR_PADDING(T, element) ::descry_priv::clear_padding<T>(element)
#define DESCRY_PRIV_PADDING_FLAG(T) (::descry_priv::knows_padding<T>() ? DESCRY_TYPE_PADDING : 0u)

#endif  // DESCRY_PRIVATE_DEDUCE_HPP_
