// SPDX-License-Identifier: BSD-3-Clause
// Views and arrays of descry.hpp as parameters and results of functions that nanobind binds:
//
//   m.def("total_x", [](const descry::view<particle>& in) { ... });
//   m.def("make", [](int n) { return descry::array<particle>(std::vector<particle>(n)); });
//
// A view is open, and its memory borrowed, until the function returns; a call_guard that releases
// the GIL does no harm to it. Rank and flags are part of its type: descry::view<particle, 1>. It
// may be a parameter by value, by reference, as a pointer that is null for None where the argument
// is annotated with .none(), and, with nanobind's headers for them, in a std::optional or a
// std::vector (where what does not fit gets nanobind's message). An array that does not fit raises
// what descry says, such as the field that differs; among overloads, the first that fits is taken,
// and where none does the first speaks. Arrays are never converted or copied on the way, but for
// views that ask for it. STABLE_ABI works, with descry_abi3.
//
// descry::element<particle> is one particle: a dict, a tuple, a np.void, and a np.void as a result.
// So is a particle itself, by value, by reference or as a pointer, and, with nanobind's headers for
// them, in a std::optional or a std::vector, once descry::by_value<particle> is true: see
// element.hpp.
//
// For nanobind 2 and later, which is for its user to have: descry does not bring it.
#ifndef DESCRY_NANOBIND_HPP_
#define DESCRY_NANOBIND_HPP_

#include <nanobind/nanobind.h>

#include <cstdint>
#include <descry/descry.hpp>
#include <descry/private/scalar_name.hpp>
#include <optional>
#include <utility>

namespace descry {

// Lets an error that leaves a function of this module arrive in Python as the exception that it
// carries. Call it once, in NB_MODULE.
inline void translate_errors(nanobind::module_&) {
  nanobind::register_exception_translator([](const std::exception_ptr& raised, void*) {
    try {
      std::rethrow_exception(raised);
    } catch (const error& failure) {
      failure.restore();
    }
  });
}

// Returns the exception that nanobind threw as descry's, for descry::call() and for whoever catches
// descry::error alone.
inline error from_nanobind(nanobind::python_error& raised) {
  raised.restore();
  return error();
}

// Returns the exception that descry threw as nanobind's.
inline nanobind::python_error to_nanobind(const error& raised) {
  raised.restore();
  return nanobind::python_error();
}

}  // namespace descry

NAMESPACE_BEGIN(NB_NAMESPACE)
NAMESPACE_BEGIN(detail)

template <class View>
struct type_caster<View, enable_if_t<descry::priv::is_view<View>>> {
 public:
  using Value = View;
  static constexpr auto Name = const_name("numpy.typing.NDArray[") +
                               const_name(descry::priv::scalar_name<typename View::value_type>()) +
                               const_name("]");

  // Moves the view into a parameter that is one by value: it cannot be copied.
  template <class Parameter>
  using Cast =
      std::conditional_t<std::is_pointer_v<Parameter>, View*,
                         std::conditional_t<std::is_lvalue_reference_v<Parameter>, View&, View&&>>;

  // nanobind asks all overloads without cast_flags::convert before it asks any with it: by then
  // nothing fits. This may not throw, so the reason waits until the argument is asked for.
  // (`Flags` is an uint8_t in nanobind 2, an uint32_t in 3.)
  template <class Flags>
  bool from_python(handle source, Flags flags, cleanup_list*) noexcept {
    view_.reset();
    failure_ = nullptr;
    is_none_ = source.is_none();
    const bool convert =
        (static_cast<std::uint32_t>(flags) & static_cast<std::uint32_t>(cast_flags::convert)) != 0;
    if (is_none_) return convert;
    try {
      view_.emplace(source.ptr());
      return true;
    } catch (...) {
      failure_ = std::current_exception();
      return convert;
    }
  }

