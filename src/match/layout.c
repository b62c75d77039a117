// SPDX-License-Identifier: BSD-3-Clause
#include <assert.h>
#include <stdint.h>

#include "src/base/fields.h"
#include "src/base/numpy.h"
#include "src/match/compare.h"
#include "src/match/find.h"
#include "src/match/messages.h"

// How many dtypes are looked at in one comparison. Each field of each record costs a few, an
// element of a sub-array nothing. Records that repeat inside each other, 28 levels deep, have more
// elements than can be compared one by one while others wait for the GIL.
enum { MOST_STEPS = 1 << 21 };

// `count` equal elements, `stride` bytes apart.
typedef struct leaf_run {
  PyObject* element;
  Py_ssize_t offset;
  Py_ssize_t count;
  Py_ssize_t stride;
} leaf_run;

// One of the sub-arrays that an element is in, from the innermost one outwards.
typedef struct leaf_axis {
  struct leaf_axis* outer;
  Py_ssize_t count;
  Py_ssize_t stride;
  descryi_visited records;  // that were looked for inside of it, each with its offset
} leaf_axis;

// A search in `holder` for all elements of another dtype.
typedef struct layout_search {
  PyObject* holder;
  leaf_run lost;     // what is not in `holder`
  Py_ssize_t pitch;  // of the innermost sub-array that has one element of a run, but not the next
  descryi_visited sorted;   // records of `holder`, and their descryi_sorted_fields
  int* steps;               // that are left, for both directions
  descryi_visited counted;  // records with an offset, and what they have of the current run
} layout_search;

static int take_step(const layout_search* search) {
  return --*search->steps > 0 ? 0 : descryi_raise_match_too_long();
}

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

// Returns the fields of a record of the holder by their offsets, or NULL with an exception set.
static const descryi_sorted_fields* sorted_fields_of(layout_search* search, PyObject* record) {
  descryi_visit* visit;
  const int is_new = descryi_visited_add(&search->sorted, record, NULL, &visit);
  if (is_new < 0) return NULL;
  if (is_new || !visit->answer) visit->answer = (intptr_t)descryi_fields_by_offset(record);
  return (const descryi_sorted_fields*)visit->answer;
}

static void free_sorted_fields(descryi_visited* sorted) {
  descryi_visit* visits = sorted->room ? sorted->table : sorted->few;
  const size_t count = sorted->room ? sorted->room : sorted->count;
  for (size_t i = 0; i < count; ++i) PyMem_Free((void*)visits[i].answer);
  descryi_visited_clear(sorted);
}

// Returns the most that a field of a record has of the run; fields may overlap.
static Py_ssize_t count_in_record(layout_search* search, PyObject* record, const leaf_run* wanted) {
  const descryi_sorted_fields* fields = sorted_fields_of(search, record);
  if (!fields) return -1;
  Py_ssize_t best = 0;
  Py_ssize_t i = descryi_sorted_last_at(fields, wanted->offset);
  for (; i >= 0 && fields->items[i].past > wanted->offset && best < wanted->count; --i) {
    const descryi_sorted_field* field = &fields->items[i];
    if (take_step(search) < 0) return -1;
    if (field->stop <= wanted->offset) continue;
    leaf_run inner = *wanted;
    inner.offset -= field->start;
    const Py_ssize_t found = count_found(search, field->field.descr, &inner);
    if (found < 0) return -1;
    if (found > best) best = found;
  }
  return best;
}

// Does so once for each record and offset.
static Py_ssize_t count_in_record_once(layout_search* search, PyObject* record,
                                       const leaf_run* wanted) {
  descryi_visit* visit;
  const void* const offset = (const void*)(intptr_t)wanted->offset;
  const int is_new = descryi_visited_add(&search->counted, record, offset, &visit);
  if (is_new != 1) return is_new < 0 ? -1 : visit->answer;
  if (Py_EnterRecursiveCall(" in a nested dtype")) return -1;
  const Py_ssize_t found = count_in_record(search, record, wanted);
  Py_LeaveRecursiveCall();
  if (found < 0 || descryi_visited_add(&search->counted, record, offset, &visit) < 0) return -1;
  visit->answer = found;
  return found;
}

