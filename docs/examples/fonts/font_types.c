// SPDX-License-Identifier: BSD-3-Clause
#include "font_types.h"

DESCRY_RECORD(font_header, DESCRY_BE(version), DESCRY_BE(table_count), DESCRY_BE(search_range),
              DESCRY_BE(entry_selector), DESCRY_BE(range_shift));

DESCRY_RECORD(font_table, tag, DESCRY_BE(checksum), DESCRY_BE(offset), DESCRY_BE(length));

DESCRY_RECORD(font_head, DESCRY_BE(version), DESCRY_BE(revision), DESCRY_BE(checksum_adjustment),
              DESCRY_BE(magic), DESCRY_BE(flags), DESCRY_BE(units_per_em), DESCRY_BE(created),
              DESCRY_BE(modified), DESCRY_BE(x_min), DESCRY_BE(y_min), DESCRY_BE(x_max),
              DESCRY_BE(y_max), DESCRY_BE(style), DESCRY_BE(lowest_size), DESCRY_BE(direction),
              DESCRY_BE(long_offsets), DESCRY_BE(glyph_format));

DESCRY_RECORD(font_hhea, DESCRY_BE(version), DESCRY_BE(ascender), DESCRY_BE(descender),
              DESCRY_BE(line_gap), DESCRY_BE(widest_advance), DESCRY_BE(least_left_bearing),
              DESCRY_BE(least_right_bearing), DESCRY_BE(most_extent), DESCRY_BE(caret_rise),
              DESCRY_BE(caret_run), DESCRY_BE(caret_offset), DESCRY_BE(reserved),
              DESCRY_BE(metric_format), DESCRY_BE(metric_count));

DESCRY_RECORD(font_metric, DESCRY_BE(advance), DESCRY_BE(left_bearing));
