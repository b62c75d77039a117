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
// not compile, and the message names the struct and the member. `T` is always a single name, of any
// word but the tags in elements.inc: give a `struct tag` or a template instance a typedef first.
// Needs gcc or clang (`__typeof__`,
// `__alignof__` of a member).
#ifndef DESCRY_DECLARE_H_
#define DESCRY_DECLARE_H_

#include <descry/private/record.h>
#include <descry/type.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What these macros expand to is not for the reader of a compiler's messages.
#if defined(__GNUC__)
#pragma GCC system_header
#endif

// Announces `T`, in a header or a source, any number of times. Every other macro here announces
// what it defines. In C++ the type object belongs to the namespace that the macro stands in, which
// is that of `T`.
#define DESCRY_DECLARE(...)              \
  DESCRY_PRIV_CHECK_NAME(__VA_ARGS__, ~) \
  DESCRY_PRIV_DECLARE(__VA_ARGS__, ~)

// The same at global scope, for a C++ type whose namespace is not ours to write in: a typedef of
// `std::pair<int, float>` or `glm::vec3`.
#define DESCRY_DECLARE_FOREIGN(...)      \
  DESCRY_PRIV_CHECK_NAME(__VA_ARGS__, ~) \
  DESCRY_PRIV_DECLARE(__VA_ARGS__, ~)

// The `const descry_type *` of a declared type or of an element tag: a constant expression, fit for
// static tables.
#define DESCRY_TYPE(T) (&descry_type_of_##T)

// How a member is listed, where its bare name does not say it all. A member may be a path (`pos.x`)
// or a macro that stands for one (`st_atime`); the field's name in Python is what was written.
//
// `element` is a declared type or a tag (elements.inc lists them); a member that is an array of it
// makes a sub-array. Size, kind and sign are compared, so that no `int16_t` is a `uint16_be`. An
// array of bytes may be one element of its size, a pair of numbers a complex one.
#define DESCRY_AS(member, element) (DESCRY_PRIV_AS, member, element, #member, NULL, ~)
// `name` is what Python calls the field.
#define DESCRY_NAMED(member, name) (DESCRY_PRIV_BARE, member, ~, name, NULL, ~)
// All in full; `title` is a second name that Python accepts, or NULL.
#define DESCRY_FIELD(member, element, name, title) (DESCRY_PRIV_AS, member, element, name, title, ~)
// Deduced as of a bare name, in big-endian or in little-endian byte order. C code that reads the
// member swaps its bytes itself.
#define DESCRY_BE(member) (DESCRY_PRIV_BE, member, ~, #member, NULL, ~)
#define DESCRY_LE(member) (DESCRY_PRIV_LE, member, ~, #member, NULL, ~)
// The bytes of a member that has no dtype (a pointer, a union, another library's struct) as `V`, so
// that NumPy's copies keep them.
#define DESCRY_OPAQUE(member) (DESCRY_PRIV_OPAQUE, member, ~, #member, NULL, ~)
// Left out on purpose: a hole, which NumPy's copies do not keep.
#define DESCRY_SKIP(member) (DESCRY_PRIV_SKIP, member, ~, #member, NULL, ~)
// DESCRY_BITS("name", before, after, DESCRY_BIT(...)...): the bytes between two members, where
// bit-fields are; `before` or `after` may be empty for an end of the struct. One unsigned integer
// of 1, 2, 4 or 8 bytes, else `V`. What is in it may be listed behind, in the order of the struct:
// descry_field_bit tells where.
#define DESCRY_BITS(name, before, ...) \
  DESCRY_PRIV_BITS_FORM(name, before, __VA_ARGS__, DESCRY_PRIV_NO_BIT)
// One bit-field, without a sign or with one. `name` is NULL for bits that have none: unnamed
// bit-fields, and those that the compiler leaves free.
#define DESCRY_BIT(name, width) \
  { name, width, 0u }
#define DESCRY_BIT_SIGNED(name, width) \
  { name, width, 1u }
// A member of a union in a DESCRY_VARIANT, in any of the forms above, which is live while the tag
// is `value`.
#define DESCRY_CASE(value, field) DESCRY_PRIV_CASE(value, field, #field)

