// SPDX-License-Identifier: BSD-3-Clause
// A plain C program that writes structs into an .npy and an .npz file and maps them: C11, no C++,
// no Python.
#include <descry/declare.h>
#include <descry/npy.h>
#include <stdio.h>
#include <string.h>

typedef struct {
  int64_t id;
  float rgb[3];
  char label[12];
} sample;

DESCRY_DECLARE(sample);
DESCRY_RECORD(sample, id, rgb, label);

static int fail(const descry_npy* npy) {
  fprintf(stderr, "%s\n", descry_npy_problem(npy));
  return 1;
}

// Whether these are the two samples that were written.
static int are_same(const descry_npy* npy) {
  const sample* mapped = descry_npy_data(npy);
  return descry_npy_size(npy) == 2 && mapped[1].id == 2 && !strcmp(mapped[1].label, "two");
}

static int use_npz(const char* path, const sample* samples) {
  descry_npz* npz = descry_npz_create(path, 0);
  if (!npz) return fail(NULL);
  descry_npy* npy = descry_npz_add(npz, "samples", DESCRY_TYPE(sample), 1, (const size_t[]){0});
  if (!npy || descry_npy_write(npy, samples, 2) < 0 || descry_npy_close(npy) < 0) return fail(NULL);
  if (descry_npz_close(npz) < 0) return fail(NULL);

  npz = descry_npz_open(path);
  npy = npz ? descry_npz_map(npz, "samples", DESCRY_TYPE(sample), DESCRY_READ) : NULL;
  if (!npy || descry_npz_close(npz) < 0) return fail(NULL);
  const int same = are_same(npy);
  return descry_npy_close(npy) < 0 ? fail(NULL) : same ? 0 : 2;
}

int main(int argc, char** argv) {
  const char* path = argc > 1 ? argv[1] : "plain.npy";
  const sample samples[] = {{1, {0, 0.5f, 1}, "one"}, {2, {1, 0.5f, 0}, "two"}};
  descry_npy* npy = descry_npy_create(path, DESCRY_TYPE(sample), 1, (const size_t[]){0}, 0);
  if (!npy) return fail(NULL);
  if (descry_npy_write(npy, samples, 2) < 0 || descry_npy_flush(npy, 0) < 0) return fail(npy);
  if (descry_npy_close(npy) < 0) return fail(NULL);

  npy = descry_npy_open(path, DESCRY_TYPE(sample), DESCRY_READ);
  if (!npy) return fail(NULL);
  const int same = are_same(npy);
  if (descry_npy_close(npy) < 0) return fail(NULL);
  return same ? use_npz(path, samples) : 2;
}
