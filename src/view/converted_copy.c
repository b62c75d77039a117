// SPDX-License-Identifier: BSD-3-Clause
#include "src/view/converted_copy.h"

#include <descry/array.h>
#include <string.h>

#include "src/array/shape.h"
#include "src/match/castable.h"
#include "src/match/difference.h"
#include "src/match/match.h"
#include "src/view/checks.h"
#include "src/view/dimensions.h"
#include "src/view/exact_value.h"
#include "src/view/hold.h"
#include "src/view/messages.h"

// One element of the records. All references are the pair's own.
typedef struct copy_pair {
  PyObject* path;         // a str: of the element in its record, empty where that is no record
  PyObject* copy;         // the elements of the converted copy, and
  PyObject* array;        // those of the array, of the same shape
  PyObject* original;     // what the copy held before C had it, or NULL
  PyObject* replacement;  // what NumPy made of the copy for the array, or NULL
  descryi_value_form copy_form, array_form;
} copy_pair;

struct descryi_copy_pairs {
  PyObject* array;  // as it was given
  int ndim;         // of that array
  int casting;      // NPY_CASTING: what the elements may be made of
  size_t count, room;
  copy_pair* items;
  char* scratch;  // room for any element of the array, made beforehand: a release may not fail
};

// Drops the pairs; nothing is written back.
static void free_pairs(descryi_copy_pairs* pairs) {
  for (size_t i = 0; i < pairs->count; ++i) {
    copy_pair* const pair = &pairs->items[i];
    Py_XDECREF(pair->path);
    Py_XDECREF(pair->copy);
    Py_XDECREF(pair->array);
    Py_XDECREF(pair->original);
    Py_XDECREF(pair->replacement);
  }
  Py_XDECREF(pairs->array);
  PyMem_Free(pairs->items);
  PyMem_Free(pairs->scratch);
  PyMem_Free(pairs);
}

// Makes room for one more pair. Returns it, zeroed, or NULL with MemoryError.
static copy_pair* new_pair(descryi_copy_pairs* pairs) {
  if (pairs->count == pairs->room) {
    const size_t room = pairs->room ? 2 * pairs->room : 8;
    copy_pair* items = PyMem_Realloc(pairs->items, room * sizeof *items);
    if (!items) return (copy_pair*)PyErr_NoMemory();
    pairs->items = items;
    pairs->room = room;
  }
  copy_pair* pair = &pairs->items[pairs->count++];
  memset(pair, 0, sizeof *pair);
  return pair;
}

// Returns a new reference to `array` in the shape of `copy`, or NULL with an exception set.
// Sub-arrays may differ in axes of length 1, which takes no copy to mend.
static PyObject* in_shape_of(PyObject* copy, PyObject* array) {
  PyObject* reshaped = NULL;
  if (descryi_as_array(copy)->nd == descryi_as_array(array)->nd) {
    Py_INCREF(array);
    return array;
  }
  PyObject* shape = PyObject_GetAttrString(copy, "shape");
  if (shape) reshaped = PyObject_CallMethod(array, "reshape", "(O)", shape);
  Py_XDECREF(shape);
  return reshaped;
}

// Adds the pair of two arrays without fields.
static int add_pair(descryi_copy_pairs* pairs, PyObject* path, PyObject* copy, PyObject* array) {
  copy_pair* pair = new_pair(pairs);
  if (!pair) return -1;
  pair->array = in_shape_of(copy, array);
  if (!pair->array) return -1;
  Py_INCREF(path);
  pair->path = path;
  Py_INCREF(copy);
  pair->copy = copy;
  pair->copy_form = descryi_value_form_of(descryi_as_array(copy)->descr);
  pair->array_form = descryi_value_form_of(descryi_as_array(array)->descr);
  return 0;
}

static PyObject* join_path(PyObject* path, PyObject* name) {
  Py_INCREF(name);
  return PyUnicode_GetLength(path) > 0 ? descryi_path_join(path, name) : name;
}

