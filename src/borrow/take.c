// SPDX-License-Identifier: BSD-3-Clause
#include "src/borrow/take.h"

#include "src/base/errors.h"
#include "src/borrow/home.h"
#include "src/borrow/inline.h"
#include "src/borrow/rust_client.h"

static const char* verb(bool exclusive) { return exclusive ? "writing" : "reading"; }

// Returns a new str that says where the borrow was taken, or NULL (no exception set) where that is
// not known.
static PyObject* place_of(const descryi_borrowed* held) {
  if (!held->file) return NULL;
  return PyUnicode_FromFormat("%s taken at %s:%d", held->count > 1 ? "the last one was" : "it was",
                              held->file, (int)held->line);
}

// Raises what a refusal deserves. Returns -1.
static int refuse(const descryi_memory* memory, bool exclusive, const descryi_borrowed* held) {
  descryi_region wanted;
  descryi_region_set(&wanted, memory);
  void* from = (void*)(uintptr_t)wanted.lo;
  void* to = (void*)(uintptr_t)wanted.hi;
  void* held_from = (void*)(uintptr_t)held->lo;
  void* held_to = (void*)(uintptr_t)held->hi;
  PyObject* place = place_of(held);
  if (held->file && !place) return -1;
  if (held->count == 1) {
    descryi_raise_because(place, DESCRYI_BORROW_HELD_ONCE, from, to, verb(exclusive),
                          verb(held->exclusive), held_from, held_to);
  } else {
    descryi_raise_because(place, DESCRYI_BORROW_HELD_OFTEN, from, to, verb(exclusive),
                          (unsigned)held->count, verb(held->exclusive), held_from, held_to);
  }
  Py_XDECREF(place);
  return -1;
}

static int refuse_for_rust(const descryi_memory* memory, bool exclusive) {
  descryi_region wanted;
  descryi_region_set(&wanted, memory);
  return descryi_raise(DESCRYI_BORROW_HELD_IN_RUST, (void*)(uintptr_t)wanted.lo,
                       (void*)(uintptr_t)wanted.hi, verb(exclusive));
}

// Takes the borrow in Rust's table as well, or gives it back in ours.
static int take_in_rust_too(descry_borrow* out, const descryi_borrow_home* home,
                            const descryi_rust_api* api, PyObject* array,
                            const descryi_memory* memory, bool exclusive) {
  int taken = descryi_rust_borrow(api, array, memory, exclusive, &out->foreign);
  if (taken == 1) return 0;
  home->release(home->table, &out->hold);
  *out = (descry_borrow){0};
  return taken < 0 ? -1 : refuse_for_rust(memory, exclusive);
}

// All that is not the common end: a refusal, no memory, or a table of Rust's besides.
static DESCRYI_COLD int finish(descry_borrow* out, int outcome, PyObject* array,
                               const descryi_memory* memory, bool exclusive,
                               const descryi_borrowed* against) {
  const descryi_borrow_home* home = out->home;
  if (outcome == DESCRYI_BORROW_TAKEN) {
    const descryi_rust_api* foreign = descryi_borrow_home_foreign(home);
    return take_in_rust_too(out, home, foreign, array, memory, exclusive);
  }
  *out = (descry_borrow){0};
  if (outcome == DESCRYI_BORROW_CONFLICT) return refuse(memory, exclusive, against);
  PyErr_NoMemory();
  return -1;
}

int descryi_borrow_take(descry_borrow* out, PyObject* array, const descryi_memory* memory,
                        bool exclusive, const char* file, int line) {
  const descryi_borrow_home* home = descryi_borrow_home_get();
  out->home = home;
  out->foreign = NULL;
  out->hold.entry = NULL;
  if (!home) return -1;
  descryi_borrowed against;
  int outcome = home->acquire(home->table, memory, exclusive, file, line, &out->hold, &against);
  if (outcome == DESCRYI_BORROW_TAKEN && !descryi_borrow_home_foreign(home)) return 0;
  return finish(out, outcome, array, memory, exclusive, &against);
}
