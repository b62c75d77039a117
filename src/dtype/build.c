// SPDX-License-Identifier: BSD-3-Clause
#include "src/dtype/build.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/fields.h"
#include "src/base/numpy.h"
#include "src/declare/coverage.h"
#include "src/declare/field_form.h"
#include "src/declare/swapped.h"
#include "src/dtype/messages.h"

// Returns a new reference to what np.dtype makes of `spec`. Steals `spec`; NULL passes through.
static PyObject* convert_spec(PyObject* spec) {
  PyObject* dtype = spec ? descryi_descr_convert(spec) : NULL;
  Py_XDECREF(spec);
  return dtype;
}

// bfloat16 is registered with NumPy by the module ml_dtypes.
static PyObject* build_from_ml_dtypes(const descry_type* type) {
  PyObject* module = PyImport_ImportModule("ml_dtypes");
  if (!module) {
    if (!PyErr_ExceptionMatches(PyExc_ImportError)) return NULL;
    PyObject* cause = descryi_error_take();
    descryi_raise_ml_dtypes_missing(type->name, cause);
    descryi_set_cause(cause);
    return NULL;
  }
  PyObject* scalar = PyObject_GetAttrString(module, type->code);
  Py_DECREF(module);
  return convert_spec(scalar);
}

PyObject* descryi_build_element(const descry_type* type) {
  if (type == &descryi_type_no_memory) return PyErr_NoMemory();
  if (type == &descryi_type_no_order) {
    descryi_raise_element_without_order();
    return NULL;
  }
  if (descryi_type_is_flexible(type)) {
    descryi_raise_element_without_size(type->name);
    return NULL;
  }
  if (strcmp(type->code, "bfloat16") == 0) return build_from_ml_dtypes(type);
  return convert_spec(PyUnicode_FromString(type->code));
}

PyObject* descryi_object_class(const descry_type* type) {
  if (type->class_ptr && *type->class_ptr) return (PyObject*)*type->class_ptr;
  descryi_raise_class_not_made(type->name);
  return NULL;
}

// As PyDataType_SET_ELSIZE does it: a quarter of the time that np.dtype("S8") takes.
static PyObject* build_sized(int type_num, size_t itemsize) {
  PyObject* unsized = descryi_np.descr_from_type(type_num);
  PyObject* dtype = unsized ? descryi_np.descr_new(unsized) : NULL;
  Py_XDECREF(unsized);
  if (dtype) descryi_descr_set_itemsize(dtype, (Py_ssize_t)itemsize);
  return dtype;
}

// A string or opaque bytes, of the size that its field gives it.
static PyObject* build_flexible(const descry_type* element, size_t itemsize) {
  if (strcmp(element->code, "S") == 0) return build_sized(DESCRYI_NPY_STRING, itemsize);
  if (strcmp(element->code, "V") == 0) return build_sized(DESCRYI_NPY_VOID, itemsize);
  const size_t length = strchr(element->code, 'U') ? itemsize / element->size : itemsize;
  return convert_spec(PyUnicode_FromFormat("%s%zu", element->code, length));
}

// A length that no Py_ssize_t holds is one that NumPy refuses in either form.
static PyObject* build_subarray(PyObject* base, const size_t* shape, size_t ndim) {
  PyObject* lengths = descryi_tuple_of((int)ndim, (const Py_ssize_t*)shape);
  PyObject* dtype = lengths ? convert_spec(Py_BuildValue("(OO)", base, lengths)) : NULL;
  Py_XDECREF(lengths);
  return dtype;
}

PyObject* descryi_build_field(const descry_field* field, PyObject* base) {
  const descryi_field_form form = descryi_field_form_of(field);
  PyObject* element = base;
  Py_XINCREF(element);
  if (!element) element = build_flexible(field->element, form.itemsize);
  if (!element || form.ndim == 0) return element;
  PyObject* dtype = build_subarray(element, field->shape, form.ndim);
  Py_DECREF(element);
  return dtype;
}

// By offset; of those that begin together, as they were listed.
static int compare_members(const void* one, const void* other) {
  const descry_field* a = ((const descryi_member*)one)->field;
  const descry_field* b = ((const descryi_member*)other)->field;
  if (a->offset != b->offset) return a->offset < b->offset ? -1 : 1;
  return a < b ? -1 : a > b;
}

