// SPDX-License-Identifier: BSD-3-Clause
// What C changed in a converted copy goes back to the array: all of it or nothing.
#include <string.h>

#include "src/view/copy_pairs.h"
#include "src/view/owndata_pin.h"

static int keep_in_place(descryi_copy_pairs* pairs, PyObject* copy) {
  if (descryi_owndata_pin_take(copy, &pairs->keeper) < 0) return -1;
  Py_INCREF(copy);
  pairs->copy = copy;
  pairs->copy_memory = descryi_as_array(copy)->data;
  return 0;
}

int descryi_copy_pairs_remember(descryi_copy_pairs* pairs, PyObject* copy) {
  size_t largest = 1;
  for (size_t i = 0; i < pairs->count; ++i) {
    descryi_copy_pair* const pair = &pairs->items[i];
    pair->original = descryi_cast_like(pair->copy, pair->copy);
    if (!pair->original) return -1;
    if (pair->array_form.size > largest) largest = pair->array_form.size;
  }
  pairs->scratch = PyMem_Malloc(largest);
  if (pairs->scratch) return keep_in_place(pairs, copy);
  PyErr_NoMemory();
  return -1;
}

static bool is_resolved(const descryi_copy_pair* pair) {
  return descryi_value_forms_known(&pair->copy_form, &pair->array_form);
}

static bool has_changed(const descryi_copy_pair* pair, const descryi_element_walk* walk) {
  return !descryi_value_same_bytes(&pair->copy_form, walk->data[DESCRYI_IN_COPY],
                                   walk->data[DESCRYI_IN_THIRD]);
}

// Checks that each changed element fits the array. Objects always do.
static int check_each(const descryi_copy_pairs* pairs, const descryi_copy_pair* pair) {
  if (pair->array_form.kind == DESCRYI_VALUE_OBJECT) return 0;
  descryi_element_walk walk;
  for (bool more = descryi_element_walk_start(&walk, pair, pair->original, NULL); more;
       more = descryi_element_walk_next(&walk)) {
    if (has_changed(pair, &walk) &&
        !descryi_value_convert(&pair->copy_form, walk.data[DESCRYI_IN_COPY], &pair->array_form,
                               pairs->scratch)) {
      return descryi_copy_pairs_refuse(pairs, pair, &walk, NULL);
    }
  }
  return 0;
}

// The same by NumPy's casts, there and back. Keeps what they made.
static int check_replacement(const descryi_copy_pairs* pairs, descryi_copy_pair* pair) {
  pair->replacement = descryi_cast_like(pair->copy, pair->array);
  PyObject* again = pair->replacement ? descryi_cast_like(pair->replacement, pair->copy) : NULL;
  if (!again) return -1;
  descryi_element_walk walk;
  int result = 0;
  bool more = descryi_element_walk_start(&walk, pair, pair->original, again);
  for (; more && result == 0; more = descryi_element_walk_next(&walk)) {
    if (!has_changed(pair, &walk)) continue;
    const int same = descryi_copy_pair_same_value(pair->copy, walk.data[DESCRYI_IN_COPY],
                                                  walk.data[DESCRYI_IN_FOURTH]);
    if (same != 1) result = same < 0 ? -1 : descryi_copy_pairs_refuse(pairs, pair, &walk, NULL);
  }
  Py_DECREF(again);
  return result;
}

static void write_pair(const descryi_copy_pair* pair) {
  const size_t size = pair->array_form.size;
  descryi_element_walk walk;
  for (bool more = descryi_element_walk_start(&walk, pair, pair->original, pair->replacement); more;
       more = descryi_element_walk_next(&walk)) {
    if (!has_changed(pair, &walk)) continue;
    if (walk.data[DESCRYI_IN_FOURTH]) {
      memcpy(walk.data[DESCRYI_IN_ARRAY], walk.data[DESCRYI_IN_FOURTH], size);
    } else {
      descryi_value_convert(&pair->copy_form, walk.data[DESCRYI_IN_COPY], &pair->array_form,
                            walk.data[DESCRYI_IN_ARRAY]);
    }
  }
}

static int write_back(descryi_copy_pairs* pairs) {
  for (size_t i = 0; i < pairs->count; ++i) {
    descryi_copy_pair* const pair = &pairs->items[i];
    if ((is_resolved(pair) ? check_each(pairs, pair) : check_replacement(pairs, pair)) < 0)
      return -1;
  }
  for (size_t i = 0; i < pairs->count; ++i) write_pair(&pairs->items[i]);
  return 0;
}

void descryi_copy_pairs_write_back(descryi_copy_pairs* pairs) {
  PyObject* const pending = descryi_error_take();
  if (write_back(pairs) < 0) PyErr_WriteUnraisable(pairs->array);
  descryi_copy_pairs_free(pairs);
  descryi_error_restore(pending);
}
