// SPDX-License-Identifier: BSD-3-Clause
// Python callables from C++17 (function.h): one element's computation, whose parameters and result
// say the types.
//
//   descry::add_function(module, "length", [](const vec3& v) noexcept {
//     return std::sqrt(v.x * v.x + v.y * v.y + v.z * v.z);
//   });
//
// What is noexcept runs without the GIL, and by several threads where Python asks for that; what is
// not has the GIL, and its exceptions arrive in Python. GIL held (or thread state attached).
#ifndef DESCRY_FUNCTION_HPP_
#define DESCRY_FUNCTION_HPP_

#include <descry/function.h>

#include <cstddef>
#include <cstring>
#include <descry/object.hpp>
#include <tuple>
#include <type_traits>
#include <utility>

namespace descry {

namespace priv {

// The parts of one call: its parameters, its results, and whether it may throw.
template <class Result, bool is_noexcept, class... Parameters>
struct call_parts {
  using results = std::tuple<Result>;
  static constexpr bool one_result = true;
  static constexpr bool may_throw = !is_noexcept;
  static constexpr std::size_t nin = sizeof...(Parameters), nout = 1;
  using parameters = std::tuple<std::remove_cv_t<std::remove_reference_t<Parameters>>...>;
};
template <class... Results, bool is_noexcept, class... Parameters>
struct call_parts<std::tuple<Results...>, is_noexcept, Parameters...> {
  using results = std::tuple<Results...>;
  static constexpr bool one_result = false;
  static constexpr bool may_throw = !is_noexcept;
  static constexpr std::size_t nin = sizeof...(Parameters), nout = sizeof...(Results);
  using parameters = std::tuple<std::remove_cv_t<std::remove_reference_t<Parameters>>...>;
};

template <class Callable>
struct parts_of : parts_of<decltype(&Callable::operator())> {};
template <class C, class R, class... P>
struct parts_of<R (C::*)(P...) const> : call_parts<R, false, P...> {};
template <class C, class R, class... P>
struct parts_of<R (C::*)(P...) const noexcept> : call_parts<R, true, P...> {};

// The kernel for one callable.
template <class Callable>
struct kernel_of {
  using parts = parts_of<Callable>;
  static constexpr std::size_t nin = parts::nin, nout = parts::nout;

  template <class T>
  static constexpr bool is_plain() {
    return std::is_trivially_copyable_v<T> && !std::is_pointer_v<T>;
  }

  template <std::size_t... in, std::size_t... out>
  static const descry_type* const* types(std::index_sequence<in...>, std::index_sequence<out...>) {
    static_assert((is_plain<std::tuple_element_t<in, typename parts::parameters>>() && ...) &&
                      (is_plain<std::tuple_element_t<out, typename parts::results>>() && ...),
                  "descry: functions of C++ take and return plain data");
    static const descry_type* const all[] = {
        type_of<std::tuple_element_t<in, typename parts::parameters>>()...,
        type_of<std::tuple_element_t<out, typename parts::results>>()...};
    return all;
  }

  // All of the element's parameters are read before a result is written.
  template <std::size_t... in, std::size_t... out>
  static void compute(const Callable& callable, char* const* data, const Py_ssize_t* strides,
                      Py_ssize_t i, std::index_sequence<in...>, std::index_sequence<out...>) {
    const auto value =
        callable(*static_cast<const std::tuple_element_t<in, typename parts::parameters>*>(
            static_cast<const void*>(data[in] + i * strides[in]))...);
    if constexpr (parts::one_result) {
      store(data[nin] + i * strides[nin], value);
    } else {
      (store(data[nin + out] + i * strides[nin + out], std::get<out>(value)), ...);
    }
  }

  template <class T>
  static void store(char* place, const T& value) {
    *static_cast<T*>(static_cast<void*>(place)) = value;
  }

  static int run(Py_ssize_t count, char* const* data, const Py_ssize_t* strides, void* context) {
    const Callable& callable = *static_cast<const Callable*>(context);
    const auto all = [&] {
      for (Py_ssize_t i = 0; i < count; ++i) {
        compute(callable, data, strides, i, std::make_index_sequence<nin>(),
                std::make_index_sequence<nout>());
      }
      return 0;
    };
    if constexpr (parts::may_throw) {
      return call(all);
    } else {
      return all();
    }
  }
};

template <class Callable>
descry_function_spec function_spec(const char* name, const Callable& callable, const char* doc) {
  static_assert(std::is_empty_v<Callable>,
                "descry: a function of C++ is a lambda or an object without captures or members");
  using kernel = kernel_of<Callable>;
  static const Callable kept = callable;
  descry_function_spec spec = {};
  spec.name = name;
  spec.doc = doc;
  spec.nin = static_cast<int>(kernel::nin);
  spec.nout = static_cast<int>(kernel::nout);
  spec.types = kernel::types(std::make_index_sequence<kernel::nin>(),
                             std::make_index_sequence<kernel::nout>());
  spec.kernel = kernel::run;
  spec.context = const_cast<Callable*>(&kept);
  spec.flags = DESCRY_IN_PLACE;
  if (kernel::parts::may_throw) spec.flags |= DESCRY_NEEDS_GIL;
  return spec;
}

}  // namespace priv

// Returns a function of Python that computes `callable`, a lambda without captures, for each
// element: of as many operands as it has parameters, `const T&` or `T`, and of one result, what it
// returns, or of several, where that is a std::tuple. Throws as descry_function_new() fails.
template <class Callable>
object function(const char* name, const Callable& callable, const char* doc = nullptr) {
  const descry_function_spec spec = priv::function_spec(name, callable, doc);
  return object::steal(descry_function_new(&spec));
}

// Puts it on a module, or adds a signature to the function of this name that the module has, as
// descry_module_add_function().
template <class Callable>
void add_function(PyObject* module, const char* name, const Callable& callable,
                  const char* doc = nullptr) {
  const descry_function_spec spec = priv::function_spec(name, callable, doc);
  if (descry_module_add_function(module, &spec) < 0) throw error();
}

// Puts arithmetic on `T` onto a module, as descry_module_add_arithmetic().
template <class T>
void add_arithmetic(PyObject* module) {
  if (descry_module_add_arithmetic(module, type_of<T>()) < 0) throw error();
}

// As descry_extend_ufunc(): whether the ufunc has a loop for the types now, by `callable`.
template <class Callable>
bool extend_ufunc(const char* name, const Callable& callable) {
  const descry_function_spec spec = priv::function_spec(name, callable, nullptr);
  const int result = descry_extend_ufunc(name, &spec);
  if (result < 0) throw error();
  return result == 1;
}

}  // namespace descry

#endif  // DESCRY_FUNCTION_HPP_
