// SPDX-License-Identifier: BSD-3-Clause
// The values of an Avro file, as libavro reads them: one behind the other into memory of our own
// first, since how long the strings are is known when all are read; and from there into the records
// of an array. Plain C, no Python.
#ifndef VALUES_H_
#define VALUES_H_

#include "tree.h"

typedef struct values {
  tree* all;
  char* data;  // the values of all records, in the order of the schema
  size_t size, room;
} values;

// Prepares to read values of a file of the given schema, which must live as long.
void values_init(values* all, tree* types, avro_schema_t schema);
void values_clear(values* all);

// Reads one more record; `index` is its number. Returns 0, or -1 with the problem set.
int values_read(values* all, avro_file_reader_t file, size_t index);

// How a string or bytes become a Python object at `to`. Returns 0, or -1 where that failed.
typedef int make_object(const node* one, const char* data, size_t size, char* to);

// Writes a record to `record`, which is zero, after tree_type(). `*from` is where its values are,
// all->data at first; it is moved to the next. Returns 0, or -1 where `make` failed.
int values_write(const values* all, const char** from, char* record, make_object* make);

#endif  // VALUES_H_
