// SPDX-License-Identifier: BSD-3-Clause
#include "values.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "utf8.h"

// Each node is the class of its values, and `self` is the same for all: libavro hands both on.
static node* node_of(const avro_value_iface_t* iface) { return (node*)(void*)(uintptr_t)iface; }

static int reserve(values* all, size_t size) {
  size_t room = all->room > 0 ? all->room : 1 << 16;
  while (room - all->size < size) {
    if (room > SIZE_MAX / 2) return ENOMEM;
    room *= 2;
  }
  char* data = realloc(all->data, room);
  if (!data) return ENOMEM;
  all->data = data;
  all->room = room;
  return 0;
}

static int store(values* all, const void* value, size_t size) {
  if (all->room - all->size < size && reserve(all, size) != 0) {
    snprintf(all->all->problem, sizeof all->all->problem, "out of memory");
    return ENOMEM;
  }
  if (size > 0) memcpy(all->data + all->size, value, size);
  all->size += size;
  return 0;
}

static int store_long(const avro_value_iface_t* iface, void* self, int64_t value) {
  const node* one = node_of(iface);
  if (one->element && value == INT64_MIN) {
    tree_fail(((const values*)self)->all, one, "has a time that NumPy would read as none");
    return EINVAL;
  }
  return store(self, &value, sizeof value);
}

static int store_int(const avro_value_iface_t* iface, void* self, int32_t value) {
  const int64_t wide = value;
  return node_of(iface)->element ? store(self, &wide, sizeof wide)
                                 : store(self, &value, sizeof value);
}

static int store_boolean(const avro_value_iface_t* iface, void* self, int value) {
  (void)iface;
  const char byte = value != 0;
  return store(self, &byte, 1);
}

static int store_float(const avro_value_iface_t* iface, void* self, float value) {
  (void)iface;
  return store(self, &value, sizeof value);
}

static int store_double(const avro_value_iface_t* iface, void* self, double value) {
  (void)iface;
  return store(self, &value, sizeof value);
}

static int store_null(const avro_value_iface_t* iface, void* self) {
  (void)iface, (void)self;
  return 0;
}

static int store_enum(const avro_value_iface_t* iface, void* self, int value) {
  const node* one = node_of(iface);
  const int32_t index = value;
  if (value >= 0 && (size_t)value < json_array_size(one->symbols))
    return store(self, &index, sizeof index);
  tree_fail(((const values*)self)->all, one, "has a value that its enum does not name");
  return EINVAL;
}

static int store_fixed(const avro_value_iface_t* iface, void* self, avro_wrapped_buffer_t* bytes) {
  const node* one = node_of(iface);
  const int result = bytes->size == one->size ? store(self, bytes->buf, one->size) : EINVAL;
  avro_wrapped_buffer_free(bytes);
  return result;
}

// Notes how long a value is, in characters or bytes.
static void note_length(node* one, size_t length, bool ends_in_nul) {
  if (!one->found || length > one->longest) one->longest = length;
  if (!one->found || length < one->shortest) one->shortest = length;
  one->found = true;
  one->ends_in_nul |= ends_in_nul;
}

static int store_text(values* all, node* one, const char* data, size_t size) {
  ptrdiff_t length = (ptrdiff_t)size;
  if (one->kind == AVRO_STRING && (length = utf8_length(data, size)) < 0) {
    tree_fail(all->all, one, "has a string that is not UTF-8");
    return EINVAL;
  }
  note_length(one, (size_t)length, size > 0 && data[size - 1] == '\0');
  return store(all, &size, sizeof size) == 0 ? store(all, data, size) : ENOMEM;
}

static int store_bytes(const avro_value_iface_t* iface, void* self, avro_wrapped_buffer_t* bytes) {
  const int result = store_text(self, node_of(iface), bytes->buf, bytes->size);
  avro_wrapped_buffer_free(bytes);
  return result;
}

// The size that libavro gives counts the NUL behind the string.
static int store_string(const avro_value_iface_t* iface, void* self, avro_wrapped_buffer_t* text) {
  const int result = store_text(self, node_of(iface), text->buf, text->size - 1);
  avro_wrapped_buffer_free(text);
  return result;
}

static int reset(const avro_value_iface_t* iface, void* self) {
  (void)iface, (void)self;
  return 0;
}

static avro_type_t get_type(const avro_value_iface_t* iface, const void* self) {
  (void)self;
  return node_of(iface)->kind;
}

static avro_schema_t get_schema(const avro_value_iface_t* iface, const void* self) {
  (void)self;
  return node_of(iface)->schema;
}

static int get_size(const avro_value_iface_t* iface, const void* self, size_t* size) {
  (void)self;
  *size = node_of(iface)->count;
  return 0;
}

