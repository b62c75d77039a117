// SPDX-License-Identifier: BSD-3-Clause
// Fuzz target: the input is an .npy file. What opens without a type has elements that all lie in
// the file, and a type that the file can be opened with again.
#include <descry/npy.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

constexpr unsigned kAnyOrder = DESCRY_READ | DESCRY_UNALIGNED | DESCRY_CONTIGUOUS;

// Reads every element, so that one beyond the file ends the process.
unsigned Sum(const descry_npy* npy, size_t most) {
  const size_t itemsize = descry_type_size(descry_npy_type(npy)), count = descry_npy_size(npy);
  size_t product = 1;
  for (int i = 0; i < descry_npy_ndim(npy); ++i) product *= descry_npy_shape(npy)[i];
  Require(product == count, "the size is that of the shape");
  Require(itemsize == 0 || count <= most / itemsize, "elements lie in the file");
  const auto* bytes = static_cast<const unsigned char*>(descry_npy_data(npy));
  unsigned sum = 0;
  for (size_t i = 0; i < count * itemsize; ++i) sum += bytes[i];
  return sum;
}

void Open(const char* path, size_t size) {
  descry_npy* const npy = descry_npy_open(path, nullptr, kAnyOrder);
  Require(npy || descry_npy_problem(nullptr), "failures have words");
  if (!npy) return;
  const unsigned sum = Sum(npy, size);
  descry_npy* const again = descry_npy_open(path, descry_npy_type(npy), kAnyOrder);
  Require(again != nullptr, "a file has its own type");
  Require(Sum(again, size) == sum, "the elements are the same");
  Require(descry_npy_close(again) == 0 && descry_npy_close(npy) == 0, "files close");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const int file = memfd_create("npy_fuzz", MFD_CLOEXEC);
  static const std::string path = "/proc/self/fd/" + std::to_string(file);
  Require(ftruncate(file, 0) == 0, "there is a file");
  Require(pwrite(file, data, size, 0) == static_cast<ssize_t>(size), "the file is written");
  Open(path.c_str(), size);
  return 0;
}
