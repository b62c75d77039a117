// SPDX-License-Identifier: BSD-3-Clause
#include "src/view/hold.h"

#include <descry/schema.h>

#include "src/array/messages.h"
#include "src/borrow/shared_table.h"

// Python can nest memoryviews and arrays, and make circles of them, but nobody nests so many.
enum { MAX_BUFFERS = 100 };

// Raises what says that `owner` refuses its buffer, with what it raised itself as the cause.
// Returns -1.
static int refuse_buffer(PyObject* owner) {
  if (!PyErr_ExceptionMatches(PyExc_Exception) || PyErr_ExceptionMatches(PyExc_MemoryError)) {
    return -1;
  }
  PyObject* cause = descryi_error_take();
  PyObject* name = descryi_class_name(owner);
  if (name) {
    descryi_raise_memory_not_held(name, cause);
    descryi_set_cause(cause);  // steals the reference
  } else {
    Py_XDECREF(cause);
  }
  Py_XDECREF(name);
  return -1;
}

static int hold_buffer(descryi_view_hold* hold, PyObject* owner, int* count) {
  descryi_held_buffer* const before = hold->buffers;
  if (++*count > MAX_BUFFERS) return descryi_raise_memory_nested(MAX_BUFFERS);
  descryi_held_buffer* held = descryi_held_buffer_new(owner, PyBUF_INDIRECT, before);
  if (!held) return refuse_buffer(owner);
  hold->buffers = held;
  return 0;
}

// Sets `*behind` to a new reference to the array that a memoryview shows, or to NULL: whatever else
// it shows is held by the buffer of the memoryview. Returns 0, or -1 with an exception set.
static int look_behind_memoryview(PyObject* owner, PyObject** behind) {
  *behind = PyObject_GetAttrString(owner, "obj");
  if (!*behind) return -1;
  if (!descryi_is_array(*behind) && !descryi_is_scalar(*behind)) Py_CLEAR(*behind);
  return 0;
}

// Goes from `*object` (a reference that is stolen and replaced) to whose memory that shows, as far
// as there is someone. Holds the buffers on the way: Python can take an array's base away from it.
// Returns 0, or -1 with an exception set.
static int follow(descryi_view_hold* hold, PyObject** object) {
  int count = 0;
  for (;;) {
    PyObject* behind = descryi_owner_behind(*object);
    Py_XINCREF(behind);
    if (!behind && PyErr_Occurred()) return -1;
    if (!behind && descryi_owner_exports(*object)) {
      if (hold_buffer(hold, *object, &count) < 0) return -1;
      if (PyMemoryView_Check(*object) && look_behind_memoryview(*object, &behind) < 0) return -1;
    }
    if (!behind) return 0;
    Py_DECREF(*object);
    *object = behind;
  }
}

// Holds what is at the end of the chain of bases, which is `owner`.
static int hold_owner(descryi_view_hold* hold, const descryi_array* array, const void* data,
                      PyObject* owner) {
  if (hold->buffers && array->data != data) return descryi_raise_memory_changed();
  if (!descryi_is_array(owner)) return 0;
  if (descryi_owndata_pin_take(owner, &hold->keeper) < 0) return -1;
  hold->owndata = descryi_as_array(owner)->data;
  return 0;
}

int descryi_hold_memory(descryi_view_hold* hold, PyObject* array) {
  const void* const data = descryi_as_array(array)->data;
  hold->owndata = NULL;
  hold->keeper = NULL;
  PyObject* owner = array;
  Py_INCREF(owner);
  if (follow(hold, &owner) == 0 && hold_owner(hold, descryi_as_array(array), data, owner) == 0) {
    hold->owner = owner;
    return 0;
  }
  PyObject* const error = descryi_error_take();
  descryi_held_buffers_release(hold->buffers);
  hold->buffers = NULL;
  Py_DECREF(owner);
  descryi_error_restore(error);
  return -1;
}

int descryi_hold_borrow(descryi_view_hold* hold, const descry_view* view, PyObject* array) {
  const descryi_memory memory = {
      .data = view->data,
      .ndim = view->ndim,
      .shape = view->shape,
      .strides = view->strides,
      .itemsize = (size_t)view->itemsize,
      .kind = descryi_descr_kind(descryi_as_array(array)->descr),
  };
  return descryi_borrow_take(&hold->borrow, array, &memory, (view->flags & DESCRY_WRITE) != 0,
                             view->priv.file, view->priv.line);
}

int descryi_hold_share_borrow(descryi_view_hold* from, descryi_view_hold* to) {
  descryi_hold_complete(from);
  descryi_hold_complete(to);
  descryi_common_borrow* common = from->common;
  if (!common) {
    common = PyMem_Malloc(sizeof *common);
    if (!common) {
      PyErr_NoMemory();
      return -1;
    }
    common->views = 1;
    common->borrow = from->borrow;
    from->borrow = (descry_borrow){0};
    from->common = common;
  }
  __atomic_add_fetch(&common->views, 1, __ATOMIC_RELAXED);
  to->common = common;
  return 0;
}

void descryi_common_borrow_leave(descryi_common_borrow* common) {
  if (__atomic_sub_fetch(&common->views, 1, __ATOMIC_ACQ_REL) > 0) return;
  descry_borrow_release(&common->borrow);
  PyMem_Free(common);
}

// Returns new memory with what `view` holds by itself, or NULL with MemoryError. `was_row` is for
// drop_shared_hold().
static descryi_shared_hold* new_shared_hold(descry_view* view, bool* was_row) {
  descryi_shared_hold* shared = PyMem_Malloc(sizeof *shared);
  if (!shared) {
    PyErr_NoMemory();
    return NULL;
  }
  shared->views = 1;
  shared->hold = view->priv.hold;
  *was_row = __atomic_load_n(&view->priv.hold.is_row, __ATOMIC_RELAXED) != 0;
  shared->hold.is_row = *was_row;
  descryi_hold_complete(&shared->hold);
  return shared;
}

// Another thread was quicker.
static void drop_shared_hold(descryi_shared_hold* shared, bool was_row) {
  if (was_row) Py_DECREF(shared->hold.owner);
  PyMem_Free(shared);
}

// Threads that call functions on one view at a time, without a GIL, may all come here.
descryi_shared_hold* descryi_hold_share(descry_view* view) {
  void** const place = (void**)&view->priv.shared_hold;
  void* shared = descryi_load_acquire(place);
  bool was_row;
  if (!shared) {
    descryi_shared_hold* const fresh = new_shared_hold(view, &was_row);
    if (!fresh) return NULL;
    if (descryi_compare_exchange(place, &shared, fresh)) {
      __atomic_store_n(&view->priv.hold.is_row, 0, __ATOMIC_RELAXED);
      shared = fresh;
    } else {
      drop_shared_hold(fresh, was_row);
    }
  }
  __atomic_add_fetch(&((descryi_shared_hold*)shared)->views, 1, __ATOMIC_RELAXED);
  return shared;
}

int descryi_view_keep(const descry_view* view, descry_view* kept) {
  if (descryi_view_share(view, kept) < 0) return -1;
  (void)descry_type_retain(kept->type);
  return 0;
}

void descryi_view_keep_end(descry_view* kept) {
  const descry_type* const type = kept->type;
  descry_view_release(kept);
  descry_type_release(type);
}
