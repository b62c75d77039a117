// SPDX-License-Identifier: BSD-3-Clause
#include "src/match/overlap.h"

#include <stdbool.h>

#include "src/base/numpy.h"
#include "src/dtype/fields.h"

// The bytes of a field.
typedef struct extent {
  Py_ssize_t start, stop;
} extent;

// Reads the next field's. Returns as descryi_fields_next().
static int next_extent(descryi_fields* fields, extent* out) {
  descryi_field field;
  const int more = descryi_fields_next(fields, &field);
  if (more != 1) return more;
  out->start = descryi_field_offset(&field);
  out->stop = out->start + descryi_descr_itemsize(field.descr);
  return out->start == -1 && PyErr_Occurred() ? -1 : 1;
}

static bool meet(const extent* one, const extent* other) {
  return one->start < other->stop && other->start < one->stop && one->start < one->stop &&
         other->start < other->stop;
}

// Whether one of the first `count` fields has bytes of `found`; -1 with an exception set.
static int meets_earlier(PyObject* record, Py_ssize_t count, const extent* found) {
  descryi_fields fields = descryi_fields_of(record);
  extent earlier;
  for (; count > 0; --count) {
    const int more = next_extent(&fields, &earlier);
    if (more != 1) return more;
    if (meet(&earlier, found)) return 1;
  }
  return 0;
}

// A field that begins where all earlier ones have ended meets none of them, so that fields in
// ascending order take one pass.
int descryi_fields_overlap(PyObject* record) {
  descryi_fields fields = descryi_fields_of(record);
  extent found;
  Py_ssize_t past = 0;
  int more;
  for (Py_ssize_t i = 0; (more = next_extent(&fields, &found)) == 1; ++i) {
    const int meets = found.start < past ? meets_earlier(record, i, &found) : 0;
    if (meets != 0) return meets;
    if (found.stop > past) past = found.stop;
  }
  return more;
}
