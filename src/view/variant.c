// SPDX-License-Identifier: BSD-3-Clause
#include <descry/field.h>
#include <string.h>

#include "src/array/object_slots.h"
#include "src/base/errors.h"
#include "src/base/numpy.h"
#include "src/declare/field_form.h"
#include "src/declare/same_layout.h"
#include "src/dtype/dtype.h"

DESCRYI_MESSAGE(field_missing, KeyError, (const char* type, const char* name),
                "%s has no field '%s'", type, name)
DESCRYI_MESSAGE(field_other, TypeError,
                (const char* type, const char* name, const char* expected, const char* actual),
                "field '%s' of %s: expected %s, got %s", name, type, expected, actual)
DESCRYI_MESSAGE(variant_none, TypeError, (const char* type, const char* name),
                "field '%s' is not part of a variant of %s", name, type)
DESCRYI_MESSAGE(variant_read_only, ValueError, (const char* type),
                "the view of %s was not opened to write", type)
DESCRYI_MESSAGE(variant_no_case, ValueError, (const char* type, const char* tag, long long value),
                "no branch of %s has a value where '%s' is %lld", type, tag, value)
DESCRYI_MESSAGE(variant_tag_range, OverflowError,
                (const char* type, const char* tag, long long value), "%s: '%s' cannot hold %lld",
                type, tag, value)

// A variant's place in one record.
typedef struct variant {
  const descry_field* tag;
  char* record;
} variant;

// How a tag is stored.
typedef struct tag_form {
  size_t size;  // bytes
  bool is_signed;
  bool swapped;
} tag_form;

const descry_field* descry_view_field_checked(const descry_view* view, const char* name,
                                              const descry_type* element) {
  const descry_field* field = descry_type_field_named(view->type, name);
  if (!field) {
    descryi_raise_field_missing(view->type->name, name);
  } else if (!descryi_types_same_layout(field->element, element) &&
             !descryi_types_same_layout(descryi_type_resolve(field->element),
                                        descryi_type_resolve(element))) {
    descryi_raise_field_other(view->type->name, name, element->name, field->element->name);
    field = NULL;
  }
  return field;
}

// Returns the tag of the variant that `field` is part of, or NULL with an exception set.
static const descry_field* find_tag(const descry_type* type, const descry_field* field) {
  type = descryi_type_resolve(type);
  const bool is_ours = field >= type->fields && field < type->fields + type->field_count;
  const descry_field* tag = is_ours ? descry_field_tag(type, field) : NULL;
  if (tag) return tag;
  if (is_ours && (field->flags & DESCRY_FIELD_TAG)) return field;
  if (is_ours && field == descry_type_tag(type)) return field;
  descryi_raise_variant_none(type->name, descry_field_name(field));
  return NULL;
}

static int find_variant(const descry_view* view, const descry_field* field, Py_ssize_t i,
                        variant* out) {
  out->tag = find_tag(view->type, field);
  out->record = out->tag ? descry_view_get(view, (size_t)view->itemsize, 1, &i) : NULL;
  return out->record ? 0 : -1;
}

static tag_form form_of(const descry_field* tag) {
  static const char kOther = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? '>' : '<';
  const descry_type* element = descryi_type_resolve(tag->element);
  const char* code = element->code;
  return (tag_form){element->size, strchr(code, 'i') || strchr(code, 'p'), code[0] == kOther};
}

// Copies the bytes of a tag, in the machine's byte order on the other side.
static void copy_tag(unsigned char* to, const unsigned char* from, const tag_form* form) {
  for (size_t k = 0; k < form->size; ++k) to[k] = from[form->swapped ? form->size - 1 - k : k];
}

