// SPDX-License-Identifier: BSD-3-Clause
// What the modules of a process share. Each module has its own static copy of descry; the copies
// meet in the dict of the interpreter that imported NumPy. The first that needs a struct puts it
// there, behind a capsule, and all others find it:
//
//   static descryi_shared registry_shared = {
//       .key = "descry.registry", .title = "a registry", .oldest = 1, .newest = 1,
//       .make = make_registry, .drop = drop_registry};
//   ...
//   registry* found = descryi_shared_get(&registry_shared);
//   if (!found) return -1;
//
// A struct stays for good, also when its interpreter ends: a copy may have a pointer to it until
// the process exits. Its functions and static data are those of the copy that made it. GIL held (or
// thread state attached).
#ifndef DESCRY_SRC_BASE_SHARED_H_
#define DESCRY_SRC_BASE_SHARED_H_

#include "src/base/python.h"
#include "src/base/threads.h"

// The first member of every shared struct. Copies of different versions share it, so members are
// only ever appended, which raises `newest`; a change that older copies cannot live with raises
// `oldest` as well.
typedef struct descryi_shared_head {
  uint32_t oldest;  // of the copies that can use it, the version of the oldest
  uint32_t newest;  // the version of the copy that made it
} descryi_shared_head;

// One kind of shared struct, as this copy knows it.
typedef struct descryi_shared {
  const char* key;          // in the interpreter's dict, and the capsule's name
  const char* title;        // for messages, as in "a borrow table"
  uint32_t oldest, newest;  // the versions that this copy can use; `newest` is its own

  // Returns a new struct, or NULL with an exception set. Its head is set for it.
  void* (*make)(void);
  // Frees what make() returned, where another thread was first.
  void (*drop)(void* made);
  // Prepares this copy for using the struct, whoever made it. Returns 0, or -1 with an exception
  // set; then the next use tries again. NULL where there is nothing to prepare.
  int (*join)(void* found);

  void* found;  // atomic: what this copy found, NULL before its first use
} descryi_shared;

// The slow path of descryi_shared_get(): looks the struct up, and makes it where there is none.
// Imports NumPy if need be. Returns NULL with an exception set on failure: ImportError in an
// interpreter other than the one that imported NumPy, or where the struct is of an unknown version.
void* descryi_shared_find(descryi_shared* shared);

// Returns what this copy found before, or NULL. Needs no thread state: for what is released late.
static inline void* descryi_shared_found(const descryi_shared* shared) {
  return descryi_load_acquire(&shared->found);
}

// Returns the struct, or NULL with an exception set. Once it is found this is one load: a caller
// that may run in another interpreter asks descryi_numpy_ensure() first.
static inline void* descryi_shared_get(descryi_shared* shared) {
  void* found = descryi_shared_found(shared);
  return found ? found : descryi_shared_find(shared);
}

#endif  // DESCRY_SRC_BASE_SHARED_H_
