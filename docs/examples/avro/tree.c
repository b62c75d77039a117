// SPDX-License-Identifier: BSD-3-Clause
#include "tree.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A schema can name a type again and again, so that a short text stands for a large record.
enum { MOST_NODES = 1 << 16, DEEPEST = 64, LONGEST_FIXED = 1 << 24 };

// Where in the schema the reading is.
typedef struct place {
  const char* space;  // the namespace, or ""
  const struct place* outer;
  const char* record;  // the record that is being read, by its full name, or NULL
  int depth;
} place;

__attribute__((format(printf, 2, 3))) static int fail(tree* all, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(all->problem, sizeof all->problem, format, arguments);
  va_end(arguments);
  return -1;
}

static int fail_memory(tree* all) { return fail(all, "out of memory"); }

int tree_fail(tree* all, const node* one, const char* what) {
  return fail(all, "field '%s' %s", one->path, what);
}

// What is read without a look at the rest of the definition.
static const struct {
  const char* name;
  avro_type_t kind;
} kPrimitives[] = {
    {"null", AVRO_NULL},   {"boolean", AVRO_BOOLEAN}, {"int", AVRO_INT32},
    {"long", AVRO_INT64},  {"float", AVRO_FLOAT},     {"double", AVRO_DOUBLE},
    {"bytes", AVRO_BYTES}, {"string", AVRO_STRING},
};

// The types that a schema says more of than how they are written.
static const struct {
  avro_type_t kind;
  const char* logical;
  const descry_type* element;
} kLogical[] = {
    {AVRO_INT32, "date", DESCRY_TYPE(datetime64_D)},
    {AVRO_INT32, "time-millis", DESCRY_TYPE(timedelta64_ms)},
    {AVRO_INT64, "time-micros", DESCRY_TYPE(timedelta64_us)},
    {AVRO_INT64, "timestamp-millis", DESCRY_TYPE(datetime64_ms)},
    {AVRO_INT64, "timestamp-micros", DESCRY_TYPE(datetime64_us)},
    {AVRO_INT64, "timestamp-nanos", DESCRY_TYPE(datetime64_ns)},
    {AVRO_INT64, "local-timestamp-millis", DESCRY_TYPE(datetime64_ms)},
    {AVRO_INT64, "local-timestamp-micros", DESCRY_TYPE(datetime64_us)},
    {AVRO_INT64, "local-timestamp-nanos", DESCRY_TYPE(datetime64_ns)},
};

static const char* string_in(json_t* object, const char* key) {
  return json_string_value(json_object_get(object, key));
}

// Returns the full name of a named type, which the caller frees, or NULL where memory is short.
static char* full_name(const char* name, const char* space) {
  const size_t size = strlen(name) + strlen(space) + 2;
  char* full = malloc(size);
  if (!full) return NULL;
  if (strchr(name, '.') || !*space) {
    snprintf(full, size, "%s", name);
  } else {
    snprintf(full, size, "%s.%s", space, name);
  }
  return full;
}

// Where the part of a full name behind the namespace begins.
static const char* last_name(const char* full) {
  const char* dot = strrchr(full, '.');
  return dot ? dot + 1 : full;
}

// Returns the namespace of a full name, which the caller frees, or NULL where memory is short.
static char* space_of(const char* full) {
  const char* dot = strrchr(full, '.');
  const size_t size = dot ? (size_t)(dot - full) : 0;
  char* space = malloc(size + 1);
  if (!space) return NULL;
  memcpy(space, full, size);
  space[size] = '\0';
  return space;
}

static bool is_definition(const char* kind) {
  return strcmp(kind, "record") == 0 || strcmp(kind, "error") == 0 || strcmp(kind, "enum") == 0 ||
         strcmp(kind, "fixed") == 0;
}

static int define_all(tree* all, json_t* type, const char* space);

static int define_inner(tree* all, json_t* type, const char* space) {
  size_t i;
  json_t* field;
  json_array_foreach(json_object_get(type, "fields"), i, field) {
    if (define_all(all, json_object_get(field, "type"), space) < 0) return -1;
  }
  static const char* const kInner[] = {"type", "items", "values"};
  for (i = 0; i < sizeof kInner / sizeof kInner[0]; ++i) {
    if (define_all(all, json_object_get(type, kInner[i]), space) < 0) return -1;
  }
  return 0;
}

