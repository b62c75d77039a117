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
#include <string.h>

#include "src/declare/field_form.h"
#include "src/dtype/element_label.h"

// Nesting that is drawn; a type that contains itself, which has no dtype, must not be drawn
// forever.
enum { MAX_DEPTH = 16 };

typedef struct drawing {
  PyObject* lines;  // list of str
  int name_width;   // of the column of names, indentation included
} drawing;

// Appends a line. Steals `line`; NULL passes as the failure that it is.
static int add_line(drawing* to, PyObject* line) {
  const int result = line ? PyList_Append(to->lines, line) : -1;
  Py_XDECREF(line);
  return result;
}

// What a type is in the end: aliases and wrappers that are no arrays taken off.
static const descry_type* resolve(const descry_type* type, int depth) {
  const descry_field* target = descryi_type_target_field(type);
  while (target && descryi_field_form_of(target).ndim == 0 && depth++ < MAX_DEPTH) {
    type = target->element;
    target = descryi_type_target_field(type);
  }
  return type;
}

static int widest_name(const descry_type* type, int depth) {
  int widest = (int)strlen("(hole)") + 2 * depth;
  for (size_t i = 0; i < type->field_count; ++i) {
    const descry_type* element = resolve(type->fields[i].element, depth);
    const int own = (int)strlen(type->fields[i].name) + 2 * depth;
    if (own > widest) widest = own;
    if (element->kind != DESCRY_KIND_RECORD || depth + 1 >= MAX_DEPTH) continue;
    const int below = widest_name(element, depth + 1);
    if (below > widest) widest = below;
  }
  return widest;
}

// Returns the index of the first field at or behind `offset` that is not among those drawn, which
// all begin before `offset` or, at `offset` itself, come before `after` in the list; or the number
// of fields.
static size_t next_field(const descry_type* type, size_t drawn_offset, size_t drawn_index,
                         bool any_drawn) {
  size_t best = type->field_count;
  for (size_t i = 0; i < type->field_count; ++i) {
    const size_t offset = type->fields[i].offset;
    const bool later =
        !any_drawn || offset > drawn_offset || (offset == drawn_offset && i > drawn_index);
    if (later && (best == type->field_count || offset < type->fields[best].offset)) best = i;
  }
  return best;
}

// `count` spaces, as the end of one string of them.
static const char* spaces(size_t count) {
  static const char kSpaces[] = "                                                                ";
  const size_t most = sizeof kSpaces - 1;
  return kSpaces + (count < most ? most - count : 0);
}

// Draws one row: `name` indented, and padded where something follows. Steals `label`, which may be
// NULL for nothing.
static int draw_row(drawing* to, size_t offset, size_t size, int depth, const char* name,
                    PyObject* label) {
  char numbers[64];
  PyOS_snprintf(numbers, sizeof numbers, "  %6zu  %4zu  ", offset, size);
  const size_t width = 2 * (size_t)depth + strlen(name);
  const size_t wanted = (size_t)to->name_width + 2;
  const char* padding = label ? spaces(wanted > width ? wanted - width : 2) : "";
  PyObject* line = PyUnicode_FromFormat("%s%s%s%s%V", numbers, spaces(2 * (size_t)depth), name,
                                        padding, label, "");
  Py_XDECREF(label);
  return add_line(to, line);
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
  const descry_type* element = resolve(field->element, depth);
  if (element->kind != DESCRY_KIND_RECORD || depth + 1 >= MAX_DEPTH) return 0;
  return draw_fields(to, element, start + field->offset, depth + 1);
}

static int draw_fields(drawing* to, const descry_type* type, size_t start, int depth) {
  size_t past = 0, index = 0, offset = 0;
  for (size_t drawn = 0; drawn < type->field_count; ++drawn) {
    index = next_field(type, offset, index, drawn > 0);
    const descry_field* field = &type->fields[index];
    offset = field->offset;
    if (offset > past && draw_hole(to, start + past, offset - past, depth) < 0) return -1;
    if (draw_field(to, field, start, offset < past, depth) < 0) return -1;
    const size_t end = offset + descry_field_size(field);
    if (end > past) past = end;
  }
  return type->size > past ? draw_hole(to, start + past, type->size - past, depth) : 0;
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
  PyObject* text = NULL;
  PyObject* separator = PyUnicode_FromString("\n");
  drawing drawn = {PyList_New(0), widest_name(type, 0)};
  if (!separator || !drawn.lines || draw_type(&drawn, type) < 0) goto done;
  text = PyUnicode_Join(separator, drawn.lines);

done:
  Py_XDECREF(separator);
  Py_XDECREF(drawn.lines);
  return text;
}
