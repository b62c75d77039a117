// SPDX-License-Identifier: BSD-3-Clause
#include "src/loop/elements.h"

#include <string.h>

#include "src/array/object_slots.h"
#include "src/borrow/shared_table.h"
#include "src/dtype/dtype.h"

// NumPy's functions know where the references are. Those of the old element are dropped after its
// bytes are gone from there: dropping may run code that looks at it.
static void copy_with_references(char* to, const char* from, size_t itemsize, PyObject* descr,
                                 char* old) {
  descryi_np.item_incref((char*)from, descr);
  memcpy(old, to, itemsize);
  memcpy(to, from, itemsize);
  descryi_np.item_xdecref(old, descr);
}

static void copy_run(const descry_loop* loop, bool masked, size_t itemsize, PyObject* descr,
                     char* old) {
  const Py_ssize_t step = (Py_ssize_t)itemsize;
  if (!masked && !old && loop->strides[0] == step && loop->strides[1] == step) {
    memcpy(loop->data[0], loop->data[1], (size_t)loop->count * itemsize);
    return;
  }
  for (Py_ssize_t i = 0; i < loop->count; ++i) {
    if (masked && !*DESCRY_LOOP_AT(char, loop, 2, i)) continue;
    char* const to = DESCRY_LOOP_AT(char, loop, 0, i);
    const char* const from = DESCRY_LOOP_AT(char, loop, 1, i);
    if (old) {
      copy_with_references(to, from, itemsize, descr, old);
    } else {
      memcpy(to, from, itemsize);
    }
  }
}

int descryi_copy_elements(const descry_view* to, const descry_view* from, const descry_view* mask) {
  const descry_view* views[] = {to, from, mask};
  const size_t itemsize = (size_t)to->itemsize;
  descry_loop loop;
  char* old = NULL;
  PyObject* own = descryi_dtype_borrow(to->type);
  if (!own || descry_loop_begin(&loop, mask ? 3 : 2, views, 0) < 0) return -1;
  if (descryi_descr_has_objects(own) && !(old = PyMem_Malloc(itemsize))) {
    PyErr_NoMemory();
    return -1;
  }
  while (descry_loop_next(&loop)) copy_run(&loop, mask != NULL, itemsize, own, old);
  PyMem_Free(old);
  return 0;
}

bool descryi_same_elements(PyObject* one, PyObject* other) {
  const descryi_array* a = descryi_as_array(one);
  const descryi_array* b = descryi_as_array(other);
  if (one == other) return true;
  if (a->data != b->data || a->nd != b->nd ||
      descryi_descr_itemsize(a->descr) != descryi_descr_itemsize(b->descr)) {
    return false;
  }
  const size_t bytes = (size_t)a->nd * sizeof *a->dimensions;
  return bytes == 0 || (memcmp(a->dimensions, b->dimensions, bytes) == 0 &&
                        memcmp(a->strides, b->strides, bytes) == 0);
}

bool descryi_share_memory(PyObject* one, PyObject* other) {
  const descryi_memory a = descryi_memory_of_array(one), b = descryi_memory_of_array(other);
  uint64_t a_low = 0, a_high = 0, b_low = 0, b_high = 0;
  if (descryi_memory_is_run(&a, &a_low, &a_high) && descryi_memory_is_run(&b, &b_low, &b_high)) {
    return a_low < b_high && b_low < a_high;
  }
  descryi_region first, second;
  unsigned work = DESCRYI_CONFLICT_WORK;
  descryi_region_set(&first, &a);
  descryi_region_set(&second, &b);
  return descryi_regions_conflict(&first, &second, &work);
}