static int define(tree* all, json_t* type, const char* space) {
  const char *name = string_in(type, "name"), *given = string_in(type, "namespace");
  if (!name) return fail(all, "the schema has a %s without a name", string_in(type, "type"));
  char* full = full_name(name, given ? given : space);
  char* inner = full ? space_of(full) : NULL;
  int result = -1;
  if (!inner) {
    fail_memory(all);
  } else if (json_object_get(all->named, full)) {
    fail(all, "the schema defines '%s' twice", full);
  } else if (json_object_set(all->named, full, type) < 0) {
    fail_memory(all);
  } else {
    result = define_inner(all, type, inner);
  }
  free(full);
  free(inner);
  return result;
}

// Collects the named types of a schema: a field that is not asked for may define one that another
// field is of.
static int define_all(tree* all, json_t* type, const char* space) {
  size_t i;
  json_t* branch;
  json_array_foreach(type, i, branch) {
    if (define_all(all, branch, space) < 0) return -1;
  }
  const char* kind = string_in(type, "type");
  if (kind && is_definition(kind)) return define(all, type, space);
  return json_is_object(type) ? define_inner(all, type, space) : 0;
}

static char* join(const char* path, const char* name) {
  const size_t size = strlen(path) + strlen(name) + 2;
  char* joined = malloc(size);
  if (joined) snprintf(joined, size, "%s%s%s", path, *path && *name ? "." : "", name);
  return joined;
}

static int add_children(tree* all, node* one, size_t count) {
  all->nodes += count;
  if (all->nodes > MOST_NODES) return fail(all, "the schema has more than %d values", MOST_NODES);
  one->children = calloc(count ? count : 1, sizeof *one->children);
  if (!one->children) return fail_memory(all);
  one->count = count;
  return 0;
}

static int name_child(tree* all, const node* parent, node* child, const char* name,
                      const char* path) {
  child->name = join("", name);
  child->path = join(parent->path, path);
  return child->name && child->path ? 0 : fail_memory(all);
}

static int read_type(tree* all, node* one, json_t* type, const place* at);

static size_t number_size(const node* one) {
  if (one->kind == AVRO_BOOLEAN) return 1;
  const bool is_short = one->kind == AVRO_INT32 || one->kind == AVRO_FLOAT;
  return is_short && !one->element ? 4 : 8;
}

static void read_primitive(node* one, const char* name, const char* logical) {
  for (size_t i = 0; i < sizeof kPrimitives / sizeof kPrimitives[0]; ++i) {
    if (strcmp(kPrimitives[i].name, name) == 0) one->kind = kPrimitives[i].kind;
  }
  for (size_t i = 0; logical && i < sizeof kLogical / sizeof kLogical[0]; ++i) {
    if (kLogical[i].kind == one->kind && strcmp(kLogical[i].logical, logical) == 0) {
      one->element = kLogical[i].element;
    }
  }
  one->size = number_size(one);
}

static bool is_primitive(const char* name) {
  for (size_t i = 0; i < sizeof kPrimitives / sizeof kPrimitives[0]; ++i) {
    if (strcmp(kPrimitives[i].name, name) == 0) return true;
  }
  return false;
}

static int read_fixed(tree* all, node* one, json_t* type) {
  const json_int_t size = json_integer_value(json_object_get(type, "size"));
  if (size < 1 || size > LONGEST_FIXED) {
    return tree_fail(all, one, "is a fixed of no bytes, or of more than 16 MiB");
  }
  one->kind = AVRO_FIXED;
  one->size = (size_t)size;
  return 0;
}

static int read_enum(node* one, json_t* type) {
  one->kind = AVRO_ENUM;
  one->symbols = json_object_get(type, "symbols");
  one->size = sizeof(int32_t);
  return 0;
}

static bool is_wanted(const tree* all, const char* name) {
  size_t i;
  json_t* wanted;
  if (!all->fields) return true;
  json_array_foreach(all->fields, i, wanted) {
    if (strcmp(json_string_value(wanted), name) == 0) return true;
  }
  return false;
}

