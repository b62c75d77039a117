// SPDX-License-Identifier: BSD-3-Clause
// Fuzz target: the input is an .npz file. What opens has members that all lie in the file, whatever
// its directory says, and each can be mapped and read again, or is refused with a sentence.
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

// Reads every element, so that one beyond the file ends the process.
unsigned Sum(const descry_npy* npy, size_t most) {
  const size_t itemsize = descry_type_size(descry_npy_type(npy)), count = descry_npy_size(npy);
  Require(itemsize == 0 || count <= most / itemsize, "elements lie in the file");
  const auto* bytes = static_cast<const unsigned char*>(descry_npy_data(npy));
  unsigned sum = 0;
  for (size_t i = 0; i < count * itemsize; ++i) sum += bytes[i];
  return sum;
}

// Maps a member in place and, where it is not aligned, in memory of its own.
void Map(descry_npz* npz, const char* name, size_t size) {
  const unsigned flags = DESCRY_READ | DESCRY_CONTIGUOUS;
  descry_npy* const npy = descry_npz_map(npz, name, nullptr, flags | DESCRY_UNALIGNED);
  Require(npy || descry_npz_problem(npz), "failures have words");
  const int sum = descry_npz_check(npz, name);
  if (!npy) return;
  Require(sum == 0 || descry_npz_problem(npz), "failures have words");
  descry_npy* const again = descry_npz_map(npz, name, descry_npy_type(npy), flags);
  Require(again != nullptr, "a member has its own type");
  Require(Sum(again, size) == Sum(npy, size), "the elements are the same");
  Require(descry_npy_close(again) == 0 && descry_npy_close(npy) == 0, "members close");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const int file = memfd_create("npz_fuzz", MFD_CLOEXEC);
  static const std::string path = "/proc/self/fd/" + std::to_string(file);
  Require(ftruncate(file, 0) == 0, "there is a file");
  Require(pwrite(file, data, size, 0) == static_cast<ssize_t>(size), "the file is written");
  descry_npz* const npz = descry_npz_open(path.c_str());
  Require(npz || descry_npz_problem(nullptr), "failures have words");
  for (size_t i = 0; npz && i < descry_npz_count(npz); ++i) {
    const std::string name = descry_npz_name(npz, i);
    Map(npz, name.c_str(), size);
  }
  Require(descry_npz_close(npz) == 0, "files close");
  return 0;
}
