// Runs a fuzz target without libFuzzer: on the files named, or on random inputs, always the same
// ones.
//
//   target [--runs=N] [FILE...]
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

void RunFile(const char* name) {
  std::ifstream file(name, std::ios::binary);
  std::vector<char> bytes((std::istreambuf_iterator<char>(file)), {});
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
}

void RunRandom(long runs) {
  std::mt19937_64 random(1);
  for (long i = 0; i < runs; ++i) {
    std::vector<uint8_t> bytes(random() % 128);
    for (auto& byte : bytes) byte = static_cast<uint8_t>(random());
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  }
  std::printf("%ld random inputs\n", runs);
}

}  // namespace

int main(int argc, char** argv) {
  long runs = 100000;
  int files = 0;
  for (int i = 1; i < argc; ++i) {
    if (std::strncmp(argv[i], "--runs=", 7) == 0) {
      runs = std::atol(argv[i] + 7);
    } else {
      RunFile(argv[i]);
      ++files;
    }
  }
  if (files == 0) RunRandom(runs);
  return 0;
}
