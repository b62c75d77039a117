// SPDX-License-Identifier: BSD-3-Clause
// Which rule an element has.
#include <stddef.h>

#include "src/convert/number.h"
#include "src/convert/text.h"

// By NumPy's kind and, where it is not 0, the itemsize; the first row that fits counts.
static const struct {
  char kind;
  size_t itemsize;
  descryi_reader* read;
  descryi_writer* write;
} kElements[] = {
    {'b', 0, descryi_read_bool, descryi_write_bool},
    {'i', 0, descryi_read_int, descryi_write_int},
    {'u', 0, descryi_read_int, descryi_write_int},
    {'f', 4, descryi_read_float, descryi_write_float},
    {'f', 8, descryi_read_float, descryi_write_float},
    {'c', 0, descryi_read_complex, descryi_write_by_numpy},
    {'S', 0, descryi_read_bytes, descryi_write_bytes},
    {'U', 0, descryi_read_unicode, descryi_write_unicode},
    {'M', 0, descryi_read_time, descryi_write_time},
    {'m', 0, descryi_read_time, descryi_write_time},
    {'O', 0, descryi_read_object, descryi_write_object},
};

void descryi_rule_set_element(descryi_rule* rule) {
  const char kind = descryi_descr_kind(rule->dtype);
  const bool is_void = descryi_descr_type_num(rule->dtype) == DESCRYI_NPY_VOID;
  // float16, longdouble and bfloat16, whose kind is V or f.
  rule->read = is_void ? descryi_read_void : descryi_read_float_by_numpy;
  rule->write = is_void ? descryi_write_void : descryi_write_by_numpy;
  for (size_t i = 0; i < sizeof kElements / sizeof *kElements; ++i) {
    const bool fits = kElements[i].itemsize == 0 || kElements[i].itemsize == rule->itemsize;
    if (kElements[i].kind != kind || !fits) continue;
    rule->read = kElements[i].read;
    rule->write = kElements[i].write;
    return;
  }
}
