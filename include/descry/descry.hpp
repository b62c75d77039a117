// SPDX-License-Identifier: BSD-3-Clause
// The same for C++17: owned references, views that close themselves, arrays that take a
// std::vector over, and failures as exceptions. All of it is one call of the C functions, whose
// comments say what happens; here stands what is different.
//
//   static PyObject* total_x(PyObject*, PyObject* arg) {
//     return descry::call([&] {
//       double sum = 0;
//       for (const particle& each : descry::view<particle>(arg, 1)) sum += each.pos.x;
//       return PyFloat_FromDouble(sum);
//     });
//   }
//
// GIL held (or thread state attached), unless a comment says otherwise. Where a `T` stands, descry
// has to find its declaration by the C++ type: built-in numbers, std::complex, PyObject *, and
// every class or enum after its DESCRY_DECLARE(T); `T *` for the instances of DESCRY_OBJECT(T,
// ...). For any other name of a built-in type pass the last parameter:
// DESCRY_TYPE(datetime64_ns).
#ifndef DESCRY_DESCRY_HPP_
#define DESCRY_DESCRY_HPP_

#include <descry/descry.h>

#include <descry/any_view.hpp>
#include <descry/array.hpp>
#include <descry/arrow.hpp>
#include <descry/borrow.hpp>
#include <descry/convert.hpp>
#include <descry/element.hpp>
#include <descry/function.hpp>
#include <descry/loop.hpp>
#include <descry/object.hpp>
#include <descry/operate.hpp>
#include <descry/schema.hpp>
#include <descry/vector.hpp>
#include <descry/view.hpp>

#endif  // DESCRY_DESCRY_HPP_