// Lists are mostly in order already.
static bool are_sorted(const descryi_members* members) {
  for (Py_ssize_t i = 1; i < members->count; ++i) {
    if (members->items[i - 1].field->offset > members->items[i].field->offset) return false;
  }
  return true;
}

static void sort_members(descryi_members* members) {
  if (are_sorted(members)) return;
  qsort(members->items, (size_t)members->count, sizeof *members->items, compare_members);
}

static int check_size(const descry_type* type) {
  return type->size <= INT_MAX ? 0 : descryi_raise_too_large(type->name, type->size);
}

static int check_field(const descry_type* type, const descry_field* field) {
  if (field->name[0] == '\0') return descryi_raise_name_empty(type->name, field->offset);
  const size_t size = descry_field_size(field);
  if (size > INT_MAX) return descryi_raise_too_large(type->name, size);
  if (field->offset <= type->size && size <= type->size - field->offset) return 0;
  return descryi_raise_field_outside(type->name, field->name, field->offset, size, type->size);
}

static int check_fields(const descry_type* type) {
  for (size_t i = 0; i < type->field_count; ++i) {
    if (check_field(type, &type->fields[i]) < 0) return -1;
  }
  return 0;
}

// What could not be checked at compile time. An empty class of C++ has a byte all the same.
int descryi_members_check_coverage(const descryi_members* members) {
  const descry_type* type = members->type;
  const unsigned unchecked = DESCRY_TYPE_PARTIAL | DESCRY_TYPE_DYNAMIC;
  if ((type->flags & unchecked) || type->field_count == 0) return 0;
  unsigned char* bytes = descryi_calloc(type->size + 1, 1);
  if (!bytes) {
    PyErr_NoMemory();
    return -1;
  }
  size_t left_out = 0;
  const bool covered = descryi_fields_cover(type, bytes, &left_out);
  PyMem_Free(bytes);
  return covered ? 0 : descryi_raise_member_left_out(type->name, left_out);
}

static int check_bits(const descry_type* type) {
  for (size_t i = 0; i < type->field_count; ++i) {
    const descry_field* field = &type->fields[i];
    const size_t room = 8 * descry_field_size(field);
    size_t width = 0;
    for (size_t bit = 0; bit < field->bit_count; ++bit) width += field->bits[bit].width;
    if (width > room) return descryi_raise_too_many_bits(type->name, field->name, width, room);
  }
  return 0;
}

int descryi_members_init(descryi_members* members, const descry_type* type) {
  *members = (descryi_members){type, 0, NULL};
  if (check_size(type) < 0 || check_fields(type) < 0 || check_bits(type) < 0) return -1;
  members->items = descryi_calloc(type->field_count + 1, sizeof *members->items);
  if (!members->items) {
    PyErr_NoMemory();
    return -1;
  }
  members->count = (Py_ssize_t)type->field_count;
  for (size_t i = 0; i < type->field_count; ++i) members->items[i].field = &type->fields[i];
  if (!(type->flags & DESCRY_TYPE_DYNAMIC)) sort_members(members);
  return 0;
}

void descryi_members_clear(descryi_members* members) {
  for (Py_ssize_t i = 0; i < members->count; ++i) {
    Py_XDECREF(members->items[i].base);
    Py_XDECREF(members->items[i].dtype);
  }
  PyMem_Free(members->items);
  *members = (descryi_members){members->type, 0, NULL};
}

// Adds a name or a title to those that are taken.
static int claim_name(PyObject* taken, const descry_type* type, const descry_field* field,
                      const char* text) {
  PyObject* name = PyUnicode_FromString(text);
  if (!name) return -1;
  int result = PySet_Contains(taken, name);
  if (result == 0) {
    result = PySet_Add(taken, name);
  } else if (result > 0) {
    result = descryi_raise_name_clash(type->name, field->name, text);
  }
  Py_DECREF(name);
  return result;
}

// Raises TypeError where a name or a title stands twice. NumPy looks for that itself, but does not
// say in which type.
static int check_names(const descryi_members* members) {
  int result = -1;
  PyObject* taken = PySet_New(NULL);
  if (!taken) return -1;
  for (Py_ssize_t i = 0; i < members->count; ++i) {
    const descry_field* field = members->items[i].field;
    if (claim_name(taken, members->type, field, field->name) < 0) goto done;
    if (field->title && claim_name(taken, members->type, field, field->title) < 0) goto done;
  }
  result = 0;

done:
  Py_DECREF(taken);
  return result;
}

