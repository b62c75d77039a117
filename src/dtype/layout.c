// SPDX-License-Identifier: BSD-3-Clause
// Draws the memory of a type.
//
//   particle: 64 bytes, alignment 8
//     offset  size  field
//          0     8  id      int64
//          8    24  pos     vec3
//          8     8    x     float64
#include <descry/dtype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/python.h"
#include "src/declare/field_form.h"
#include "src/declare/swapped.h"
#include "src/dtype/element.h"

// Nesting that is drawn; a type that contains itself, which has no dtype, must not be drawn
// forever. Nor must types that have each other many times over: past so many lines, records inside
// are not taken apart.
enum { MAX_NESTING = 16, MANY_LINES = 10000 };

typedef struct drawing {
  PyObject* lines;  // list of str
  int name_width;   // of the column of names, indentation included
} drawing;

static bool is_taken_apart(const drawing* to, const descry_type* type, int depth) {
  return type->kind == DESCRY_KIND_RECORD && depth + 1 < MAX_NESTING &&
         PyList_Size(to->lines) < MANY_LINES;
}

// Appends a line. Steals `line`; NULL passes as the failure that it is.
static int add_line(drawing* to, PyObject* line) {
  const int result = line ? PyList_Append(to->lines, line) : -1;
  Py_XDECREF(line);
  return result;
}

// What a type is in the end: aliases and wrappers that are no arrays taken off.
static const descry_type* resolve_scalar(const descry_type* type, int depth) {
  const descry_field* target = descryi_type_target_field(type);
  while (target && descryi_field_form_of(target).ndim == 0 && depth++ < MAX_NESTING) {
    type = target->element;
    target = descryi_type_target_field(type);
  }
  return type;
}

// What is looked at on the way to the widest name.
typedef struct name_search {
  int widest;
  int left;  // fields that are still looked at
} name_search;

static void note_name(name_search* search, const char* name, int depth) {
  const int width = (int)strlen(name) + 2 * depth;
  if (width > search->widest) search->widest = width;
}

static void note_bits(name_search* search, const descry_field* field, int depth) {
  for (size_t i = 0; i < field->bit_count; ++i) {
    if (field->bits[i].name) note_name(search, field->bits[i].name, depth);
  }
}

static void find_widest(name_search* search, const descry_type* type, int depth) {
  note_name(search, "(hole)", depth);
  for (size_t i = 0; i < type->field_count && search->left > 0; ++i, --search->left) {
    const descry_type* element = resolve_scalar(type->fields[i].element, depth);
    note_name(search, type->fields[i].name, depth);
    note_bits(search, &type->fields[i], depth + 1);
    if (element->kind == DESCRY_KIND_RECORD && depth + 1 < MAX_NESTING) {
      find_widest(search, element, depth + 1);
    }
  }
}

static int widest_name(const descry_type* type) {
  name_search search = {0, MANY_LINES};
  find_widest(&search, type, 0);
  return search.widest;
}

// By offset; of those that begin together, as they were listed.
static int fields_in_order(const void* one, const void* other) {
  const descry_field* a = *(const descry_field* const*)one;
  const descry_field* b = *(const descry_field* const*)other;
  if (a->offset != b->offset) return a->offset < b->offset ? -1 : 1;
  return a < b ? -1 : a > b;
}

// Returns the fields by their offsets, to be freed with PyMem_Free(); or NULL with an exception
// set.
static const descry_field** sort_fields(const descry_type* type) {
  const descry_field** sorted = descryi_calloc(type->field_count + 1, sizeof *sorted);
  if (!sorted) {
    PyErr_NoMemory();
    return NULL;
  }
  for (size_t i = 0; i < type->field_count; ++i) sorted[i] = &type->fields[i];
  qsort(sorted, type->field_count, sizeof *sorted, fields_in_order);
  return sorted;
}

// `count` spaces, as the end of one string of them.
static const char* spaces(size_t count) {
  static const char kSpaces[] = "                                                                ";
  const size_t most = sizeof kSpaces - 1;
  return kSpaces + (count < most ? most - count : 0);
}

// Draws a row behind its numbers: `name` indented, and padded where something follows. Steals
// `label`, which may be NULL for nothing.
static int draw_name(drawing* to, const char* numbers, int depth, const char* name,
                     PyObject* label) {
  const size_t width = 2 * (size_t)depth + strlen(name);
  const size_t wanted = (size_t)to->name_width + 2;
  const char* padding = label ? spaces(wanted > width ? wanted - width : 2) : "";
  PyObject* line = PyUnicode_FromFormat("%s%s%s%s%V", numbers, spaces(2 * (size_t)depth), name,
                                        padding, label, "");
  Py_XDECREF(label);
  return add_line(to, line);
}

// Draws one row. Steals `label`, as draw_name() does.
static int draw_row(drawing* to, size_t offset, size_t size, int depth, const char* name,
                    PyObject* label) {
  char numbers[64];
  PyOS_snprintf(numbers, sizeof numbers, "  %6zu  %4zu  ", offset, size);
  return draw_name(to, numbers, depth, name, label);
}