static int read_fields(tree* all, node* one, json_t* fields, const place* at) {
  one->kind = AVRO_RECORD;
  if (add_children(all, one, json_array_size(fields)) < 0) return -1;
  for (size_t i = 0; i < one->count; ++i) {
    json_t* field = json_array_get(fields, i);
    const char* name = string_in(field, "name");
    if (!name) return tree_fail(all, one, "has a field without a name");
    node* child = &one->children[i];
    if (name_child(all, one, child, name, name) < 0) return -1;
    if (one == &all->root && !is_wanted(all, name)) child->skipped = true;
    if (child->skipped) continue;
    if (read_type(all, child, json_object_get(field, "type"), at) < 0) return -1;
  }
  return 0;
}

static bool is_inside(const place* at, const char* record) {
  for (; at; at = at->outer) {
    if (at->record && strcmp(at->record, record) == 0) return true;
  }
  return false;
}

// Reads a record, an enum or a fixed by its definition.
static int read_named(tree* all, node* one, json_t* type, const char* full, const place* at) {
  const char* kind = string_in(type, "type");
  if (strcmp(kind, "fixed") == 0) return read_fixed(all, one, type);
  if (strcmp(kind, "enum") == 0) return read_enum(one, type);
  if (is_inside(at, full)) {
    return tree_fail(all, one, "is a record that holds itself, which has no fixed size");
  }
  char* space = space_of(full);
  if (!space) return fail_memory(all);
  const place here = {.space = space, .outer = at, .record = full, .depth = at->depth};
  const int result = read_fields(all, one, json_object_get(type, "fields"), &here);
  free(space);
  return result;
}

static int read_reference(tree* all, node* one, const char* name, const char* space,
                          const place* at) {
  char* full = full_name(name, space);
  if (!full) return fail_memory(all);
  const char* key = json_object_get(all->named, full) ? full : name;
  json_t* type = json_object_get(all->named, key);
  const int result =
      type ? read_named(all, one, type, key, at)
           : fail(all, "field '%s' is of a type '%s' that is not defined", one->path, name);
  free(full);
  return result;
}

// What a branch of a union is called: by its type.
static const char* branch_name(json_t* type) {
  if (json_is_string(type)) return last_name(json_string_value(type));
  if (json_is_array(type)) return "union";
  const char *name = string_in(type, "name"), *kind = string_in(type, "type");
  return name ? last_name(name) : kind ? kind : "value";
}

// Names a branch of a union: as the field where there is but one beside null.
static int name_branch(tree* all, const node* one, node* child, json_t* type, bool only) {
  const char* branch = branch_name(type);
  if (only) return name_child(all, one, child, one->name, "");
  char* name = malloc(strlen(one->name) + strlen(branch) + 2);
  if (!name) return fail_memory(all);
  sprintf(name, "%s_%s", one->name, branch);
  const int result = name_child(all, one, child, name, branch);
  free(name);
  return result;
}

static bool is_null(json_t* type) {
  const char* name = json_is_string(type) ? json_string_value(type) : string_in(type, "type");
  return name && strcmp(name, "null") == 0;
}

static int read_union(tree* all, node* one, json_t* types, const place* at) {
  one->kind = AVRO_UNION;
  if (json_array_size(types) > 256) return tree_fail(all, one, "has more than 256 branches");
  if (add_children(all, one, json_array_size(types)) < 0) return -1;
  size_t values = 0;
  for (size_t i = 0; i < one->count; ++i) values += !is_null(json_array_get(types, i));
  for (size_t i = 0; i < one->count; ++i) {
    json_t* type = json_array_get(types, i);
    if (name_branch(all, one, &one->children[i], type, values == 1) < 0) return -1;
    if (read_type(all, &one->children[i], type, at) < 0) return -1;
  }
  return 0;
}

static int read_object(tree* all, node* one, json_t* type, const place* at) {
  json_t* inner = json_object_get(type, "type");
  const char* kind = json_string_value(inner);
  if (!kind) return read_type(all, one, inner, at);
  if (is_primitive(kind)) {
    read_primitive(one, kind, string_in(type, "logicalType"));
    return 0;
  }
  if (strcmp(kind, "array") == 0 || strcmp(kind, "map") == 0) {
    return tree_fail(all, one,
                     "is an array or a map, which has no fixed size: name the `fields` "
                     "that you want, without it");
  }
  if (!is_definition(kind)) return read_reference(all, one, kind, at->space, at);
  const char* space = string_in(type, "namespace");
  return read_reference(all, one, string_in(type, "name"), space ? space : at->space, at);
}

