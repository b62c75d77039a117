// SPDX-License-Identifier: BSD-3-Clause
// Copies .npy and .npz files through a type that is made from their header at run time:
//
//   copy_files FOLDER COUNT
//
// FOLDER/0.npy becomes FOLDER/0.copy.npy, and member `a` of FOLDER/0.npz that of FOLDER/0.copy.npz.
#include <descry/npy.h>
#include <stdio.h>
#include <stdlib.h>

static int fail(const char* problem) {
  fprintf(stderr, "%s\n", problem);
  return -1;
}

static const unsigned kFlags = DESCRY_READ | DESCRY_UNALIGNED;

// Writes all that is mapped, in two pieces.
static int copy_elements(const descry_npy* from, descry_npy* to) {
  const char* data = descry_npy_data(from);
  const size_t rows = descry_npy_shape(from)[0], half = rows / 2;
  const size_t row =
      rows ? descry_npy_size(from) / rows * descry_type_size(descry_npy_type(from)) : 0;
  if (descry_npy_write(to, data, half) < 0) return fail(descry_npy_problem(to));
  if (descry_npy_write(to, data + half * row, rows - half) < 0) return fail(descry_npy_problem(to));
  return descry_npy_close(to) < 0 ? fail(descry_npy_problem(NULL)) : 0;
}

static int copy_npy(const char* from_path, const char* to_path) {
  descry_npy* from = descry_npy_open(from_path, NULL, kFlags);
  if (!from) return fail(descry_npy_problem(NULL));
  descry_npy* to = descry_npy_create(to_path, descry_npy_type(from), descry_npy_ndim(from),
                                     descry_npy_shape(from), 0);
  const int result = to ? copy_elements(from, to) : fail(descry_npy_problem(NULL));
  return descry_npy_close(from) < 0 ? -1 : result;
}

static int copy_npz(const char* from_path, const char* to_path) {
  descry_npz* from_file = descry_npz_open(from_path);
  descry_npy* from = from_file ? descry_npz_map(from_file, "a", NULL, kFlags) : NULL;
  descry_npz* to_file = from ? descry_npz_create(to_path, 0) : NULL;
  descry_npy* to = to_file ? descry_npz_add(to_file, "a", descry_npy_type(from),
                                            descry_npy_ndim(from), descry_npy_shape(from))
                           : NULL;
  int result = to ? copy_elements(from, to) : fail(descry_npz_problem(NULL));
  if (descry_npz_close(to_file) < 0) result = fail(descry_npz_problem(NULL));
  (void)descry_npy_close(from);
  (void)descry_npz_close(from_file);
  return result;
}

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  for (long i = 0; i < atol(argv[2]); ++i) {
    char from[4096], to[4096];
    (void)snprintf(from, sizeof from, "%s/%ld.npy", argv[1], i);
    (void)snprintf(to, sizeof to, "%s/%ld.copy.npy", argv[1], i);
    if (copy_npy(from, to) < 0) return 1;
    (void)snprintf(from, sizeof from, "%s/%ld.npz", argv[1], i);
    (void)snprintf(to, sizeof to, "%s/%ld.copy.npz", argv[1], i);
    if (copy_npz(from, to) < 0) return 1;
  }
  return 0;
}
