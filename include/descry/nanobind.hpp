// SPDX-License-Identifier: BSD-3-Clause
// Views and arrays of descry.hpp as parameters and results of functions that nanobind binds:
//
//   m.def("total_x", [](const descry::view<particle>& in) { ... });
//   m.def("make", [](int n) { return descry::array<particle>(std::vector<particle>(n)); });
//
// A view is open, and its memory borrowed, until the function returns. An array that does not fit
// raises what descry says, such as the field that differs; among overloads, the first that fits is
// taken, and where none does the first speaks. Arrays are never converted or copied on the way, but
// for views that ask for it. For a rank or flags derive a class from the view, with one explicit
// constructor from a PyObject *; that is a parameter too.
//
// For nanobind 2 and later, which is for its user to have: descry does not bring it.
#ifndef DESCRY_NANOBIND_HPP_
#define DESCRY_NANOBIND_HPP_

#include <nanobind/nanobind.h>

#include <cstdint>
#include <descry/descry.hpp>
#include <optional>

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

}  // namespace descry

NAMESPACE_BEGIN(NB_NAMESPACE)
NAMESPACE_BEGIN(detail)

template <class View>
struct type_caster<View, enable_if_t<descry::priv::is_view<View>>> {
 public:
  using Value = View;
  static constexpr auto Name = const_name("numpy.ndarray");

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
    try {
      view_.emplace(source.ptr());
      return true;
    } catch (...) {
      failure_ = std::current_exception();
      return (static_cast<std::uint32_t>(flags) &
              static_cast<std::uint32_t>(cast_flags::convert)) != 0;
    }
  }

  template <class Parameter>
  bool can_cast() const noexcept {
    return true;
  }

  operator View*() { return &opened(); }
  operator View&() { return opened(); }
  operator View&&() { return std::move(opened()); }

 private:
  View& opened() {
    if (!failure_) return *view_;
    try {
      std::rethrow_exception(failure_);
    } catch (const descry::error& failure) {
      failure.restore();
    }
    throw python_error();
  }

  std::optional<View> view_;
  std::exception_ptr failure_;
};

// An array, a dtype: results only.
template <class Object>
struct type_caster<Object, enable_if_t<std::is_base_of_v<descry::object, Object>>> {
  using Value = Object;
  static constexpr auto Name =
      const_name<std::is_same_v<descry::object, Object>>("object", "numpy.ndarray");

  static handle from_cpp(Object source, rv_policy, cleanup_list*) noexcept {
    return source.release();
  }
};

NAMESPACE_END(detail)
NAMESPACE_END(NB_NAMESPACE)

#endif  // DESCRY_NANOBIND_HPP_
