// SPDX-License-Identifier: BSD-3-Clause
#include <descry/array.h>
#include <descry/dtype.h>
#include <string.h>

#include "src/array/fresh.h"
#include "src/array/messages.h"

// An array that grows. Elements from `produced` on have NULL slots.
typedef struct growing {
  const descry_type* type;
  PyObject* array;
  descryi_object_slots slots;
  Py_ssize_t itemsize;  // bytes
  Py_ssize_t room;      // elements
  Py_ssize_t produced;  // elements
} growing;

enum { FIRST_ROOM = 16 };

static char* grown_element(const growing* made, Py_ssize_t index) {
  return descryi_as_array(made->array)->data + index * made->itemsize;
}

// Puts the elements into an array with room for `room` of them; bytes and references move.
static int move_to(growing* made, Py_ssize_t room) {
  Py_ssize_t size;
  PyObject* descr = descryi_fresh_dtype(made->type, 1, &room, DESCRY_C_ORDER, &size);
  if (!descr) return -1;
  const Py_ssize_t itemsize = (Py_ssize_t)made->type->size;
  PyObject* array = descryi_fresh_new(made->type, descr, 1, &room, DESCRY_C_ORDER, false);
  if (!array) return -1;
  if (made->produced) {
    const size_t bytes = (size_t)(made->produced * itemsize);
    memcpy(descryi_as_array(array)->data, grown_element(made, 0), bytes);
    if (made->slots.count) memset(grown_element(made, 0), 0, bytes);
  }
  Py_XDECREF(made->array);
  made->array = array;
  made->itemsize = itemsize;
  made->room = room;
  return 0;
}

static int begin_growing(growing* made, const descry_type* type, Py_ssize_t count) {
  memset(made, 0, sizeof *made);
  made->type = type;
  PyObject* descr = descry_dtype(type);
  if (!descr) return -1;
  const int found = descryi_object_slots_init(&made->slots, type, descr);
  Py_DECREF(descr);
  return found < 0 ? -1 : move_to(made, count < 0 ? FIRST_ROOM : count);
}

// Has one more element made in place. Returns what `next` does.
static int make_element(growing* made, int (*next)(void* element, void* context), void* context) {
  char* const element = grown_element(made, made->produced);
  memset(element, 0, (size_t)made->itemsize);
  if (made->slots.count) descryi_object_slots_own(element, &made->slots);
  const int more = next(element, context);
  if (more < 0 && !PyErr_Occurred()) descryi_raise_next_silent(made->type->name);
  return more;
}

// Makes elements until there are no more. Returns 0, or -1 with an exception set.
static int make_all(growing* made, Py_ssize_t count, int (*next)(void* element, void* context),
                    void* context) {
  while (count < 0 || made->produced < count) {
    if (made->produced == made->room && move_to(made, 2 * made->room) < 0) return -1;
    const int more = make_element(made, next, context);
    if (more < 0) return -1;
    if (more == 0) break;
    ++made->produced;
  }
  return made->produced < made->room ? move_to(made, made->produced) : 0;
}

PyObject* descry_generate(const descry_type* type, Py_ssize_t count,
                          int (*next)(void* element, void* context), void* context) {
  growing made;
  if (count < -1) {
    descryi_raise_count_negative(count);
    return NULL;
  }
  if (begin_growing(&made, type, count) < 0 || make_all(&made, count, next, context) < 0) {
    if (made.array) descryi_drop(made.array);
    made.array = NULL;
  }
  descryi_object_slots_clear(&made.slots);
  return made.array;
}
