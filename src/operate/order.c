// SPDX-License-Identifier: BSD-3-Clause
#include "src/operate/order.h"

#include <stdlib.h>
#include <string.h>

// Below, merging takes less than counting digits does. Measured with 64-bit keys.
enum { RADIX_FROM = 256, INSERTION_UP_TO = 12, DIGIT_BITS = 8, DIGITS = 8, DIGIT_VALUES = 256 };

int descryi_order_init(descryi_order* order, const descryi_keys* keys, Py_ssize_t count) {
  const size_t bytes = (size_t)count * sizeof *order->places;
  *order = (descryi_order){.keys = keys, .count = count};
  if ((size_t)count > PY_SSIZE_T_MAX / (2 * sizeof *order->places)) {
    PyErr_NoMemory();
    return -1;
  }
  order->places = malloc(2 * bytes + 1);
  if (!order->places) {
    PyErr_NoMemory();
    return -1;
  }
  order->scratch = order->places + count;
  return 0;
}

void descryi_order_clear(descryi_order* order) {
  free(order->places);
  order->places = NULL;
}

static const char* ordered_element(const descryi_order* order, Py_ssize_t index) {
  return order->data + index * order->stride;
}

// Returns a number above 0 where `one` belongs behind `other`, which stands behind it now. `first`
// is the key to begin with, or -1 for the ranks.
static inline int compare_places(const descryi_order* order, int first, const descryi_place* one,
                                 const descryi_place* other) {
  if (first < 0) return (one->rank > other->rank) - (one->rank < other->rank);
  return descryi_keys_compare(order->keys, first, ordered_element(order, one->index),
                              ordered_element(order, other->index));
}

static inline bool has_failed(const descryi_order* order, int first) {
  return first >= 0 && order->keys->has_objects && PyErr_Occurred();
}

static void insertion_sort(const descryi_order* order, int first, descryi_place* places,
                           Py_ssize_t count) {
  for (Py_ssize_t i = 1; i < count && !has_failed(order, first); ++i) {
    const descryi_place moved = places[i];
    Py_ssize_t to = i;
    for (; to > 0 && compare_places(order, first, &places[to - 1], &moved) > 0; --to) {
      places[to] = places[to - 1];
    }
    places[to] = moved;
  }
}

// Merges two halves that are in order.
static void merge(const descryi_order* order, int first, descryi_place* places, Py_ssize_t half,
                  Py_ssize_t count, descryi_place* scratch) {
  if (compare_places(order, first, &places[half - 1], &places[half]) <= 0) return;
  memcpy(scratch, places, (size_t)half * sizeof *places);
  Py_ssize_t left = 0, right = half, to = 0;
  while (left < half && right < count) {
    const bool takes_right = compare_places(order, first, &scratch[left], &places[right]) > 0;
    places[to++] = takes_right ? places[right++] : scratch[left++];
  }
  memcpy(&places[to], &scratch[left], (size_t)(half - left) * sizeof *places);
}

// Each element is in one place at any time, whatever comparing answers.
static void merge_sort(const descryi_order* order, int first, descryi_place* places,
                       Py_ssize_t count, descryi_place* scratch) {
  if (count <= INSERTION_UP_TO) {
    insertion_sort(order, first, places, count);
    return;
  }
  const Py_ssize_t half = count / 2;
  merge_sort(order, first, places, half, scratch);
  merge_sort(order, first, places + half, count - half, scratch);
  if (!has_failed(order, first)) merge(order, first, places, half, count, scratch);
}

// Moves all places from one list to the other, in the order of one digit. `starts` is where each
// bucket begins.
static void move_by_digit(const descryi_place* from, descryi_place* to, Py_ssize_t count, int shift,
                          Py_ssize_t* starts) {
  for (Py_ssize_t i = 0; i < count; ++i) {
    to[starts[(from[i].rank >> shift) & (DIGIT_VALUES - 1)]++] = from[i];
  }
}

// Turns how many there are in each bucket into where it begins. Returns whether all are in one.
static bool set_starts(Py_ssize_t* counts, Py_ssize_t count) {
  Py_ssize_t before = 0;
  for (int bucket = 0; bucket < DIGIT_VALUES; ++bucket) {
    const Py_ssize_t here = counts[bucket];
    if (here == count) return true;
    counts[bucket] = before;
    before += here;
  }
  return false;
}