  // Asked by the containers that a view is in, which may not throw.
  template <class Parameter>
  bool can_cast() const noexcept {
    return !failure_ && (!is_none_ || std::is_pointer_v<Parameter>);
  }

  operator View*() { return is_none_ ? nullptr : &opened(); }
  operator View&() { return opened(); }
  operator View&&() { return std::move(opened()); }

 private:
  View& opened() {
    try {
      if (failure_) std::rethrow_exception(failure_);
      return is_none_ ? view_.emplace(Py_None) : *view_;
    } catch (const descry::error& failure) {
      throw descry::to_nanobind(failure);
    }
  }

  std::optional<View> view_;
  std::exception_ptr failure_;
  bool is_none_ = false;
};

// One element by value, in both directions.
template <class T>
struct type_caster<descry::element<T>> {
 public:
  using Value = descry::element<T>;
  static constexpr auto Name = const_name(descry::priv::scalar_name<T>());
  template <class Parameter>
  using Cast = Value&;

  template <class Flags>
  bool from_python(handle source, Flags flags, cleanup_list*) noexcept {
    failure_ = nullptr;
    try {
      value_.emplace(descry::argument(source.ptr()));
      return true;
    } catch (...) {
      failure_ = std::current_exception();
      return (static_cast<std::uint32_t>(flags) &
              static_cast<std::uint32_t>(cast_flags::convert)) != 0;
    }
  }

  template <class Parameter>
  bool can_cast() const noexcept {
    return !failure_;
  }

  operator Value&() {
    try {
      if (failure_) std::rethrow_exception(failure_);
      return *value_;
    } catch (const descry::error& failure) {
      throw descry::to_nanobind(failure);
    }
  }

  static handle from_cpp(const Value& source, rv_policy, cleanup_list*) noexcept {
    return descry::call([&] { return source.scalar(); });
  }

 private:
  std::optional<Value> value_;
  std::exception_ptr failure_;
};

// The same of a T itself.
template <class T>
struct type_caster<T, enable_if_t<descry::by_value<T>>> {
 public:
  using Value = T;
  static constexpr auto Name = type_caster<descry::element<T>>::Name;
  template <class Parameter>
  using Cast = movable_cast_t<Parameter>;

  template <class Flags>
  bool from_python(handle source, Flags flags, cleanup_list* cleanup) noexcept {
    return element_.from_python(source, flags, cleanup);
  }

  template <class Parameter>
  bool can_cast() const noexcept {
    return element_.template can_cast<Parameter>();
  }

  operator T*() { return &value(); }
  operator T&() { return value(); }
  operator T&&() { return std::move(value()); }

  static handle from_cpp(const T& source, rv_policy, cleanup_list*) noexcept {
    return descry::call([&] { return descry::element<T>(source).scalar(); });
  }
  static handle from_cpp(const T* source, rv_policy policy, cleanup_list* cleanup) noexcept {
    return source ? from_cpp(*source, policy, cleanup) : none().release();
  }

 private:
  T& value() { return *static_cast<descry::element<T>&>(element_); }

  type_caster<descry::element<T>> element_;
};

// An array, a dtype: results only.
template <class Element>
constexpr auto name_of_descry_object() {
  if constexpr (std::is_void_v<Element>) {
    return const_name("object");
  } else {
    return const_name("numpy.typing.NDArray[") + const_name(descry::priv::scalar_name<Element>()) +
           const_name("]");
  }
}

template <class Object>
struct type_caster<Object, enable_if_t<std::is_base_of_v<descry::object, Object>>> {
  using Value = Object;
  static constexpr auto Name = name_of_descry_object<descry::priv::array_element<Object>>();

  static handle from_cpp(Object source, rv_policy, cleanup_list*) noexcept {
    return source.release();
  }
};

NAMESPACE_END(detail)
NAMESPACE_END(NB_NAMESPACE)

#endif  // DESCRY_NANOBIND_HPP_