static int add_pairs(descryi_copy_pairs* pairs, PyObject* path, PyObject* copy, PyObject* array);

static int add_field(descryi_copy_pairs* pairs, PyObject* path, PyObject* copy, PyObject* array,
                     PyObject* name) {
  int result = -1;
  PyObject* longer = join_path(path, name);
  PyObject* copied = longer ? PyObject_GetItem(copy, name) : NULL;
  PyObject* field = copied ? PyObject_GetItem(array, name) : NULL;
  if (field) result = add_pairs(pairs, longer, copied, field);
  Py_XDECREF(longer);
  Py_XDECREF(copied);
  Py_XDECREF(field);
  return result;
}

// Adds what the two consist of.
static int add_pairs(descryi_copy_pairs* pairs, PyObject* path, PyObject* copy, PyObject* array) {
  PyObject* descr = descryi_as_array(copy)->descr;
  if (!descryi_descr_is_record(descr)) return add_pair(pairs, path, copy, array);
  PyObject* reshaped = in_shape_of(copy, array);
  PyObject* names = descryi_descr_names(descr);
  int result = reshaped ? 0 : -1;
  Py_INCREF(names);
  for (Py_ssize_t i = 0; result == 0 && i < descryi_tuple_size(names); ++i) {
    result = add_field(pairs, path, copy, reshaped, descryi_tuple_item(names, i));
  }
  Py_DECREF(names);
  Py_XDECREF(reshaped);
  return result;
}

// Returns a new array over the memory of `array` with elements of `descr`, or NULL with an
// exception set. A plain one: a subclass may have ideas of its own about fields. (PyArray_View
// would refuse other names for records that hold objects.)
static PyObject* read_as(PyObject* array, PyObject* descr) {
  const descryi_array* parts = descryi_as_array(array);
  Py_INCREF(descr);
  PyObject* plain = descryi_np.new_from_descr(descryi_np.array_type, descr, parts->nd,
                                              parts->dimensions, parts->strides, parts->data,
                                              parts->flags & DESCRYI_ARRAY_WRITEABLE, NULL);
  if (!plain) return NULL;
  Py_INCREF(array);
  if (descryi_np.set_base_object(plain, array) < 0) Py_CLEAR(plain);
  return plain;
}

// Returns the pairs of `copy` and `array`, or NULL with an exception set. The elements of `array`
// are read as `descr`. REQUIRES: the two have the same number of elements, and those of `descr` can
// be cast to the copy's. `path` is where the copy is in elements of its type.
static descryi_copy_pairs* new_pairs(PyObject* path, PyObject* copy, PyObject* array,
                                     PyObject* descr, int casting) {
  descryi_copy_pairs* pairs = descryi_calloc(1, sizeof *pairs);
  if (!pairs) return (descryi_copy_pairs*)PyErr_NoMemory();
  int result = -1;
  Py_INCREF(array);
  pairs->array = array;
  pairs->ndim = descryi_as_array(copy)->nd;
  pairs->casting = casting;
  PyObject* elements = read_as(array, descr);
  // Python may see the copy itself, and change its shape or dtype.
  PyObject* copies = elements ? read_as(copy, descryi_as_array(copy)->descr) : NULL;
  if (copies) result = add_pairs(pairs, path, copies, elements);
  Py_XDECREF(elements);
  Py_XDECREF(copies);
  if (result == 0) return pairs;
  free_pairs(pairs);
  return NULL;
}

// A walk over the elements of a pair and of further arrays of the same shape, in C order.
enum { COPY, ARRAY, THIRD, FOURTH, WALKED };
typedef struct element_walk {
  char* data[WALKED];  // where the elements are
  const Py_ssize_t* strides[WALKED];
  const Py_ssize_t* shape;
  int count;  // of arrays
  int ndim;
  Py_ssize_t index[DESCRYI_MAXDIMS_2];
} element_walk;

