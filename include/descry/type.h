// SPDX-License-Identifier: BSD-3-Clause
// What descry knows of a C type: read-only data that the macros of declare.h lay down at compile
// time. No Python here, and no allocation but for DESCRY_SWAPPED: the fields of such a type are
// made when they are first asked for. Any thread may call any of these functions at any time.
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

// One bit-field among the bytes of a field that DESCRY_BITS made. They follow each other without a
// gap, from the end where the compiler begins to fill them: the least significant bit on a
// little-endian machine, the most significant one on a big-endian one. `name` is NULL for bits that
// nobody reads.
typedef struct descry_bit {
  const char* name;
  unsigned width;      // in bits
  unsigned is_signed;  // 1 or 0
} descry_bit;

// What the library remembers of a type at run time: zero until its first use, and for the library's
// eyes only. Each member belongs to one stage.
typedef struct descry_state {
  void* entry;       // dtype: its entry in the registry
  void* verdicts;    // match: dtypes that it was compared with
  void* own_fields;  // match: the fields of its own dtype
  void* replaced;    // dtype: entries that it had before, whose dtypes someone changed
  void* numbers;     // function: the numbers that an element consists of
} descry_state;

// One field, as the compiler sees it. Read it through the functions below, which know where the
// element itself is an array (a string's last dimension is its length, not a dimension of the
// field).
struct descry_field {
  const char* name;            // in Python; NULL for what an alias or a transparent wrapper is
  const char* title;           // or NULL
  const descry_type* element;  // what it is, or an array of what
  size_t offset;               // bytes from the start of the struct
  size_t unit;          // bytes of the member's innermost C element, all array dimensions taken off
  size_t ndim;          // C array dimensions of the member
  const size_t* shape;  // their lengths, outermost first
  size_t alignment;     // bytes, of the member
  unsigned flags;       // DESCRY_FIELD_CASE and the like
  long long case_value;  // of the record's tag, where the field is live; with DESCRY_FIELD_CASE
  size_t bit_count;
  const descry_bit* bits;  // named bits of the field, bit_count of them
};

// In the `flags` of a field: live only while its tag has `case_value`; the tag of the cases that
// follow it (the tag of DESCRY_VARIANT is the first field, without this flag); a field that need
// not have a value, as the one behind it says, a `bool_`; of a type of DESCRY_SWAPPED, so that
// bit-fields begin at the other end. The second and the third are set by schema.h.
#define DESCRY_FIELD_CASE 1u
#define DESCRY_FIELD_TAG 2u
#define DESCRY_FIELD_OPTIONAL 4u
#define DESCRY_FIELD_SWAPPED 8u

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
  // Zeroes the members of an element that are skipped and, with DESCRY_TYPE_PADDING, its padding;
  // NULL for everything but records.
  void (*clear_padding)(void* element);
  const descry_type* original;  // of a type that DESCRY_SWAPPED made: the one whose bytes it swaps
};

// In the `flags` of a type: members may be left out (DESCRY_RECORD_PARTIAL); made at run time; the
// first field is the tag that says which of the fields with DESCRY_FIELD_CASE is live
// (DESCRY_VARIANT); clear_padding knows all padding, not only the members that are skipped; made by
// the library for a type of DESCRY_SWAPPED; a std::variant or, without DESCRY_TYPE_VARIANT, a
// std::optional, whose parts may be any bytes while they are not live.
#define DESCRY_TYPE_PARTIAL 1u
#define DESCRY_TYPE_DYNAMIC 2u
#define DESCRY_TYPE_VARIANT 4u
#define DESCRY_TYPE_PADDING 8u
#define DESCRY_TYPE_MADE 16u
#define DESCRY_TYPE_STANDARD 32u

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

// Returns the field that says which case of a variant is live, or NULL for any other type.
const descry_field* descry_type_tag(const descry_type* type);

// Returns the type whose bytes a type of DESCRY_SWAPPED has in the other order, or NULL for any
// other. All else that can be asked of such a type is as of the original, but that elements have
// the other byte order (where there is no memory for that, it is an element without fields).
const descry_type* descry_type_original(const descry_type* type);

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

// Returns 1 and sets `*value` to what the tag is while the field is live, or returns 0 for a field
// that always is. `value` may be NULL.
int descry_field_case(const descry_field* field, long long* value);

// Returns the field of `type` that says whether `field`, one of its cases, is live, or NULL for a
// field that always is.
const descry_field* descry_field_tag(const descry_type* type, const descry_field* field);

// Returns the `bool_` field of `type` that says whether `field`, one that was added by
// descry_schema_add_optional(), has a value, or NULL for a field that always has.
const descry_field* descry_field_valid(const descry_type* type, const descry_field* field);

// Returns the number of bit-fields that DESCRY_BITS listed for the field; 0 for any other.
size_t descry_field_bit_count(const descry_field* field);

// Returns the bit-field at `index`, or NULL past the end; valid as long as the type is. Sets
// `*shift`, unless NULL, to the number of bits of the field, read as one unsigned integer of its
// byte order (this machine's, but in a type of DESCRY_SWAPPED), that are less significant.
const descry_bit* descry_field_bit(const descry_field* field, size_t index, size_t* shift);

#ifdef __cplusplus
}
#endif

#endif  // DESCRY_TYPE_H_
