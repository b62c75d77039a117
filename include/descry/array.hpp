// SPDX-License-Identifier: BSD-3-Clause
// New arrays from C++: over the memory of a std::vector, copied from a range, or as array.h makes
// them.
//
//   return descry::array<particle>(std::move(particles)).release();
//
// Thread rule: see object.hpp.
#ifndef DESCRY_ARRAY_HPP_
#define DESCRY_ARRAY_HPP_

#include <descry/array.h>

#include <cstddef>
#include <descry/object.hpp>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace descry {

namespace priv {

template <class Integer>
using if_integer = std::enable_if_t<std::is_integral_v<Integer>, int>;
template <class Range>
using if_range = decltype(std::begin(std::declval<const Range&>()), 0);
template <class Elements>
using if_contiguous =
    decltype(std::data(std::declval<Elements&>()), std::size(std::declval<Elements&>()), 0);

// One length, of any integer type.
class length {
 public:
  template <class Integer, if_integer<Integer> = 0>
  constexpr length(Integer value) : value_(clamped(value)) {}
  constexpr operator Py_ssize_t() const { return value_; }

 private:
  // More than there can be remains more than there can be.
  template <class Integer>
  static constexpr Py_ssize_t clamped(Integer value) {
    if constexpr (std::is_unsigned_v<Integer> && sizeof(Integer) >= sizeof(Py_ssize_t)) {
      if (value > static_cast<Integer>(PY_SSIZE_T_MAX)) return PY_SSIZE_T_MAX;
    }
    return static_cast<Py_ssize_t>(value);
  }

  Py_ssize_t value_;
};

// Returns the elements of a range. What a C++20 range begins and ends with may be of two types, and
// no iterator to older libraries.
template <class T, class Range>
DESCRY_PRIV_LOCAL std::vector<T> copied(Range& range) {
  using iterator = decltype(std::begin(range));
  if constexpr (std::is_same_v<iterator, decltype(std::end(range))> &&
                std::is_constructible_v<std::vector<T>, iterator, iterator>) {
    return std::vector<T>(std::begin(range), std::end(range));
  } else {
    std::vector<T> elements;
    for (auto&& each : range) elements.emplace_back(std::forward<decltype(each)>(each));
    return elements;
  }
}

}  // namespace priv

// Lengths, of any integer type: a number, a list, or a range such as a vector. Keeps a copy.
class shape {
 public:
  template <class Integer, priv::if_integer<Integer> = 0>
  shape(Integer length) {
    append(length);
  }
  shape(std::initializer_list<priv::length> lengths) {
    for (const priv::length each : lengths) append(each);
  }
  template <class Lengths, priv::if_range<Lengths> = 0>
  shape(const Lengths& lengths) {
    for (const auto each : lengths) append(each);
  }

  // As the C functions take it.
  int ndim() const { return ndim_; }
  const Py_ssize_t* data() const { return ndim_ <= kInline ? inline_ : more_.data(); }

 private:
  static constexpr int kInline = 8;

  void append(priv::length length) {
    if (ndim_ == kInline) more_.assign(inline_, inline_ + kInline);
    if (ndim_ < kInline) {
      inline_[ndim_] = length;
    } else {
      more_.push_back(length);
    }
    ++ndim_;
  }

  int ndim_ = 0;
  Py_ssize_t inline_[kInline] = {};
  std::vector<Py_ssize_t> more_;  // all of them, where there are more than kInline
};

template <class T>
class owned_vector;

// A new array of T. It is an object: give it to Python by release(), or return it from call().
template <class T>
class array : public object {
 public:
  static_assert(std::is_trivially_copyable_v<T>, "descry: NumPy copies elements byte by byte");

  // Takes the vector's memory over, without a copy. On failure `elements` is as it was. References
  // in object slots go to the array.
  DESCRY_PRIV_LOCAL explicit array(std::vector<T>&& elements, unsigned flags = DESCRY_WRITE,
                                   const descry_type* type = type_of<T>()) {
    static_assert(!std::is_same_v<T, bool>, "descry: a std::vector<bool> holds no array of bool");
    priv::check_size(type, descry_type_size(type), sizeof(T));
    auto kept = std::make_unique<std::vector<T>>(std::move(elements));
    const Py_ssize_t count = static_cast<Py_ssize_t>(kept->size());
    PyObject* const made = descry_adopt(
        type, kept->data(), 1, &count, nullptr,
        [](void*, void* vector) { delete static_cast<std::vector<T>*>(vector); }, kept.get(),
        flags);
    if (!made) {
      elements = std::move(*kept);
      throw error();
    }
    kept.release();
    object::operator=(object::steal(made));
  }

