// SPDX-License-Identifier: BSD-3-Clause
// Rows, columns and ranges from C++17: convert.h, whose comments say what happens.
//
//   const descry::array<track> tracks = descry::from_rows<track>(rows);
//   std::vector<track> own = descry::to_vector<track>(anything);
//   std::sort(own.begin(), own.end(), earlier);
//   return descry::to_rows(own);
//
// Thread rule: see object.hpp. All throw as the C functions fail.
#ifndef DESCRY_CONVERT_HPP_
#define DESCRY_CONVERT_HPP_

#include <descry/convert.h>

#include <descry/array.hpp>
#include <descry/element.hpp>
#include <descry/object.hpp>
#include <descry/view.hpp>
#include <iterator>
#include <type_traits>
#include <utility>
#include <vector>

namespace descry {

namespace priv {

// Takes a new array of elements of `type`, or throws the pending exception, about the argument.
template <class T>
DESCRY_PRIV_LOCAL array<T> array_of(const argument& from, PyObject* made, const descry_type* type) {
  if (!made) throw error_of_argument(from.name());
  array<T> result = array<T>::steal(made);
  check_holds<T>(type, descry_type_size(type));
  return result;
}

// Whether it is a view that is open: what else has elements is a range.
template <class View>
std::is_same<decltype(std::declval<const View&>().get()), const descry_view*> is_open_view(int);
template <class Range>
std::false_type is_open_view(long);
template <class View>
using if_open = std::enable_if_t<decltype(is_open_view<View>(0))::value, int>;

// The elements of a range, if it is one.
template <class Range>
using value_of = std::enable_if_t<!decltype(is_open_view<std::remove_reference_t<Range>>(0))::value,
                                  std::decay_t<decltype(*std::begin(std::declval<Range&>()))>>;

template <class Range, class = void>
struct lies_in_a_row : std::false_type {};
template <class Range>
struct lies_in_a_row<Range, std::void_t<if_contiguous<Range>>> : std::true_type {};

// Calls `write` with a view of the elements of a range: in place where they lie in a row.
template <class Range, class Write>
DESCRY_PRIV_LOCAL object write_range(Range& range, const descry_type* type, Write write) {
  using T = value_of<Range>;
  if constexpr (lies_in_a_row<Range>::value) {
    const T* const data = std::data(range);
    const auto all = array<T>::wrap(data, std::size(range), Py_None, type);
    return object::steal(write(view<T>(all.get(), type).get()));
  } else {
    const array<T> all(copied<T>(range), DESCRY_READ, type);
    return object::steal(write(view<T>(all.get(), type).get()));
  }
}

}  // namespace priv

// A new array of what Python has: an element for each row, of columns by name, of whatever holds
// elements (which may be an array that is there already).
template <class T>
DESCRY_PRIV_LOCAL array<T> from_rows(const argument& rows, unsigned flags = 0,
                                     const descry_type* type = type_of<T>()) {
  return priv::array_of<T>(rows, descry_from_rows(type, rows.get(), flags), type);
}
template <class T>
DESCRY_PRIV_LOCAL array<T> from_columns(const argument& columns, unsigned flags = 0,
                                        const descry_type* type = type_of<T>()) {
  return priv::array_of<T>(columns, descry_from_columns(type, columns.get(), flags), type);
}
template <class T>
DESCRY_PRIV_LOCAL array<T> array_from(const argument& any, unsigned flags = 0,
                                      const descry_type* type = type_of<T>()) {
  return priv::array_of<T>(any, descry_array_from(type, any.get(), flags), type);
}

// An array with the elements converted by name; `casting` is one of NumPy's numbers, 2 for safe.
template <class T>
DESCRY_PRIV_LOCAL array<T> convert(const argument& array, int casting = 2,
                                   const descry_type* type = type_of<T>()) {
  return priv::array_of<T>(array, descry_convert(type, array.get(), casting), type);
}

// A vector with a copy of all elements that descry_array_from() finds, the last index fastest. A
// TypeError for types with objects in them, whose references nobody would own.
template <class T>
DESCRY_PRIV_LOCAL std::vector<T> to_vector(const argument& any, unsigned flags = 0,
                                           const descry_type* type = type_of<T>()) {
  priv::check_holds_no_object(any, type);
  const auto elements = view<T>::of_any(any, flags, type);
  return std::vector<T>(elements.begin(), elements.end());
}

// What Python gets of the elements of an open view, or of a range of T: a list of tuples, of dicts,
// a dict of columns. A range has one dimension, and is not copied where it lies in a row.
template <class View, priv::if_open<View> = 0>
object to_rows(const View& view) {
  return object::steal(descry_to_rows(view.get()));
}
template <class View, priv::if_open<View> = 0>
object to_dicts(const View& view) {
  return object::steal(descry_to_dicts(view.get()));
}
template <class View, priv::if_open<View> = 0>
object to_columns(const View& view, unsigned flags = 0) {
  return object::steal(descry_to_columns(view.get(), flags));
}
template <class Range, class T = priv::value_of<Range>>
DESCRY_PRIV_LOCAL object to_rows(Range&& range, const descry_type* type = type_of<T>()) {
  return priv::write_range(range, type, descry_to_rows);
}
template <class Range, class T = priv::value_of<Range>>
DESCRY_PRIV_LOCAL object to_dicts(Range&& range, const descry_type* type = type_of<T>()) {
  return priv::write_range(range, type, descry_to_dicts);
}
template <class Range, class T = priv::value_of<Range>>
DESCRY_PRIV_LOCAL object to_columns(Range&& range, unsigned flags = 0,
                                    const descry_type* type = type_of<T>()) {
  return priv::write_range(
      range, type, [flags](const descry_view* view) { return descry_to_columns(view, flags); });
}

}  // namespace descry

#endif  // DESCRY_CONVERT_HPP_