static int read_type(tree* all, node* one, json_t* type, const place* outer) {
  const place at = {.space = outer->space, .outer = outer, .depth = outer->depth + 1};
  if (at.depth > DEEPEST) return tree_fail(all, one, "is nested too deep");
  if (json_is_array(type)) return read_union(all, one, type, &at);
  if (json_is_object(type)) return read_object(all, one, type, &at);
  const char* name = json_string_value(type);
  if (!name) return tree_fail(all, one, "has no type");
  if (!is_primitive(name)) return read_reference(all, one, name, at.space, &at);
  read_primitive(one, name, NULL);
  return 0;
}

static int check_wanted(tree* all) {
  size_t i;
  json_t* wanted;
  json_array_foreach(all->fields, i, wanted) {
    const char* name = json_string_value(wanted);
    bool found = false;
    for (size_t k = 0; k < all->root.count; ++k) {
      if (strcmp(all->root.children[k].name, name) == 0) found = true;
    }
    if (!found) return fail(all, "there is no field '%s'", name);
  }
  return 0;
}

int tree_read(tree* all, json_t* schema, json_t* fields, bool objects) {
  static const place kOutside = {.space = ""};
  *all = (tree){.objects = objects, .fields = fields, .named = json_object(), .nodes = 1};
  node* root = &all->root;
  root->name = join("", "");
  root->path = join("", "");
  if (!all->named || !root->name || !root->path) return fail_memory(all);
  if (define_all(all, schema, "") < 0 || read_type(all, root, schema, &kOutside) < 0) return -1;
  return root->kind == AVRO_RECORD ? check_wanted(all)
                                   : fail(all, "the file does not hold records");
}

static void clear_node(node* one) {
  for (size_t i = 0; i < one->count; ++i) clear_node(&one->children[i]);
  free(one->children);
  free(one->name);
  free(one->path);
}

void tree_clear(tree* all) {
  clear_node(&all->root);
  json_decref(all->named);
  *all = (tree){0};
}

bool tree_has_value(const node* one) {
  if (one->skipped || one->kind == AVRO_NULL) return false;
  if (one->kind != AVRO_RECORD && one->kind != AVRO_UNION) return true;
  for (size_t i = 0; i < one->count; ++i) {
    const node* child = &one->children[i];
    if (one->kind == AVRO_UNION ? child->kind != AVRO_NULL : tree_has_value(child)) return true;
  }
  return false;
}

const node* tree_only_branch(const node* one) {
  const node* only = NULL;
  for (size_t i = 0; i < one->count; ++i) {
    if (one->children[i].kind == AVRO_NULL) continue;
    if (only) return NULL;
    only = &one->children[i];
  }
  return only;
}

static const descry_type* number_element(const node* one) {
  if (one->element) return one->element;
  switch (one->kind) {
    case AVRO_BOOLEAN:
      return DESCRY_TYPE(bool_);
    case AVRO_INT32:
    case AVRO_ENUM:
      return DESCRY_TYPE(int32);
    case AVRO_INT64:
      return DESCRY_TYPE(int64);
    case AVRO_FLOAT:
      return DESCRY_TYPE(float32);
    default:
      return DESCRY_TYPE(float64);
  }
}

static const descry_type* record_type(tree* all, const node* one);

static const descry_type* sized_type(const descry_type* element, size_t size) {
  const size_t length = size > 0 ? size : 1;
  return descry_type_array(element, 1, &length);
}

// Bytes of one size keep their NULs; NumPy cuts others, as it cuts strings.
static const descry_type* text_type(tree* all, const node* one) {
  if (all->objects) return DESCRY_TYPE(object_);
  const bool equal = one->kind == AVRO_BYTES && one->longest == one->shortest;
  if (equal && one->longest > 0) return sized_type(DESCRY_TYPE(void_), one->longest);
  if (one->ends_in_nul) {
    tree_fail(all, one, "has a value that ends in a NUL, which NumPy would cut: ask for objects");
    return NULL;
  }
  return sized_type(one->kind == AVRO_STRING ? DESCRY_TYPE(unicode) : DESCRY_TYPE(bytes),
                    one->longest);
}