// A child without a class is skipped by libavro.
static int get_by_index(const avro_value_iface_t* iface, const void* self, size_t index,
                        avro_value_t* child, const char** name) {
  node* one = &node_of(iface)->children[index];
  *child =
      (avro_value_t){.iface = one->skipped ? NULL : &one->iface, .self = (void*)(uintptr_t)self};
  if (name) *name = one->name;
  return 0;
}

static int set_branch(const avro_value_iface_t* iface, void* self, int index, avro_value_t* child) {
  node* one = node_of(iface);
  const unsigned char tag = (unsigned char)index;
  if (index < 0 || (size_t)index >= one->count) {
    tree_fail(((const values*)self)->all, one, "has a branch that its union does not have");
    return EINVAL;
  }
  *child = (avro_value_t){.iface = &one->children[index].iface, .self = self};
  return store(self, &tag, sizeof tag);
}

static const avro_value_iface_t kIface = {
    .reset = reset,
    .get_type = get_type,
    .get_schema = get_schema,
    .get_size = get_size,
    .get_by_index = get_by_index,
    .set_branch = set_branch,
    .set_boolean = store_boolean,
    .set_int = store_int,
    .set_long = store_long,
    .set_float = store_float,
    .set_double = store_double,
    .set_null = store_null,
    .set_enum = store_enum,
    .give_fixed = store_fixed,
    .give_bytes = store_bytes,
    .give_string_len = store_string,
};

// Gives each node its class, and what libavro itself read of the schema: it asks for that where it
// skips a field, bounds a union, or sizes a fixed.
static void init_node(node* one, avro_schema_t schema) {
  while (is_avro_link(schema)) schema = avro_schema_link_target(schema);
  one->iface = kIface;
  one->schema = schema;
  for (size_t i = 0; i < one->count; ++i) {
    const int index = (int)i;
    avro_schema_t inner = one->kind == AVRO_RECORD
                              ? avro_schema_record_field_get_by_index(schema, index)
                              : avro_schema_union_branch(schema, index);
    if (!one->children[i].skipped) init_node(&one->children[i], inner);
  }
}

void values_init(values* all, tree* types, avro_schema_t schema) {
  *all = (values){.all = types};
  init_node(&types->root, schema);
}

void values_clear(values* all) {
  free(all->data);
  *all = (values){0};
}

int values_read(values* all, avro_file_reader_t file, size_t index) {
  avro_value_t value = {.iface = &all->all->root.iface, .self = all};
  all->all->problem[0] = '\0';
  if (avro_file_reader_read_value(file, &value) == 0) return 0;
  if (!all->all->problem[0]) {
    snprintf(all->all->problem, sizeof all->all->problem, "record %zu: %s", index, avro_strerror());
  }
  return -1;
}

// Copies a value to `to`, and moves on behind it.
static void take(const char** from, void* to, size_t size) {
  memcpy(to, *from, size);
  *from += size;
}

static void write_number(const node* one, const char** from, char* to) {
  switch (one->size) {  // sizes that the compiler knows are copied without a call
    case 1:
      take(from, to, 1);
      break;
    case 4:
      take(from, to, 4);
      break;
    case 8:
      take(from, to, 8);
      break;
    default:
      take(from, to, one->size);
  }
}

static int write_text(const values* all, const node* one, const char** from, char* to,
                      make_object* make) {
  size_t size;
  take(from, &size, sizeof size);
  const char* data = *from;
  *from += size;
  if (all->all->objects) return make(one, data, size, to);
  if (one->kind == AVRO_STRING) {
    utf8_decode(data, size, to);
  } else {
    memcpy(to, data, size);
  }
  return 0;
}

static int write_node(const values* all, const node* one, const char** from, char* record,
                      make_object* make);

static int write_union(const values* all, const node* one, const char** from, char* record,
                       make_object* make) {
  unsigned char tag;
  take(from, &tag, 1);
  const node* branch = &one->children[tag];
  if (one->is_variant) {
    record[one->mark] = (char)tag;
  } else if (one->count > 1) {
    record[one->mark] = branch->kind != AVRO_NULL;
  }
  return write_node(all, branch, from, record, make);
}

static int write_record(const values* all, const node* one, const char** from, char* record,
                        make_object* make) {
  for (size_t i = 0; i < one->count; ++i) {
    const node* child = &one->children[i];
    if (!child->skipped && write_node(all, child, from, record, make) < 0) return -1;
  }
  return 0;
}

static int write_node(const values* all, const node* one, const char** from, char* record,
                      make_object* make) {
  switch (one->kind) {
    case AVRO_NULL:
      return 0;
    case AVRO_RECORD:
      return write_record(all, one, from, record, make);
    case AVRO_UNION:
      return write_union(all, one, from, record, make);
    case AVRO_STRING:
    case AVRO_BYTES:
      return write_text(all, one, from, record + one->offset, make);
    default:
      write_number(one, from, record + one->offset);
      return 0;
  }
}

int values_write(const values* all, const char** from, char* record, make_object* make) {
  return write_record(all, &all->all->root, from, record, make);
}
