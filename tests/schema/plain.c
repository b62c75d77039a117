// SPDX-License-Identifier: BSD-3-Clause
// A plain C program that makes a type at run time: C11, no C++, no Python.
#include <descry/schema.h>
#include <stdio.h>
#include <string.h>

typedef struct {
  int64_t id;
  float rgb[3];
  char label[12];
} sample;

int main(void) {
  descry_schema* schema = descry_schema_new("sample", 0);
  descry_schema_add(schema, "id", DESCRY_TYPE(int64), 0, NULL);
  descry_schema_add(schema, "rgb", DESCRY_TYPE(float32), 1, (const size_t[]){3});
  descry_schema_add(schema, "label", DESCRY_TYPE(bytes), 1, (const size_t[]){12});
  const descry_type* type = descry_schema_build(schema);
  if (!type) {
    fprintf(stderr, "%s\n", descry_schema_problem(NULL));
    return 1;
  }
  const descry_field* label = descry_type_field_named(type, "label");
  const bool fits = descry_type_size(type) == sizeof(sample) &&
                    descry_field_offset(label) == offsetof(sample, label) &&
                    strcmp(descry_type_name(type), "sample") == 0;
  descry_type_release(type);
  return fits ? 0 : 2;
}