static void walk_add(element_walk* walk, PyObject* array) {
  walk->data[walk->count] = descryi_as_array(array)->data;
  walk->strides[walk->count] = descryi_as_array(array)->strides;
  ++walk->count;
}

// Starts a walk; `third` and `fourth` may be NULL. Returns whether there are elements.
static bool walk_start(element_walk* walk, const copy_pair* pair, PyObject* third,
                       PyObject* fourth) {
  walk->count = 0;
  walk->data[THIRD] = walk->data[FOURTH] = NULL;
  walk->ndim = descryi_as_array(pair->copy)->nd;
  walk->shape = descryi_as_array(pair->copy)->dimensions;
  walk_add(walk, pair->copy);
  walk_add(walk, pair->array);
  if (third) walk_add(walk, third);
  if (fourth) walk_add(walk, fourth);
  bool any = true;
  for (int axis = 0; axis < walk->ndim; ++axis) {
    walk->index[axis] = 0;
    any = any && walk->shape[axis] > 0;
  }
  return any;
}

// Goes on to the next element. Returns whether there is one.
static bool walk_next(element_walk* walk) {
  for (int axis = walk->ndim - 1; axis >= 0; --axis) {
    const bool carry = ++walk->index[axis] == walk->shape[axis];
    const Py_ssize_t steps = carry ? 1 - walk->shape[axis] : 1;
    for (int i = 0; i < walk->count; ++i) walk->data[i] += steps * walk->strides[i][axis];
    if (!carry) return true;
    walk->index[axis] = 0;
  }
  return false;
}

// Returns a new str that says where the walk is, such as "index (1,), field 'rgb[2]'"; or NULL with
// an exception set.
static PyObject* place_of(const descryi_copy_pairs* pairs, const copy_pair* pair,
                          const element_walk* walk) {
  const int inner_ndim = walk->ndim - pairs->ndim;
  PyObject* place = NULL;
  PyObject* outer = descryi_tuple_of(pairs->ndim, walk->index);
  PyObject* inner = outer ? PyList_New(0) : NULL;
  for (int i = 0; inner && i < inner_ndim; ++i) {
    PyObject* index = PyLong_FromSsize_t(walk->index[pairs->ndim + i]);
    if (!index || PyList_Append(inner, index) < 0) Py_CLEAR(inner);
    Py_XDECREF(index);
  }
  if (inner && inner_ndim) {
    place = PyUnicode_FromFormat("index %S, field '%U%S'", outer, pair->path, inner);
  } else if (inner && PyUnicode_GetLength(pair->path) > 0) {
    place = PyUnicode_FromFormat("index %S, field '%U'", outer, pair->path);
  } else if (inner) {
    place = PyUnicode_FromFormat("index %S", outer);
  }
  Py_XDECREF(outer);
  Py_XDECREF(inner);
  return place;
}

// Returns a new reference to the element of `array` at `data` as a scalar, or NULL with an
// exception set.
static PyObject* scalar_at(PyObject* array, char* data) {
  return descryi_np.scalar(data, descryi_as_array(array)->descr, array);
}

// Returns a new str of the element of `array` at `data`, or NULL with an exception set. NumPy
// cannot show every one: text of no characters, times of no year.
static PyObject* text_at(PyObject* array, char* data) {
  PyObject* value = scalar_at(array, data);
  PyObject* text = value ? PyObject_Str(value) : NULL;
  Py_XDECREF(value);
  if (text || PyErr_ExceptionMatches(PyExc_MemoryError)) return text;
  if (!PyErr_ExceptionMatches(PyExc_Exception)) return NULL;
  PyErr_Clear();
  return PyUnicode_FromString("a value");
}