// Returns the element that a node becomes, for the caller to release, or NULL: with the problem
// set, or that of descry_schema_problem().
static const descry_type* node_type(tree* all, const node* one) {
  switch (one->kind) {
    case AVRO_RECORD:
      return record_type(all, one);
    case AVRO_STRING:
    case AVRO_BYTES:
      return text_type(all, one);
    case AVRO_FIXED:
      return sized_type(DESCRY_TYPE(void_), one->size);
    default:
      return number_element(one);
  }
}

static int add_single(tree* all, descry_schema* schema, const node* one, const char* name,
                      bool optional) {
  const descry_type* type = node_type(all, one);
  if (!type) return -1;
  if (optional) {
    descry_schema_add_optional(schema, name, type, 0, NULL);
  } else {
    descry_schema_add(schema, name, type, 0, NULL);
  }
  descry_type_release(type);
  return 0;
}

static int add_variant(tree* all, descry_schema* schema, const node* one) {
  const char** names = calloc(one->count, sizeof *names);
  const descry_type** types = calloc(one->count, sizeof *types);
  int result = names && types ? 0 : fail_memory(all);
  for (size_t i = 0; result == 0 && i < one->count; ++i) {
    if (!tree_has_value(&one->children[i])) continue;
    names[i] = one->children[i].name;
    types[i] = node_type(all, &one->children[i]);
    if (!types[i]) result = -1;
  }
  if (result == 0) descry_schema_add_variant(schema, one->name, one->count, names, types, 0);
  for (size_t i = 0; types && i < one->count; ++i) descry_type_release(types[i]);
  free(types);
  free(names);
  return result;
}

static int add_node(tree* all, descry_schema* schema, const node* one) {
  if (one->kind != AVRO_UNION) return add_single(all, schema, one, one->name, false);
  const node* only = tree_only_branch(one);
  if (!only) return add_variant(all, schema, one);
  return add_single(all, schema, only, one->name, one->count > 1);
}

static const descry_type* record_type(tree* all, const node* one) {
  descry_schema* schema = descry_schema_new(*one->name ? one->name : "record", 0);
  for (size_t i = 0; i < one->count; ++i) {
    if (!tree_has_value(&one->children[i])) continue;
    if (add_node(all, schema, &one->children[i]) == 0) continue;
    descry_schema_free(schema);
    return NULL;
  }
  return descry_schema_build(schema);
}

static void find_fields(node* one, const descry_type* type, size_t base);

// Sets where the value of a node goes whose field begins at `offset`.
static void place_node(node* one, const descry_type* element, size_t offset) {
  one->offset = offset;
  if (one->kind == AVRO_RECORD) find_fields(one, element, offset);
}

static void place_union(node* one, const descry_type* type, size_t base, size_t* index) {
  one->is_variant = !tree_only_branch(one);
  if (one->is_variant) one->mark = base + descry_field_offset(descry_type_field(type, (*index)++));
  for (size_t i = 0; i < one->count; ++i) {
    if (!tree_has_value(&one->children[i])) continue;
    const descry_field* field = descry_type_field(type, (*index)++);
    place_node(&one->children[i], descry_field_element(field), base + descry_field_offset(field));
  }
  if (!one->is_variant && one->count > 1) {
    one->mark = base + descry_field_offset(descry_type_field(type, (*index)++));
  }
}

// Fields are in the order of the schema.
static void find_fields(node* one, const descry_type* type, size_t base) {
  size_t index = 0;
  for (size_t i = 0; i < one->count; ++i) {
    node* child = &one->children[i];
    if (!tree_has_value(child)) continue;
    if (child->kind == AVRO_UNION) {
      place_union(child, type, base, &index);
      continue;
    }
    const descry_field* field = descry_type_field(type, index++);
    place_node(child, descry_field_element(field), base + descry_field_offset(field));
  }
}

const descry_type* tree_type(tree* all) {
  all->problem[0] = '\0';
  const descry_type* type = record_type(all, &all->root);
  if (type) {
    find_fields(&all->root, type, 0);
  } else if (!all->problem[0]) {
    const char* problem = descry_schema_problem(NULL);
    fail(all, "%s", problem ? problem : "out of memory");
  }
  return type;
}