// An object slot that shares bytes with another field could be overwritten with anything. Other
// overlaps are unions. REQUIRES: `members` are sorted.
static int check_sorted_objects(const descryi_members* members) {
  size_t past = 0, objects_past = 0;
  for (Py_ssize_t i = 0; i < members->count; ++i) {
    const descry_field* field = members->items[i].field;
    const size_t end = field->offset + (size_t)descryi_descr_itemsize(members->items[i].dtype);
    const bool has_object =
        (descryi_descr_flags(members->items[i].dtype) & DESCRYI_DESCR_HASOBJECT) != 0;
    if (field->offset < (has_object ? past : objects_past)) {
      return descryi_raise_object_overlapped(members->type->name, field->name, field->offset);
    }
    if (end > past) past = end;
    if (has_object && end > objects_past) objects_past = end;
  }
  return 0;
}

// A part of a std::optional or std::variant that is not live may be any bytes.
static int check_standard(const descryi_members* members) {
  if (!(members->type->flags & DESCRY_TYPE_STANDARD)) return 0;
  for (Py_ssize_t i = 0; i < members->count; ++i) {
    const descryi_member* member = &members->items[i];
    if (!(descryi_descr_flags(member->dtype) & DESCRYI_DESCR_HASOBJECT)) continue;
    return descryi_raise_standard_object(members->type->name, member->field->name);
  }
  return 0;
}

static int check_objects(const descryi_members* members) {
  if (check_standard(members) < 0) return -1;
  if (are_sorted(members)) return check_sorted_objects(members);
  const size_t size = (size_t)members->count * sizeof *members->items;
  descryi_members sorted = {members->type, members->count, PyMem_Malloc(size)};
  if (!sorted.items) {
    PyErr_NoMemory();
    return -1;
  }
  memcpy(sorted.items, members->items, size);
  sort_members(&sorted);
  const int result = check_sorted_objects(&sorted);
  PyMem_Free(sorted.items);
  return result;
}

// Builds the dtype of each member.
static int build_dtypes(descryi_members* members) {
  for (Py_ssize_t i = 0; i < members->count; ++i) {
    descryi_member* member = &members->items[i];
    member->dtype = descryi_build_field(member->field, member->base);
    if (!member->dtype) return -1;
  }
  return check_objects(members);
}

// How NumPy has to be told of a layout.
typedef struct layout {
  bool aligned;  // dtype.isalignedstruct, and with it dtype.alignment as in C
  bool natural;  // NumPy finds the offsets by itself
} layout;

static Py_ssize_t round_up(Py_ssize_t offset, Py_ssize_t alignment) {
  return alignment > 1 ? (offset + alignment - 1) / alignment * alignment : offset;
}

// From NumPy 2.5 on, offsets that were given make every copy of a padded record go field by field,
// and outer records inherit that. So they are given only where NumPy would not find them: where the
// C layout is not the natural one of these dtypes.
static layout find_layout(const descryi_members* members) {
  layout found = {.aligned = members->count > 0, .natural = true};
  Py_ssize_t past = 0, widest = 1;
  for (Py_ssize_t i = 0; i < members->count; ++i) {
    const descryi_member* member = &members->items[i];
    const Py_ssize_t alignment = descryi_descr_alignment(member->dtype);
    const Py_ssize_t offset = (Py_ssize_t)member->field->offset;
    if (offset != round_up(past, alignment)) found.natural = false;
    if (offset != round_up(offset, alignment)) found.aligned = false;
    if (alignment > widest) widest = alignment;
    past = offset + descryi_descr_itemsize(member->dtype);
  }
  const Py_ssize_t size = (Py_ssize_t)members->type->size;
  if (size != round_up(past, widest)) found.natural = false;
  if (size != round_up(size, widest) || (size_t)widest > members->type->alignment) {
    found.aligned = false;
  }
  return found;
}

