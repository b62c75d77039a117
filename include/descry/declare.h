// SPDX-License-Identifier: BSD-3-Clause
// Declares C types to descry. Plain C11 or C++17, no Python: a header that describes a struct stays
// as light as it was.
//
//   // particle.h
//   typedef struct { double x, y, z; } vec3;
//   typedef struct { int64_t id; vec3 pos; float rgb[3]; char label[12]; int64_t born; } particle;
//   DESCRY_DECLARE(vec3);
//   DESCRY_DECLARE(particle);
//
//   // particle.c
//   DESCRY_RECORD(vec3, x, y, z);
//   DESCRY_RECORD(particle, id, DESCRY_AS(pos, vec3), rgb, label, DESCRY_AS(born, datetime64_ns));
//
// A declaration is constant data; nothing runs before the first use. What cannot be described does
// not compile, and the message names the struct and the member. `T` is always a single name: give a
// `struct tag` or a template instance a typedef first. Needs gcc or clang (`__typeof__`,
// `__alignof__` of a member).
#ifndef DESCRY_DECLARE_H_
#define DESCRY_DECLARE_H_

#include <descry/private/record.h>
#include <descry/type.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Announces `T`, in a header or a source, any number of times. Every other macro here announces
// what it defines.
#define DESCRY_DECLARE(T) DESCRY_PRIV_DECLARE(T)

// The `const descry_type *` of a declared type or of an element tag: a constant expression, fit for
// static tables.
#define DESCRY_TYPE(T) (&descry_type_of_##T)

// How a member is listed, where its bare name does not say it all.
//
// `element` is a declared type or a tag (elements.inc lists them); a member that is an array of it
// makes a sub-array.
#define DESCRY_AS(member, element) (DESCRY_PRIV_AS, member, element, #member, NULL)
// `name` is what Python calls the field.
#define DESCRY_NAMED(member, name) (DESCRY_PRIV_BARE, member, ~, name, NULL)
// All in full; `title` is a second name that Python accepts, or NULL.
#define DESCRY_FIELD(member, element, name, title) (DESCRY_PRIV_AS, member, element, name, title)

// DESCRY_RECORD(T, field, ...) defines a record with every member of the struct `T`, in any order,
// up to 320 fields. A list that leaves out a member that the layout depends on does not compile. (C
// has no way to look for such a hole in a struct of more than 256 bytes whose members are listed
// out of order; there the first use raises the same complaint as a TypeError.)
#define DESCRY_RECORD(...) \
  DESCRY_PRIV_RECORD(DESCRY_PRIV_COVERED, 0u, __VA_ARGS__, DESCRY_PRIV_ENDS)

// DESCRY_RECORD_PARTIAL(T, field, ...) defines a record in which members that are not listed are
// holes: bit-fields, private members, pointers, flexible arrays.
#define DESCRY_RECORD_PARTIAL(...) \
  DESCRY_PRIV_RECORD(DESCRY_PRIV_UNCOVERED, DESCRY_TYPE_PARTIAL, __VA_ARGS__, DESCRY_PRIV_ENDS)

// Defines `T`, a struct that wraps the one member given, as that member's dtype. `member` may be
// any form of a field.
#define DESCRY_TRANSPARENT(T, member) DESCRY_PRIV_TRANSPARENT(T, member, DESCRY_PRIV_ENDS)

// Defines `T`, a typedef or an enum, as another name for `element`, of its size and alignment.
#define DESCRY_ALIAS(T, element) DESCRY_PRIV_ALIAS(T, element)

// Defines an element that is a `T *`: an instance of the Python class `*class_ptr`, where
// `class_ptr` is the address of a `PyTypeObject *` that is set by the time the type is first used
// (so that classes made at import work); descry then keeps a reference to the class. The dtype is
// `O`.
#define DESCRY_OBJECT(T, class_ptr) DESCRY_PRIV_OBJECT(T, class_ptr)

#endif  // DESCRY_DECLARE_H_
