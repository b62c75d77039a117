// SPDX-License-Identifier: BSD-3-Clause
#include <descry/declare.h>
#include <descry/schema.h>
#include <string.h>

#include "src/declare/field_form.h"
#include "src/npy/layout.h"

static const descry_type* const kElementTypes[] = {
#define DESCRY_ELEMENT(tag, c_type, dtype) &descry_type_of_##tag,
#include <descry/elements.inc>
};

// Returns the element of a code in the normal form, which for texts is that of one unit, or NULL.
static const descry_type* element_of_code(const descryi_npy_layout* layout) {
  const char kind = layout->code[1];
  for (size_t i = 0; i < sizeof kElementTypes / sizeof *kElementTypes; ++i) {
    const descry_type* type = kElementTypes[i];
    descryi_npy_layout candidate = {0};
    descryi_npy_problem ignored = {""};
    if (descryi_npy_layout_of_type(&candidate, type, NULL, &ignored) < 0) continue;
    if (strcmp(candidate.code, layout->code) == 0 && !descryi_type_is_flexible(type)) return type;
    const bool of_kind = candidate.code[1] == kind && candidate.code[0] == layout->code[0];
    if (of_kind && descryi_type_is_flexible(type)) return type;
  }
  return NULL;
}

// Returns the type of an element, to be released, or NULL with the problem. A text needs one
// dimension more, its length, which is appended to `shape`; a record gets `name`.
static const descry_type* element_type(const descryi_npy_layout* layout, const char* name,
                                       size_t* shape, size_t* ndim, descryi_npy_problem* problem);

static int add_field(descry_schema* schema, const descryi_npy_field* field,
                     descryi_npy_problem* problem) {
  size_t shape[DESCRYI_NPY_MAX_NDIM + 1], ndim = field->ndim;
  memcpy(shape, field->shape, ndim * sizeof *shape);
  const descry_type* element = element_type(&field->element, field->name, shape, &ndim, problem);
  if (!element) return -1;
  int result = descry_schema_place(schema, field->offset);
  if (result == 0 && field->title) result = descry_schema_title(schema, field->title);
  if (result == 0) result = descry_schema_add(schema, field->name, element, ndim, shape);
  descry_type_release(element);
  if (result == 0) return 0;
  const char* why = descry_schema_problem(schema);
  return why ? descryi_npy_fail(problem, "%s", why) : descryi_npy_no_memory(problem);
}

static const descry_type* record_type(const descryi_npy_layout* layout, const char* name,
                                      descryi_npy_problem* problem) {
  descry_schema* schema = descry_schema_new(name, 0);
  for (size_t i = 0; schema && i < layout->field_count; ++i) {
    if (add_field(schema, &layout->fields[i], problem) == 0) continue;
    descry_schema_free(schema);
    return NULL;
  }
  if (schema) (void)descry_schema_resize(schema, layout->itemsize);
  const descry_type* type = descry_schema_build(schema);
  if (type) return type;
  const char* why = descry_schema_problem(NULL);
  why ? descryi_npy_fail(problem, "%s", why) : descryi_npy_no_memory(problem);
  return NULL;
}

static const descry_type* element_type(const descryi_npy_layout* layout, const char* name,
                                       size_t* shape, size_t* ndim, descryi_npy_problem* problem) {
  if (!*layout->code) return record_type(layout, name, problem);
  const descry_type* type = element_of_code(layout);
  if (!type) {
    descryi_npy_fail(problem, "no element type is '%s'", layout->code);
  } else if (descryi_type_is_flexible(type)) {
    shape[(*ndim)++] = layout->itemsize / type->size;
  }
  return type;
}

const descry_type* descryi_npy_type_of_layout(const descryi_npy_layout* layout,
                                              descryi_npy_problem* problem) {
  size_t shape[1], ndim = 0;
  const descry_type* type = element_type(layout, "npy_record", shape, &ndim, problem);
  if (!type || ndim == 0) return type;
  type = descry_type_array(type, ndim, shape);
  if (type) return type;
  const char* why = descry_schema_problem(NULL);
  why ? descryi_npy_fail(problem, "%s", why) : descryi_npy_no_memory(problem);
  return NULL;
}
