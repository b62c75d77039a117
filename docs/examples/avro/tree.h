// SPDX-License-Identifier: BSD-3-Clause
// What the records of an Avro file hold, read from the schema in the file's header, and the NumPy
// record type that follows. Plain C, no Python.
#ifndef TREE_H_
#define TREE_H_

#include <avro.h>
#include <descry/schema.h>
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct node node;

// A value of the schema: a field of a record, or a branch of a union.
struct node {
  avro_value_iface_t iface;  // how libavro writes such a value; first, so that it leads to the node
  avro_schema_t schema;      // that libavro asks for, where it does
  avro_type_t kind;
  char* name;                  // of the field or of the branch's type; "" for the whole
  char* path;                  // such as "pos.x", for messages
  const descry_type* element;  // of a number, a date, a time
  size_t count;                // of children
  node* children;              // fields of a record, branches of a union
  bool skipped;                // a field that was not asked for
  size_t size;                 // of a number or a fixed, in bytes
  json_t* symbols;             // of an enum, borrowed

  // What was found while the file was read.
  size_t longest, shortest;  // characters of strings, bytes of bytes
  bool found;                // at least one
  bool ends_in_nul;          // a string or bytes, which NumPy would cut

  // Where its value goes in a record of the array.
  size_t offset;
  bool is_variant;  // a union of more than null and one other type
  size_t mark;      // of a union: of the tag, or of what says that there is a value
};

typedef struct tree {
  node root;
  size_t nodes;
  bool objects;       // strings and bytes are to be Python objects
  json_t* fields;     // borrowed: the names of those that are wanted, or NULL
  json_t* named;      // full name -> definition
  char problem[400];  // what failed, in words
} tree;

// Reads a schema. `fields` is a JSON array of the names of fields that are wanted, or NULL for all.
// Returns 0, or -1 with the problem set. Either way tree_clear() frees what there is.
int tree_read(tree* all, json_t* schema, json_t* fields, bool objects);
void tree_clear(tree* all);

// Says what failed, with the path of a node: `format` takes the path. Returns -1.
int tree_fail(tree* all, const node* one, const char* format);

// Makes the record type, after all values were read, and finds where each value goes. Returns it
// for the caller to release, or NULL with the problem set.
const descry_type* tree_type(tree* all);

// The branch of a union that holds a value, where there is only one beside null, or else NULL.
const node* tree_only_branch(const node* one);

// Whether a node is a field of the array: nulls alone are not.
bool tree_has_value(const node* one);

#endif  // TREE_H_
