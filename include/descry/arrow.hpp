// SPDX-License-Identifier: BSD-3-Clause
// Arrow from C++17: arrow.h, whose comments say what happens.
//
//   return descry::to_arrow(descry::view<particle>(array, 1));
//
// Thread rule: see object.hpp. Both throw as the C functions fail.
#ifndef DESCRY_ARROW_HPP_
#define DESCRY_ARROW_HPP_

#include <descry/arrow.h>

#include <descry/object.hpp>
#include <descry/view.hpp>

namespace descry {

// An object that pa.table(), pl.DataFrame() and others take, of the elements of a view, which may
// be closed before.
template <class T, int ndim, unsigned flags>
object to_arrow(const view<T, ndim, flags>& elements, unsigned arrow_flags = 0) {
  return object::steal(descry_to_arrow(elements.get(), arrow_flags));
}

// A new array of T, of whatever gives out Arrow's columns.
template <class T>
object from_arrow(PyObject* source, unsigned flags = 0, const descry_type* type = type_of<T>()) {
  return object::steal(descry_from_arrow(type, source, flags));
}

}  // namespace descry

#endif  // DESCRY_ARROW_HPP_