static long long read_tag(const variant* at) {
  const tag_form form = form_of(at->tag);
  union {
    unsigned char bytes[8];
    int8_t i1;
    int16_t i2;
    int32_t i4;
    int64_t i8;
    uint8_t u1;
    uint16_t u2;
    uint32_t u4;
  } value;
  copy_tag(value.bytes, (const unsigned char*)at->record + at->tag->offset, &form);
  switch (form.size) {
    case 1:
      return form.is_signed ? value.i1 : value.u1;
    case 2:
      return form.is_signed ? value.i2 : value.u2;
    case 4:
      return form.is_signed ? value.i4 : (long long)value.u4;
    default:
      return value.i8;
  }
}

// Writes a value that check_range() took.
static void write_tag(const variant* at, long long value) {
  const tag_form form = form_of(at->tag);
  union {
    unsigned char bytes[8];
    uint8_t u1;
    uint16_t u2;
    uint32_t u4;
    uint64_t u8;
  } out;
  switch (form.size) {
    case 1:
      out.u1 = (uint8_t)value;
      break;
    case 2:
      out.u2 = (uint16_t)value;
      break;
    case 4:
      out.u4 = (uint32_t)value;
      break;
    default:
      out.u8 = (uint64_t)value;
  }
  copy_tag((unsigned char*)at->record + at->tag->offset, out.bytes, &form);
}

static int check_range(const descry_type* type, const descry_field* tag, long long value) {
  const tag_form form = form_of(tag);
  if (form.size >= 8) return 0;
  const long long bits = 8 * (long long)form.size - (form.is_signed ? 1 : 0);
  const long long most = (1LL << bits) - 1, least = form.is_signed ? -most - 1 : 0;
  if (value >= least && value <= most) return 0;
  return descryi_raise_variant_tag_range(type->name, descry_field_name(tag), value);
}

// Returns the case of `tag` behind `after` (NULL for the first), or NULL at the end.
static const descry_field* next_case(const descry_type* type, const descry_field* tag,
                                     const descry_field* after) {
  type = descryi_type_resolve(type);
  const descry_field* const end = type->fields + type->field_count;
  for (const descry_field* field = after ? after + 1 : type->fields; field < end; ++field) {
    if (descry_field_tag(type, field) == tag) return field;
  }
  return NULL;
}

static const descry_field* find_case(const descry_type* type, const descry_field* tag,
                                     long long value) {
  const descry_field* field = NULL;
  while ((field = next_case(type, tag, field)) && field->case_value != value) continue;
  return field;
}

long long descry_variant_tag(const descry_view* view, const descry_field* field, Py_ssize_t i) {
  variant at;
  return find_variant(view, field, i, &at) < 0 ? -1 : read_tag(&at);
}

// Returns the live case, or NULL; with an exception set on failure.
static const descry_field* live_case(const descry_view* view, const descry_field* field,
                                     Py_ssize_t i, variant* at) {
  if (find_variant(view, field, i, at) < 0) return NULL;
  return find_case(view->type, at->tag, read_tag(at));
}

const char* descry_variant_name(const descry_view* view, const descry_field* field, Py_ssize_t i) {
  variant at;
  const descry_field* live = live_case(view, field, i, &at);
  return live ? descry_field_name(live) : NULL;
}

void* descry_variant_payload(const descry_view* view, const descry_field* field, Py_ssize_t i) {
  variant at;
  const descry_field* live = live_case(view, field, i, &at);
  return live ? at.record + live->offset : NULL;
}

// A case whose bytes are about to be replaced.
typedef struct replaced {
  const descry_field* field;
  descryi_object_slots slots;  // of one element
  char* old;                   // its bytes until now, where it has objects; else NULL
} replaced;

static void clear_replaced(replaced* cases, Py_ssize_t count) {
  for (Py_ssize_t k = 0; k < count; ++k) {
    descryi_object_slots_clear(&cases[k].slots);
    PyMem_Free(cases[k].old);
  }
  PyMem_Free(cases);
}