// From the lowest digit to the highest; digits that all have alike, as the upper ones of small
// numbers, are left out.
static void radix_sort(descryi_place* places, Py_ssize_t count, descryi_place* scratch) {
  Py_ssize_t counts[DIGITS][DIGIT_VALUES] = {{0}};
  descryi_place *from = places, *to = scratch;
  for (Py_ssize_t i = 0; i < count; ++i) {
    for (int at = 0; at < DIGITS; ++at) {
      ++counts[at][(places[i].rank >> (DIGIT_BITS * at)) & (DIGIT_VALUES - 1)];
    }
  }
  for (int at = 0; at < DIGITS; ++at) {
    if (set_starts(counts[at], count)) continue;
    move_by_digit(from, to, count, DIGIT_BITS * at, counts[at]);
    descryi_place* const swapped = from;
    from = to;
    to = swapped;
  }
  if (from != places) memcpy(places, from, (size_t)count * sizeof *places);
}

// Sorts by one key that has ranks.
static void sort_by_rank(const descryi_order* order, const descryi_key* key, Py_ssize_t start,
                         Py_ssize_t count) {
  descryi_place* const places = order->places + start;
  bool is_ordered = true;
  for (Py_ssize_t i = 0; i < count; ++i) {
    places[i].rank =
        descryi_key_rank(key, ordered_element(order, places[i].index), order->keys->descending);
    is_ordered = is_ordered && (i == 0 || places[i - 1].rank <= places[i].rank);
  }
  if (is_ordered) return;
  if (count < RADIX_FROM) {
    merge_sort(order, -1, places, count, order->scratch + start);
  } else {
    radix_sort(places, count, order->scratch + start);
  }
}

// Returns the place behind those from `first` on that have its rank.
static Py_ssize_t end_of_ties(const descryi_order* order, Py_ssize_t first, Py_ssize_t end) {
  Py_ssize_t next = first + 1;
  while (next < end && order->places[next].rank == order->places[first].rank) ++next;
  return next;
}

// Sorts by keys of which the first one has no rank: long text by its first bytes, and what has
// those alike, as anything else, by comparing.
static void sort_by_comparing(const descryi_order* order, int key, Py_ssize_t start,
                              Py_ssize_t count) {
  descryi_key beginning = order->keys->items[key];
  if (beginning.kind != DESCRYI_KEY_BYTES) {
    merge_sort(order, key, order->places + start, count, order->scratch + start);
    return;
  }
  beginning.size = sizeof order->places->rank;
  sort_by_rank(order, &beginning, start, count);
  const Py_ssize_t end = start + count;
  for (Py_ssize_t i = start, next; i < end; i = next) {
    next = end_of_ties(order, i, end);
    merge_sort(order, key, order->places + i, next - i, order->scratch + i);
  }
}

static void sort_from(const descryi_order* order, int key, Py_ssize_t start, Py_ssize_t count);

// Sorts elements whose ranks are equal by the keys behind. Returns whether all are.
static bool sort_ties(const descryi_order* order, int key, Py_ssize_t start, Py_ssize_t count) {
  const Py_ssize_t end = start + count;
  for (Py_ssize_t i = start, next; i < end; i = next) {
    next = end_of_ties(order, i, end);
    if (next - i == count) return true;
    if (next - i > 1) sort_from(order, key, i, next - i);
  }
  return false;
}

// Sorts `count` places by the keys from `key` on. Parts only ever become smaller, so that this
// goes no deeper than there are keys or elements.
static void sort_from(const descryi_order* order, int key, Py_ssize_t start, Py_ssize_t count) {
  const descryi_keys* const keys = order->keys;
  for (; key < keys->count; ++key) {
    if (!descryi_key_has_rank(&keys->items[key])) {
      sort_by_comparing(order, key, start, count);
      return;
    }
    sort_by_rank(order, &keys->items[key], start, count);
    if (key + 1 == keys->count || !sort_ties(order, key + 1, start, count)) return;
  }
}

int descryi_order_run(descryi_order* order, const char* data, Py_ssize_t stride) {
  order->data = data;
  order->stride = stride;
  for (Py_ssize_t i = 0; i < order->count; ++i) order->places[i] = (descryi_place){0, i};
  sort_from(order, 0, 0, order->count);
  return order->keys->has_objects && PyErr_Occurred() ? -1 : 0;
}

bool descryi_order_same(const descryi_order* order, Py_ssize_t one, Py_ssize_t other) {
  return descryi_keys_compare(order->keys, 0, ordered_element(order, one),
                              ordered_element(order, other)) == 0;
}
