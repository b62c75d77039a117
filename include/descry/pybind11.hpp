// SPDX-License-Identifier: BSD-3-Clause
// Views and arrays of descry.hpp as parameters and results of functions that pybind11 binds:
//
//   m.def("total_x", [](const descry::view<particle>& in) { ... });
//   m.def("make", [](std::vector<particle> all) { return descry::array<particle>(std::move(all));
//   });
//
// A view is open, and its memory borrowed, until the function returns; a call_guard that releases
// the GIL does no harm to it. Rank and flags are part of its type: descry::view<particle, 1>. It
// may be a parameter by value, by reference, as a pointer that is null for None, and, with
// pybind11/stl.h, in a std::optional or a std::vector. An array that does not fit raises what
// descry says, such as the field that differs; among overloads, the first that fits is taken, and
// where none does the first speaks. Arrays are never converted or copied on the way, but for views
// that ask for it.
//
// descry::element<particle> is one particle: a dict, a tuple, a np.void, and a np.void as a result.
// So is a particle itself, by value, by reference or as a pointer, and, with pybind11/stl.h, in a
// std::optional or a std::vector, once descry::by_value<particle> is true: see element.hpp.
//
// For pybind11 2.8 and later, which is for its user to have: descry does not bring it. It has no
// limited C-API, so that the modules it makes are for one CPython: link descry, not descry_abi3.
#ifndef DESCRY_PYBIND11_HPP_
#define DESCRY_PYBIND11_HPP_

#ifdef Py_LIMITED_API
#error \
    "descry: pybind11 needs the full C-API: link //:descry, not //:descry_abi3, without Py_LIMITED_API"
#endif

// Without pybind11, which would say the same in a hundred lines.
#ifndef Py_LIMITED_API

#include <pybind11/pybind11.h>

#include <descry/descry.hpp>
#include <descry/private/scalar_name.hpp>
#include <optional>
#include <utility>

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

// Returns the exception that pybind11 threw as descry's, for descry::call() and for whoever catches
// descry::error alone.
inline error from_pybind11(pybind11::error_already_set& raised) {
  raised.restore();
  return error();
}

// Returns the exception that descry threw as pybind11's.
inline pybind11::error_already_set to_pybind11(const error& raised) {
  raised.restore();
  return pybind11::error_already_set();
}

}  // namespace descry

namespace PYBIND11_NAMESPACE {
namespace detail {

template <class View>
class type_caster<View, enable_if_t<descry::priv::is_view<View> > > {
 public:
  static constexpr auto name = const_name("numpy.typing.NDArray[") +
                               const_name(descry::priv::scalar_name<typename View::value_type>()) +
                               const_name("]");

  // Moves the view into a parameter that is one by value: it cannot be copied.
  template <class Parameter>
  using cast_op_type =
      conditional_t<std::is_pointer<typename std::remove_reference<Parameter>::type>::value, View*,
                    conditional_t<std::is_lvalue_reference<Parameter>::value, View&, View&&> >;

  // pybind11 asks all overloads without `convert` before it asks any with it: by then nothing fits.
  // None is nothing but a null pointer, which only the parameter itself can tell.
  bool load(handle source, bool convert) {
    view_.reset();
    is_none_ = source.is_none();
    if (is_none_) return convert;
    try {
      view_.emplace(source.ptr());
      return true;
    } catch (const descry::error& failure) {
      if (!convert) return false;
      throw descry::to_pybind11(failure);
    }
  }

  operator View*() { return is_none_ ? nullptr : &*view_; }
  operator View&() { return opened(); }
  operator View&&() { return std::move(opened()); }

 private:
  View& opened() {
    if (!is_none_) return *view_;
    try {
      return view_.emplace(Py_None);
    } catch (const descry::error& failure) {
      throw descry::to_pybind11(failure);
    }
  }

  std::optional<View> view_;
  bool is_none_ = false;
};

// One element by value, in both directions.
template <class T>
class type_caster<descry::element<T> > {
 public:
  static constexpr auto name = const_name(descry::priv::scalar_name<T>());

  template <class Parameter>
  using cast_op_type = descry::element<T>&;

  bool load(handle source, bool convert) {
    try {
      value_.emplace(descry::argument(source.ptr()));
      return true;
    } catch (const descry::error& failure) {
      if (!convert) return false;
      throw descry::to_pybind11(failure);
    }
  }

  operator descry::element<T>&() { return *value_; }

  static handle cast(const descry::element<T>& source, return_value_policy, handle) {
    return source.scalar().release();
  }

 private:
  std::optional<descry::element<T> > value_;
};

// The same of a T itself.
template <class T>
class type_caster<T, enable_if_t<descry::by_value<T> > > {
 public:
  static constexpr auto name = type_caster<descry::element<T> >::name;

  template <class Parameter>
  using cast_op_type = movable_cast_op_type<Parameter>;

  bool load(handle source, bool convert) { return element_.load(source, convert); }

  operator T*() { return &value(); }
  operator T&() { return value(); }
  operator T&&() { return std::move(value()); }

  static handle cast(const T& source, return_value_policy, handle) {
    return descry::element<T>(source).scalar().release();
  }
  static handle cast(const T* source, return_value_policy policy, handle parent) {
    return source ? cast(*source, policy, parent) : none().release();
  }

 private:
  T& value() { return *static_cast<descry::element<T>&>(element_); }

  type_caster<descry::element<T> > element_;
};

// An array, a dtype: results only.
template <class Element>
constexpr auto name_of_descry_object() {
  if constexpr (std::is_void<Element>::value) {
    return const_name("object");
  } else {
    return const_name("numpy.typing.NDArray[") + const_name(descry::priv::scalar_name<Element>()) +
           const_name("]");
  }
}

template <class Object>
class type_caster<Object, enable_if_t<std::is_base_of<descry::object, Object>::value> > {
 public:
  static constexpr auto name = name_of_descry_object<descry::priv::array_element<Object> >();

  static handle cast(Object source, return_value_policy, handle) { return source.release(); }
};

}  // namespace detail
}  // namespace PYBIND11_NAMESPACE

#endif  // Py_LIMITED_API

#endif  // DESCRY_PYBIND11_HPP_