// DESCRY_RECORD(T, field, ...) defines a record with every member of the struct `T`, in any order,
// up to 320 fields. A list that leaves out a member that the layout depends on does not compile. (C
// has no way to look for such a hole in a struct of more than 256 bytes whose members are listed
// out of order.) A member that sits where padding could be is found at first use, as a TypeError,
// if the source was compiled by a compiler with __builtin_clear_padding (gcc from 11 on).
//
// A struct that the compiler aligns to more than 16 bytes (`alignas(32)`) is larger than what
// malloc and NumPy align to: arrays that descry makes are aligned as the type is, those that NumPy
// makes are only by chance; and `dtype.alignment`, at most 16, does not say so.
#define DESCRY_RECORD(...)                   \
  DESCRY_PRIV_CHECK_COMPLETE(__VA_ARGS__, ~) \
  DESCRY_PRIV_RECORD(DESCRY_PRIV_COVERED, 0u, , ##__VA_ARGS__, DESCRY_PRIV_END)

// DESCRY_RECORD_PARTIAL(T, field, ...) defines a record in which members that are not listed are
// holes. NumPy's own copies (`a.copy()`, `a[mask]`, `astype`) do not keep the bytes of holes: a
// pointer in one comes out as whatever was there. List what has to be kept with DESCRY_OPAQUE.
#define DESCRY_RECORD_PARTIAL(...)           \
  DESCRY_PRIV_CHECK_COMPLETE(__VA_ARGS__, ~) \
  DESCRY_PRIV_RECORD(DESCRY_PRIV_UNCOVERED, 0u, , ##__VA_ARGS__, DESCRY_PRIV_END)

// DESCRY_VARIANT(T, tag, field, ...) defines a record of which the integer member `tag` says which
// fields are live; those stand in DESCRY_CASE. The dtype has all of them at their offsets.
#define DESCRY_VARIANT(...)                  \
  DESCRY_PRIV_CHECK_COMPLETE(__VA_ARGS__, ~) \
  DESCRY_PRIV_RECORD(DESCRY_PRIV_TAGGED, DESCRY_TYPE_VARIANT, , ##__VA_ARGS__, DESCRY_PRIV_END)

// DESCRY_ARITHMETIC(T), behind the DESCRY_RECORD of a struct of numbers: what is neither a number,
// nor an array or a struct of them, does not compile. descry_module_add_arithmetic() of function.h
// puts arithmetic on it onto a module, and looks at what C types do not tell (a time, the members
// of a nested struct).
#define DESCRY_ARITHMETIC(...)               \
  DESCRY_PRIV_CHECK_COMPLETE(__VA_ARGS__, ~) \
  DESCRY_PRIV_ARITHMETIC(__VA_ARGS__, ~)

// Defines `T`, a struct that wraps the one member given, as that member's dtype. `member` may be
// any form of a field.
#define DESCRY_TRANSPARENT(T, ...) \
  DESCRY_PRIV_CHECK_COMPLETE(T, ~) \
  DESCRY_PRIV_TRANSPARENT(T, , __VA_ARGS__, ~)

// Defines `T`, a typedef or an enum, as another name for `element`, of its size and alignment, or
// as an array of it.
#define DESCRY_ALIAS(T, ...)       \
  DESCRY_PRIV_CHECK_COMPLETE(T, ~) \
  DESCRY_PRIV_ALIAS(T, __VA_ARGS__, ~)

// DESCRY_ALIAS_ARRAY(T, element, length, ...) defines `T`, whatever it is inside, as an array of
// `element` with the given lengths, up to four: a class of glm's or Eigen's, of which only the size
// can be checked. The lengths are those of the memory, outermost first: of a matrix that is stored
// by columns, first the columns.
#define DESCRY_ALIAS_ARRAY(T, element, ...) \
  DESCRY_PRIV_CHECK_COMPLETE(T, ~)          \
  DESCRY_PRIV_ALIAS_ARRAY(T, element, __VA_ARGS__)

// Defines `name` as another name of the struct `T` (or whatever else was declared), and as a type
// whose elements have the other byte order each, nested ones too: what a file has that may be of
// either order. Offsets, names and titles are those of `T`, whose list is not written again; what
// has no byte order stays as it is. C code that reads members swaps their bytes itself. The fields
// are made at the first use, as a MemoryError where there is no room for them; a `bfloat16`, which
// has no other order, is a TypeError.
//
// DESCRY_DECLARE_SWAPPED announces it in a header, so that C++ deduces `T` as before.
#define DESCRY_SWAPPED(name, ...) \
  DESCRY_PRIV_CHECK_NAME(name, ~) \
  DESCRY_PRIV_SWAPPED(name, __VA_ARGS__, ~)
#define DESCRY_DECLARE_SWAPPED(name, ...) \
  DESCRY_PRIV_CHECK_NAME(name, ~)         \
  DESCRY_PRIV_DECLARE_SWAPPED(name, __VA_ARGS__, ~)

// Defines an element that is a `T *`: an instance of the Python class `*class_ptr`, where
// `class_ptr` is the address of a `PyTypeObject *` that is set by the time the type is first used
// (so that classes made at import work); descry then keeps a reference to the class. The dtype is
// `O`.
#define DESCRY_OBJECT(T, ...)  \
  DESCRY_PRIV_CHECK_NAME(T, ~) \
  DESCRY_PRIV_OBJECT(T, __VA_ARGS__, ~)

#endif  // DESCRY_DECLARE_H_
