// SPDX-License-Identifier: BSD-3-Clause
// Element types that are made at run time: for the schema of a file, a query or a message that is
// known only when it is there. Plain C11 or C++17, no Python.
//
//   descry_schema* schema = descry_schema_new("sample", 0);
//   descry_schema_add(schema, "id", DESCRY_TYPE(int64), 0, NULL);
//   descry_schema_add(schema, "rgb", DESCRY_TYPE(float32), 1, (const size_t[]){3});
//   descry_schema_add(schema, "label", DESCRY_TYPE(bytes), 1, (const size_t[]){12});
//   descry_schema_add_optional(schema, "weight", DESCRY_TYPE(float64), 0, NULL);
//   const descry_type* type = descry_schema_build(schema);
//   if (!type) fprintf(stderr, "%s\n", descry_schema_problem(NULL));
//   ...
//   descry_type_release(type);
//
// What is built is a type like one that was declared, and works wherever such a one does.
//
// A call that fails makes every later call on its schema fail too, so that one check after
// descry_schema_build() is enough; a NULL schema (memory was short) fails likewise. Names, titles
// and shapes are copied; element types that were made at run time are kept alive by what they are
// part of. A view of descry_view_acquire() does not keep its type: release it after the view is
// closed.
//
// A schema belongs to one thread at a time. A type that is built is never changed: any thread may
// use, retain and release it. No function here needs the GIL, and none touches Python, except that
// the release of the last reference to a type that descry_dtype() was asked for attaches the
// calling thread to the interpreter where it is not.
#ifndef DESCRY_SCHEMA_H_
#define DESCRY_SCHEMA_H_

#include <descry/declare.h>
#include <descry/flags.h>
#include <descry/type.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// A record that is being put together, field by field.
typedef struct descry_schema descry_schema;

// Begins a record of the given name. `flags` is 0 for the layout that the C compiler gives a struct
// of these members, or DESCRY_PACKED for members without padding and an alignment of 1. Returns a
// new schema, to be given to descry_schema_build() or descry_schema_free(), or NULL where memory is
// short.
descry_schema* descry_schema_new(const char* name, unsigned flags);

// Adds a field behind all that are there, or where descry_schema_place() said: one `element`, or a
// sub-array of `ndim` dimensions of the lengths in `shape`, outermost first. The last dimension of
// `bytes`, `unicode` and `void_` is their length, as in a C declaration, and must be given. Returns
// 0, or -1 with the reason in descry_schema_problem(): an empty or a taken name, names that are not
// UTF-8, an element or a length that is missing, more than 64 dimensions, more bytes than an object
// may have, a field past the size that was set, bytes of Python objects shared with another field,
// records nested more than 64 deep.
int descry_schema_add(descry_schema* schema, const char* name, const descry_type* element,
                      size_t ndim, const size_t* shape);

// Adds a field that need not have a value: the field itself and, right behind its last byte, a
// `bool_` called "<name>_valid". Where that is 0, the field itself is zero. Fails as
// descry_schema_add().
int descry_schema_add_optional(descry_schema* schema, const char* name, const descry_type* element,
                               size_t ndim, const size_t* shape);

// Adds a field that holds one of `count` branches, 1 to 256: a `uint8` called "<name>_tag", which
// is the index of the branch, and behind it a field for each branch under the branch's own name,
// zero unless it is chosen. A branch without a value has neither name nor element (both NULL), and
// no field. For texts and sub-arrays see descry_type_array(). Fails as descry_schema_add().
//
// With DESCRY_OVERLAP in `flags`, all branches begin at the same byte, as the members of a C union
// do; none may then hold Python objects. NumPy refuses to save such arrays or to give out their
// buffer, and copies their fields one behind the other in concatenate() and where().
int descry_schema_add_variant(descry_schema* schema, const char* name, size_t count,
                              const char* const* names, const descry_type* const* elements,
                              unsigned flags);

// Sets the offset in bytes of the field that is added next (of the tag, where that is a variant).
// Offsets may go down, leave holes, and make fields share bytes. An offset that does not fit the
// element's alignment lowers the alignment of the field, and with it that of the record.
int descry_schema_place(descry_schema* schema, size_t offset);

// Sets the title of the field that is added next: a second name that Python accepts.
int descry_schema_title(descry_schema* schema, const char* title);

// Sets the size in bytes of the whole, trailing bytes included. A size that does not fit the
// alignment of the fields lowers that of the record. Fails where a field reaches past it.
int descry_schema_resize(descry_schema* schema, size_t size);

// Returns a sentence that says what was wrong first, with the name of the field, or NULL where
// nothing was; valid until the schema is changed, built or freed. With NULL instead of a schema:
// what was wrong with the schema that this thread gave to descry_schema_build() last, or NULL;
// valid until the next build.
const char* descry_schema_problem(const descry_schema* schema);

// Returns the finished type, whose one reference is the caller's, or NULL with the reason in
// descry_schema_problem(NULL). Frees the schema, also on failure.
const descry_type* descry_schema_build(descry_schema* schema);

// Frees a schema that is not to be built. NULL is fine.
void descry_schema_free(descry_schema* schema);

// Returns a type, whose one reference is the caller's, that stands for a text of a certain length
// or for an array of elements, so that it can be a branch of a variant, or the elements of an array
// itself: `descry_type_array(DESCRY_TYPE(bytes), 1, (const size_t[]){12})`. The arguments are those
// of descry_schema_add(); its name is such as "bytes[12]". Returns NULL with the reason in
// descry_schema_problem(NULL).
const descry_type* descry_type_array(const descry_type* element, size_t ndim, const size_t* shape);

// Adds a reference to a type that was made at run time, and returns the type. Has no effect on
// declared types, nor on NULL.
const descry_type* descry_type_retain(const descry_type* type);

// Drops a reference to a type that was made at run time, and frees the type with the last one; its
// dtype lives on for as long as Python uses it. Has no effect on declared types, nor on NULL.
void descry_type_release(const descry_type* type);

#ifdef __cplusplus
}
#endif

#endif  // DESCRY_SCHEMA_H_
