// SPDX-License-Identifier: BSD-3-Clause
// Arrays in .npy files, the format of np.save and np.load: written, appended to and mapped by
// programs without Python.
//
//   descry_npy* log = descry_npy_create("log.npy", DESCRY_TYPE(sample), 1, (const size_t[]){0},
//                                       DESCRY_APPEND);
//   if (!log) fprintf(stderr, "%s\n", descry_npy_problem(NULL));
//   descry_npy_write(log, samples, 100);
//   if (descry_npy_close(log) < 0) fprintf(stderr, "%s\n", descry_npy_problem(NULL));
//
//   np.load("log.npy", mmap_mode="r")  # in Python, also while the program goes on
//
// The header is written behind the data, in one write: a file whose writer was killed, at whatever
// point, can be loaded, and has every element of the last descry_npy_flush() that returned. What
// was written behind them is not there.
//
// A function that fails returns NULL or -1 and leaves a sentence in descry_npy_problem(); errno is
// what the system said, or 0 where it was not the system. A descry_npy belongs to one thread at a
// time. No function here needs the GIL, and none touches Python.
#ifndef DESCRY_NPY_H_
#define DESCRY_NPY_H_

#include <descry/flags.h>
#include <descry/type.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// One open file.
typedef struct descry_npy descry_npy;

// Creates a file for an array of `ndim` dimensions (1 to 64) that grows along its first one.
// shape[0] is not looked at: the array is empty. What was there is replaced once the new file is
// whole; with DESCRY_APPEND in `flags` an existing file is kept and written behind its elements.
// It is refused where its type, its rank or one of its further dimensions differ, where it is in
// Fortran order or has fewer bytes than it should, or where another array follows in it.
//
// Fields are stored in the order of their offsets, and what lies between them as zeros. Fields that
// share bytes (unions) become one field of opaque bytes, `V`, under the name of the first. Refused:
// Python objects, bfloat16, a type that is itself a sub-array (use its elements and one more
// dimension). np.load() of NumPy 1.24 and later wants max_header_size for headers of more than
// 10 000 characters (some 400 fields).
//
// Returns a new file that is to be closed, or NULL. Only one descry_npy at a time may write to a
// file, in all processes: the second one is refused (by flock()). The type is kept; it must live,
// or be one made at run time.
descry_npy* descry_npy_create(const char* path, const descry_type* type, int ndim,
                              const size_t* shape, unsigned flags);

// Writes `count` entries of the array along its first dimension, in C order: so many elements where
// ndim is 1, else so many times the product of the further lengths. They may be on their way until
// the next flush. Returns 0, or -1: then none of these entries is in the array, and the call may be
// tried again.
int descry_npy_write(descry_npy* npy, const void* elements, size_t count);

// Brings everything that was written to the file, first the data and then the header. With
// DESCRY_DURABLE in `flags` it is on the disk when this returns (fsync), otherwise with the
// operating system. A mapped file is brought to the disk with DESCRY_DURABLE alone. Returns 0, or
// -1: then the file is as it was before, and the call may be tried again.
int descry_npy_flush(descry_npy* npy, unsigned flags);

// Maps a file, with DESCRY_READ in `flags` to look at its elements, or DESCRY_WRITE to change them
// in the file. A NULL `type` takes the file's own, made at run time. Refused: another type (the
// problem names the first difference by its path), fewer bytes than there should be, elements that
// are misaligned for the type unless DESCRY_UNALIGNED is given, Fortran order unless
// DESCRY_F_CONTIGUOUS or DESCRY_CONTIGUOUS is given, and then C order with the former. Returns a
// new file that is to be closed, or NULL. The elements are those of now: what is appended later is
// not in the map. Who makes the file shorter meanwhile ends the program (SIGBUS).
descry_npy* descry_npy_open(const char* path, const descry_type* type, unsigned flags);

// Returns the first element of a mapped file, valid until it is closed; with DESCRY_WRITE it may be
// written through. NULL for a file from descry_npy_create().
const void* descry_npy_data(const descry_npy* npy);

// Returns the number of dimensions, and their lengths; what was written counts.
int descry_npy_ndim(const descry_npy* npy);
const size_t* descry_npy_shape(const descry_npy* npy);

