// SPDX-License-Identifier: BSD-3-Clause
// May I read or write this memory now? Any number of readers or one writer for each byte, for all
// native code of the process that asks: every module that links descry, and Rust extensions that
// use the crate `numpy`.
//
//   descry_borrow borrow = {0};
//   if (descry_borrow_exclusive(&borrow, array) < 0) return NULL;  // BufferError: in use
//   change_elements(array);  // by any thread, with or without the GIL
//   descry_borrow_release(&borrow);
//
// A descry_view takes and releases its own; this is for code without one. A borrow is of memory,
// not of an object: it covers exactly the bytes that the array's elements occupy, so a['x'] and
// a['y'], or a[::2] and a[1::2], may be written at once, while an array and any view that shares a
// byte with it may not, whatever object either came from. An empty array covers nothing. A borrow
// remembers what it took: whatever Python does to the array meanwhile, release gives back just
// that. It keeps no reference to the array; keep one yourself for as long as you use the memory.
//
// Borrows guard one process: another that maps the same file or shared memory does not see them.
//
// Nothing ever waits: a borrow is had at once or refused. Functions need the GIL (or an attached
// thread state), but for descry_borrow_release(); the memory may be used without it. A
// descry_borrow may be moved, but of two copies only one may be used; no two threads at once.
//
// With DESCRY_BORROW_TRACE set in the environment when the first borrow is taken, each remembers
// the file and line where it was taken, and refusals and descry_borrows() tell it.
#ifndef DESCRY_BORROW_H_
#define DESCRY_BORROW_H_

#include <Python.h>
#include <descry/private/borrow.h>

#ifdef __cplusplus
extern "C" {
#endif

// One borrow, or none when zeroed.
typedef struct descry_borrow {
  descryi_borrow_state priv;  // the library's own
} descry_borrow;

// Borrows an array's elements for reading. Returns 0, or -1 with `borrow` zeroed and an exception
// set: BufferError where any of these bytes is borrowed for writing, TypeError where `array` is not
// an array, ImportError where NumPy cannot be used. REQUIRES: `borrow` is zeroed, released or new.
int descry_borrow_shared(descry_borrow* borrow, PyObject* array);

// Borrows an array's elements for writing. The same, and BufferError where any of these bytes is
// borrowed at all, ValueError where the array is read-only.
int descry_borrow_exclusive(descry_borrow* borrow, PyObject* array);

// Makes a borrow for writing one for reading; others may read from now on. Does nothing for one
// that is for reading, or released. Returns 0. (Where a Rust extension brought the process's table
// and runs without the GIL, a Rust thread may write first: then -1 with BufferError, and the borrow
// is released.)
int descry_borrow_downgrade(descry_borrow* borrow);

// Ends the borrow. Any number of times; a zeroed one is fine. A pending exception stays as it is.
// Any thread may do so: where it has no thread state attached (no GIL), one is attached meanwhile.
// Once the interpreter has ended, or is about to without this thread, the borrow is zeroed, and
// that is all.
void descry_borrow_release(descry_borrow* borrow);

// Returns a new list of the borrows that are open now, for a debugger, or NULL with an exception
// set. Each is a dict: "kind" ("read" or "write"), "type" (of the elements: NumPy's kind character
// and size in bytes, as in "f8" or "V24"), "start" and "stop" (addresses of the first byte and past
// the last), "count" (how many borrows of these bytes there are in this way), "where"
// ("file:line", None unless traced).
PyObject* descry_borrows(void);

// The first two with the place that asks, which the macros below give. `file` is kept, not copied.
int descry_borrow_shared_at(descry_borrow* borrow, PyObject* array, const char* file, int line);
int descry_borrow_exclusive_at(descry_borrow* borrow, PyObject* array, const char* file, int line);

#define descry_borrow_shared(borrow, array) \
  descry_borrow_shared_at((borrow), (array), __FILE__, __LINE__)
#define descry_borrow_exclusive(borrow, array) \
  descry_borrow_exclusive_at((borrow), (array), __FILE__, __LINE__)

#ifdef __cplusplus
}
#endif

#endif  // DESCRY_BORROW_H_
