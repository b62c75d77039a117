// SPDX-License-Identifier: BSD-3-Clause
#include "src/borrow/shared_table.h"

#include <stdlib.h>

static void drop_entries(void* made) {
  descryi_shared_table* shared = made;
  if (shared->rust.flags) descryi_rust_withdraw(&shared->rust);
  descryi_table_free(shared->table);
  free(shared);
}

static void* make_entries(void) {
  descryi_shared_table* shared = calloc(1, sizeof(*shared));
  if (!shared) return PyErr_NoMemory();
  shared->table = descryi_table_new(getenv("DESCRY_BORROW_TRACE") != NULL);
  shared->acquire = descryi_table_acquire;
  shared->acquire_run = descryi_table_acquire_run;
  shared->release = descryi_table_release;
  shared->downgrade = descryi_table_downgrade;
  shared->list = descryi_table_list;
  if (shared->table && descryi_rust_provide(&shared->rust, shared->table)) return shared;
  drop_entries(shared);
  return PyErr_NoMemory();
}

// Every copy of descry does this before its first borrow, and all come to the same result.
static int meet_rust(void* found) {
  descryi_shared_table* shared = found;
  const descryi_rust_api* api = descryi_rust_install(&shared->rust);
  if (!api) return -1;
  if (api != &shared->rust) descryi_store_release(&shared->rust_first, (void*)(uintptr_t)api);
  return 0;
}

descryi_shared descryi_table_shared = {
    .key = "descry.borrow",
    .title = "a borrow table",
    .oldest = 1,
    .newest = 1,
    .make = make_entries,
    .drop = drop_entries,
    .join = meet_rust,
};