// Finds the objects of a case, and room for what they are now. Returns 0, or -1 with an exception
// set.
static int prepare_case(replaced* one, const descry_field* field) {
  one->field = field;
  PyObject* descr =
      descryi_type_is_flexible(field->element) ? NULL : descryi_dtype_borrow(field->element);
  if (!descr) return PyErr_Occurred() ? -1 : 0;
  if (descryi_object_slots_init(&one->slots, field->element, descr) < 0) return -1;
  if (one->slots.count == 0) return 0;
  one->old = PyMem_Malloc(descry_field_size(field));
  if (one->old) return 0;
  PyErr_NoMemory();
  return -1;
}

// Returns all cases of `tag`, prepared, or NULL with an exception set.
static replaced* prepare(const descry_type* type, const descry_field* tag, Py_ssize_t* count) {
  replaced* cases = descryi_calloc(descry_type_field_count(type), sizeof *cases);
  *count = 0;
  if (!cases) PyErr_NoMemory();
  for (const descry_field* field = NULL; cases && (field = next_case(type, tag, field));) {
    if (prepare_case(&cases[(*count)++], field) == 0) continue;
    clear_replaced(cases, *count);
    return NULL;
  }
  return cases;
}

static Py_ssize_t element_count(const descry_field* field) {
  const size_t itemsize = descry_field_itemsize(field);
  return itemsize == 0 ? 0 : (Py_ssize_t)(descry_field_size(field) / itemsize);
}

// Puts zeroes, or the payload with references of its own, where a case is.
static void write_case(const replaced* one, char* record, const void* payload) {
  char* const place = record + one->field->offset;
  const size_t size = descry_field_size(one->field);
  if (payload) {
    memcpy(place, payload, size);
  } else {
    memset(place, 0, size);
  }
  descryi_object_slots_own_all(&one->slots, place, element_count(one->field),
                               (Py_ssize_t)descry_field_itemsize(one->field));
}

// Drops what a case referred to.
static void drop_old(const replaced* one) {
  const Py_ssize_t itemsize = (Py_ssize_t)descry_field_itemsize(one->field);
  for (Py_ssize_t k = 0; one->old && k < element_count(one->field); ++k) {
    descryi_object_slots_drop(one->old + k * itemsize, &one->slots);
  }
}

// All cases are zeroed before the chosen one is written: they may share their bytes. Dropping
// references may run any code, and comes last.
static void replace_cases(const variant* at, const replaced* cases, Py_ssize_t count,
                          const descry_field* chosen, const void* payload) {
  for (Py_ssize_t k = 0; k < count; ++k) {
    const descry_field* field = cases[k].field;
    if (cases[k].old) memcpy(cases[k].old, at->record + field->offset, descry_field_size(field));
  }
  for (Py_ssize_t k = 0; k < count; ++k) {
    if (cases[k].field != chosen) write_case(&cases[k], at->record, NULL);
  }
  for (Py_ssize_t k = 0; k < count; ++k) {
    if (cases[k].field == chosen) write_case(&cases[k], at->record, payload);
  }
  for (Py_ssize_t k = 0; k < count; ++k) drop_old(&cases[k]);
}

int descry_variant_set(const descry_view* view, const descry_field* field, Py_ssize_t i,
                       long long tag, const void* payload) {
  const descry_type* type = view->type;
  variant at;
  if (find_variant(view, field, i, &at) < 0) return -1;
  if (!(view->flags & DESCRY_WRITE)) return descryi_raise_variant_read_only(type->name);
  if (check_range(type, at.tag, tag) < 0) return -1;
  const descry_field* chosen = find_case(type, at.tag, tag);
  if (!chosen && payload) {
    return descryi_raise_variant_no_case(type->name, descry_field_name(at.tag), tag);
  }
  Py_ssize_t count;
  replaced* cases = prepare(type, at.tag, &count);
  if (!cases) return -1;
  write_tag(&at, tag);
  replace_cases(&at, cases, count, chosen, payload);
  clear_replaced(cases, count);
  return 0;
}
