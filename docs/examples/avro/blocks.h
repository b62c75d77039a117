// SPDX-License-Identifier: BSD-3-Clause
// A look at an Avro file as a whole before libavro reads it: libavro believes the sizes that stand
// in a file, and takes one that was cut for one that is complete.
#ifndef BLOCKS_H_
#define BLOCKS_H_

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef struct blocks {
  json_t* schema;     // owned by whoever took it
  uint64_t records;   // in all blocks
  char problem[200];  // what is wrong, in words
} blocks;

// Reads the header and where each block begins and ends. Returns 0, or -1 with the problem set.
int blocks_read(blocks* all, FILE* file);

#endif  // BLOCKS_H_