// Raises the OverflowError for the element where the walk is: of the array where `type`, that of
// the view, is given, else of the copy. Returns -1.
static int refuse_value(const descryi_copy_pairs* pairs, const copy_pair* pair,
                        const element_walk* walk, const descry_type* type) {
  PyObject* const from = type ? pair->array : pair->copy;
  PyObject* const descr = descryi_as_array(type ? pair->copy : pair->array)->descr;
  PyObject* value = text_at(from, walk->data[type ? ARRAY : COPY]);
  PyObject* place = value ? place_of(pairs, pair, walk) : NULL;
  if (place && type) {
    descryi_raise_convert_inexact(type->name, type->size, value, place, descr);
  } else if (place) {
    descryi_raise_write_back_inexact(value, place, descr);
  }
  Py_XDECREF(value);
  Py_XDECREF(place);
  return -1;
}

// Returns 1 where two elements of the dtype of `array` are the same value or both NaN, 0 where they
// are not, or -1 with an exception set. For dtypes that NumPy does not bring.
static int same_value(PyObject* array, char* one, char* other) {
  if (memcmp(one, other, (size_t)descryi_descr_itemsize(descryi_as_array(array)->descr)) == 0) {
    return 1;
  }
  PyObject* first = scalar_at(array, one);
  PyObject* second = first ? scalar_at(array, other) : NULL;
  int same = second ? PyObject_RichCompareBool(first, second, Py_EQ) : -1;
  if (same == 0) {
    const int first_is_nan = PyObject_RichCompareBool(first, first, Py_NE);
    same = first_is_nan > 0 ? PyObject_RichCompareBool(second, second, Py_NE) : first_is_nan;
  }
  Py_XDECREF(first);
  Py_XDECREF(second);
  return same;
}

// Returns a new array of the elements of `array` cast to the dtype of `like`, as NumPy does it; or
// NULL with an exception set.
static PyObject* cast_like(PyObject* array, PyObject* like) {
  PyObject* descr = descryi_as_array(like)->descr;
  Py_INCREF(descr);
  return descryi_np.cast_to_type(array, descr, 0);
}

// Checks that the copy, as NumPy made it, gives the array's values again.
static int check_by_cast(const descryi_copy_pairs* pairs, const copy_pair* pair,
                         const descry_type* type) {
  PyObject* again = cast_like(pair->copy, pair->array);
  if (!again) return -1;
  element_walk walk;
  int same = 1;
  bool more = walk_start(&walk, pair, again, NULL);
  while (more) {
    same = same_value(pair->array, walk.data[ARRAY], walk.data[THIRD]);
    more = same == 1 && walk_next(&walk);
  }
  if (same == 0) refuse_value(pairs, pair, &walk, type);
  Py_DECREF(again);
  return same == 1 ? 0 : -1;
}

static int read_each(const descryi_copy_pairs* pairs, const copy_pair* pair,
                     const descry_type* type) {
  element_walk walk;
  for (bool more = walk_start(&walk, pair, NULL, NULL); more; more = walk_next(&walk)) {
    if (!descryi_value_convert(&pair->array_form, walk.data[ARRAY], &pair->copy_form,
                               walk.data[COPY])) {
      return refuse_value(pairs, pair, &walk, type);
    }
  }
  return 0;
}

// Whether NumPy's cast keeps each value that there can be. REQUIRES: the forms are known.
static bool always_fits(const descryi_copy_pairs* pairs, const copy_pair* pair) {
  PyObject* const from = descryi_as_array(pair->array)->descr;
  PyObject* const to = descryi_as_array(pair->copy)->descr;
  if (!descryi_value_always_fits(&pair->array_form, &pair->copy_form)) return false;
  return pairs->casting <= DESCRYI_SAFE_CASTING ||
         descryi_np.can_cast_type_to(from, to, DESCRYI_SAFE_CASTING) != 0;
}

