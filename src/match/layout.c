// SPDX-License-Identifier: BSD-3-Clause
#include "src/match/layout.h"

#include <assert.h>

#include "src/base/numpy.h"
#include "src/dtype/fields.h"
#include "src/match/element.h"
#include "src/match/leaf.h"

// `count` equal elements, `stride` bytes apart.
typedef struct leaf_run {
  PyObject* element;
  Py_ssize_t offset;
  Py_ssize_t count;
  Py_ssize_t stride;
} leaf_run;

// One of the sub-arrays that an element is in, from the innermost one outwards.
typedef struct leaf_axis {
  const struct leaf_axis* outer;
  Py_ssize_t count;
  Py_ssize_t stride;
} leaf_axis;

// A search in `holder` for all elements of another dtype.
typedef struct layout_search {
  PyObject* holder;
  leaf_run lost;     // what is not in `holder`
  Py_ssize_t pitch;  // of the innermost sub-array that has one element of a run, but not the next
  PyObject* record;  // the outermost record of `holder`, once it is known
  descryi_fields field;  // the one of its fields that held the last run
} layout_search;

static Py_ssize_t count_found(layout_search* search, PyObject* descr, const leaf_run* run);

// Returns how many elements of `run`, from its first on, are in a sub-array of `count` dtypes
// `base`; or -1 with an exception set. Either the run goes on inside one of the dtypes, or it steps
// over whole ones.
static Py_ssize_t count_in_subarray(layout_search* search, PyObject* base, Py_ssize_t count,
                                    const leaf_run* wanted) {
  const Py_ssize_t itemsize = descryi_descr_itemsize(base);
  if (itemsize == 0 || wanted->offset / itemsize >= count) return 0;
  leaf_run inner = *wanted;
  inner.offset %= itemsize;
  const Py_ssize_t found = count_found(search, base, &inner);
  if (found <= 0 || found == wanted->count) return found;
  if (wanted->stride % itemsize != 0) {
    if (search->pitch == 0) search->pitch = itemsize;
    return found;
  }
  const Py_ssize_t step = wanted->stride / itemsize;
  assert(step > 0);  // the stride of a run of more than one is that of a sub-array with elements
  const Py_ssize_t over = (count - 1 - wanted->offset / itemsize) / step + 1;
  const Py_ssize_t most = over < wanted->count ? over : wanted->count;
  return found > most ? found : most;
}

// Returns what one field of a record has of the run.
static Py_ssize_t count_in_field(layout_search* search, const descryi_field* field,
                                 const leaf_run* wanted) {
  leaf_run inner = *wanted;
  const Py_ssize_t start = descryi_field_offset(field);
  if (start == -1 && PyErr_Occurred()) return -1;
  inner.offset -= start;
  if (inner.offset < 0 || inner.offset >= descryi_descr_itemsize(field->descr)) return 0;
  return count_found(search, field->descr, &inner);
}

// Returns the most that a field of a record has of the run; fields may overlap. Where fields come
// in the same order in both dtypes, the one that held the last run holds the next one, or it is the
// one after.
static Py_ssize_t count_in_record(layout_search* search, PyObject* record, const leaf_run* wanted) {
  if (!search->record) {
    search->record = record;
    search->field = descryi_fields_of(record);
  }
  const bool outermost = search->record == record;
  descryi_fields fields = outermost ? search->field : descryi_fields_of(record);
  Py_ssize_t best = 0;
  for (Py_ssize_t left = fields.count; left > 0 && best < wanted->count; --left) {
    if (fields.index == fields.count) fields = descryi_fields_of(record);
    const descryi_fields before = fields;
    descryi_field field;
    const int more = descryi_fields_next(&fields, &field);
    if (more != 1) return more;
    const Py_ssize_t found = count_in_field(search, &field, wanted);
    if (found < 0) return -1;
    if (found > 0 && outermost) search->field = before;
    if (found > best) best = found;
  }
  return best;
}

// Returns the number of elements in a sub-array, or -1 with an exception set.
static Py_ssize_t count_elements(PyObject* shape) {
  Py_ssize_t count = 1;
  for (Py_ssize_t i = 0; i < descryi_tuple_size(shape); ++i) {
    const Py_ssize_t length = PyLong_AsSsize_t(descryi_tuple_item(shape, i));
    if (length < 0) return -1;
    count *= length;
  }
  return count;
}

static Py_ssize_t count_found(layout_search* search, PyObject* descr, const leaf_run* wanted) {
  const descryi_subarray* subarray = descryi_descr_subarray(descr);
  if (subarray) {
    if (descryi_descr_itemsize(descr) == 0) return 0;
    const Py_ssize_t count = count_elements(subarray->shape);
    return count < 0 ? -1 : count_in_subarray(search, subarray->base, count, wanted);
  }
  if (descryi_descr_is_record(descr)) {
    if (Py_EnterRecursiveCall(" in a nested dtype")) return -1;
    const Py_ssize_t found = count_in_record(search, descr, wanted);
    Py_LeaveRecursiveCall();
    return found;
  }
  return wanted->offset == 0 && descryi_element_equals(wanted->element, descr);
}

// All functions below return 1; 0 where something is not in the holder, with it in `lost`; or -1
// with an exception set.

static int find_run(layout_search* search, leaf_run rest);