// Returns the number of elements.
size_t descry_npy_size(const descry_npy* npy);

// Returns 1 where the elements are in Fortran order, and not in C order as well.
int descry_npy_is_fortran(const descry_npy* npy);

// Returns the type of the elements, valid until the file is closed (or retained).
const descry_type* descry_npy_type(const descry_npy* npy);

// Returns a sentence that says why the last call that failed did, or NULL where none did. With NULL
// instead of a file: why the last create, open or close of this thread failed. Valid until the next
// failure.
const char* descry_npy_problem(const descry_npy* npy);

// Flushes, gives the file free and frees `npy`, also where it fails. NULL is fine. Returns 0, or -1
// with what went wrong in descry_npy_problem(NULL).
int descry_npy_close(descry_npy* npy);

// An .npz file: a zip file of named arrays, the format of np.savez and np.load.
//
//   descry_npz* npz = descry_npz_create("run.npz", 0);
//   descry_npy* log = descry_npz_add(npz, "log", DESCRY_TYPE(sample), 1, (const size_t[]){0});
//   descry_npy_write(log, samples, 100);
//   if (descry_npy_close(log) < 0 || descry_npz_close(npz) < 0) ...
//
// Members are stored as they are, none compressed, and so that each can be mapped: np.savez aligns
// none, and np.load maps none. A descry_npz and the member that is being written to it belong to
// one thread at a time. The functions fail as those above do.
typedef struct descry_npz descry_npz;

// Begins an .npz file, which gets its name when it is closed: until then `path` is what it was
// before, and whoever kills the program leaves `path` alone and a file of that name with ".part" at
// its end. With DESCRY_DURABLE in `flags` it is on the disk when descry_npz_close() returns.
// Returns a new file that is to be closed, or NULL.
descry_npz* descry_npz_create(const char* path, unsigned flags);

// Adds an array that is written by descry_npy_write() and grows along its first dimension, as one
// of descry_npy_create(); descry_npy_close() ends it, and only one can be written at a time.
// `name`, in UTF-8, is that of the array in np.load(), which is not a path that leads out of a
// folder. Returns a new array that is to be closed, before `npz` is, or NULL with the problem of
// `npz`.
descry_npy* descry_npz_add(descry_npz* npz, const char* name, const descry_type* type, int ndim,
                           const size_t* shape);

// Opens an .npz file to read it. Returns a new file that is to be closed, or NULL, also where its
// directory contradicts itself or the file.
descry_npz* descry_npz_open(const char* path);

// Returns the number of members, and the name of each, without ".npy" at its end, valid until the
// file is closed; or NULL where there is none of that number. What is not an array counts, too.
size_t descry_npz_count(const descry_npz* npz);
const char* descry_npz_name(const descry_npz* npz, size_t index);

// Maps a member, as descry_npy_open() does a file; the last one where several have that name.
// `flags` hold DESCRY_READ. One that is not aligned for its type is read into memory instead of
// mapped, unless they have DESCRY_UNALIGNED. The check sum is not looked at. Refused: members that
// are compressed, as those of np.savez_compressed, or encrypted. Returns a new array that is to be
// closed, and that may outlive `npz`; or NULL with the problem of `npz`.
descry_npy* descry_npz_map(descry_npz* npz, const char* name, const descry_type* type,
                           unsigned flags);

// Reads a member, and compares its check sum. Returns 0, or -1 where it is another, or the member
// cannot be mapped either.
int descry_npz_check(descry_npz* npz, const char* name);

// Returns a sentence that says why the last call that failed did, as descry_npy_problem().
const char* descry_npz_problem(const descry_npz* npz);

// Ends the file, gives it its name, and frees `npz`, also where it fails. NULL is fine. Returns 0,
// or -1 with what went wrong in descry_npz_problem(NULL): then `path` is what it was before (but
// for a failure of DESCRY_DURABLE to bring the name to the disk), also where a member was not
// closed, or its close failed.
int descry_npz_close(descry_npz* npz);

// Frees `npz` without giving the file its name: nothing is left of what was written. NULL is fine.
void descry_npz_discard(descry_npz* npz);

#ifdef __cplusplus
}
#endif

#endif  // DESCRY_NPY_H_