static int draw_bit(drawing* to, const descry_bit* bit, size_t shift, int depth) {
  const char* remark = bit->is_signed ? ", signed" : "";
  const size_t last = shift + bit->width - 1;
  PyObject* label = bit->width == 1
                        ? PyUnicode_FromFormat("bit %zu%s", shift, remark)
                        : PyUnicode_FromFormat("bits %zu to %zu%s", shift, last, remark);
  return label ? draw_name(to, "                ", depth, bit->name, label) : -1;
}

// Draws the named bit-fields of a field, counted from the least significant bit.
static int draw_bits(drawing* to, const descry_field* field, int depth) {
  for (size_t i = 0; i < field->bit_count; ++i) {
    size_t shift;
    const descry_bit* bit = descry_field_bit(field, i, &shift);
    if (bit->name && bit->width && draw_bit(to, bit, shift, depth) < 0) return -1;
  }
  return 0;
}

static int draw_hole(drawing* to, size_t offset, size_t size, int depth) {
  return size == 0 ? 0 : draw_row(to, offset, size, depth, "(hole)", NULL);
}

static int draw_fields(drawing* to, const descry_type* type, size_t start, int depth);

// What stands behind a field's name: its element, its title, and that it shares bytes with a field
// before it.
static PyObject* field_label(const descry_field* field, bool overlaps) {
  PyObject* element = descryi_element_label(field);
  if (!element) return NULL;
  PyObject* label = PyUnicode_FromFormat("%U%s%s%s%s", element, field->title ? ", title '" : "",
                                         field->title ? field->title : "", field->title ? "'" : "",
                                         overlaps ? ", overlaps" : "");
  Py_DECREF(element);
  return label;
}

static int draw_field(drawing* to, const descry_field* field, size_t start, bool overlaps,
                      int depth) {
  PyObject* label = field_label(field, overlaps);
  if (!label || draw_row(to, start + field->offset, descry_field_size(field), depth, field->name,
                         label) < 0) {
    return -1;
  }
  if (draw_bits(to, field, depth + 1) < 0) return -1;
  const descry_type* element = resolve_scalar(field->element, depth);
  if (!is_taken_apart(to, element, depth)) return 0;
  return draw_fields(to, element, start + field->offset, depth + 1);
}

static int draw_sorted(drawing* to, const descry_type* type, const descry_field* const* fields,
                       size_t start, int depth) {
  size_t past = 0;
  for (size_t i = 0; i < type->field_count; ++i) {
    const size_t offset = fields[i]->offset;
    if (offset > past && draw_hole(to, start + past, offset - past, depth) < 0) return -1;
    if (draw_field(to, fields[i], start, offset < past, depth) < 0) return -1;
    const size_t end = offset + descry_field_size(fields[i]);
    if (end > past) past = end;
  }
  return type->size > past ? draw_hole(to, start + past, type->size - past, depth) : 0;
}

static int draw_fields(drawing* to, const descry_type* type, size_t start, int depth) {
  const descry_field** fields = sort_fields(type);
  if (!fields) return -1;
  const int result = draw_sorted(to, type, fields, start, depth);
  PyMem_Free((void*)fields);
  return result;
}

static int draw_heading(drawing* to, const descry_type* type) {
  return add_line(to, PyUnicode_FromFormat("%s: %zu byte%s, alignment %zu", type->name, type->size,
                                           type->size == 1 ? "" : "s", type->alignment));
}

static int draw_target(drawing* to, const descry_field* target) {
  PyObject* label = descryi_element_label(target);
  if (!label) return -1;
  PyObject* line = PyUnicode_FromFormat("  stands for %U", label);
  Py_DECREF(label);
  return add_line(to, line);
}

static int draw_type(drawing* to, const descry_type* type) {
  if (draw_heading(to, type) < 0) return -1;
  const descry_field* target = descryi_type_target_field(type);
  if (target) return draw_target(to, target);
  if (type->kind == DESCRY_KIND_OBJECT) {
    return add_line(to, PyUnicode_FromString("  is a reference to a Python object"));
  }
  if (type->kind != DESCRY_KIND_RECORD) return 0;
  if (add_line(to, PyUnicode_FromString("  offset  size  field")) < 0) return -1;
  return draw_fields(to, type, 0, 0);
}

PyObject* descry_layout(const descry_type* type) {
  if (descryi_type_is_swapped(type)) type = descryi_type_swapped_field(type)->element;
  if (type == &descryi_type_no_memory) return PyErr_NoMemory();
  PyObject* text = NULL;
  PyObject* separator = PyUnicode_FromString("\n");
  drawing drawn = {PyList_New(0), widest_name(type)};
  if (!separator || !drawn.lines || draw_type(&drawn, type) < 0) goto done;
  text = PyUnicode_Join(separator, drawn.lines);

done:
  Py_XDECREF(separator);
  Py_XDECREF(drawn.lines);
  return text;
}
