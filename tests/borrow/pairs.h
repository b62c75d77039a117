// SPDX-License-Identifier: BSD-3-Clause
// Random pairs of array views over one simulated buffer, in the ways in which Python code cuts
// arrays, and the oracle for them: brute force over bytes. Shared by the region test and the fuzz
// target.
#ifndef DESCRY_TESTS_BORROW_PAIRS_H_
#define DESCRY_TESTS_BORROW_PAIRS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "src/borrow/region.h"

namespace descry_test {

// Where random choices come from: a generator, or the bytes that a fuzzer gives.
class Choices {
 public:
  virtual ~Choices() = default;
  // Returns a number from 0 to limit - 1.
  virtual uint64_t Below(uint64_t limit) = 0;

  int64_t Between(int64_t first, int64_t last) {
    return first + static_cast<int64_t>(Below(static_cast<uint64_t>(last - first + 1)));
  }
  bool OneIn(uint64_t n) { return Below(n) == 0; }
};

class SeededChoices : public Choices {
 public:
  explicit SeededChoices(uint64_t seed) : state_(seed * 2 + 1) {}
  uint64_t Below(uint64_t limit) override;

 private:
  uint64_t state_;
};

// Reads choices from a buffer, zeros after its end.
class BufferChoices : public Choices {
 public:
  BufferChoices(const uint8_t* data, size_t size) : data_(data), size_(size) {}
  uint64_t Below(uint64_t limit) override;

 private:
  const uint8_t* data_;
  size_t size_;
};

// One view: what NumPy would say of an array, with `data` as an address.
struct View {
  uint64_t data = 0;
  std::vector<ptrdiff_t> shape;
  std::vector<ptrdiff_t> strides;
  size_t itemsize = 1;

  descryi_memory Memory() const;
  descryi_region Region() const;
  int ndim() const { return static_cast<int>(shape.size()); }
  std::string Describe() const;
};

// Returns a view of an array over a buffer of kBufferSize bytes at kBufferAddress, all of its bytes
// within.
View RandomView(Choices& choices);
// Returns a view that is likely to interleave with `other`: the same one, moved, stepped or cut
// otherwise.
View RelatedView(const View& other, Choices& choices);
// Returns a view of few elements with strides of any size up to 2^max_bits, near `address`.
View SparseView(Choices& choices, uint64_t address, int max_bits);

constexpr uint64_t kBufferAddress = 0x7f0000001000;
constexpr size_t kBufferSize = 2048;

// The oracle for views inside of the buffer: marks every byte.
bool ShareBytes(const View& a, const View& b);
// The oracle for sparse views: compares every element with every other.
bool ShareBytesByElements(const View& a, const View& b);
// The rule that libraries use: ranges meet, and elements meet modulo the gcd of all strides.
bool GcdRuleConflicts(const View& a, const View& b);

}  // namespace descry_test

#endif  // DESCRY_TESTS_BORROW_PAIRS_H_
