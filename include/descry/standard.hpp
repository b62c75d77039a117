// SPDX-License-Identifier: BSD-3-Clause
// Declares std::optional and std::variant of types that can be copied byte by byte. No Python, and
// not part of descry.hpp: it looks at what the C++ library keeps to itself.
//
//   typedef std::optional<double> maybe_mass;
//   typedef std::variant<std::monostate, std::int64_t, point> place;
//   DESCRY_STD_OPTIONAL(maybe_mass);
//   DESCRY_STD_VARIANT(place, NULL, "cell", "at");
//
//   struct body { std::int32_t id; maybe_mass mass; place where; };
//   DESCRY_RECORD(body, id, mass, where);
//
// Where their parts are is the library's own affair, so each declaration proves it at compile time,
// by the parts of libstdc++ (gcc 9 and later) or of libc++ themselves. With any other library, or
// with one that has changed its parts, the declaration does not compile, and says so.
//
// The dtype has all parts at their offsets. Of an optional those are `value` and `value_valid`, a
// bool; of a variant `index`, an unsigned integer of the library's size, and the alternatives under
// the names that are given. In Python's rows an optional is its value, or None; a variant is the
// pair of its index and the value of that alternative, and in dicts {"cell": 5}: see convert.h.
//
// What Python writes into an array is not checked by anything: an `index` past the last alternative
// or a `value_valid` other than 0 and 1 is no value of these classes. Look at both before a view of
// an array that others can write to hands them to C++.
//
// A type may hold numbers, declared structs, and arrays of them, but no Python objects: of a part
// that has no value the bytes may be anything. As for everything that is found by its C++ type and
// whose namespace is not ours, the declaration has to stand at global scope; in a namespace, list
// the member as DESCRY_AS(mass, maybe_mass).
#ifndef DESCRY_STANDARD_HPP_
#define DESCRY_STANDARD_HPP_

#include <descry/declare.h>

#include <descry/private/standard.hpp>

#if defined(__GNUC__)
#pragma GCC system_header
#endif

// Defines `T`, a typedef of a std::optional, as a record of `value` and `value_valid`.
#define DESCRY_STD_OPTIONAL(T) DESCRY_PRIV_STD_OPTIONAL(T)

// DESCRY_STD_VARIANT(T, name, ...) defines `T`, a typedef of a std::variant, as a record of `index`
// and its alternatives, with a name for each in their order: NULL for std::monostate, and for no
// other.
#define DESCRY_STD_VARIANT(T, ...) DESCRY_PRIV_STD_VARIANT(T, __VA_ARGS__)

#endif  // DESCRY_STANDARD_HPP_
