// SPDX-License-Identifier: BSD-3-Clause
#include <descry/borrow.h>

#include "src/base/errors.h"
#include "src/base/numpy.h"
#include "src/borrow/home.h"
#include "src/borrow/rust_client.h"
#include "src/borrow/take.h"

// Raises that `object` is no array. Returns -1.
static int refuse_type(PyObject* object) {
  PyObject* name = PyObject_GetAttrString((PyObject*)Py_TYPE(object), "__name__");
  if (name) descryi_raise(DESCRYI_BORROW_NO_ARRAY, name);
  Py_XDECREF(name);
  return -1;
}

static int borrow_array(PyObject* array, descry_borrow* out, bool exclusive, const char* file,
                        int line) {
  *out = (descry_borrow){0};
  if (descryi_numpy_ensure() < 0) return -1;
  if (!descryi_is_array(array)) return refuse_type(array);
  if (exclusive && !(descryi_array_flags(array) & DESCRYI_ARRAY_WRITEABLE)) {
    return descryi_raise(DESCRYI_BORROW_READ_ONLY);
  }
  descryi_memory memory = descryi_memory_of_array(array);
  return descryi_borrow_take(out, array, &memory, exclusive, file, line);
}

int descry_borrow_shared_at(PyObject* array, descry_borrow* out, const char* file, int line) {
  return borrow_array(array, out, false, file, line);
}

int descry_borrow_exclusive_at(PyObject* array, descry_borrow* out, const char* file, int line) {
  return borrow_array(array, out, true, file, line);
}

int(descry_borrow_shared)(PyObject* array, descry_borrow* out) {
  return borrow_array(array, out, false, NULL, 0);
}

int(descry_borrow_exclusive)(PyObject* array, descry_borrow* out) {
  return borrow_array(array, out, true, NULL, 0);
}

int descry_borrow_downgrade(descry_borrow* borrow) {
  const descryi_borrow_home* home = borrow->home;
  if (!home || !borrow->hold.exclusive) return 0;
  if (borrow->foreign &&
      !descryi_rust_downgrade(descryi_borrow_home_foreign(home), borrow->foreign)) {
    home->release(home->table, &borrow->hold);
    *borrow = (descry_borrow){0};
    return descryi_raise(DESCRYI_BORROW_LOST);
  }
  home->downgrade(home->table, &borrow->hold);
  return 0;
}

void descry_borrow_release(descry_borrow* borrow) {
  const descryi_borrow_home* home = borrow->home;
  if (!home) return;
  if (borrow->foreign) {
    descryi_rust_give_back(descryi_borrow_home_foreign(home), borrow->foreign,
                           borrow->hold.exclusive != 0);
    borrow->foreign = NULL;
  }
  home->release(home->table, &borrow->hold);
  borrow->home = NULL;
}