static int read_pair(const descryi_copy_pairs* pairs, const copy_pair* pair,
                     const descry_type* type) {
  const bool unsafe = pairs->casting == DESCRYI_UNSAFE_CASTING;
  const bool known = unsafe || descryi_value_forms_known(&pair->array_form, &pair->copy_form);
  if (!unsafe && known && !always_fits(pairs, pair)) return read_each(pairs, pair, type);
  if (descryi_np.copy_into(pair->copy, pair->array) < 0) return -1;
  return known ? 0 : check_by_cast(pairs, pair, type);
}

// Copies the elements of the array to the copy, which is of `type`. Returns 0, or -1 with an
// exception set.
static int read_pairs(descryi_copy_pairs* pairs, const descry_type* type) {
  for (size_t i = 0; i < pairs->count; ++i) {
    if (read_pair(pairs, &pairs->items[i], type) < 0) return -1;
  }
  return 0;
}

// Remembers what the copy holds now, to tell later what has changed. Returns 0, or -1 with an
// exception set.
static int remember_pairs(descryi_copy_pairs* pairs) {
  size_t largest = 1;
  for (size_t i = 0; i < pairs->count; ++i) {
    copy_pair* const pair = &pairs->items[i];
    pair->original = cast_like(pair->copy, pair->copy);
    if (!pair->original) return -1;
    if (pair->array_form.size > largest) largest = pair->array_form.size;
  }
  pairs->scratch = PyMem_Malloc(largest);
  if (pairs->scratch) return 0;
  PyErr_NoMemory();
  return -1;
}

static bool is_known(const copy_pair* pair) {
  return descryi_value_forms_known(&pair->copy_form, &pair->array_form);
}

static bool has_changed(const copy_pair* pair, const element_walk* walk) {
  return !descryi_value_same_bytes(&pair->copy_form, walk->data[COPY], walk->data[THIRD]);
}

// Checks that each changed element fits the array. Objects always do.
static int check_each(const descryi_copy_pairs* pairs, const copy_pair* pair) {
  if (pair->array_form.kind == DESCRYI_VALUE_OBJECT) return 0;
  element_walk walk;
  for (bool more = walk_start(&walk, pair, pair->original, NULL); more; more = walk_next(&walk)) {
    if (has_changed(pair, &walk) && !descryi_value_convert(&pair->copy_form, walk.data[COPY],
                                                           &pair->array_form, pairs->scratch)) {
      return refuse_value(pairs, pair, &walk, NULL);
    }
  }
  return 0;
}

// The same by NumPy's casts, there and back. Keeps what they made.
static int check_replacement(const descryi_copy_pairs* pairs, copy_pair* pair) {
  pair->replacement = cast_like(pair->copy, pair->array);
  PyObject* again = pair->replacement ? cast_like(pair->replacement, pair->copy) : NULL;
  if (!again) return -1;
  element_walk walk;
  int result = 0;
  bool more = walk_start(&walk, pair, pair->original, again);
  for (; more && result == 0; more = walk_next(&walk)) {
    if (!has_changed(pair, &walk)) continue;
    const int same = same_value(pair->copy, walk.data[COPY], walk.data[FOURTH]);
    if (same != 1) result = same < 0 ? -1 : refuse_value(pairs, pair, &walk, NULL);
  }
  Py_DECREF(again);
  return result;
}

static void write_pair(const copy_pair* pair) {
  const size_t size = pair->array_form.size;
  element_walk walk;
  for (bool more = walk_start(&walk, pair, pair->original, pair->replacement); more;
       more = walk_next(&walk)) {
    if (!has_changed(pair, &walk)) continue;
    if (walk.data[FOURTH]) {
      memcpy(walk.data[ARRAY], walk.data[FOURTH], size);
    } else {
      descryi_value_convert(&pair->copy_form, walk.data[COPY], &pair->array_form, walk.data[ARRAY]);
    }
  }
}