  // Of the elements of a range, each copied once: a container, a view, a std::span, a generator
  // that is read as it goes.
  template <class Iterator>
  DESCRY_PRIV_LOCAL array(Iterator begin, Iterator end) : array(std::vector<T>(begin, end)) {}
  template <class Range>
  DESCRY_PRIV_LOCAL static array from(Range&& range) {
    return array(priv::copied<T>(range));
  }

  // Takes a new reference to an array of T, such as descry_generate() gives; where it is NULL,
  // throws the pending exception.
  static array steal(PyObject* made) { return array(made); }

  // As descry_empty(), descry_zeros(), descry_full(), and descry_copy() in C order.
  static array empty(const shape& shape, int order = DESCRY_C_ORDER,
                     const descry_type* type = type_of<T>()) {
    return array(descry_empty(type, shape.ndim(), shape.data(), order));
  }
  static array zeros(const shape& shape, int order = DESCRY_C_ORDER,
                     const descry_type* type = type_of<T>()) {
    return array(descry_zeros(type, shape.ndim(), shape.data(), order));
  }
  DESCRY_PRIV_LOCAL static array full(const shape& shape, const T& value,
                                      int order = DESCRY_C_ORDER,
                                      const descry_type* type = type_of<T>()) {
    priv::check_size(type, descry_type_size(type), sizeof(T));
    return array(descry_full(type, shape.ndim(), shape.data(), order, &value));
  }
  DESCRY_PRIV_LOCAL static array copy(const T* data, const shape& shape,
                                      const descry_type* type = type_of<T>()) {
    priv::check_size(type, descry_type_size(type), sizeof(T));
    return array(descry_copy(type, data, shape.ndim(), shape.data(), nullptr));
  }

  // An array over memory that `owner` keeps alive, in C order; read-only where `data` is.
  DESCRY_PRIV_LOCAL static array wrap(T* data, const shape& shape, PyObject* owner,
                                      const descry_type* type = type_of<T>()) {
    return wrap_as(DESCRY_WRITE, data, shape, owner, type);
  }
  DESCRY_PRIV_LOCAL static array wrap(const T* data, const shape& shape, PyObject* owner,
                                      const descry_type* type = type_of<T>()) {
    return wrap_as(DESCRY_READ, const_cast<T*>(data), shape, owner, type);
  }

  // An array over all elements of a container that is part of `self`, the Python object of a bound
  // class: a std::vector, a std::array, a std::span of T. Read-only where the container is. The
  // array keeps `self` alive. REQUIRES: the elements stay where they are as long as `self` lives;
  // an owned_vector sees to that itself.
  template <class Elements, priv::if_contiguous<Elements> = 0>
  DESCRY_PRIV_LOCAL static array over(PyObject* self, Elements& elements,
                                      const descry_type* type = type_of<T>()) {
    return wrap(std::data(elements), std::size(elements), self, type);
  }

  // The same of an owned_vector, which the array keeps alive, and in place, by itself.
  DESCRY_PRIV_LOCAL static array over(PyObject*, owned_vector<T>& elements,
                                      const descry_type* type = type_of<T>()) {
    return elements.array(DESCRY_WRITE, type);
  }
  DESCRY_PRIV_LOCAL static array over(PyObject*, const owned_vector<T>& elements,
                                      const descry_type* type = type_of<T>()) {
    return elements.array(type);
  }

 private:
  template <class>
  friend class owned_vector;

  explicit array(PyObject* made) : object(object::steal(made)) {}

  DESCRY_PRIV_LOCAL static array wrap_as(unsigned flags, T* data, const shape& shape,
                                         PyObject* owner, const descry_type* type) {
    priv::check_size(type, descry_type_size(type), sizeof(T));
    return array(descry_wrap(type, data, shape.ndim(), shape.data(), nullptr, owner, flags));
  }
};

namespace priv {

// Elements in a row as an array, for as long as they live and stay: read-only where they are const.
template <class T>
array<std::remove_const_t<T>> array_over(T* data, std::size_t count) {
  return array<std::remove_const_t<T>>::wrap(data, count, Py_None);
}

}  // namespace priv

}  // namespace descry

#endif  // DESCRY_ARRAY_HPP_
