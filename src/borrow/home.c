// SPDX-License-Identifier: BSD-3-Clause
#include "src/borrow/home.h"

#include <stdlib.h>

#include "src/base/errors.h"
#include "src/base/lifetime.h"
#include "src/borrow/rust_install.h"
#include "src/borrow/rust_provider.h"

void* descryi_borrow_home_found;

static const char kKey[] = "descry.borrow";

#if !defined(_WIN32)
#include <pthread.h>

// A child process gets the table as it is at the moment of the fork, which must not be in the
// middle of a change.
static descryi_table* forked_table;
static void before_fork(void) { descryi_table_freeze(forked_table); }
static void after_fork(void) { descryi_table_thaw(forked_table); }

static void survive_fork(descryi_table* table) {
  forked_table = table;
  (void)pthread_atfork(before_fork, after_fork, after_fork);
}
#else
static void survive_fork(descryi_table* table) { (void)table; }
#endif

static void free_home(descryi_borrow_home* home) {
  if (home->rust.flags) descryi_rust_withdraw(&home->rust);
  descryi_table_free(home->table);
  free(home);
}

// Returns a new table with all that belongs to it, or NULL where there is no memory.
static descryi_borrow_home* new_home(void) {
  descryi_borrow_home* home = calloc(1, sizeof(*home));
  if (!home) return NULL;
  *home = (descryi_borrow_home){
      .version = DESCRYI_BORROW_HOME_VERSION,
      .size = sizeof(*home),
      .table = descryi_table_new(getenv("DESCRY_BORROW_TRACE") != NULL),
      .acquire = descryi_table_acquire,
      .release = descryi_table_release,
      .downgrade = descryi_table_downgrade,
      .list = descryi_table_list,
  };
  if (home->table && descryi_rust_provide(&home->rust, home->table)) return home;
  free_home(home);
  return NULL;
}

// Puts a new table under `key` unless there is one. Returns a new reference to the capsule that is
// there now, or NULL with an exception set. The capsule frees nothing: borrows may be given back
// after the interpreter has ended.
static PyObject* put_new_home(PyObject* dict, PyObject* key) {
  descryi_borrow_home* home = new_home();
  if (!home) return PyErr_NoMemory();
  PyObject* capsule = PyCapsule_New(home, kKey, NULL);
  PyObject* found = capsule ? descryi_dict_set_default(dict, key, capsule) : NULL;
  if (found && found == capsule) {
    survive_fork(home->table);
  } else {
    free_home(home);
  }
  Py_XDECREF(capsule);
  return found;
}

// Returns the table in the capsule, or NULL with an exception set.
static descryi_borrow_home* home_in(PyObject* capsule) {
  descryi_borrow_home* home = PyCapsule_GetPointer(capsule, kKey);
  if (!home || home->version >= DESCRYI_BORROW_HOME_VERSION) return home;
  descryi_raise(DESCRYI_BORROW_TABLE_UNKNOWN, home->version, DESCRYI_BORROW_HOME_VERSION);
  return NULL;
}

static descryi_borrow_home* find_or_put(void) {
  PyObject* dict = descryi_interpreter_dict();
  PyObject* key = dict ? PyUnicode_FromString(kKey) : NULL;
  if (!key) return NULL;
  PyObject* capsule = descryi_dict_find(dict, key);
  Py_XINCREF(capsule);
  if (!capsule && !PyErr_Occurred()) capsule = put_new_home(dict, key);
  descryi_borrow_home* home = capsule ? home_in(capsule) : NULL;
  Py_XDECREF(capsule);
  Py_DECREF(key);
  return home;
}

// Every copy of descry does this before its first borrow, and all come to the same result.
static int meet_rust(descryi_borrow_home* home) {
  const descryi_rust_api* api = descryi_rust_install(&home->rust);
  if (!api) return -1;
  if (api != &home->rust) descryi_store_release(&home->foreign, (void*)(uintptr_t)api);
  return 0;
}

descryi_borrow_home* descryi_borrow_home_find(void) {
  descryi_borrow_home* home = find_or_put();
  if (!home || meet_rust(home) < 0) return NULL;
  descryi_store_release(&descryi_borrow_home_found, home);
  return home;
}
