// SPDX-License-Identifier: BSD-3-Clause
#include "src/dtype/key.h"

#include <stdbool.h>
#include <string.h>

#include "src/declare/field_form.h"

enum { KEY_INLINE = 1024 };

// Bytes that grow. A failure is remembered, and reported at the end.
typedef struct key {
  size_t size, room;
  char* bytes;
  char few[KEY_INLINE];
} key;

static bool grow(key* to, size_t more) {
  const size_t room = 2 * (to->size + more);
  char* bytes = PyMem_Malloc(room);
  if (bytes) memcpy(bytes, to->bytes, to->size);
  if (to->bytes != to->few) PyMem_Free(to->bytes);
  to->bytes = bytes;
  to->room = room;
  return bytes != NULL;
}

static void add(key* to, const void* bytes, size_t size) {
  if (!to->bytes || (to->room - to->size < size && !grow(to, size))) return;
  memcpy(to->bytes + to->size, bytes, size);
  to->size += size;
}

// With its end, so that no two sequences of texts are the same bytes. NULL is no text at all.
static void add_text(key* to, const char* text) {
  const char is_there = text ? 1 : 0;
  add(to, &is_there, 1);
  if (text) add(to, text, strlen(text) + 1);
}

static void add_number(key* to, size_t number) { add(to, &number, sizeof number); }

static void add_address(key* to, const void* address) { add(to, &address, sizeof address); }

static void begin(key* to, const descry_type* type) {
  to->size = 0;
  to->room = sizeof to->few;
  to->bytes = to->few;
  add_text(to, type->name);
  add_number(to, type->kind);
  add_number(to, type->size);
  add_number(to, type->alignment);
}

static void add_field(key* to, const descry_field* field, PyObject* base) {
  const descryi_field_form form = descryi_field_form_of(field);
  add_text(to, field->name);
  add_text(to, field->title);
  add_number(to, field->offset);
  add_number(to, form.itemsize);
  add_number(to, form.ndim);
  if (form.ndim > 0) add(to, field->shape, form.ndim * sizeof *field->shape);
  add_address(to, base);
  if (!base) add_text(to, field->element->code);
}

static PyObject* end(key* from) {
  PyObject* bytes = from->bytes ? PyBytes_FromStringAndSize(from->bytes, (Py_ssize_t)from->size)
                                : PyErr_NoMemory();
  if (from->bytes != from->few) PyMem_Free(from->bytes);
  return bytes;
}

PyObject* descryi_element_key(const descry_type* type, PyObject* object_class) {
  key made;
  begin(&made, type);
  add_text(&made, type->code);
  add_address(&made, object_class);
  return end(&made);
}

PyObject* descryi_target_key(const descry_type* type, PyObject* base) {
  key made;
  begin(&made, type);
  add_field(&made, type->fields, base);
  return end(&made);
}

PyObject* descryi_record_key(const descryi_members* members) {
  key made;
  begin(&made, members->type);
  for (Py_ssize_t i = 0; i < members->count; ++i) {
    add_field(&made, members->items[i].field, members->items[i].base);
  }
  return end(&made);
}
