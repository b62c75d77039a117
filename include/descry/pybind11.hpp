// SPDX-License-Identifier: BSD-3-Clause
// Views and arrays of descry.hpp as parameters and results of functions that pybind11 binds:
//
//   m.def("total_x", [](const descry::view<particle>& in) { ... });
//   m.def("make", [](std::vector<particle> all) { return descry::array<particle>(std::move(all));
//   });
//
// A view is open, and its memory borrowed, until the function returns. An array that does not fit
// raises what descry says, such as the field that differs; among overloads, the first that fits is
// taken, and where none does the first speaks. Arrays are never converted or copied on the way, but
// for views that ask for it. For a rank or flags derive a class from the view, with one explicit
// constructor from a PyObject *; that is a parameter too.
//
// For pybind11 2.8 and later, which is for its user to have: descry does not bring it.
#ifndef DESCRY_PYBIND11_HPP_
#define DESCRY_PYBIND11_HPP_

#include <pybind11/pybind11.h>

#include <descry/descry.hpp>
#include <optional>

namespace descry {

// Lets an error that leaves a function of this module arrive in Python as the exception that it
// carries. Call it once, in PYBIND11_MODULE.
inline void translate_errors(pybind11::module_&) {
  pybind11::register_local_exception_translator([](std::exception_ptr raised) {
    try {
      std::rethrow_exception(raised);
    } catch (const error& failure) {
      failure.restore();
    }
  });
}

}  // namespace descry

namespace PYBIND11_NAMESPACE {
namespace detail {

template <class View>
class type_caster<View, enable_if_t<descry::priv::is_view<View>>> {
 public:
  static constexpr auto name = const_name("numpy.ndarray");

  // Moves the view into a parameter that is one by value: it cannot be copied.
  template <class Parameter>
  using cast_op_type =
      conditional_t<std::is_pointer<Parameter>::value, View*,
                    conditional_t<std::is_lvalue_reference<Parameter>::value, View&, View&&>>;

  // pybind11 asks all overloads without `convert` before it asks any with it: by then nothing fits.
  bool load(handle source, bool convert) {
    try {
      view_.emplace(source.ptr());
      return true;
    } catch (const descry::error& failure) {
      if (!convert) return false;
      failure.restore();
      throw error_already_set();
    }
  }

  operator View*() { return &*view_; }
  operator View&() { return *view_; }
  operator View&&() { return std::move(*view_); }

 private:
  std::optional<View> view_;
};

// An array, a dtype: results only.
template <class Object>
class type_caster<Object, enable_if_t<std::is_base_of<descry::object, Object>::value>> {
 public:
  static constexpr auto name = const_name<std::is_same<descry::object, Object>::value>(
      const_name("object"), const_name("numpy.ndarray"));

  static handle cast(Object source, return_value_policy, handle) { return source.release(); }
};

}  // namespace detail
}  // namespace PYBIND11_NAMESPACE

#endif  // DESCRY_PYBIND11_HPP_
