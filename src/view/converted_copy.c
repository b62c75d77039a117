// SPDX-License-Identifier: BSD-3-Clause
#include "src/view/converted_copy.h"

#include <descry/array.h>

#include "src/match/castable.h"
#include "src/match/match.h"
#include "src/view/checks.h"
#include "src/view/copy_pairs.h"
#include "src/view/dimensions.h"
#include "src/view/hold.h"

// Checks that the copy, as NumPy made it, gives the array's values again.
static int check_by_cast(const descryi_copy_pairs* pairs, const descryi_copy_pair* pair,
                         const descry_type* type) {
  PyObject* again = descryi_cast_like(pair->copy, pair->array);
  if (!again) return -1;
  descryi_element_walk walk;
  int same = 1;
  bool more = descryi_element_walk_start(&walk, pair, again, NULL);
  while (more) {
    same = descryi_copy_pair_same_value(pair->array, walk.data[DESCRYI_IN_ARRAY],
                                        walk.data[DESCRYI_IN_THIRD]);
    more = same == 1 && descryi_element_walk_next(&walk);
  }
  if (same == 0) descryi_copy_pairs_refuse(pairs, pair, &walk, type);
  Py_DECREF(again);
  return same == 1 ? 0 : -1;
}

static int read_each(const descryi_copy_pairs* pairs, const descryi_copy_pair* pair,
                     const descry_type* type) {
  descryi_element_walk walk;
  for (bool more = descryi_element_walk_start(&walk, pair, NULL, NULL); more;
       more = descryi_element_walk_next(&walk)) {
    if (!descryi_value_convert(&pair->array_form, walk.data[DESCRYI_IN_ARRAY], &pair->copy_form,
                               walk.data[DESCRYI_IN_COPY])) {
      return descryi_copy_pairs_refuse(pairs, pair, &walk, type);
    }
  }
  return 0;
}

// Whether NumPy's cast keeps each value that there can be. REQUIRES: the forms are known.
static bool always_fits(const descryi_copy_pairs* pairs, const descryi_copy_pair* pair) {
  PyObject* const from = descryi_as_array(pair->array)->descr;
  PyObject* const to = descryi_as_array(pair->copy)->descr;
  if (!descryi_value_always_fits(&pair->array_form, &pair->copy_form)) return false;
  return pairs->casting <= DESCRYI_SAFE_CASTING ||
         descryi_np.can_cast_type_to(from, to, DESCRYI_SAFE_CASTING) != 0;
}

static int read_pair(const descryi_copy_pairs* pairs, const descryi_copy_pair* pair,
                     const descry_type* type) {
  const bool unsafe = pairs->casting == DESCRYI_UNSAFE_CASTING;
  const bool known = unsafe || descryi_value_forms_known(&pair->array_form, &pair->copy_form);
  if (!unsafe && known && !always_fits(pairs, pair)) return read_each(pairs, pair, type);
  if (descryi_np.copy_into(pair->copy, pair->array) < 0) return -1;
  return known ? 0 : check_by_cast(pairs, pair, type);
}

static int read_pairs(descryi_copy_pairs* pairs, const descry_type* type) {
  for (size_t i = 0; i < pairs->count; ++i) {
    if (read_pair(pairs, &pairs->items[i], type) < 0) return -1;
  }
  return 0;
}

static int casting_for_flags(unsigned flags) {
  return flags & DESCRY_SAME_KIND ? DESCRYI_SAME_KIND_CASTING : DESCRYI_SAFE_CASTING;
}

int descryi_converted_copy_check(const descry_view* view, PyObject* element, PyObject* descr,
                                 int ndim) {
  const int extra = view->flags & DESCRY_EXTRA_IGNORED ? DESCRYI_EXTRA_FIELDS : 0;
  const int level = DESCRYI_CASTABLE | casting_for_flags(view->flags) | extra;
  const int converts = descryi_castable(element, descr, level, NULL);
  if (converts != 0) return converts;
  return descryi_match_fail(view->type, element, descr, level, ndim);
}

int descryi_copy_by_name(const descry_type* type, PyObject* path, int ndim, PyObject* target,
                         PyObject* source, int casting) {
  PyObject* const descr = descryi_as_array(source)->descr;
  descryi_copy_pairs* pairs = descryi_copy_pairs_new(path, target, source, descr, casting);
  if (!pairs) return -1;
  pairs->ndim = ndim;
  const int result = read_pairs(pairs, type);
  descryi_copy_pairs_free(pairs);
  return result;
}