// Returns what a string has of the run.
static Py_ssize_t count_in_string(PyObject* descr, const leaf_run* wanted) {
  if (!descryi_element_is_string(wanted->element)) return 0;
  const Py_ssize_t left = descryi_descr_itemsize(descr) - wanted->offset;
  if (left <= 0) return 0;
  const Py_ssize_t count = wanted->count > 1 ? (left - 1) / wanted->stride + 1 : 1;
  return count < wanted->count ? count : wanted->count;
}

static Py_ssize_t count_found(layout_search* search, PyObject* descr, const leaf_run* wanted) {
  if (take_step(search) < 0) return -1;
  const descryi_subarray* subarray = descryi_descr_subarray(descr);
  if (subarray) {
    if (descryi_descr_itemsize(descr) == 0) return 0;
    const Py_ssize_t count = descryi_subarray_size(subarray->shape);
    if (count < 0 || Py_EnterRecursiveCall(" in a nested dtype")) return -1;
    const Py_ssize_t found = count_in_subarray(search, subarray->base, count, wanted);
    Py_LeaveRecursiveCall();
    return found;
  }
  if (descryi_descr_is_record(descr)) return count_in_record_once(search, descr, wanted);
  if (descryi_element_is_string(descr)) return count_in_string(descr, wanted);
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
    descryi_visited_clear(&search->counted);
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

// Looks for an element, or one byte of a string, that the axes repeat.
static int find_repeated_element(layout_search* search, PyObject* element, Py_ssize_t offset,
                                 const leaf_axis* axes) {
  const leaf_axis* longest = axes;
  for (const leaf_axis* axis = axes; axis; axis = axis->outer) {
    if (axis->count > longest->count) longest = axis;
  }
  const leaf_run run = {element, offset, longest->count, longest->stride};
  return find_along(search, run, axes, longest);
}

// Makes `inner` the axis inside of `axes`, or of one longer where there is no gap: the two are one.
static void begin_axis(leaf_axis* inner, leaf_axis* axes, Py_ssize_t count, Py_ssize_t stride) {
  const bool are_one = axes && axes->outer && axes->stride == count * stride;
  inner->outer = are_one ? axes->outer : axes;
  inner->count = are_one ? count * axes->count : count;
  inner->stride = stride;
  descryi_visited_init(&inner->records);
}

static int find_leaves(layout_search* search, PyObject* descr, Py_ssize_t offset, leaf_axis* axes);

// A string is as many strings of one byte: what ctypes makes of char[4] is a sub-array of these.
static int find_string(layout_search* search, PyObject* descr, Py_ssize_t offset, leaf_axis* axes) {
  leaf_axis inner;
  begin_axis(&inner, axes, descryi_descr_itemsize(descr), 1);
  return find_repeated_element(search, descr, offset, &inner);
}

static int find_all_of_subarray(layout_search* search, const descryi_subarray* subarray,
                                Py_ssize_t offset, leaf_axis* axes) {
  const Py_ssize_t count = descryi_subarray_size(subarray->shape);
  if (count < 0 || Py_EnterRecursiveCall(" in a nested dtype")) return -1;
  if (count == 1) {
    const int found_one = find_leaves(search, subarray->base, offset, axes);
    Py_LeaveRecursiveCall();
    return found_one;
  }
  leaf_axis inner;
  begin_axis(&inner, axes, count, descryi_descr_itemsize(subarray->base));
  const int found = find_leaves(search, subarray->base, offset, &inner);
  descryi_visited_clear(&inner.records);
  Py_LeaveRecursiveCall();
  return found;
}

static int find_all_of_record(layout_search* search, PyObject* record, Py_ssize_t offset,
                              leaf_axis* axes) {
  descryi_fields fields = descryi_fields_of(record);
  descryi_field field;
  int more;
  while ((more = descryi_fields_next(&fields, &field)) == 1) {
    const Py_ssize_t start = descryi_field_offset(&field);
    if (start == -1 && PyErr_Occurred()) return -1;
    const int found = find_leaves(search, field.descr, offset + start, axes);
    if (found != 1) return found;
  }
  return more < 0 ? -1 : 1;
}

static int find_leaves(layout_search* search, PyObject* descr, Py_ssize_t offset, leaf_axis* axes) {
  if (take_step(search) < 0) return -1;
  const descryi_subarray* subarray = descryi_descr_subarray(descr);
  const bool is_record = descryi_descr_is_record(descr);
  if (!is_record && descryi_descr_itemsize(descr) == 0) return 1;
  if (subarray) return find_all_of_subarray(search, subarray, offset, axes);
  if (!is_record && descryi_element_is_string(descr)) {
    return find_string(search, descr, offset, axes);
  }
  if (!is_record) return find_repeated_element(search, descr, offset, axes);
  const int is_new =
      descryi_visited_add(&axes->records, descr, (const void*)(intptr_t)offset, NULL);
  if (is_new != 1) return is_new < 0 ? -1 : 1;
  if (Py_EnterRecursiveCall(" in a nested dtype")) return -1;
  const int found = find_all_of_record(search, descr, offset, axes);
  Py_LeaveRecursiveCall();
  return found;
}

// Looks in `holder` for everything that `descr` has. The first that it does not have is `*lost`.
static int find_everything(PyObject* descr, PyObject* holder, int* steps, leaf_run* lost) {
  layout_search search;
  search.holder = holder;
  search.lost = (leaf_run){0};
  search.pitch = 0;
  descryi_visited_init(&search.sorted);
  search.steps = steps;
  descryi_visited_init(&search.counted);
  leaf_axis once = {.count = 1};
  descryi_visited_init(&once.records);
  const int found = find_leaves(&search, descr, 0, &once);
  descryi_visited_clear(&once.records);
  descryi_visited_clear(&search.counted);
  free_sorted_fields(&search.sorted);
  *lost = search.lost;
  return found;
}

// Says of the element that was lost on the way from `from` to `to` what `to` has in its place.
static int differ_at(const leaf_run* lost, PyObject* from, PyObject* to, bool is_extra,
                     descryi_difference* why) {
  if (!why) return 0;
  descryi_leaf leaf, there;
  if (descryi_leaf_find(from, lost->offset, lost->element, &leaf, &why->path) < 0) return -1;
  why->offset = leaf.offset;
  if (is_extra) return descryi_differ_in_dtype(why, descryi_reason_extra_element, lost->element);
  const int found = descryi_leaf_find(to, leaf.offset, NULL, &there, NULL);
  if (found < 0) return -1;
  if (!found) return descryi_differ_in_dtype(why, descryi_reason_no_element, lost->element);
  return descryi_differ_in_dtypes(why, descryi_reason_other, lost->element, there.element);
}

int descryi_same_layout(PyObject* expected, PyObject* actual, descryi_snapshot* snapshot,
                        descryi_difference* why) {
  if (expected == actual) return 1;
  if (snapshot && descryi_snapshot_add_all(snapshot, actual) < 0) return -1;
  const Py_ssize_t itemsize = descryi_descr_itemsize(expected);
  const Py_ssize_t actual_itemsize = descryi_descr_itemsize(actual);
  if (!why && itemsize != actual_itemsize) return 0;
  leaf_run lost;
  int steps = MOST_STEPS;
  int found = find_everything(expected, actual, &steps, &lost);
  if (found == 0) return differ_at(&lost, expected, actual, false, why);
  if (found == 1) found = find_everything(actual, expected, &steps, &lost);
  if (found == 0) return differ_at(&lost, actual, expected, true, why);
  if (found < 0 || itemsize == actual_itemsize) return found;
  return descryi_differ(why, descryi_reason_itemsize(itemsize, actual_itemsize));
}