static Py_ssize_t greatest_divisor(Py_ssize_t a, Py_ssize_t b) {
  while (b) {
    const Py_ssize_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

// Looks for the run as `ways` runs that lie between one another.
static int find_interleaved(layout_search* search, const leaf_run* whole, Py_ssize_t ways) {
  for (Py_ssize_t i = 0; i < ways; ++i) {
    leaf_run part = *whole;
    part.offset += i * whole->stride;
    part.stride *= ways;
    part.count = (whole->count - i - 1) / ways + 1;
    const int found = find_run(search, part);
    if (found != 1) return found;
  }
  return 1;
}

// A run that is in step with no sub-array of the holder, as one of numbers with one of pairs of
// numbers, is split into runs that are.
static int find_run(layout_search* search, leaf_run rest) {
  while (rest.count > 0) {
    search->pitch = 0;
    const Py_ssize_t found = count_found(search, search->holder, &rest);
    if (found < 0) return -1;
    if (found == 0) {
      search->lost = rest;
      return 0;
    }
    if (search->pitch != 0 && found < rest.count) {
      const Py_ssize_t ways = search->pitch / greatest_divisor(search->pitch, rest.stride);
      if (ways < rest.count) return find_interleaved(search, &rest, ways);
    }
    rest.count -= found;
    rest.offset += found * rest.stride;
  }
  return 1;
}

// Looks for the run in every place that the axes repeat it at; `longest` is the one that it runs
// along.
static int find_along(layout_search* search, leaf_run run, const leaf_axis* axis,
                      const leaf_axis* longest) {
  if (!axis) return find_run(search, run);
  if (axis == longest) return find_along(search, run, axis->outer, longest);
  for (Py_ssize_t i = 0; i < axis->count; ++i, run.offset += axis->stride) {
    const int found = find_along(search, run, axis->outer, longest);
    if (found != 1) return found;
  }
  return 1;
}

static int find_element(layout_search* search, PyObject* element, Py_ssize_t offset,
                        const leaf_axis* axes) {
  if (descryi_descr_itemsize(element) == 0) return 1;
  const leaf_axis* longest = axes;
  for (const leaf_axis* axis = axes; axis; axis = axis->outer) {
    if (axis->count > longest->count) longest = axis;
  }
  const leaf_run run = {element, offset, longest ? longest->count : 1,
                        longest ? longest->stride : 0};
  return find_along(search, run, axes, longest);
}

static int find_all(layout_search* search, PyObject* descr, Py_ssize_t offset,
                    const leaf_axis* axes);

static int find_all_of_subarray(layout_search* search, const descryi_subarray* subarray,
                                Py_ssize_t offset, const leaf_axis* axes) {
  leaf_axis inner = {axes, count_elements(subarray->shape), descryi_descr_itemsize(subarray->base)};
  if (inner.count < 0) return -1;
  if (axes && axes->stride == inner.count * inner.stride) {  // no gap: the two are one
    inner.count *= axes->count;
    inner.outer = axes->outer;
  }
  return find_all(search, subarray->base, offset, &inner);
}

static int find_all_of_record(layout_search* search, PyObject* record, Py_ssize_t offset,
                              const leaf_axis* axes) {
  descryi_fields fields = descryi_fields_of(record);
  descryi_field field;
  int more;
  while ((more = descryi_fields_next(&fields, &field)) == 1) {
    const Py_ssize_t start = descryi_field_offset(&field);
    if (start == -1 && PyErr_Occurred()) return -1;
    const int found = find_all(search, field.descr, offset + start, axes);
    if (found != 1) return found;
  }
  return more < 0 ? -1 : 1;
}

static int find_all(layout_search* search, PyObject* descr, Py_ssize_t offset,
                    const leaf_axis* axes) {
  const descryi_subarray* subarray = descryi_descr_subarray(descr);
  if (subarray && descryi_descr_itemsize(descr) == 0) return 1;
  if (subarray) return find_all_of_subarray(search, subarray, offset, axes);
  if (!descryi_descr_is_record(descr)) return find_element(search, descr, offset, axes);
  if (Py_EnterRecursiveCall(" in a nested dtype")) return -1;
  const int found = find_all_of_record(search, descr, offset, axes);
  Py_LeaveRecursiveCall();
  return found;
}

// Says of the element that was lost on the way from `from` to `to` what `to` has in its place.
static int differ_at(const leaf_run* lost, PyObject* from, PyObject* to, bool is_extra,
                     descryi_difference* why) {
  if (!why) return 0;
  PyObject *element, *there;
  const int found = is_extra ? 0 : descryi_leaf_find(to, lost->offset, NULL, &there, NULL);
  if (found < 0) return -1;
  why->offset = lost->offset;
  if (descryi_leaf_find(from, lost->offset, lost->element, &element, &why->path) < 0) return -1;
  if (found) return descryi_differ_in_dtype(why, DESCRYI_REASON_OTHER, lost->element, there);
  return descryi_differ_in_dtype(
      why, is_extra ? DESCRYI_REASON_EXTRA_ELEMENT : DESCRYI_REASON_NO_ELEMENT, lost->element,
      NULL);
}

int descryi_same_layout(PyObject* own, PyObject* other, descryi_seen* seen,
                        descryi_difference* why) {
  if (own == other) return 1;
  if (seen && descryi_seen_add_all(seen, other) < 0) return -1;
  const Py_ssize_t itemsize = descryi_descr_itemsize(own);
  const Py_ssize_t other_itemsize = descryi_descr_itemsize(other);
  if (!why && itemsize != other_itemsize) return 0;
  layout_search forth = {.holder = other}, back = {.holder = own};
  int found = find_all(&forth, own, 0, NULL);
  if (found == 0) return differ_at(&forth.lost, own, other, false, why);
  if (found == 1) found = find_all(&back, other, 0, NULL);
  if (found == 0) return differ_at(&back.lost, other, own, true, why);
  if (found < 0 || itemsize == other_itemsize) return found;
  return descryi_differ(why, DESCRYI_REASON_ITEMSIZE, itemsize, other_itemsize);
}
