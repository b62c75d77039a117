// SPDX-License-Identifier: BSD-3-Clause
// Structs of a TrueType or OpenType file, as they stand in it: big-endian, at any address. Plain C,
// no Python.
#ifndef FONT_TYPES_H_
#define FONT_TYPES_H_

#include <descry/declare.h>

#define PACKED __attribute__((packed))

// The beginning of the file.
typedef struct PACKED {
  uint32_t version;  // 0x00010000, "OTTO" or "true"
  uint16_t table_count;
  uint16_t search_range;
  uint16_t entry_selector;
  uint16_t range_shift;
} font_header;

// Behind it, one of them for each table.
typedef struct PACKED {
  char tag[4];
  uint32_t checksum;
  uint32_t offset;  // from the beginning of the file
  uint32_t length;
} font_table;

// The table "head".
typedef struct PACKED {
  uint16_t version[2];
  int32_t revision;  // in units of 1 / 65536
  uint32_t checksum_adjustment;
  uint32_t magic;
  uint16_t flags;
  uint16_t units_per_em;
  int64_t created, modified;  // seconds since 1904
  int16_t x_min, y_min, x_max, y_max;
  uint16_t style;
  uint16_t lowest_size;
  int16_t direction;
  int16_t long_offsets;
  int16_t glyph_format;
} font_head;

// The table "hhea".
typedef struct PACKED {
  uint16_t version[2];
  int16_t ascender, descender, line_gap;
  uint16_t widest_advance;
  int16_t least_left_bearing, least_right_bearing, most_extent;
  int16_t caret_rise, caret_run, caret_offset;
  int16_t reserved[4];
  int16_t metric_format;
  uint16_t metric_count;
} font_hhea;

// The table "hmtx" begins with as many of these as "hhea" says.
typedef struct PACKED {
  uint16_t advance;
  int16_t left_bearing;
} font_metric;

DESCRY_DECLARE(font_header);
DESCRY_DECLARE(font_table);
DESCRY_DECLARE(font_head);
DESCRY_DECLARE(font_hhea);
DESCRY_DECLARE(font_metric);

#endif  // FONT_TYPES_H_