// Whether the fields follow each other without a hole, which is what NumPy makes of packed ones.
static bool is_gapless(const descryi_members* members) {
  Py_ssize_t past = 0;
  for (Py_ssize_t i = 0; i < members->count; ++i) {
    if ((Py_ssize_t)members->items[i].field->offset != past) return false;
    past += descryi_descr_itemsize(members->items[i].dtype);
  }
  return past == (Py_ssize_t)members->type->size;
}

// Sets `spec[key]`. Steals `value`, which may be NULL with an exception set.
static int set_item(PyObject* spec, const char* key, PyObject* value) {
  const int result = value ? PyDict_SetItemString(spec, key, value) : -1;
  Py_XDECREF(value);
  return result;
}

// The columns of the dict that describes a record: one value a member, as new references.
static PyObject* member_name(const descryi_member* member) {
  return PyUnicode_FromString(member->field->name);
}
static PyObject* member_dtype(const descryi_member* member) {
  Py_INCREF(member->dtype);
  return member->dtype;
}
static PyObject* member_offset(const descryi_member* member) {
  return PyLong_FromSize_t(member->field->offset);
}
static PyObject* member_title(const descryi_member* member) {
  return Py_BuildValue("z", member->field->title);
}

// Returns a new tuple with `value` of each member, or NULL with an exception set.
static PyObject* column(const descryi_members* members,
                        PyObject* (*value)(const descryi_member* member)) {
  PyObject* tuple = PyTuple_New(members->count);
  for (Py_ssize_t i = 0; tuple && i < members->count; ++i) {
    PyObject* item = value(&members->items[i]);
    if (!item || PyTuple_SetItem(tuple, i, item) < 0) Py_CLEAR(tuple);
  }
  return tuple;
}

static bool has_titles(const descryi_members* members) {
  for (Py_ssize_t i = 0; i < members->count; ++i) {
    if (members->items[i].field->title) return true;
  }
  return false;
}

// Returns a new {"names": (...), "formats": (...), ...}, or NULL with an exception set.
static PyObject* record_spec(const descryi_members* members) {
  const layout found = find_layout(members);
  const bool without_offsets = (found.aligned && found.natural) || is_gapless(members);
  PyObject* spec = PyDict_New();
  if (!spec || set_item(spec, "names", column(members, member_name)) < 0 ||
      set_item(spec, "formats", column(members, member_dtype)) < 0 ||
      set_item(spec, "itemsize", PyLong_FromSize_t(members->type->size)) < 0 ||
      set_item(spec, "aligned", PyBool_FromLong(found.aligned)) < 0 ||
      (!without_offsets && set_item(spec, "offsets", column(members, member_offset)) < 0) ||
      (has_titles(members) && set_item(spec, "titles", column(members, member_title)) < 0)) {
    Py_CLEAR(spec);
  }
  return spec;
}

// Compares what NumPy made with what the compiler did. A difference would be a defect here, and
// silent corruption everywhere else.
static int verify(PyObject* dtype, const descryi_members* members) {
  bool same = descryi_descr_itemsize(dtype) == (Py_ssize_t)members->type->size;
  descryi_fields fields = descryi_fields_of(dtype);
  for (Py_ssize_t i = 0; same && i < members->count; ++i) {
    descryi_field field;
    const int more = descryi_fields_next(&fields, &field);
    if (more < 0) return -1;
    const Py_ssize_t offset = more ? descryi_field_offset(&field) : -1;
    if (offset == -1 && PyErr_Occurred()) return -1;
    same = offset == (Py_ssize_t)members->items[i].field->offset;
  }
  return same ? 0 : descryi_raise_laid_out_differently(members->type->name, dtype);
}

// Returns a new dtype that is verified, or NULL with an exception set.
static PyObject* convert_record(PyObject* spec, const descryi_members* members) {
  PyObject* dtype = descryi_descr_convert(spec);
  if (dtype && verify(dtype, members) < 0) Py_CLEAR(dtype);
  if (dtype) return dtype;
  PyObject* error = descryi_error_take();
  if (check_names(members) < 0) {
    Py_XDECREF(error);
  } else {
    descryi_error_restore(error);
  }
  return NULL;
}

PyObject* descryi_build_record(descryi_members* members) {
  if (build_dtypes(members) < 0) return NULL;
  PyObject* spec = record_spec(members);
  PyObject* dtype = spec ? convert_record(spec, members) : NULL;
  Py_XDECREF(spec);
  return dtype;
}