static int write_back(descryi_copy_pairs* pairs) {
  for (size_t i = 0; i < pairs->count; ++i) {
    copy_pair* const pair = &pairs->items[i];
    if ((is_known(pair) ? check_each(pairs, pair) : check_replacement(pairs, pair)) < 0) return -1;
  }
  for (size_t i = 0; i < pairs->count; ++i) write_pair(&pairs->items[i]);
  return 0;
}

void descryi_copy_pairs_write_back(descryi_copy_pairs* pairs) {
  PyObject* const pending = descryi_error_take();
  if (write_back(pairs) < 0) PyErr_WriteUnraisable(pairs->array);
  free_pairs(pairs);
  descryi_error_restore(pending);
}

static int casting_of(unsigned flags) {
  return flags & DESCRY_SAME_KIND ? DESCRYI_SAME_KIND_CASTING : DESCRYI_SAFE_CASTING;
}

int descryi_converted_copy_check(const descry_view* view, PyObject* element, PyObject* descr,
                                 int ndim) {
  const int extra = view->flags & DESCRY_EXTRA_IGNORED ? DESCRYI_EXTRA_FIELDS : 0;
  const int level = DESCRYI_CASTABLE | casting_of(view->flags) | extra;
  const int converts = descryi_castable(element, descr, level, NULL);
  if (converts != 0) return converts;
  return descryi_match_fail(view->type, element, descr, level, ndim);
}

int descryi_copy_by_name(const descry_type* type, PyObject* path, int ndim, PyObject* target,
                         PyObject* source, int casting) {
  PyObject* const descr = descryi_as_array(source)->descr;
  descryi_copy_pairs* pairs = new_pairs(path, target, source, descr, casting);
  if (!pairs) return -1;
  pairs->ndim = ndim;
  const int result = read_pairs(pairs, type);
  free_pairs(pairs);
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

// Borrows the array while it is copied and, for a view that writes, until that is released. What it
// borrows are the array's own elements, which `view` describes until it shows the copy. Takes
// `pairs`, also on failure.
static int copy_and_hold(descry_view* view, PyObject* array, PyObject* copy,
                         descryi_copy_pairs* pairs) {
  const bool writes = (view->flags & DESCRY_WRITE) != 0;
  descryi_view_hold* hold = &view->priv.hold;
  view->itemsize = element_size(descryi_as_array(array), view->ndim);
  if (descryi_hold_take(hold, view, array) < 0) {
    free_pairs(pairs);
    return -1;
  }
  const bool done = read_pairs(pairs, view->type) == 0 && (!writes || remember_pairs(pairs) == 0);
  if (done && writes) {
    hold->copy_pairs = pairs;
  } else {
    free_pairs(pairs);
    descryi_hold_give_back(hold);
    *hold = (descryi_view_hold){0};
  }
  if (done) show(view, copy);
  return done ? 0 : -1;
}

int descryi_converted_copy_open(descry_view* view, PyObject* array, PyObject* descr, PyObject* own,
                                unsigned flags) {
  const int order =
      (flags & DESCRYI_ANY_CONTIGUITY) == DESCRY_F_CONTIGUOUS ? DESCRY_F_ORDER : DESCRY_C_ORDER;
  PyObject* copy = descry_zeros(view->type, view->ndim, view->shape, order);
  PyObject* path = copy ? PyUnicode_FromString("") : NULL;
  descryi_copy_pairs* pairs =
      path ? new_pairs(path, copy, array, descr, casting_of(view->flags)) : NULL;
  int result = pairs ? copy_and_hold(view, array, copy, pairs) : -1;
  Py_XDECREF(path);
  Py_XDECREF(copy);
  if (result == 0 && flags & DESCRY_CHECK_OBJECTS && descryi_check_objects(view, own) < 0) {
    if (view->priv.hold.copy_pairs) free_pairs(view->priv.hold.copy_pairs);
    view->priv.hold.copy_pairs = NULL;
    descry_view_release(view);
    result = -1;
  }
  return result;
}