// Makes the view one of `copy`, of the same shape as so far.
static void show(descry_view* view, PyObject* copy) {
  const descryi_array* array = descryi_as_array(copy);
  Py_ssize_t* strides = (Py_ssize_t*)view->strides;  // its own
  view->data = array->data;
  view->itemsize = (Py_ssize_t)view->type->size;
  for (int axis = 0; axis < view->ndim; ++axis) strides[axis] = array->strides[axis];
  descryi_dimensions_measure(view);
  Py_INCREF(copy);
  view->array = copy;
}

// The bytes of one element of a view of `array` as it is, dimensions inside the elements included.
static Py_ssize_t element_size(const descryi_array* array, int ndim) {
  Py_ssize_t size = descryi_descr_itemsize(array->descr);
  for (int axis = ndim; axis < array->nd; ++axis) size *= array->dimensions[axis];
  return size;
}

// Lets a view that only reads hold the copy: Python can reach it, and would move it by a resize().
static int hold_copy(descryi_view_hold* hold, PyObject* copy) {
  if (descryi_owndata_pin_take(copy, &hold->keeper) < 0) return -1;
  Py_INCREF(copy);
  hold->owner = copy;
  hold->owndata = descryi_as_array(copy)->data;
  return 0;
}

// Lets the view hold what it needs from now on, once the copy is made: the array and the copy where
// it writes, else the copy. Takes `pairs`, also on failure.
static int hold_on(descry_view* view, PyObject* copy, descryi_copy_pairs* pairs, int made) {
  descryi_view_hold* hold = &view->priv.hold;
  const bool writes = (view->flags & DESCRY_WRITE) != 0;
  if (made == 0 && writes) made = descryi_copy_pairs_remember(pairs, copy);
  if (made == 0 && writes) {
    hold->copy_pairs = pairs;
    return 0;
  }
  PyObject* const error = descryi_error_take();
  descryi_copy_pairs_free(pairs);
  descryi_hold_give_back(hold);
  *hold = (descryi_view_hold){0};
  descryi_error_restore(error);
  return made == 0 ? hold_copy(hold, copy) : -1;
}

// Of two elements of the copy that are written back to one place, one would be lost.
static int check_written_apart(const descry_view* view) {
  const descryi_elements elements = {
      .ndim = view->ndim,
      .shape = view->shape,
      .strides = view->strides,
      .itemsize = view->itemsize,
      .size = view->size,
  };
  return view->flags & DESCRY_WRITE ? descryi_elements_check_apart(&elements, view->type) : 0;
}

// Borrows the array while it is copied and, for a view that writes, until that is released. What it
// borrows are the array's own elements, which `view` describes until it shows the copy. Takes
// `pairs`, also on failure.
static int copy_and_hold(descry_view* view, PyObject* array, PyObject* copy,
                         descryi_copy_pairs* pairs) {
  view->itemsize = element_size(descryi_as_array(array), view->ndim);
  if (check_written_apart(view) < 0 || descryi_hold_take(&view->priv.hold, view, array) < 0) {
    descryi_copy_pairs_free(pairs);
    return -1;
  }
  if (hold_on(view, copy, pairs, read_pairs(pairs, view->type)) < 0) return -1;
  show(view, copy);
  return 0;
}

int descryi_converted_copy_open(descry_view* view, PyObject* array, PyObject* descr, PyObject* own,
                                unsigned flags) {
  const int order =
      (flags & DESCRYI_ANY_CONTIGUITY) == DESCRY_F_CONTIGUOUS ? DESCRY_F_ORDER : DESCRY_C_ORDER;
  PyObject* copy = descry_zeros(view->type, view->ndim, view->shape, order);
  PyObject* path = copy ? PyUnicode_FromString("") : NULL;
  descryi_copy_pairs* pairs =
      path ? descryi_copy_pairs_new(path, copy, array, descr, casting_for_flags(view->flags))
           : NULL;
  int result = pairs ? copy_and_hold(view, array, copy, pairs) : -1;
  Py_XDECREF(path);
  Py_XDECREF(copy);
  if (result == 0 && flags & DESCRY_CHECK_OBJECTS && descryi_check_objects(view, own) < 0) {
    if (view->priv.hold.copy_pairs) descryi_copy_pairs_free(view->priv.hold.copy_pairs);
    view->priv.hold.copy_pairs = NULL;
    descry_view_release(view);
    result = -1;
  }
  return result;
}
