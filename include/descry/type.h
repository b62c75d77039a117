// SPDX-License-Identifier: BSD-3-Clause
// What descry knows of a C type: read-only data that the macros of declare.h lay down at compile
// time. No Python here, no allocation, and no state: any thread may call any of these functions at
// any time.
#ifndef DESCRY_TYPE_H_
#define DESCRY_TYPE_H_

#include <descry/version.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// CPython's PyTypeObject, without its header.
struct _typeobject;

// The layout of `descry_type` and `descry_field` themselves; grows when a member is added at their
// end.
#define DESCRY_TYPE_VERSION 1u

// What kind of declaration made a type.
typedef enum descry_kind {
  DESCRY_KIND_ELEMENT = 1,      // a built-in tag, such as float64
  DESCRY_KIND_RECORD = 2,       // DESCRY_RECORD, DESCRY_RECORD_PARTIAL
  DESCRY_KIND_TRANSPARENT = 3,  // DESCRY_TRANSPARENT
  DESCRY_KIND_ALIAS = 4,        // DESCRY_ALIAS
  DESCRY_KIND_OBJECT = 5        // DESCRY_OBJECT
} descry_kind;

typedef struct descry_type descry_type;
typedef struct descry_field descry_field;

// What the library remembers of a type at run time: zero until its first use, and for the library's
// eyes only. Each member belongs to one stage.
typedef struct descry_state {
  void* entry;       // dtype: its entry in the registry
  void* verdicts;    // match: dtypes that it was compared with
  void* own_fields;  // match: the fields of its own dtype
  void* reserved;
} descry_state;

// One field, as the compiler sees it. Read it through the functions below, which know where the
// element itself is an array (a string's last dimension is its length, not a dimension of the
// field).
struct descry_field {
  const char*
      name;  // the name in Python; NULL for what an alias or a transparent wrapper stands for
  const char* title;           // or NULL
  const descry_type* element;  // what it is, or an array of what
  size_t offset;               // bytes from the start of the struct
  size_t unit;          // bytes of the member's innermost C element, all array dimensions taken off
  size_t ndim;          // C array dimensions of the member
  const size_t* shape;  // their lengths, outermost first
  size_t alignment;     // bytes, of the member
};

// One type. `size` is sizeof(T), `alignment` is _Alignof(T), in bytes.
struct descry_type {
  unsigned version;  // DESCRY_TYPE_VERSION of the header that declared it
  unsigned kind;     // a descry_kind
  const char* name;
  size_t size;
  size_t alignment;
  size_t field_count;
  const descry_field* fields;
  const char* code;                // element: what np.dtype takes
  struct _typeobject** class_ptr;  // object: where its class is, once it is made
  descry_state* state;
  unsigned flags;
};

// In `flags`: members may be left out (DESCRY_RECORD_PARTIAL); made at run time (none as yet).
#define DESCRY_TYPE_PARTIAL 1u
#define DESCRY_TYPE_DYNAMIC 2u

// The type's name as it was declared. Never NULL.
const char* descry_type_name(const descry_type* type);

// Returns how the type was declared.
descry_kind descry_type_kind(const descry_type* type);

// Returns sizeof(T) in bytes. `bytes`, `unicode` and `void_` have no size of their own: that of one
// unit.
size_t descry_type_size(const descry_type* type);

// Returns _Alignof(T) in bytes.
size_t descry_type_alignment(const descry_type* type);

// Returns the number of fields: 0 for everything but records.
size_t descry_type_field_count(const descry_type* type);

// Returns the field at `index`, in the order of the declaration, or NULL past the end; valid as
// long as the type is.
const descry_field* descry_type_field(const descry_type* type, size_t index);

// Returns the field of that name, or NULL.
const descry_field* descry_type_field_named(const descry_type* type, const char* name);

// Returns the type that an alias or a transparent wrapper stands for, or NULL for any other kind.
const descry_type* descry_type_target(const descry_type* type);

// Returns where the class of an object type will be found, or NULL for any other kind.
struct _typeobject** descry_type_class(const descry_type* type);

// The field's name and title in Python; the title is NULL where it has none.
const char* descry_field_name(const descry_field* field);
const char* descry_field_title(const descry_field* field);

// Returns the type of the field, or of one element where it is a sub-array.
const descry_type* descry_field_element(const descry_field* field);

// Returns bytes from the start of the record.
size_t descry_field_offset(const descry_field* field);

// Returns the bytes of the whole member.
size_t descry_field_size(const descry_field* field);

// Returns the bytes of one element; for a `char[3][4]` member of `bytes`, 4.
size_t descry_field_itemsize(const descry_field* field);

// Returns the rank of the sub-array, 0 where the field is none; for a `char[3][4]` member of
// `bytes`, 1.
size_t descry_field_ndim(const descry_field* field);

// Returns the lengths of the sub-array's dimensions, descry_field_ndim of them; valid as long as
// the type is.
const size_t* descry_field_shape(const descry_field* field);

#ifdef __cplusplus
}
#endif

#endif  // DESCRY_TYPE_H_
