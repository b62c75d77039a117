// SPDX-License-Identifier: BSD-3-Clause
// Runs a fuzz target without libFuzzer: on the inputs named, then on random ones, which are the
// same in each run: bytes, or one of the inputs named with a few bytes changed.
//
//   target [--runs=N] [--seconds=N] [FILE or FOLDER...]
//
// A long run takes sixty times as many seconds.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "tests/support/rounds.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
// Targets that have something to prepare define it.
extern "C" __attribute__((weak)) int LLVMFuzzerInitialize(int* argc, char*** argv);

namespace {

using Input = std::vector<uint8_t>;

class Runner {
 public:
  void ReplayAll(const std::filesystem::path& path) {
    if (!std::filesystem::is_directory(path)) return Replay(path);
    for (const auto& entry : std::filesystem::directory_iterator(path)) ReplayAll(entry.path());
  }

  // Runs until there were so many or so much time is over.
  void RunRandom(long runs, double seconds) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    long done = 0;
    while (done < runs && std::chrono::steady_clock::now() < end) {
      Run(NextInput());
      ++done;
    }
    std::printf("%zu inputs replayed, %ld random ones run\n", corpus_.size(), done);
  }

  size_t replayed() const { return corpus_.size(); }

 private:
  static void Run(const Input& input) { LLVMFuzzerTestOneInput(input.data(), input.size()); }

  void Replay(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
      std::fprintf(stderr, "cannot be read: %s\n", path.c_str());
      std::exit(EXIT_FAILURE);
    }
    corpus_.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    Run(corpus_.back());
  }

  Input NextInput() {
    if (corpus_.empty() || random_() % 2) {
      Input bytes(random_() % 128);
      for (auto& byte : bytes) byte = static_cast<uint8_t>(random_());
      return bytes;
    }
    Input bytes = corpus_[random_() % corpus_.size()];
    for (auto changes = random_() % 8; changes > 0 && !bytes.empty(); --changes) {
      bytes[random_() % bytes.size()] = static_cast<uint8_t>(random_());
    }
    return bytes;
  }

  std::vector<Input> corpus_;
  std::mt19937_64 random_{1};
};

bool Takes(const char* argument, const char* option, double* value) {
  const size_t length = std::strlen(option);
  if (std::strncmp(argument, option, length) != 0) return false;
  *value = std::atof(argument + length);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (LLVMFuzzerInitialize) LLVMFuzzerInitialize(&argc, &argv);
  double runs = 1e18, seconds = 3;
  Runner runner;
  for (int i = 1; i < argc; ++i) {
    if (!Takes(argv[i], "--runs=", &runs) && !Takes(argv[i], "--seconds=", &seconds)) {
      runner.ReplayAll(argv[i]);
    }
  }
  runner.RunRandom(static_cast<long>(runs), seconds * descry_test::Rounds(1, 60));
  return EXIT_SUCCESS;
}
